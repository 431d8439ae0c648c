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
import { LineDeadline } from "./line-deadline.ts";
import { overloadedError } from "./pool-errors.ts";
import type { PoolJournal } from "./pool-journal.ts";
import type { TurnClock } from "./turn-clock.ts";
import { type CheckoutOptions, settlersOf, type WaitedFor, Waiter } from "./waiter.ts";

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
  readonly settlers = settlersOf<R>(this);
  asking: Waiter<R> | undefined = undefined;
  readonly #pool: ServingPool<R>;
  readonly #line = new WaitingLine<Waiter<R>>();
  readonly #limit: LineDeadline<Waiter<R>>;
  readonly #timeoutMs: number;
  readonly #limits: CodelLimits | undefined;
  #codel = QUICK;
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

  begin(borrower: Process | undefined, options: CheckoutOptions): Waiter<R> {
    const arrival = this.#limit.arrive(this.now.now());
    const waiter = new Waiter(this, borrower, options, this.#timeoutMs, arrival);
    this.#line.push(waiter);
    if (waiter.deadline === undefined) this.#limit.joined();
    if (this.#limits !== undefined && !this.#isLooking) this.#lookAfter(this.#limits.intervalMs);
    return waiter;
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
    this.#line.remove(waiter);
    if (this.#line.length > 0) return;
    this.#limit.rest();
    if (this.#isLooking) this.#stopLooking();
    this.#pool.lineEmptied();
  }

  lateError(waiter: Waiter<R>): ActorError {
    return this.#pool.lateError(waiter);
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
