/**
 * Somebody who waits for a resource. Whatever comes first settles it, once, in the turn in which it
 * happens: a grant, its deadline, its abort signal, its own death, or the end of the pool.
 *
 * @module
 */

import { checkWaitOptions, Deadline } from "../actors/deadlines.ts";
import type { Kernel, Process } from "../actors/process.ts";
import type { ActorError } from "../core/errors.ts";
import type { ProcessWatcher } from "../core/pid.ts";
import type { Queued } from "../core/waiting-line.ts";
import type { SlotLease } from "./lease.ts";
import type { Arrival, Patient } from "./line-deadline.ts";
import { abortedError, deadWaiterError } from "./pool-errors.ts";
import type { CheckoutDrop, PoolJournal } from "./pool-journal.ts";
import type { TurnClock } from "./turn-clock.ts";

/** What a waiter asks of the pool it waits for. */
export interface WaitedFor<R> {
  readonly kernel: Kernel;
  readonly name: string;
  readonly now: TurnClock;
  readonly journal: PoolJournal;
  /** `waiter` is settled: it stands in no line any more. */
  forget(waiter: Waiter<R>): void;
  lateError(waiter: Waiter<R>): ActorError;
}

/** How long to wait for a resource, and what may cut the wait short. */
export interface CheckoutOptions {
  /** Milliseconds over waiting, opening and checking together; the pool's `checkoutTimeoutMs` when absent, `Infinity` for none. */
  readonly timeoutMs?: number;
  /** Gives up when it aborts: `ERR_ABORTED`. */
  readonly signal?: AbortSignal;
}

/** @throws InvalidOptionsError with all faults at once */
export function checkCheckout(options: CheckoutOptions): void {
  checkWaitOptions("checkout", options);
}

/** One wait; stands in the pool's line until it is settled. */
export class Waiter<R> implements Queued, Patient, ProcessWatcher {
  readonly borrower: Process | undefined;
  readonly arrival: Arrival;
  readonly timeoutMs: number;
  isQueued = false;
  ahead: Queued | undefined = undefined;
  behind: Queued | undefined = undefined;
  /** Of one that does not wait as long as the pool says. */
  deadline: Deadline | undefined = undefined;
  readonly pool: WaitedFor<R>;
  /** What settles the promise that the borrower has. */
  readonly resolve: (lease: SlotLease<R>) => void;
  readonly reject: (error: unknown) => void;
  unlisten: (() => void) | undefined = undefined;

  constructor(
    pool: WaitedFor<R>,
    borrower: Process | undefined,
    timeoutMs: number,
    arrival: Arrival,
    resolve: (lease: SlotLease<R>) => void,
    reject: (error: unknown) => void,
  ) {
    this.pool = pool;
    this.borrower = borrower;
    this.timeoutMs = timeoutMs;
    this.arrival = arrival;
    this.resolve = resolve;
    this.reject = reject;
  }

  /** How long it has waited by now, in milliseconds. */
  get waitedMs(): number {
    return this.pool.now.now() - this.arrival.atMs;
  }

  /** Waits no longer than `timeoutMs`, whatever the pool says. */
  limit(): void {
    this.deadline = new Deadline(() => this.expire());
    this.pool.kernel.deadlines.arm(this.deadline, this.timeoutMs);
  }

  abortWith(signal: AbortSignal): void {
    const onAbort = (): void => this.drop("aborted", abortedError(this.pool.name, signal));
    this.unlisten = this.pool.kernel.aborts.listen("checkout", signal, onAbort);
  }

  /** Ends it without a loan; nothing happens when it is settled. */
  drop(why: CheckoutDrop, error: ActorError): void {
    if (!this.isQueued) return;
    this.pool.forget(this);
    this.reject(error);
    this.pool.journal.dropped(why, this.waitedMs);
  }

  expire(): void {
    if (!this.isQueued) return;
    const error = this.pool.lateError(this);
    this.pool.forget(this);
    this.reject(error);
    this.pool.journal.timedOut(this.waitedMs);
  }

  stopping(): void {
    // It may still need a resource to end well.
  }

  died(): void {
    this.drop("died", deadWaiterError(this.pool.name));
  }
}
