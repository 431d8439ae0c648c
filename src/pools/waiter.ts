/**
 * Somebody who waits for a resource. Whatever comes first settles it, once, in the turn in which it
 * happens: a grant, its deadline, its abort signal, its own death, or the end of the pool.
 *
 * @module
 */

import { checkWait, Deadline } from "../actors/deadlines.ts";
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
  /** The executor of the promises of all waiters: it is told by {@link WaitedFor.asking} whose it makes. */
  readonly settlers: Settlers<R>;
  asking: Waiter<R> | undefined;
  /** `waiter` is settled: it stands in no line any more. */
  forget(waiter: Waiter<R>): void;
  lateError(waiter: Waiter<R>): ActorError;
}

type Settlers<R> = (resolve: (lease: SlotLease<R>) => void, reject: (error: unknown) => void) => void;

/** A closure for each wait would be a good part of what a wait allocates. */
export function settlersOf<R>(pool: Pick<WaitedFor<R>, "asking">): Settlers<R> {
  return (resolve, reject) => {
    const waiter = pool.asking as Waiter<R>;
    waiter.resolve = resolve;
    waiter.reject = reject;
  };
}

/** How long to wait for a resource, and what may cut the wait short. */
export interface CheckoutOptions {
  /** Milliseconds over waiting, opening and checking together; the pool's `checkoutTimeoutMs` when absent, `Infinity` for none. */
  readonly timeoutMs?: number;
  /** Gives up when it aborts: `ERR_ABORTED`. */
  readonly signal?: AbortSignal;
}

const NAMES: readonly string[] = ["timeoutMs", "signal"];

/** @throws InvalidOptionsError with all faults at once */
export function checkCheckout(options: CheckoutOptions): void {
  const others = Object.keys(options).filter((name) => !NAMES.includes(name));
  const unknown = others.map((name) => `${name} is no option here; there are ${NAMES.join(" and ")}`);
  checkWait("checkout", options.timeoutMs ?? 0, options.signal, unknown);
}

/** One wait; stands in the pool's line until it is settled. */
export class Waiter<R> implements Queued, Patient, ProcessWatcher {
  readonly borrower: Process | undefined;
  readonly timeoutMs: number;
  readonly arrival: Arrival;
  readonly promise: Promise<SlotLease<R>>;
  isQueued = false;
  ahead: Queued | undefined = undefined;
  behind: Queued | undefined = undefined;
  /** Of one that does not wait as long as the pool says. */
  readonly deadline: Deadline | undefined;
  readonly #pool: WaitedFor<R>;
  /** What settles the promise that the borrower has. */
  resolve!: (lease: SlotLease<R>) => void;
  reject!: (error: unknown) => void;
  #unlisten: (() => void) | undefined;

  /** @param timeoutMs - the pool's, for a wait that does not say its own */
  constructor(
    pool: WaitedFor<R>,
    borrower: Process | undefined,
    options: CheckoutOptions,
    timeoutMs: number,
    arrival: Arrival,
  ) {
    this.#pool = pool;
    this.borrower = borrower;
    this.arrival = arrival;
    this.timeoutMs = options.timeoutMs ?? timeoutMs;
    this.deadline = options.timeoutMs === undefined ? undefined : new Deadline(() => this.expire());
    pool.asking = this;
    this.promise = new Promise(pool.settlers);
    // What it kept of the last wait would hold the lease that came of it.
    pool.asking = undefined;
    const { kernel } = pool;
    // Plain code that waits keeps the host alive; a process that waits is looked after by its death.
    if (borrower === undefined) kernel.runtime.scheduler.hold();
    else borrower.watch(this);
    if (this.deadline !== undefined) kernel.deadlines.arm(this.deadline, this.timeoutMs);
    if (options.signal !== undefined) this.#abortWith(options.signal);
  }

  /** How long it has waited by now, in milliseconds. */
  get waitedMs(): number {
    return this.#pool.now.now() - this.arrival.atMs;
  }

  grant(lease: SlotLease<R>): void {
    this.#settle();
    this.resolve(lease);
  }

  /** Ends it without a loan; nothing happens when it is settled. */
  drop(why: CheckoutDrop, error: ActorError): void {
    if (!this.isQueued) return;
    this.#settle();
    this.reject(error);
    this.#pool.journal.dropped(why, this.waitedMs);
  }

  expire(): void {
    if (!this.isQueued) return;
    const error = this.#pool.lateError(this);
    this.#settle();
    this.reject(error);
    this.#pool.journal.timedOut(this.waitedMs);
  }

  stopping(): void {
    // It may still need a resource to end well.
  }

  died(): void {
    this.drop("died", deadWaiterError(this.#pool.name));
  }

  #abortWith(signal: AbortSignal): void {
    const onAbort = (): void => this.drop("aborted", abortedError(this.#pool.name, signal));
    signal.addEventListener("abort", onAbort, { once: true });
    this.#unlisten = () => signal.removeEventListener("abort", onAbort);
  }

  #settle(): void {
    const { kernel } = this.#pool;
    this.#pool.forget(this);
    if (this.deadline !== undefined) kernel.deadlines.cancel(this.deadline);
    if (this.borrower === undefined) kernel.runtime.scheduler.release();
    // A death goes through its watchers: the list stays as it is until all have been told.
    else if (this.borrower.status !== "dead") this.borrower.unwatch(this);
    this.#unlisten?.();
  }
}
