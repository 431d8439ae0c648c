/**
 * Who waits for a resource, first come first served: a line with an end, and one that refuses who has stood in
 * it for too long when it is too slow to serve everybody.
 *
 * @module
 */

import { Deadline } from "../actors/deadlines.ts";
import type { Kernel, Process } from "../actors/process.ts";
import type { ActorError } from "../core/errors.ts";
import { WaitingLine } from "../core/waiting-line.ts";
import { afterWait, type CodelLimits, patienceMs, QUICK } from "./codel.ts";
import type { SlotLease } from "./lease.ts";
import { LineDeadline } from "./line-deadline.ts";
import { overloadedError } from "./pool-errors.ts";
import type { PoolJournal } from "./pool-journal.ts";
import type { TurnClock } from "./turn-clock.ts";
import { type CheckoutOptions, type WaitedFor, Waiter } from "./waiter.ts";

/** What the line asks of its pool. */
export interface ServingPool<R> {
  readonly kernel: Kernel;
  readonly name: string;
  readonly now: TurnClock;
  readonly journal: PoolJournal;
  lateError(waiter: Waiter<R>): ActorError;
  /** Nobody waits any more. */
  lineEmptied(): void;
}

/** The waiting line of one pool. */
export class Waiting<R> implements WaitedFor<R> {
  readonly kernel: Kernel;
  readonly name: string;
  readonly now: TurnClock;
  readonly journal: PoolJournal;
  readonly #pool: ServingPool<R>;
  readonly #line = new WaitingLine<Waiter<R>>();
  readonly #limit: LineDeadline<Waiter<R>>;
  readonly #timeoutMs: number;
  readonly #limits: CodelLimits | undefined;
  #codel = QUICK;
  /** Who asks, for {@link Waiting.#join}. */
  #asking: Process | undefined = undefined;
  #options: CheckoutOptions | undefined = undefined;
  /** How many of those in line are plain code. */
  #plain = 0;
  readonly #look = new Deadline(() => this.#lookAtHead());
  #isLooking = false;
  /** Who was first when the line was last looked at. */
  #head: Waiter<R> | undefined = undefined;

  /**
   * @param timeoutMs - of who does not say how long it waits
   * @param limits - of a line that refuses who waits too long
   */
  constructor(pool: ServingPool<R>, timeoutMs: number, limits: CodelLimits | undefined) {
    this.#pool = pool;
    this.kernel = pool.kernel;
    this.name = pool.name;
    this.now = pool.now;
    this.journal = pool.journal;
    this.#timeoutMs = timeoutMs;
    this.#limits = limits;
    this.#limit = new LineDeadline(pool.kernel, this.#line, timeoutMs);
  }

  get length(): number {
    return this.#line.length;
  }

  /** Stands in line from now on. @param options - of who says more than nothing */
  begin(borrower: Process | undefined, options: CheckoutOptions | undefined): Promise<SlotLease<R>> {
    this.#asking = borrower;
    this.#options = options;
    const promise = new Promise(this.#join);
    this.#asking = undefined;
    this.#options = undefined;
    return promise;
  }

  /** Who is to be served now; it leaves the line when it is. Who is dead or has waited too long is told so instead. */
  next(): Waiter<R> | undefined {
    const { first } = this.#line;
    if (first === undefined || (this.#limits === undefined && first.borrower?.status !== "dead"))
      return first;
    return this.#nextOf(first);
  }

  /** Something came back and nobody waited. */
  unwanted(): void {
    if (this.#limits !== undefined) this.#codel = afterWait(this.#codel, this.#limits, this.now.now(), 0);
  }

  refuseAll(why: "closed" | "notRunning", error: () => ActorError): void {
    for (let waiter = this.#line.first; waiter !== undefined; waiter = this.#line.first)
      waiter.drop(why, error());
  }

  forget(waiter: Waiter<R>): void {
    const { borrower } = waiter;
    this.#line.remove(waiter);
    if (borrower === undefined) this.#plainLeft();
    // A death goes through its watchers: the list stays as it is until all have been told.
    else if (borrower.status !== "dead") borrower.unwatch(waiter);
    if (waiter.deadline !== undefined) this.kernel.deadlines.cancel(waiter.deadline);
    waiter.unlisten?.();
    if (this.#line.length > 0) return;
    this.#limit.rest();
    if (this.#isLooking) this.#stopLooking();
    this.#pool.lineEmptied();
  }

  lateError(waiter: Waiter<R>): ActorError {
    return this.#pool.lateError(waiter);
  }

  /**
   * The executor of the promises of all who wait: a closure for each would be a good part of what a wait allocates, and
   * a waiter that is made before its promise would have to be kept somewhere meanwhile.
   */
  readonly #join = (resolve: (lease: SlotLease<R>) => void, reject: (error: unknown) => void): void => {
    const borrower = this.#asking;
    const options = this.#options;
    const timeoutMs = options?.timeoutMs ?? this.#timeoutMs;
    const waiter = new Waiter(this, borrower, timeoutMs, this.#limit.arrive(this.now), resolve, reject);
    this.#line.push(waiter);
    // Plain code that waits keeps the host alive; a process that waits is looked after by its death.
    if (borrower === undefined) this.#plainJoined();
    else borrower.watch(waiter);
    if (options?.timeoutMs === undefined) this.#limit.joined();
    else waiter.limit();
    if (options?.signal !== undefined) this.#abortWith(waiter, options.signal);
    if (this.#limits !== undefined && !this.#isLooking) this.#lookAfter(this.#limits.intervalMs);
  };

  /** A signal that cannot be listened to leaves nobody in line behind it. */
  #abortWith(waiter: Waiter<R>, signal: AbortSignal): void {
    try {
      waiter.abortWith(signal);
    } catch (thrown) {
      this.forget(waiter);
      throw thrown;
    }
  }

  #plainJoined(): void {
    this.#plain += 1;
    if (this.#plain === 1) this.kernel.runtime.scheduler.hold();
  }

  #plainLeft(): void {
    this.#plain -= 1;
    if (this.#plain === 0) this.kernel.runtime.scheduler.release();
  }

  #nextOf(first: Waiter<R>): Waiter<R> | undefined {
    if (this.#limits !== undefined) this.#observe(first);
    for (let waiter: Waiter<R> | undefined = first; waiter !== undefined; waiter = this.#line.first) {
      // A death in this very turn may not have reached the waiter yet.
      if (waiter.borrower?.status === "dead") waiter.died();
      else if (!this.#isTooLate(waiter)) return waiter;
    }
    return undefined;
  }

  #observe({ arrival }: Waiter<R>): void {
    const nowMs = this.now.now();
    this.#codel = afterWait(this.#codel, this.#limits as CodelLimits, nowMs, nowMs - arrival.atMs);
  }

  /** Tells it so. */
  #isTooLate(waiter: Waiter<R>): boolean {
    if (this.#limits === undefined || !this.#codel.isSlow) return false;
    const { waitedMs } = waiter;
    if (waitedMs <= patienceMs(this.#codel, this.#limits)) return false;
    waiter.drop("overloaded", overloadedError(this.name, waitedMs, this.#limits.targetMs));
    return true;
  }

  #lookAfter(intervalMs: number): void {
    this.#isLooking = true;
    this.#head = this.#line.first;
    this.kernel.deadlines.arm(this.#look, intervalMs);
  }

  #stopLooking(): void {
    this.#isLooking = false;
    this.#head = undefined;
    this.kernel.deadlines.cancel(this.#look);
  }

  /** Once an interval: where nothing came back all the while, nobody else finds out how slow the line is. */
  #lookAtHead(): void {
    const stuck = this.#line.first;
    if (stuck !== undefined && stuck === this.#head) {
      this.#observe(stuck);
      for (let waiter = this.#line.first; waiter !== undefined; waiter = this.#line.first)
        if (!this.#isTooLate(waiter)) break;
    }
    if (this.#line.length > 0) this.#lookAfter((this.#limits as CodelLimits).intervalMs);
    else this.#stopLooking();
  }
}
