/**
 * What stands at the place of a difference in a line: what was asked there, what was recorded, who was under
 * way meanwhile.
 *
 * @module
 */

import { canonical } from "./compare.ts";
import type { Line } from "./family.ts";
import type { Do, Outcome, Tree } from "./supervision.ts";
import type { Report, Told } from "./supervision-reports.ts";
import { below, type Node } from "./supervision-stage.ts";

type At = readonly (string | number)[];

/** The report in which two lists of a supervisor's reports differ. */
export function reportAt([, step, where, sup]: At, told: unknown): Report | undefined {
  const isReport = where === "reports" || step === "reports";
  if (!isReport || !Array.isArray(told)) return undefined;
  // A supervisor of which the recording tells nothing: its one report.
  const one: unknown = Array.isArray(told[0]) && told.length === 1 ? told[0] : told;
  const [child, context, reason] = one as Told;
  if (typeof child !== "string" && typeof child !== "number") return undefined;
  return { sup: String(step === "reports" ? where : sup), child, context, reason };
}

/** The recorded outcome of the step. */
export function outcomeAt([where, step]: At, line: Line): Outcome | undefined {
  const { start, steps } = line as unknown as Tree;
  return where === "start" ? start : steps[Number(step)];
}

/** Questions that change nothing. */
export const READS = ["which_children", "count_children"];

/** What was asked for a result. */
export interface Asked {
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
export function askedAt([where, step, field, inner]: At, line: Line): Asked | undefined {
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

/** The path of the process that a step is about. */
export function aboutOf({ target, sup, child }: Do): string {
  return target ?? below(sup, typeof child === "object" ? child.id : child);
}

const ENDS = ["exit", "stop_self", "raise"];

/** What was recorded as the answer to the question that differs. */
export function resultAt([, step, , inner]: At, line: Line): unknown {
  const one = (line as unknown as Tree).steps[Number(step)];
  return one?.do.op === "batch" ? (one.result as readonly unknown[])[Number(inner)] : one?.result;
}

/** Incarnations that the recording itself has seen die in this step or before. */
export function deadBy([, step]: At, line: Line): ReadonlySet<string> {
  const { start, steps } = line as unknown as Tree;
  const events = [start, ...steps.slice(0, Number(step) + 1)].flatMap((one) => one.events);
  return new Set(events.filter(({ e }) => e === "down" || e === "sup_down").map(({ id }) => id));
}

/** Ids of the children of `sup` that have ended by themselves in the batch, before or after the question. */
function childrenEnded({ batch, sup }: Asked): ReadonlySet<string> {
  return new Set(batch.filter(({ op }) => ENDS.includes(op)).flatMap(({ target }) => idBelow(sup, target)));
}

/** And of those that something asked for before the question may have been stopping or starting meanwhile. */
export function childrenUnderWay(asked: Asked, line: Line): ReadonlySet<string> {
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
export function isReadBetween(recorded: unknown, played: unknown, ids: ReadonlySet<string>): boolean {
  if (typeof recorded === "number" && typeof played === "number")
    return Math.abs(recorded - played) <= ids.size;
  const [before, after] = [itemsOf(recorded), itemsOf(played)];
  if (before === undefined || after === undefined) return false;
  const changed = [...without(before, after), ...without(after, before)].map(idOfItem);
  const unknown = changed.filter((id) => id === undefined).length;
  return unknown <= ids.size && changed.every((id) => id === undefined || ids.has(id));
}

/** The same read, but for those: shown alive in the recording, and dead as they are here. */
export function isReadWithoutTheDead(
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
  if (id !== "undefined") return String(id);
  return /([^/]+)#\d+$/.exec(incarnation)?.[1];
}

/** The id of a child of `sup`; none for anybody else. */
export function idBelow(sup: string, path: string): readonly string[] {
  const at = path.lastIndexOf("/");
  const parent = at < 0 ? "top" : path.slice(0, at);
  return parent === sup ? [path.slice(at + 1)] : [];
}

/** All nodes that stand, or are ever started, directly below a path. */
function* childrenOf(path: string, { tree, steps }: Tree): Iterable<string> {
  const { children = [], partitions = 0 } = nodeAt(path, { tree, steps } as Tree) ?? {};
  for (const child of children) yield child.id;
  for (let no = 0; no < partitions; no += 1) yield String(no);
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

function isSame(one: Do, other: Do): boolean {
  return one.op === other.op && one.child === other.child;
}
