/**
 * Where a supervisor means to differ from those of OTP.
 *
 * @module
 */

import { canonical } from "./compare.ts";
import type { Line, Rule } from "./family.ts";
import type { Do, Tree } from "./supervision.ts";
import { below, type Node } from "./supervision-stage.ts";

type At = readonly (string | number)[];

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
    name: "odd answer of a start",
    promise: "10. Supervision",
    why: "a start function that answers neither a pid nor ignore() nor refuse(reason) has failed with a TypeError that says so",
    excuses: ({ recorded, played }) =>
      recorded === "odd" && /^the start of child ".*" answered string: /.test(String(Object(played).raise)),
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
  readonly sup: string;
  /** The batch, and where in it this was asked. */
  readonly batch: readonly Do[];
  readonly index: number;
  /** The same was asked before in the batch. */
  readonly again: boolean;
  /** The path of the process that it is about. */
  readonly about: string;
  readonly child: Node | string;
}

/** What was asked for the result that differs. */
function askedAt([where, step, field, inner]: At, line: Line): Asked | undefined {
  if (where !== "steps" || field !== "result") return undefined;
  const asked = (line as unknown as Tree).steps[Number(step)]?.do;
  if (asked === undefined) return undefined;
  const { op, sup, steps: batch } = asked;
  if (op !== "batch")
    return {
      op,
      sup,
      child: asked.child,
      batch: [],
      index: 0,
      inBatch: false,
      again: false,
      about: aboutOf(asked),
    };
  const at = Number(inner);
  const one = asked.steps[at];
  if (one === undefined) return undefined;
  const again = asked.steps.slice(0, at).some((before) => isSame(before, one));
  return { op: one.op, sup, child: one.child, batch, index: at, inBatch: true, again, about: aboutOf(one) };
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

const ENDS = ["exit", "stop_self", "raise"];

/** What was recorded as the answer to the question that differs. */
function resultAt([, step, , inner]: At, line: Line): unknown {
  const one = (line as unknown as Tree).steps[Number(step)];
  return one?.do.op === "batch" ? (one.result as readonly unknown[])[Number(inner)] : one?.result;
}

/** Incarnations that the recording itself has seen die in this step or before. */
function deadBy([, step]: At, line: Line): ReadonlySet<string> {
  const { start, steps } = line as unknown as Tree;
  const events = [start, ...steps.slice(0, Number(step) + 1)].flatMap((one) => one.events);
  return new Set(events.filter(({ e }) => e === "down" || e === "sup_down").map(({ id }) => id));
}

/** Ids of the children of `sup` that have ended by themselves in the batch, before or after the question. */
function childrenEnded({ batch, sup }: Asked): ReadonlySet<string> {
  return new Set(batch.filter(({ op }) => ENDS.includes(op)).flatMap(({ target }) => idBelow(sup, target)));
}

/** And of those that something asked for before the question may have been stopping or starting meanwhile. */
function childrenUnderWay(asked: Asked, line: Line): ReadonlySet<string> {
  const { sup, batch, index } = asked;
  const ids = new Set(childrenEnded(asked));
  const before = batch.slice(0, index).filter(({ op }) => !READS.includes(op));
  for (const one of before) for (const id of idBelow(sup, aboutOf(one))) ids.add(id);
  const node = nodeAt(sup, line as unknown as Tree);
  const restartsSiblings = ids.size > 0 && (node?.strategy ?? "one_for_one") !== "one_for_one";
  if (restartsSiblings) for (const id of childrenOf(sup, line as unknown as Tree)) ids.add(id);
  return ids;
}

/** Two reads that differ in no other children than those; counts in no more than there are. */
function isReadBetween(recorded: unknown, played: unknown, ids: ReadonlySet<string>): boolean {
  if (typeof recorded === "number" && typeof played === "number")
    return Math.abs(recorded - played) <= ids.size;
  const [before, after] = [itemsOf(recorded), itemsOf(played)];
  if (before === undefined || after === undefined) return false;
  const changed = [...without(before, after), ...without(after, before)].map(idOfItem);
  const unknown = changed.filter((id) => id === undefined).length;
  return unknown <= ids.size && changed.every((id) => id === undefined || ids.has(id));
}

/** The same read, but for those: shown alive in the recording, and dead as they are here. */
function isReadWithoutTheDead(
  recorded: unknown,
  played: unknown,
  incarnations: ReadonlySet<string>,
): boolean {
  if (typeof recorded === "number" && typeof played === "number")
    return played < recorded && recorded - played <= incarnations.size;
  const [before, after] = [itemsOf(recorded), itemsOf(played)];
  if (before === undefined || after === undefined) return false;
  const alive = without(before, after);
  const dead = without(after, before);
  return (
    dead.every((item) => Object(item)[1] === "undefined") &&
    alive.length === dead.length &&
    alive.every((item) => incarnations.has(String(Object(item)[1])))
  );
}

/** What `which_children` has answered, or the one item of it that differs. */
function itemsOf(answer: unknown): readonly unknown[] | undefined {
  if (!Array.isArray(answer)) return undefined;
  return typeof answer[0] === "string" ? [answer] : answer;
}

function without(items: readonly unknown[], others: readonly unknown[]): readonly unknown[] {
  const rest = others.map(canonical);
  return items.filter((item) => {
    const at = rest.indexOf(canonical(item));
    if (at >= 0) rest.splice(at, 1);
    return at < 0;
  });
}

/** Whose item of `which_children` it is; a dynamic supervisor tells that by the incarnation alone. */
function idOfItem(item: unknown): string | undefined {
  const [id, incarnation] = item as readonly [string, string];
  if (id !== "undefined") return id;
  return /([^/]+)#\d+$/.exec(incarnation)?.[1];
}

/** The id of a child of `sup`; none for anybody else. */
function idBelow(sup: string, path: string): readonly string[] {
  const at = path.lastIndexOf("/");
  const parent = at < 0 ? "top" : path.slice(0, at);
  return parent === sup ? [path.slice(at + 1)] : [];
}

/** All nodes that stand, or are ever started, directly below a path. */
function* childrenOf(path: string, { tree, steps }: Tree): Iterable<string> {
  for (const child of nodeAt(path, { tree, steps } as Tree)?.children ?? []) yield child.id;
  for (const step of steps.flatMap((one) => [one.do, ...(one.do.steps ?? [])])) {
    if (step.op === "start_child" && step.sup === path) yield (step.child as Node).id;
  }
}

function nodeAt(path: string, { tree, steps }: Tree): Node | undefined {
  if (path === "top") return tree;
  const known: (readonly [string, Node])[] = (tree.children ?? []).map((child) => [child.id, child]);
  for (const step of steps.flatMap((one) => [one.do, ...(one.do.steps ?? [])])) {
    if (step.op === "start_child") known.push([below(step.sup, (step.child as Node).id), step.child as Node]);
  }
  for (const [at, node] of known) {
    if (at === path) return node;
    for (const child of node.children ?? []) known.push([below(at, child.id), child]);
  }
  return undefined;
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
