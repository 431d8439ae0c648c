/**
 * What can be told of a process by looking at it: nobody is asked, nothing is sent, and a process whose
 * handler hangs is looked at as well as any other.
 *
 * @module
 */

import type { Pid, ProcessStatus } from "../core/pid.ts";
import { linksOf } from "./links.ts";
import type { Process } from "./process.ts";
import { shownPart } from "./redaction.ts";
import { waitsOf } from "./waits.ts";

/** One process at one moment: a row of {@link System.processes}. */
export interface ProcessSummary {
  readonly pid: Pid;
  /** `counter (pid 7)`. */
  readonly label: string;
  /** The name of its definition. */
  readonly definition: string;
  /** `suspended` is a running one that takes no messages until it is resumed. */
  readonly status: ProcessStatus | "suspended";
  /** A handler awaits. */
  readonly busy: boolean;
  /** Messages that wait. */
  readonly queued: number;
  /** Calls that a handler has and that have no answer yet. */
  readonly openCalls: number;
  /** Whose child it is; `undefined` for children of the root, and when the parent has died. */
  readonly parent: Pid | undefined;
  readonly linkCount: number;
  /** Monitors that it has on others. */
  readonly monitorCount: number;
  /** Monitors on it; those of plain code that waits for its `down()` count. */
  readonly monitoredByCount: number;
  /** Where it is registered: `hits in names`. */
  readonly names: readonly string[];
}

/** Everything there is to see of one process. */
export interface ProcessReport extends ProcessSummary {
  readonly links: readonly Pid[];
  readonly monitors: readonly Pid[];
  /** Processes that monitor it, once for each monitor. */
  readonly monitoredBy: readonly Pid[];
  /** Whom its handler waits for. */
  readonly waitsFor: readonly Pid[];
  readonly trapsExits: boolean;
  /** The state as the definition's `redact` shows it; `undefined` when it has none. */
  readonly state: unknown;
}

const NONE: readonly never[] = Object.freeze([]);

/** A row; O(links to names). */
export function summaryOf(process: Process): ProcessSummary {
  return Object.freeze(rowOf(process));
}

/** The page; O(ties). */
export function reportOf(process: Process): ProcessReport {
  const { ties } = process;
  return Object.freeze({
    ...rowOf(process),
    links: pidsOf(linksOf(process)),
    monitors: pidsOf(Array.from(ties?.watching ?? NONE, ({ target }) => target)),
    monitoredBy: pidsOf(Array.from(ties?.watched ?? NONE, ({ watcher }) => watcher)),
    waitsFor: pidsOf(Array.from(waitsOf(process), ({ callee }) => callee)),
    trapsExits: process.trapping,
    state: process.state === undefined ? undefined : shownPart(process, "state", process.state),
  });
}

function rowOf(process: Process): ProcessSummary {
  const { pid, label, behaviour, parent, queued, ties } = process;
  return {
    pid,
    label,
    definition: behaviour.name,
    status: process.suspended && process.status === "running" ? "suspended" : process.status,
    busy: process.busy && !process.suspended && ties?.receiver === undefined,
    queued,
    openCalls: ties?.open?.size ?? 0,
    parent: parent?.status === "dead" ? undefined : parent?.pid,
    linkCount: (process.link === undefined ? 0 : 1) + (ties?.moreLinks?.size ?? 0),
    monitorCount: ties?.watching?.size ?? 0,
    monitoredByCount: ties?.watched?.size ?? 0,
    names: Object.freeze((ties?.watchers ?? NONE).flatMap((watcher) => watcher.names?.() ?? NONE)),
  };
}

function pidsOf(processes: Iterable<Process | undefined>): readonly Pid[] {
  const pids: Pid[] = [];
  for (const process of processes) if (process !== undefined) pids.push(process.pid);
  return Object.freeze(pids);
}

/** What two snapshots differ in. */
export interface ProcessChanges {
  readonly started: readonly ProcessSummary[];
  readonly ended: readonly ProcessSummary[];
  readonly changed: readonly { readonly before: ProcessSummary; readonly after: ProcessSummary }[];
}

/**
 * Compares two snapshots of one system; O(processes in both).
 *
 * @returns `{ started, ended, changed }`, each in the order of the snapshots; what is the same is left out
 *
 * @example
 * ```ts
 * import { createSystem, defineActor } from "troupe";
 *
 * await using system = createSystem();
 * const Clerk = defineActor({ name: "clerk", init: () => 0, casts: { file: (n) => n + 1 } });
 * const [first, second] = [await system.start(Clerk), await system.start(Clerk)];
 * const before = system.processes();
 * await first.stop();
 * second.cast.file();
 * const { started, ended, changed } = diffProcesses(before, system.processes());
 * started; //=> []
 * ended.map(({ pid }) => pid); //=> [first]
 * changed.map(({ before, after }) => [before.queued, after.queued]); //=> [[0, 1]]
 * ```
 */
export function diffProcesses(
  before: readonly ProcessSummary[],
  after: readonly ProcessSummary[],
): ProcessChanges {
  const old = new Map(before.map((row) => [row.pid, row]));
  const started: ProcessSummary[] = [];
  const changed: { before: ProcessSummary; after: ProcessSummary }[] = [];
  for (const row of after) {
    const was = old.get(row.pid);
    if (was === undefined) started.push(row);
    else if (!isSame(was, row)) changed.push({ before: was, after: row });
    old.delete(row.pid);
  }
  return { started, ended: [...old.values()], changed };
}

function isSame(one: ProcessSummary, other: ProcessSummary): boolean {
  return (Object.keys(one) as (keyof ProcessSummary)[]).every((field) =>
    field === "names"
      ? one.names.length === other.names.length && one.names.every((name, at) => name === other.names[at])
      : one[field] === other[field],
  );
}
