/**
 * One process: its state, its mailbox, its ties. A record with a few short methods; what happens to it
 * is decided and done in the files above (`signals`, `links`, `death`, `handling`, `slice`).
 *
 * @module
 */

import type { FaultOwner, Scope } from "../core/attribution.ts";
import type { Timer } from "../core/clock.ts";
import type { ExitReason } from "../core/exit-reason.ts";
import { type Pid, type ProcessPort, type ProcessStatus, type ProcessWatcher, portOf } from "../core/pid.ts";
import type { Runtime } from "../core/runtime.ts";
import type { Runnable } from "../core/scheduler.ts";
import type { CrashReport } from "../telemetry/events.ts";
import type { Telemetry } from "../telemetry/telemetry.ts";
import type { Aborts } from "./aborts.ts";
import type { CompiledBehaviour, Door } from "./behaviour.ts";
import type { Deadline, Deadlines } from "./deadlines.ts";
import type { Doing } from "./doing.ts";
import { Mailbox } from "./mailbox.ts";
import type { ProcessTable, Tabled } from "./process-table.ts";
import { shownError } from "./redaction.ts";

/** A call that was handed to a process and has no answer yet. */
export interface OpenCall {
  /** @param handled - `"no"` when no handler has seen it */
  exited(reason: ExitReason, handled: "no" | "unknown"): void;
  /** Who asked; `undefined` for plain code. */
  readonly caller: Process | undefined;
  /** Nobody waits for the answer any more and no handler has seen it. */
  readonly withdrawn: boolean;
  /** A handler has it now. */
  started: boolean;
}

/** Something a handler waits for: an edge from `caller` to `callee` until it settles. */
export interface Wait {
  readonly caller: Process | undefined;
  readonly callee: Process;
  readonly settled: boolean;
  /** The wait would close a circle, listed from the caller to itself. */
  refuse(circle: readonly Process[]): void;
}

/** What stands at the place of a request to stop. */
export interface StopAsked {
  readonly reason: ExitReason;
  /** The asker has been refused: nothing stops for it. */
  readonly withdrawn: boolean;
}

/** An exit signal on its way. In its place in the mailbox stands the same object. */
export interface ExitSignal {
  readonly from: Process | undefined;
  readonly reason: ExitReason;
  readonly kill: boolean;
  /** `waiting` until delivered; `trapped` and `parental` ones are messages; `void` ones are skipped. */
  effect: "waiting" | "trapped" | "parental" | "void";
}

/** A fault that surfaced outside of handlers, in the context of the process. */
export interface FaultSignal {
  readonly fault: unknown;
  /** What it was doing, when that is known. */
  readonly what?: Doing;
}

/** What a suspended process takes all the same; its place is not in the mailbox. */
export interface Sidelined {
  readonly door: Door;
  readonly payload: unknown;
  readonly call: unknown;
  /** How many messages of the mailbox came before it. */
  readonly behind: number;
}

export type Signal = ExitSignal | FaultSignal | Sidelined;

/** One monitor, from both ends. */
export class Monitor {
  readonly watcher: Process | undefined;
  readonly target: Process | undefined;
  /** Told instead of a process, for plain code and other floors. */
  readonly notify: ((reason: ExitReason) => void) | undefined;
  active = true;
  /** The `down` is in the mailbox and has been flushed. */
  flushed = false;

  constructor(
    watcher: Process | undefined,
    target: Process | undefined,
    notify?: (reason: ExitReason) => void,
  ) {
    this.watcher = watcher;
    this.target = target;
    this.notify = notify;
  }
}

/** What a process closes when it ends. */
export interface Owned {
  readonly resource: unknown;
  readonly close: (resource: never) => unknown;
}

/** What only some processes have: made at first need, each set and list too, so that an idle actor stays small. */
export class Ties {
  /** All but {@link Process.link}. */
  moreLinks: Set<Process> | undefined = undefined;
  /** Monitors on this process, in the order in which they were made. */
  watched: Set<Monitor> | undefined = undefined;
  /** Monitors this process has on others. */
  watching: Set<Monitor> | undefined = undefined;
  /** Those that have a keeper come first. */
  watchers: ProcessWatcher[] | undefined = undefined;
  /** Told when it may have less to do than before: after each slice, and when an open call is settled outside of one. */
  eased: Set<() => void> | undefined = undefined;
  timers: Set<{ cancel(): void }> | undefined = undefined;
  open: Set<OpenCall> | undefined = undefined;
  /** What its handler waits for: one thing mostly, so that a set is made for the second only. */
  wait: Wait | undefined = undefined;
  moreWaits: Set<Wait> | undefined = undefined;
  owned: Owned[] | undefined = undefined;
  overs: ((reason: ExitReason) => void)[] | undefined = undefined;
  abort: AbortController | undefined;
  idle: Timer | undefined;
  /** What the last `next` asked for, until a message comes. */
  idleMs: number | undefined;
  /** Goes up with every message: an `idle` that comes after one is void. */
  idleEra = 0;
  /** A bare process that waits in `receive`. */
  receiver: Receiver | undefined;
  crash: CrashReport | undefined;
  /** For messages and reports, beside the name of its definition. */
  label: string | undefined;
  /** Of a task: who asked for it, and who asked those. */
  callers: readonly Pid[] | undefined;
  /** What of a bare process ran on when it died. */
  zombie: Suspension | undefined;
}

/** Selective receive: offered the messages one by one. */
export interface Receiver {
  readonly deadline: Deadline;
  /** @returns `true` when it has taken the message */
  offer(message: unknown): boolean;
  /** How many messages at the head of the mailbox have been offered already. */
  offered: number;
  /** How many messages waited when its time was up, `Infinity` before: it gives up when those have been offered. */
  readonly inTime: number;
  giveUp(): void;
}

/** One handler that awaits; replaced or dropped when it is detached. */
export interface Suspension {
  /** Counted among the zombies. */
  counted: boolean;
}

/** Stands in the mailbox beside a message that came by an alias. */
export interface AliasMark {
  /** Is the alias active, now that the message is looked at? */
  readonly counts: boolean;
  /** What a tracing hook carries with the message. */
  carried: unknown;
}

/** How a message came about. */
export type TracedKind = "call" | "cast" | "message" | "start" | "spawn";

/** Carries a tracer's context from senders to handlers. */
export interface MessageTracer {
  /** @returns what is to stand beside the message, `undefined` for nothing */
  carry(to: Process, kind: TracedKind, name: string): unknown;
  carryCall(call: OpenCall, to: Process, name: string): void;
  ofCall(call: OpenCall): unknown;
  /** What goes on with the same: a `continue`, an answer to `self.request`. */
  same(process: Process): unknown;
  callersOf(process: Process, call: OpenCall | undefined): readonly Pid[];
  /** Runs a handler inside the hook; what nobody carried anything with runs by itself. */
  run<R>(process: Process, carried: unknown, work: () => R): R;
}

/** Stands where a handler that awaits would: the process takes nothing, and nothing of it runs. */
export const SUSPENDED: Suspension = Object.freeze({ counted: false });

/** Told of messages while somebody traces; it looks and does nothing else. */
export interface MessageObserver {
  sent(to: Process, door: Door, payload: unknown, call: unknown): void;
  taken(by: Process, door: Pick<Door, "kind" | "name">, payload: unknown, call: unknown): void;
  /** The handler has returned or settled, and the process lives on. */
  handled(by: Process): void;
  /** A caller has its answer from the process it asked. */
  answered(call: Wait, ok: boolean, value: unknown): void;
}

/** What a process asks of the system around it; the files above implement it. */
export interface Kernel {
  readonly runtime: Runtime;
  readonly telemetry: Telemetry;
  /** Runs a user's listener: it is not the process in whose turn it hears of something. */
  asPlainCode<R>(work: () => R): R;
  readonly deadlines: Deadlines;
  readonly aborts: Aborts;
  /** All that are not dead, but for the root. */
  readonly table: ProcessTable<Process>;
  readonly freezes: boolean;
  /** The hook that something is carried for with each message. */
  readonly tracing: MessageTracer | undefined;
  /** Dead, and what they owned is being closed. */
  readonly closing: Set<Process>;
  /** Waits of plain code that nobody is left to settle once the system has stopped. */
  readonly plainWaits: Set<{ stopped(): void }>;
  /** Messages that nobody has handled, so far. */
  deadLetters: number;
  /** Of mailboxes that nobody handles any more, not counted yet: some are in each turn. */
  lettersLeft: number;
  /** Handlers of dead processes that still run; while there are any, senders are looked at. */
  zombies: number;
  /** Set while `self.request` asks: what is asked makes no edge. */
  edgeless: boolean;
  /** Waits of handlers to be looked at when the turn in which they began is over. */
  freshWait: Wait | undefined;
  /** Those after the first: seldom any. */
  readonly freshWaits: Wait[];
  /** The process whose slice runs now. */
  running: Process | undefined;
  /** Set while anybody traces. */
  observer: MessageObserver | undefined;
  slice(process: Process, limit: number): number;
  /** The `self` of a process; for call handlers one with the call's `from`. */
  selfOf(process: Process, call: OpenCall | undefined): object;
  readonly root: Process;
}

/** Nothing of a process runs in here: callers ask for a turn, and {@link Kernel.slice} gives it. */
export class Process implements Runnable, FaultOwner, ProcessPort, Tabled {
  readonly kernel: Kernel;
  readonly serial: number;
  readonly behaviour: CompiledBehaviour;
  /** Whose shutdown it obeys; a supervisor adopts what a function of the user's started. */
  parent: Process | undefined;
  /** Milliseconds that `terminate` and closers may take on the process's own path. */
  readonly graceMs: number;
  supervised: boolean;
  /** Its neighbours in the table. */
  older: Process | undefined = undefined;
  younger: Process | undefined = undefined;
  pid!: Pid;
  status: ProcessStatus = "starting";
  state: unknown = undefined;
  mailbox: Mailbox | undefined = undefined;
  /** Places in the mailbox of exit signals that have done nothing: they do not count as waiting. */
  voids = 0;
  signals: Signal[] | undefined = undefined;
  /** Whom it is linked to: its parent mostly, and nobody else, so that a set is made for the second only. */
  link: Process | undefined = undefined;
  ties: Ties | undefined = undefined;
  scope: Scope | undefined = undefined;
  self: object | undefined = undefined;
  trapping: boolean;
  /** The next turn is given in a context of its own. */
  hadTurn = false;
  /** In the run queue. */
  ready = false;
  /** Messages its handlers have had, so far: which handling a call belongs to. */
  handled = 0;
  /** The handler that awaits. */
  suspension: Suspension | undefined = undefined;
  /** The call that is being handled. */
  current: OpenCall | undefined = undefined;
  /** What a settled handler left for the next slice. */
  completion: (() => void) | undefined = undefined;
  /** What `next(…, { continue })` left to be done before any message. */
  follow: { readonly what: unknown } | undefined = undefined;
  /** Its parent has shut it down; the handler that runs may finish first. */
  finishing = false;
  /** Why it stops or has died. */
  reason: ExitReason | undefined = undefined;
  /** The next queue length at which somebody is told, or something is shed. */
  mark: number;
  /** Dead, and all it owned is closed. */
  over = false;

  constructor(
    kernel: Kernel,
    serial: number,
    behaviour: CompiledBehaviour,
    parent: Process | undefined,
    graceMs: number,
    supervised: boolean,
  ) {
    this.kernel = kernel;
    this.serial = serial;
    this.behaviour = behaviour;
    this.parent = parent;
    this.graceMs = graceMs;
    this.supervised = supervised;
    this.trapping = behaviour.exit !== undefined;
    this.mark = firstMark(behaviour);
  }

  get label(): string {
    const label = this.ties?.label;
    return `${this.behaviour.name}${label === undefined ? "" : ` [${label}]`} (pid ${this.serial})`;
  }

  get definition(): object | undefined {
    return this.behaviour.bare ? undefined : this.behaviour.definition;
  }

  /** A handler awaits, or the process is suspended: nothing else is handled. */
  get busy(): boolean {
    return this.suspension !== undefined;
  }

  get suspended(): boolean {
    return this.suspension === SUSPENDED;
  }

  get queued(): number {
    return this.mailbox === undefined ? 0 : this.mailbox.length - this.voids;
  }

  get running(): number {
    const open = this.ties?.open;
    // The caller of the handler that runs may have given up: the handler has not.
    const isOpen = this.current !== undefined && open?.has(this.current) === true;
    return (open?.size ?? 0) + (this.busy && !this.suspended && !isOpen ? 1 : 0);
  }

  /** What is cancelled when it dies. */
  timers(): Set<{ cancel(): void }> {
    const ties = this.tie();
    ties.timers ??= new Set();
    return ties.timers;
  }

  /** Calls that a handler has and that are not answered. */
  openCalls(): Set<OpenCall> {
    const ties = this.tie();
    ties.open ??= new Set();
    return ties.open;
  }

  tie(): Ties {
    this.ties ??= new Ties();
    return this.ties;
  }

  /** Queues a message and asks for a turn. The caller has made sure that messages are taken. */
  enqueue(door: Door, payload: unknown, call: unknown): void {
    if (this.kernel.observer !== undefined) this.kernel.observer.sent(this, door, payload, call);
    if (this.mailbox === undefined) this.mailbox = new Mailbox();
    this.mailbox.push(door, payload, call);
    if (!this.ready) this.wake();
  }

  /** As {@link enqueue}, for what a suspended process takes as well. */
  enqueueForSuspended(door: Door, payload: unknown, call: unknown): void {
    if (!this.suspended) return this.enqueue(door, payload, call);
    this.kernel.observer?.sent(this, door, payload, call);
    this.signal({ door, payload, call, behind: this.mailbox?.length ?? 0 });
  }

  signal(signal: Signal): void {
    if (this.signals === undefined) this.signals = [signal];
    else this.signals.push(signal);
    if (!this.ready) this.wake();
  }

  wake(): void {
    this.ready = true;
    if (this.behaviour.infrastructure) this.kernel.runtime.scheduler.readyFirst(this);
    else this.kernel.runtime.scheduler.ready(this);
  }

  get scoped(): boolean {
    return !this.behaviour.infrastructure;
  }

  run(limit: number): number {
    this.ready = false;
    const steps = this.kernel.slice(this, limit);
    this.tellEased();
    return steps;
  }

  tellEased(): void {
    const eased = this.ties?.eased;
    if (eased === undefined) return;
    for (const listener of eased) listener();
  }

  fault(error: unknown): void {
    if (this.status === "dead") {
      const shown = shownError(this, error);
      this.kernel.telemetry.emit("fault:late", { label: this.label, error: shown });
    } else this.signal({ fault: error });
  }

  watch(watcher: ProcessWatcher): void {
    const ties = this.tie();
    const { watchers } = ties;
    if (watchers === undefined) ties.watchers = [watcher];
    else if (watcher.keeper === undefined) watchers.push(watcher);
    else {
      const others = watchers.findIndex(({ keeper }) => keeper === undefined);
      watchers.splice(others < 0 ? watchers.length : others, 0, watcher);
    }
  }

  watcherFor(keeper: object): ProcessWatcher | undefined {
    const watchers = this.ties?.watchers;
    if (watchers === undefined) return undefined;
    for (let at = 0; at < watchers.length; at += 1) {
      const watcher = watchers[at] as ProcessWatcher;
      if (watcher.keeper === keeper) return watcher;
      if (watcher.keeper === undefined) return undefined;
    }
    return undefined;
  }

  unwatch(watcher: ProcessWatcher): void {
    const watchers = this.ties?.watchers;
    const at = watchers === undefined ? -1 : watchers.indexOf(watcher);
    if (at >= 0) watchers?.splice(at, 1);
  }

  whenOver(over: (reason: ExitReason) => void): void {
    if (this.over) over(this.reason as ExitReason);
    else {
      const ties = this.tie();
      if (ties.overs === undefined) ties.overs = [over];
      else ties.overs.push(over);
    }
  }
}

/**
 * Tells `listener` whenever the process may have less to do than before; more is not told.
 *
 * @returns a function that ends it
 */
export function whenEased(process: Process, listener: () => void): () => void {
  const ties = process.tie();
  ties.eased ??= new Set();
  ties.eased.add(listener);
  return () => {
    ties.eased?.delete(listener);
    if (ties.eased?.size === 0) ties.eased = undefined;
  };
}

/** Depth at which a mailbox without options of its own is first reported. */
const HIGH_WATER = 1_000;

function firstMark(behaviour: CompiledBehaviour): number {
  const { mailbox } = behaviour;
  if (mailbox === undefined) return HIGH_WATER;
  return "capacity" in mailbox ? mailbox.capacity : mailbox.highWater;
}

/** The process behind a pid of this library. */
export function processOf(pid: Pid): Process {
  return portOf(pid) as Process;
}
