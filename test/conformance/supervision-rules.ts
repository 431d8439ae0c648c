/**
 * Where a supervisor means to differ from those of OTP.
 *
 * @module
 */

import type { Line, Rule } from "./family.ts";
import type { Do, Tree } from "./supervision.ts";
import { below, type Node } from "./supervision-stage.ts";

type At = readonly (string | number)[];

/** The rules of the family. */
export const supervisionRules: readonly Rule[] = [
  {
    name: "reads",
    promise: "10. Supervision",
    why: "a read keeps its place but does not wait for a stop or a start that is under way",
    excuses: ({ at }, line) => {
      const asked = askedAt(at, line);
      return asked?.inBatch === true && READS.includes(asked.op);
    },
  },
  {
    name: "the dead are not shown",
    promise: "10. Supervision",
    why: "a child that is dead is not shown as alive, also before its supervisor has handled its exit",
    excuses: ({ at, recorded, played }, line) => {
      const asked = askedAt(at, line);
      if (asked === undefined) return false;
      if (READS.includes(asked.op)) return alive(recorded) !== undefined && alive(played) === "undefined";
      return (
        asked.op === "start_child" && "already_started" in Object(recorded) && played === "already_present"
      );
    },
  },
  {
    name: "odd child spec",
    promise: "10. Supervision",
    why: "a spec that cannot be is refused with ERR_INVALID_OPTIONS, all its faults at once",
    excuses: ({ recorded, played }) =>
      played === "ERR_INVALID_OPTIONS" &&
      /^\{"(invalid_\w+|bad_combination)":/.test(JSON.stringify(recorded)),
  },
  {
    name: "a second end",
    promise: "10. Supervision",
    why: "the children of a dynamic supervisor stop side by side: who terminates one that is stopping already waits for the same end",
    excuses: ({ at, recorded, played }, line) => {
      const asked = askedAt(at, line);
      const isSecond = asked?.inBatch === true && asked.op === "terminate_child" && asked.again;
      return (
        isSecond &&
        "error" in Object(recorded) &&
        recorded?.["error" as never] === "not_found" &&
        played === "ok"
      );
    },
  },
  {
    name: "a child counts until it is gone",
    promise: "10. Supervision",
    why: "the children of a dynamic supervisor start and stop side by side: one that is stopping still counts for maxChildren, and a start does not wait for its end",
    excuses: ({ at, recorded, played }, line) => {
      const besides = startedBesideAnEnd((line as unknown as Tree).steps.map((step) => step.do));
      const asked = askedAt(at, line);
      if (asked !== undefined) return besides.has(asked.about);
      return at.includes("lanes") && [recorded, played].some((event) => besides.has(pathOf(event)));
    },
  },
  {
    name: "an end of its own has a bound",
    promise: "4. Stopping, then dead",
    why: "a supervisor that ends by itself is given up after its numeric shutdownMs, as if its own supervisor had stopped it; a child that takes longer ends as an orphan",
    excuses: ({ at, recorded, played }, { tree }) =>
      at.includes("lanes") &&
      [recorded, played].every((event) => event === undefined || Object(event).e === "down") &&
      hasImpatient(tree as Node),
  },
];

const READS = ["which_children", "count_children"];

interface Asked {
  readonly op: string;
  readonly inBatch: boolean;
  /** The same was asked before in the batch. */
  readonly again: boolean;
  /** The path of the process that it is about. */
  readonly about: string;
}

/** What was asked for the result that differs. */
function askedAt([where, step, field, inner]: At, line: Line): Asked | undefined {
  if (where !== "steps" || field !== "result") return undefined;
  const asked = (line as unknown as Tree).steps[Number(step)]?.do;
  if (asked === undefined) return undefined;
  if (asked.op !== "batch") return { op: asked.op, inBatch: false, again: false, about: aboutOf(asked) };
  const at = Number(inner);
  const one = asked.steps[at];
  if (one === undefined) return undefined;
  const again = asked.steps.slice(0, at).some((before) => isSame(before, one));
  return { op: one.op, inBatch: true, again, about: aboutOf(one) };
}

function aboutOf({ target, sup, child }: Do): string {
  return target ?? below(sup, typeof child === "object" ? child.id : child);
}

/** Paths of those that are started in a batch in which another one has been told to end. */
function startedBesideAnEnd(steps: readonly Do[]): ReadonlySet<string> {
  const paths = new Set<string>();
  for (const { steps: batch = [] } of steps) {
    const end = batch.findIndex(({ op }) => op === "terminate_child");
    const starts = end < 0 ? [] : batch.slice(end).filter(({ op }) => op === "start_child");
    for (const start of starts) paths.add(aboutOf(start));
  }
  return paths;
}

function pathOf(event: unknown): string {
  return String(Object(event).id).replace(/#\d+$/, "");
}

function isSame(one: Do, other: Do): boolean {
  return one.op === other.op && one.child === other.child;
}

/** The incarnation in an item of `which_children`. */
function alive(item: unknown): unknown {
  return Array.isArray(item) ? item[1] : undefined;
}

/** A supervisor with less patience than one of its children takes to end. */
function hasImpatient(node: Node): boolean {
  const patience = node.kind === "supervisor" && typeof node.shutdown === "number" ? node.shutdown : Infinity;
  return (node.children ?? []).some((child) => hasImpatient(child) || sleepOf(child) > patience);
}

function sleepOf({ terminate, children = [] }: Node): number {
  const own = typeof terminate === "object" && "sleep" in terminate ? terminate.sleep : 0;
  return Math.max(own, ...children.map(sleepOf));
}
