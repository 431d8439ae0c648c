/**
 * A wait for something that a registry will know: a lock, a key, a start. Whatever comes first settles it,
 * once and in the turn in which it happens: what was waited for, the deadline, the abort signal, the death
 * of the process that waits, or a circle of waits that it would close.
 *
 * @module
 */

import { checkWaitOptions, type DeadlineQueue, type Expiring } from "../actors/deadlines.ts";
import type { Kernel, Process, Wait } from "../actors/process.ts";
import { callerOf, DEFAULT_TIMEOUT_MS, isDetached } from "../actors/sending.ts";
import { beginWaitFirst, endWait, lookAtWaits } from "../actors/waits.ts";
import { ActorError, CallCycleError } from "../core/errors.ts";
import type { ProcessWatcher } from "../core/pid.ts";
import type { Queued } from "../core/waiting-line.ts";

/** How long to wait, and what may cut the wait short. */
export interface WaitOptions {
  /** Milliseconds; 5,000 when absent, `Infinity` for none. */
  readonly timeoutMs?: number;
  /** Gives up when it aborts: `ERR_ABORTED`. Once the wait is over it means nothing any more. */
  readonly signal?: AbortSignal;
}

/** What is waited for. */
export interface Awaited {
  /** For messages: `lock "ledger" of names`. */
  readonly label: string;
  /** @returns who has to act before the wait is over, asked each time circles are looked for; `undefined` when that is nobody's duty */
  holder?(): Process | undefined;
  late(wait: { readonly caller: Process | undefined; readonly timeoutMs: number }): ActorError;
  /** The wait has been settled, however. */
  over?(): void;
}

/**
 * Why a wait cannot begin.
 *
 * @param names - of the options that there are
 * @throws InvalidOptionsError for a deadline that is no number, for a signal that is none, and for what is no option
 */
export function refusalOf(
  kernel: Kernel,
  label: string,
  options: WaitOptions,
  names?: readonly string[],
): ActorError | undefined {
  checkWaitOptions(label, options, names);
  const { signal } = options;
  if (signal?.aborted === true) return abortedError(label, signal);
  return isDetached(kernel) ? detachedError(label) : undefined;
}

/** One wait of a process, or of plain code. */
export class TimedWait<T> implements Wait, Expiring, Queued, ProcessWatcher {
  readonly caller: Process | undefined;
  readonly timeoutMs: number;
  readonly promise: Promise<T>;
  settled = false;
  isQueued = false;
  ahead: Queued | undefined = undefined;
  behind: Queued | undefined = undefined;
  queue: DeadlineQueue | undefined = undefined;
  dueAtMs = 0;
  before: Expiring | undefined = undefined;
  after: Expiring | undefined = undefined;
  readonly #kernel: Kernel;
  readonly #for: Awaited;
  #resolve!: (value: T) => void;
  #reject!: (error: unknown) => void;
  #unlisten: (() => void) | undefined;

  /** Begins at once, for whoever is calling. */
  constructor(kernel: Kernel, awaited: Awaited, { timeoutMs = DEFAULT_TIMEOUT_MS, signal }: WaitOptions) {
    this.#kernel = kernel;
    this.#for = awaited;
    this.timeoutMs = timeoutMs;
    this.caller = callerOf(kernel);
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    // Plain code that waits keeps the host alive; a process that waits is looked after by its death.
    if (this.caller === undefined) {
      kernel.runtime.scheduler.hold();
      kernel.plainWaits.add(this);
    } else this.caller.watch(this);
    kernel.deadlines.arm(this, timeoutMs);
    if (signal !== undefined) this.#abortWith(signal);
    if (this.caller !== undefined && awaited.holder !== undefined && !kernel.edgeless) this.#beginEdge();
  }

  /** Nobody's duty is the root's, which waits for nobody. */
  get callee(): Process {
    return this.#for.holder?.() ?? this.#kernel.root;
  }

  resolve(value: T): void {
    if (this.settled) return;
    this.#settle();
    this.#resolve(value);
  }

  fail(error: unknown): void {
    if (this.settled) return;
    this.#settle();
    this.#reject(error);
  }

  expire(): void {
    if (!this.settled) this.fail(this.#for.late(this));
  }

  refuse(circle: readonly Process[]): void {
    const names = circle.map(({ label }) => label);
    const { label } = this.#for;
    const text =
      circle.length === 2
        ? `${names[0]} waits for ${label}, which it has itself; nothing was done`
        : `waiting for ${label} closes a circle: ${names.join(" → ")}; nothing was done; answer later (reply(promise, state)), or ask with self.request`;
    this.fail(new CallCycleError(names, text));
  }

  stopping(): void {
    // It may still need what it waits for to end well.
  }

  died(): void {
    this.fail(detachedError(this.#for.label));
  }

  stopped(): void {
    this.fail(stoppedError(this.#for.label));
  }

  /** Before the waits that began in this turn: what was started while this one was asked for may wait for its asker. */
  #beginEdge(): void {
    const kernel = this.#kernel;
    beginWaitFirst(kernel, this);
    // Nobody else may have a turn for a long time: a circle may be closed by this very wait.
    kernel.runtime.scheduler.ready({
      run: () => {
        lookAtWaits(kernel);
        return 1;
      },
    });
  }

  #abortWith(signal: AbortSignal): void {
    const onAbort = (): void => this.fail(abortedError(this.#for.label, signal));
    try {
      this.#unlisten = this.#kernel.aborts.listen(this.#for.label, signal, onAbort);
    } catch (error) {
      this.fail(error);
    }
  }

  #settle(): void {
    this.settled = true;
    const { caller } = this;
    this.#kernel.deadlines.cancel(this);
    this.#unlisten?.();
    this.#for.over?.();
    if (caller === undefined) {
      this.#kernel.plainWaits.delete(this);
      return this.#kernel.runtime.scheduler.release();
    }
    endWait(this);
    // A death goes through its watchers: the list stays as it is until all have been told.
    if (caller.status !== "dead") caller.unwatch(this);
  }
}

function detachedError(label: string): ActorError {
  return new ActorError("ERR_DETACHED", "no", `the process that waited for ${label} has died`);
}

function stoppedError(label: string): ActorError {
  return new ActorError(
    "ERR_NOT_RUNNING",
    "no",
    `the wait for ${label} is over: its system has been stopped`,
  );
}

function abortedError(label: string, signal: AbortSignal): ActorError {
  const text = `the wait for ${label} was aborted by its caller`;
  return new ActorError("ERR_ABORTED", "no", text, { cause: signal.reason });
}
