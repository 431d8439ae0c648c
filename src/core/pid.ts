/**
 * Identity and reach of a process: what an address accepts, and the port through which other
 * floors watch a process without knowing how it runs.
 *
 * @module
 */

import type { ExitReason, ReasonInput } from "./exit-reason.ts";

declare const protocol: unique symbol;
declare const speaks: unique symbol;

/**
 * What an address accepts, as plain signatures: `Speaks<{ add: (by: number) => number }>` answers
 * `call.add(by)` with a promise of a number.
 */
export interface Speaks<out Calls = {}, out Casts = {}, in Message = never> {
  readonly [protocol]: {
    readonly calls: Calls;
    readonly casts: Casts;
    readonly message: (message: Message) => void;
  };
}

// biome-ignore lint/suspicious/noExplicitAny: the part that is not asked for may be anything
type CallsOf<A> = A extends Speaks<infer C, any, never> ? C : {};
// biome-ignore lint/suspicious/noExplicitAny: the part that is not asked for may be anything
type CastsOf<A> = A extends Speaks<any, infer C, never> ? C : {};
// biome-ignore lint/suspicious/noExplicitAny: the part that is not asked for may be anything
type MessageOf<A> = A extends Speaks<any, any, infer M> ? M : never;
type Inputs<F> = F extends (...input: infer I) => unknown ? I : never;
type Output<F> = F extends (...input: never) => infer R ? R : never;

/**
 * How long to wait, and what may cut the wait short. For the sake of its speed a call does not look for options that
 * there are not.
 */
export interface CallOptions {
  /** Milliseconds until the call rejects with `ERR_CALL_TIMEOUT`; 5,000 when absent, `Infinity` for none. */
  readonly timeoutMs?: number;
  /** Gives up when it aborts: `ERR_ABORTED`. */
  readonly signal?: AbortSignal;
  /** For pools: the key of a hashing strategy. */
  readonly hashKey?: unknown;
  /** For pools: may be sent again to another member. */
  readonly idempotent?: boolean;
}

type CallRest<F> =
  Inputs<F> extends [] ? [input?: undefined, options?: CallOptions] : [...Inputs<F>, options?: CallOptions];

type AnswersNothing<F> = F extends (...input: never) => infer R
  ? [R] extends [never]
    ? true
    : false
  : false;

// A signature that already answers a promise is taken as it stands, so that generic ones stay generic.
type Asks<C> = {
  // A handler that always throws answers `never`, which would pass for a promise.
  readonly [N in keyof C]: AnswersNothing<C[N]> extends true
    ? (...rest: CallRest<C[N]>) => Promise<never>
    : C[N] extends (...input: never) => Promise<unknown>
      ? C[N]
      : (...rest: CallRest<C[N]>) => Promise<Output<C[N]>>;
};
type Tells<K> = { readonly [N in keyof K]: (...rest: Inputs<K[N]>) => void };

/** What can be asked and told; typed by the actor definition. */
export interface Callable<out A = unknown> {
  readonly [speaks]?: A;
  /** Asks and awaits the answer; rejects with an `ActorError`, or with what the handler gave to `fail`. */
  readonly call: Asks<CallsOf<A>>;
  /** Tells and goes on; what cannot be delivered becomes a dead letter. */
  readonly cast: Tells<CastsOf<A>>;
  /** A raw message, handled by `info`. */
  send(message: MessageOf<A>): void;
}

/** How {@link Address.stop} ends a process. */
export interface StopOptions {
  /** Why it ends; `"normal"` when absent. */
  readonly reason?: ReasonInput;
  /** Milliseconds to wait for the end; `Infinity` when absent. */
  readonly timeoutMs?: number;
  /**
   * Milliseconds after which all that is left, of it and of everything below it in the tree, is named
   * (`process:stopTimedOut`) and killed, the leaves first; none when absent.
   */
  readonly deadlineMs?: number;
}

/** A callable that is one process: a pid, or the name of one. */
export interface Address<out A = unknown> extends Callable<A> {
  /**
   * Ends it in order, after what is queued already: `terminate` runs. A suspended process
   * ends at once.
   *
   * @param options - `reason`; `timeoutMs`: milliseconds to wait for the end; `deadlineMs`: milliseconds for it and all
   *   below it to end, then the rest is killed, and this rejects with `ERR_EXITED`
   * @returns a promise that resolves when the process is dead and all it owned is closed
   * @throws ActorError (as a rejection) `ERR_NOPROC` when nobody is there, `ERR_STOP_TIMEOUT` (it will still
   *   end), `ERR_EXITED` when it ended for another reason, `ERR_CALL_CYCLE` for a process that waits for its own
   *   end; InvalidOptionsError; TypeError when `reason` is no reason
   * @follows Elixir `GenServer.stop/3`, Erlang `sys:terminate/3`
   */
  stop(options?: StopOptions): Promise<void>;
  /**
   * Sends an exit signal, and returns at once; nothing happens when nobody is there. A process that does not
   * trap ends by it, without `terminate`; `"normal"` does nothing to it; `"kill"` cannot be trapped.
   *
   * @throws TypeError when `reason` is no reason
   * @follows Elixir `Process.exit/2`
   */
  exit(reason: ReasonInput | "kill"): void;
  /**
   * Watches from plain code.
   *
   * @returns a promise of the reason that settles when the process has died, at once if it is dead already
   *   (`noproc` for a name that nobody has); it never rejects
   * @follows Elixir `Process.monitor/1`, for code that is no process
   */
  down(): Promise<ExitReason>;
}

/** One incarnation. Dies with its process; a restarted child has a new one. */
export interface Pid<out A = unknown> extends Address<A> {
  readonly kind: "pid";
  /** Counts up within one system. */
  readonly serial: number;
}

/** Resolved at each use, so that it outlives restarts. */
export interface Name<out A = unknown> extends Address<A> {
  readonly kind: "name";
  /** @returns who has the name and takes messages now, `undefined` when nobody does */
  whereis(): Pid<A> | undefined;
}

/** The pid of a definition: `PidOf<typeof Counter>`. */
export type PidOf<A> = Pid<A>;

/**
 * `starting`: `init` runs. `running`: takes messages. `stopping`: takes none any more, `terminate` may run.
 * `dead`: its names are gone and everybody has been told.
 */
export type ProcessStatus = "starting" | "running" | "stopping" | "dead";

/** Told about one process, inside the turn in which it happens; must not throw and must not run user code. */
export interface ProcessWatcher {
  /** No message is taken any more: lookups stop showing it. */
  stopping(pid: Pid): void;
  /** Before links and monitors hear of the death: names and entries go now. */
  died(pid: Pid, reason: ExitReason): void;
  /** Under what the process is known to the watcher, for who looks at it: `hits in names`. */
  names?(): readonly string[];
  /** On whose behalf it watches, if that is to find it again ({@link ProcessPort.watcherFor}). One to a process. */
  readonly keeper?: object;
}

/** What other floors may know of the process behind a pid. */
export interface ProcessPort {
  readonly status: ProcessStatus;
  /** For messages: `counter (pid 7)`. */
  readonly label: string;
  /** The definition it was started from; `undefined` for a bare process. */
  readonly definition: object | undefined;
  /** Messages that wait. */
  readonly queued: number;
  /** Calls handed to it and not yet answered, and the handler that runs. */
  readonly running: number;
  watch(watcher: ProcessWatcher): void;
  unwatch(watcher: ProcessWatcher): void;
  /** The watcher of a keeper, until it is taken away or told of the death; O(keepers of this process). */
  watcherFor(keeper: object): ProcessWatcher | undefined;
  /** Calls back once when it is dead and all it owned is closed; at once when that is so already. */
  whenOver(over: (reason: ExitReason) => void): void;
}

/** Where a pid keeps its port. */
export const PORT: unique symbol = Symbol("troupe.port");

/** The port of a pid made by this library. */
export function portOf(pid: Pid): ProcessPort {
  return (pid as unknown as { readonly [PORT]: ProcessPort })[PORT];
}

/** `true` while `pid` takes messages: not before its `init` has begun, not once it is stopping. */
export function isTaking(pid: Pid): boolean {
  const { status } = portOf(pid);
  return status === "running" || status === "starting";
}
