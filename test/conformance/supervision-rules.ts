/**
 * Where a supervisor means to differ from those of OTP.
 *
 * @module
 */

import { isOrderly } from "../../src/core/exit-reason.ts";
import { canonical } from "./compare.ts";
import type { Rule } from "./family.ts";
import type { Do, Outcome, Tree } from "./supervision.ts";
import {
  aboutOf,
  askedAt,
  childrenUnderWay,
  deadBy,
  idBelow,
  isReadBetween,
  isReadWithoutTheDead,
  outcomeAt,
  READS,
  reportAt,
  resultAt,
} from "./supervision-questions.ts";
import { below, type Node, pathOf } from "./supervision-stage.ts";
import { reasonOfTerm } from "./terms.ts";

/** The rules of the family. */
export const supervisionRules: readonly Rule[] = [
  {
    name: "the dead are not shown",
    promise: "10. Supervision",
    why: "a child that is dead is not shown as alive, also before its supervisor has handled its exit",
    excuses: ({ at, recorded, played }, line) => {
      const asked = askedAt(at, line);
      if (asked === undefined) return false;
      if (READS.includes(asked.op)) return isReadWithoutTheDead(recorded, played, deadBy(at, line));
      if (asked.op === "lookup") return played === "undefined" && deadBy(at, line).has(String(recorded));
      return (
        asked.op === "start_child" && "already_started" in Object(recorded) && played === "already_present"
      );
    },
  },
  {
    name: "reads",
    promise: "10. Supervision",
    why: "a read keeps its place but does not wait for a stop or a start that is under way",
    excuses: ({ at, recorded, played }, line) => {
      const asked = askedAt(at, line);
      if (asked === undefined || !READS.includes(asked.op)) return false;
      const ids = childrenUnderWay(asked, line);
      // The supervisor had ended before it was the read's turn.
      if ("exit" in Object(resultAt(at, line))) return ids.size > 0;
      return isReadBetween(recorded, played, ids);
    },
  },
  {
    name: "odd child spec",
    promise: "10. Supervision",
    why: "a spec that cannot be is refused with ERR_INVALID_OPTIONS, all its faults at once",
    excuses: ({ at, recorded, played }, line) => {
      const asked = askedAt(at, line);
      // It is refused before anybody is asked, also where the one to be asked has ended.
      if (asked?.op === "start_child" && "exit" in Object(resultAt(at, line)))
        return isOddNode(asked.child) && (played === undefined || played === "ERR_INVALID_OPTIONS");
      if (played === "ERR_INVALID_OPTIONS") return isOddSpec(recorded);
      // What cannot be made is not started: there is nobody whose beginning and end could be seen.
      const { result } = (line as unknown as Tree).start;
      return at[0] === "start" && at[1] === "lanes" && played === undefined && isOddSpec(result);
    },
  },
  {
    name: "a partition is never temporary",
    promise: "10. Supervision",
    why: "a temporary partition is refused with ERR_INVALID_OPTIONS where it is made, and with it the tree that it is in",
    excuses: ({ played }, line) => {
      const isRefused =
        played === undefined || played === "ERR_INVALID_OPTIONS" || Object(played).raised === true;
      return isRefused && hasTemporaryPartition((line as unknown as Tree).tree);
    },
  },
  {
    name: "a resize stops the last partition first",
    promise: "10. Supervision",
    why: "partitions that a resize leaves over stop in reverse, as children do; those of Elixir stop in their order",
    excuses: ({ at, recorded, played }) =>
      at.at(-1) === "downs" && String(played) === String(recorded).split(" ").reverse().join(" "),
  },
  {
    name: "a start that fails is told to who asked",
    promise: "10. Supervision",
    why: "a supervisor that does not start rejects the start with the child and its reason; OTP reports that as well",
    excuses: ({ at, recorded, played }, line) => {
      const report = reportAt(at, recorded);
      if (played !== undefined || report?.context !== "start_error") return false;
      return hasNotStarted(report.sup, outcomeAt(at, line));
    },
  },
  {
    name: "an end in order is no crash",
    promise: "10. Supervision",
    why: "a child that ends in order is not reported, also where it had to be told to or is permanent",
    excuses: ({ at, recorded, played }) => {
      const report = reportAt(at, recorded);
      if (played !== undefined || report === undefined) return false;
      const { context, reason } = report;
      return ["shutdown_error", "child_terminated"].includes(context) && isOrderly(reasonOfTerm(reason));
    },
  },
  {
    name: "a failed restart is told when it is counted",
    promise: "10. Supervision",
    why: "a failed restart is reported with its number, and so when its turn has come: after who ended meanwhile, and not by a supervisor that has given up",
    excuses: ({ at, recorded, played }, line) => {
      const report = reportAt(at, recorded ?? played);
      if (report?.context !== "start_error") return false;
      const others = (outcomeAt(at, line)?.reports ?? []).filter(({ sup }) => sup === report.sup);
      return others.some(
        ({ child, context }) =>
          ["shutdown", "shutdown_error"].includes(context) ||
          (context !== "start_error" && child !== report.child),
      );
    },
  },
  {
    name: "somebody else's kill",
    promise: "10. Supervision",
    why: "a child that somebody else had killed when its supervisor was about to stop it is reported, whatever its shutdownMs",
    excuses: ({ at, recorded, played }, line) => {
      const report = reportAt(at, played);
      if (recorded !== undefined || report?.context !== "shutdown_error" || report.reason !== "killed")
        return false;
      const { steps: batch = [] } = (line as unknown as Tree).steps[Number(at[1])]?.do ?? {};
      const path = below(pathOf(report.sup), String(report.child));
      return batch.some(({ op, target, signal }) => op === "exit" && target === path && signal === "kill");
    },
  },
  {
    name: "a child that has unlinked itself",
    promise: "10. Supervision",
    why: "it is still watched: its end is told with its own reason",
    excuses: ({ at, recorded, played }) =>
      reportAt(at, recorded)?.reason === "child_process_unlinked" &&
      reportAt(at, recorded)?.child === reportAt(at, played)?.child,
  },
  {
    name: "odd answer of a start",
    promise: "10. Supervision",
    why: "a start function that answers neither a pid nor ignore() nor refuse(reason) has failed with a TypeError that says so",
    excuses: ({ recorded, played }) => canonical(recorded) === canonical(withOddAnswers(played)),
  },
  {
    name: "a start that throws",
    promise: "10. Supervision",
    why: "a start function that throws has failed with what it threw; OTP marks that with 'EXIT'",
    excuses: ({ at, recorded, played }, line) => {
      const { start_raise, start_exit } = thrownByStarts(line as unknown as Tree);
      if (at.at(-1) === "EXIT") return played === undefined && start_raise.has(Object(recorded).raise);
      if (at.at(-1) === "raise") return recorded === undefined && start_raise.has(played);
      return start_exit.has(played) && Object(recorded).EXIT === played;
    },
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
      if (asked !== undefined && READS.includes(asked.op)) {
        const ids = new Set(Array.from(besides, (path) => idBelow(asked.sup, path)).flat());
        return isReadBetween(recorded, played, ids);
      }
      if (asked !== undefined) return besides.has(asked.about);
      const report = reportAt(at, recorded ?? played);
      if (report !== undefined) return besides.has(pathOf(String(report.child)));
      return (
        at.includes("lanes") &&
        [recorded, played].some((event) => besides.has(pathOf(String(Object(event).id))))
      );
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

/** As the recordings have it, where a start function has answered a word. */
function withOddAnswers(played: unknown): unknown {
  if (played === undefined) return undefined;
  return JSON.parse(JSON.stringify(played), (_key, value) =>
    /^the start of child ".*" answered string: /.test(String(Object(value).raise)) ? "odd" : value,
  );
}

/** It has begun its `init`, and ended with the child that could not start. */
function hasNotStarted(sup: string, outcome: Outcome | undefined): boolean {
  return (outcome?.events ?? []).some(
    ({ e, id, reason }) =>
      e === "sup_down" && id === sup && JSON.stringify(reason).includes("failed_to_start_child"),
  );
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

const RESTARTS: readonly unknown[] = ["permanent", "transient", "temporary", undefined];

/** A node whose spec, or that of one below it, is none. */
function isOddNode(node: Node | string): boolean {
  if (typeof node === "string") return false;
  const { restart, shutdown, type, modules, children = [] } = node;
  const isOdd =
    !RESTARTS.includes(restart) || Number(shutdown) < 0 || type !== undefined || modules !== undefined;
  return isOdd || children.some(isOddNode);
}

function hasTemporaryPartition({ kind, child, children = [] }: Node): boolean {
  return (kind === "partition" && child?.restart === "temporary") || children.some(hasTemporaryPartition);
}

function isOddSpec(recorded: unknown): boolean {
  return /\{"(invalid_\w+|bad_combination|duplicate_child_name)":/.test(JSON.stringify(recorded));
}

/** What start functions throw in this line. */
function thrownByStarts(line: Tree): Readonly<Record<"start_raise" | "start_exit", ReadonlySet<unknown>>> {
  const found = { start_raise: new Set<unknown>(), start_exit: new Set<unknown>() };
  JSON.stringify(line, (key, value) => {
    if (key === "start_raise" || key === "start_exit") found[key].add(value);
    return value;
  });
  return found;
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
