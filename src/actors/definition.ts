/**
 * The types of definitions: what users write, and what addresses make of it.
 *
 * @module
 */

import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { ChildOptions, ChildSpec, HasChild } from "../core/child-spec.ts";
import type { ExitReason, ReasonInput } from "../core/exit-reason.ts";
import type { Address, Pid, Speaks } from "../core/pid.ts";
import type { Telemetry } from "../telemetry/telemetry.ts";
import type { Alias, AliasOptions } from "./alias.ts";
import type { After, CallAnswer, Reply } from "./answers.ts";
import type { MailboxOptions, Redaction } from "./behaviour.ts";
import type { Down, Exit, MonitorRef } from "./links.ts";
import type { ProcessSummary } from "./process-info.ts";
import type { ProcessTree } from "./process-tree.ts";
import type { From } from "./sending.ts";
import type { StartOptions } from "./start-options.ts";

type Awaitable<T> = T | Promise<T>;

declare const ref: unique symbol;
/** A timer of a process; it ends with its incarnation. */
export interface TimerRef {
  readonly [ref]: "timer";
  /** @returns the milliseconds that were left, `false` when it has fired or was cancelled before */
  cancel(): number | false;
}

/** What `self.request` sends: the answer, or why there is none. */
export type Answered<Tag = unknown, T = unknown> =
  | { readonly type: "answer"; readonly tag: Tag; readonly ok: true; readonly value: T }
  | { readonly type: "answer"; readonly tag: Tag; readonly ok: false; readonly error: unknown };

/**
 * One process table with its clock, its scheduler and its telemetry. A value: two systems in one test are
 * normal. Disposing stops it.
 */
export interface System extends AsyncDisposable {
  /** For messages; `"system"` when no name was given. */
  readonly name: string;
  /** What the system tells about itself. */
  readonly telemetry: Telemetry;
  /**
   * Starts an unlinked child of the system's root, and waits for its `init`.
   *
   * @param rest - its argument, if it takes one; then options: `timeoutMs`, milliseconds that `init` may take
   * @returns its pid, once it takes messages
   * @throws ActorError (as a rejection) `ERR_START_FAILED` with the reason, `ERR_IGNORED`, `ERR_NAME_TAKEN`,
   *   `ERR_START_TIMEOUT`, `ERR_CALL_CYCLE`, `ERR_NOT_RUNNING` once the system has been stopped; InvalidOptionsError
   * @follows Elixir `GenServer.start/3`
   */
  start<T extends Startable>(what: T, ...rest: StartRest<T>): Promise<Started<T>>;
  /**
   * Starts an unlinked process without callbacks. It ends with `normal` when `run` has returned, and with the
   * error when it throws.
   *
   * @returns its pid, at once; `run` begins after this turn
   * @throws InvalidOptionsError; ActorError `ERR_NOT_RUNNING` once the system has been stopped
   * @follows Elixir `spawn/1`
   */
  spawn<M = unknown>(run: (self: BareSelf) => Awaitable<void>): Pid<Speaks<{}, {}, M>>;
  /** Runs `create` in no actor's context: a fault in what it makes belongs to none of them. */
  neutral<T>(create: () => T): T;
  /**
   * All processes at this moment, in the order in which they started; the root is none of them. O(processes).
   *
   * @returns `[{ pid, label, definition, status, busy, queued, … }]`; `diffProcesses` compares two such
   * @follows Erlang `processes/0` with `process_info/2`
   */
  processes(): readonly ProcessSummary[];
  /**
   * Who is whose child, with the ids and phases of supervised children; `formatTree` makes text of it. O(processes).
   *
   * @follows the supervision tree of Erlang's observer
   */
  tree(): ProcessTree;
  /**
   * Stops all processes, the youngest child of the root first, each within its `shutdownMs`.
   *
   * @param options - `deadlineMs`: milliseconds for all of it, then the rest is named (`system:stopTimedOut`) and
   *   killed; none when absent
   */
  stop(options?: { readonly deadlineMs?: number }): Promise<void>;
}

/** What a process has in hand: its own pid, its ties to others, its timers. */
export interface Self {
  readonly pid: Pid;
  readonly system: System;
  /** Who started it; `undefined` for children of the system's root. */
  readonly parent: Pid | undefined;
  /** Who started it, who started those, and so on: the nearest first. */
  readonly ancestors: readonly Pid[];
  /**
   * On whose behalf it runs now: who asked, who asked those, and so on, the nearest first; `[]` for plain code.
   * Known in a call's handler and in a task; for casts and raw messages while the system has a `tracing` hook.
   *
   * @follows Elixir `$callers`, which only tasks keep
   */
  readonly callers: readonly Pid[];
  /** Aborts when the process dies, and when its parent shuts it down. */
  readonly signal: AbortSignal;
  /**
   * Starts a child and links to it: if either dies abnormally, so does the other. As {@link System.start}
   * otherwise; a child that did not start in time is unlinked and killed, and this process lives.
   *
   * @throws ActorError (as a rejection) `ERR_DETACHED` for a process that has died
   * @follows Elixir `GenServer.start_link/3`
   */
  start<T extends Startable>(what: T, ...rest: StartRest<T>): Promise<Started<T>>;
  /** Starts and links a process without callbacks. */
  spawn<M = unknown>(run: (self: BareSelf) => Awaitable<void>): Pid<Speaks<{}, {}, M>>;
  /**
   * Joins two fates. A dead target ends this process with `noproc`, or comes as an exit if it traps.
   *
   * @follows Erlang `link/1`
   */
  link(target: Pid): void;
  /**
   * Cuts a link; nothing happens when there is none.
   *
   * @follows Erlang `unlink/1`; an exit that is in the mailbox already stays there
   */
  unlink(target: Pid): void;
  /**
   * Switches trapping: whether exits of others come as messages instead of ending this process.
   *
   * @returns what it was
   * @follows Erlang `process_flag(trap_exit, …)`
   */
  trapExit(on: boolean): boolean;
  /**
   * Ends this process, by throwing what only the runtime may catch; never returns.
   *
   * @throws TypeError when `reason` is no reason
   * @follows Elixir `exit/1`
   */
  exit(reason: ReasonInput): never;
  /**
   * Asks for one `down` message when the target dies, at once when it is dead; each call is a monitor of its own.
   *
   * @returns a token that the `down` carries
   * @follows Elixir `Process.monitor/1`
   */
  monitor(target: Address): MonitorRef;
  /**
   * Takes a monitor back.
   *
   * @param options - `flush` also drops a `down` that waits in the mailbox
   * @returns was it still active?
   * @follows Elixir `Process.demonitor/2`
   */
  demonitor(ref: MonitorRef, options?: { readonly flush?: boolean }): boolean;
  /**
   * What reports, messages and lists show beside the name: `worker [tenant 4] (pid 7)`.
   *
   * @follows Elixir `Process.set_label/1`
   */
  setLabel(label: string): void;
  /**
   * Makes an address that this process can take back: give it to whoever is to send here for a while.
   *
   * @param options - `once`: takes one message
   * @follows Elixir `Process.alias/1`
   */
  alias<M = unknown>(options?: AliasOptions): Alias<M>;
  /**
   * Takes an alias back: what has come by it and has not been looked at is dropped, too.
   *
   * @returns was it active, and one of this process?
   * @follows Elixir `Process.unalias/1`
   */
  unalias(alias: Alias<never>): boolean;
  /** How a socket event or any other callback gets into the mailbox: it comes out at `info`. A dead letter once this incarnation is dead. */
  send(message: unknown): void;
  /**
   * Sends to itself later; the timer ends with this incarnation.
   *
   * @param delayMs - milliseconds; `0` still comes after what was sent now
   * @follows Elixir `Process.send_after/3`
   */
  sendAfter(delayMs: number, message: unknown): TimerRef;
  /**
   * Sends to itself again and again, without drift; ticks that were missed are not made up for.
   *
   * @param intervalMs - milliseconds, more than 0
   * @throws RangeError
   */
  every(intervalMs: number, message: unknown): TimerRef;
  /**
   * Ties something that needs closing to this process: closed, last first, on any death, kill and failed `init`
   * included; at once when this incarnation is dead already.
   *
   * @returns the resource
   */
  own<T>(resource: T, close: (resource: T) => Awaitable<unknown>): T;
  /**
   * Asks without waiting: calls made inside `ask` make no edge of a waiting circle.
   *
   * @param tag - comes back with the answer, a message ({@link Answered}) at `info`
   */
  request<T>(ask: () => Promise<T>, tag: unknown): void;
}

/** Third argument of a call handler. Name the answer to reply later: `self: CallSelf<Job>`. */
// biome-ignore lint/suspicious/noExplicitAny: a handler that does not name its answer takes any
export interface CallSelf<in R = any> extends Self {
  readonly from: From<R>;
}

/** A process without callbacks. */
export interface BareSelf extends Self {
  /** Waits for a message that fits; what does not stays in the mailbox, in order. Rejects with `ERR_RECEIVE_TIMEOUT`. */
  receive<T>(
    guard: (message: unknown) => message is T,
    options?: { readonly timeoutMs?: number },
  ): Promise<T>;
  receive<T>(schema: StandardSchemaV1<unknown, T>, options?: { readonly timeoutMs?: number }): Promise<T>;
  receive(options?: { readonly timeoutMs?: number }): Promise<unknown>;
}

/** Any definition, whatever it starts from. */
export interface AnyActor {
  readonly name: string;
  // Any function, and no signature: a definition made where it is started would take its argument's type from there.
  readonly init: CallableFunction;
}
/** A definition: what it starts from, and what it answers, as plain signatures. */
export interface Actor<Arg = void, Calls = {}, Casts = {}, Message = never>
  extends Speaks<Calls, Casts, Message> {
  readonly name: string;
  readonly init: (arg: Arg, self: Self) => unknown;
  /** A child spec for a supervisor: the argument, then options. */
  child(...args: ChildArgs<Arg, this>): ChildSpec<this>;
}
type ChildArgs<Arg, A> = undefined extends Arg
  ? [arg?: Arg, options?: ChildOptions<A>]
  : [arg: Arg, options?: ChildOptions<A>];

/** What `system.start` and `children` take: a spec, or anything that knows its own. */
export type Startable = ChildSpec | AnyActor | HasChild;
/** The argument that starting `T` takes, if any. */
export type StartArgs<T> = T extends { readonly init: (arg: infer Arg, self: Self) => unknown }
  ? undefined extends Arg
    ? [arg?: Arg]
    : [arg: Arg]
  : [];
/** What {@link System.start} takes besides what it starts: its argument, if any, then options. */
export type StartRest<T> = T extends { readonly init: (arg: infer Arg, self: Self) => unknown }
  ? undefined extends Arg
    ? [arg?: Arg, options?: StartOptions]
    : [arg: Arg, options?: StartOptions]
  : [arg?: undefined, options?: StartOptions];
/** The pid that starting `T` answers. */
export type Started<T> =
  // biome-ignore lint/suspicious/noExplicitAny: any calls and casts
  T extends Speaks<any, any, never>
    ? Pid<T>
    : T extends ChildSpec<infer A>
      ? Pid<A>
      : T extends HasChild<infer A>
        ? Pid<A>
        : never;

export type CallHandlers<S> = {
  readonly [name: string]: (state: S, input: never, self: CallSelf) => Awaitable<CallAnswer<S>>;
};
export type CastHandlers<S> = {
  readonly [name: string]: (state: S, input: never, self: Self) => Awaitable<After<S>>;
};
// The same, loose in `input` (a method is bivariant): an input without annotation is `unknown`, never silently `never` or `any`.
export type CallShape<S> = {
  readonly [name: string]: { h(state: S, input: unknown, self: CallSelf): Awaitable<CallAnswer<S>> }["h"];
};
export type CastShape<S> = {
  readonly [name: string]: { h(state: S, input: unknown, self: Self): Awaitable<After<S>> }["h"];
};

// `(state) =>` no input · `(state, by: number) =>` that input, label kept · `(state, _, self) =>` no annotation: an optional unknown
/** The input of a handler as its caller gives it. */
export type InputOf<F> = F extends (state: never, ...rest: infer R) => unknown
  ? R extends [infer I, unknown]
    ? unknown extends I
      ? [input?: unknown]
      : [input: I]
    : R
  : never;
/** What the caller of a handler gets. */
export type AnswerOf<F> = F extends (...args: infer P) => infer R ? Replied<Awaited<R>> | Later<P> : never;
type Replied<R> = R extends Reply<infer V, unknown> ? Awaited<V> : never;
type Later<P> = P extends [unknown, unknown, CallSelf<infer D>] ? (0 extends 1 & D ? never : D) : never;

/** What `info` takes. */
export type MessageIn<I> = I extends {
  readonly info: (state: never, message: infer M, ...rest: never) => unknown;
}
  ? M
  : never;

/** The callbacks beside `init`, `calls`, `casts` and `info`. */
export interface Behaviour<S> {
  /** Presence means trapping: an exit of a linked process comes here instead of killing this one. */
  readonly exit?: (state: S, exit: Exit, self: Self) => Awaitable<After<S>>;
  /** A monitored process has died. Without it, `down` messages come to `info`. */
  readonly down?: (state: S, down: Down, self: Self) => Awaitable<After<S>>;
  /** No message came for the `idleMs` of the last `next(…)`. */
  readonly idle?: (state: S, self: Self) => Awaitable<After<S>>;
  /** What `next(…, { continue })` asked for, before any queued message. */
  readonly continue?: (state: S, what: unknown, self: Self) => Awaitable<After<S>>;
  /** Runs when the process ends on its own path, and on its parent's exit if it traps; not on a kill. */
  readonly terminate?: (state: S, reason: ExitReason, self: Self) => Awaitable<void>;
  /** How many messages may wait, and what happens beyond; unbounded with a report at 1,000 when absent. */
  readonly mailbox?: MailboxOptions;
  /** What crash reports may show: of the state, or of each part. Nothing of state and messages when absent. */
  readonly redact?: ((state: S) => unknown) | Redaction<S>;
}
