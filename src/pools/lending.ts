/**
 * The life of a checkout pool's resources: opened when somebody waits, lent to one borrower at a time,
 * given back, closed. All of it happens in the turn in which it is asked for or heard of, on the side of
 * whoever asks; only opening, closing and slow checks have turns of their own.
 *
 * At every step `idle + lent + starting + closing` is at the most `size + maxOverflow`, and every waiter is
 * settled once.
 *
 * @module
 */

import type { System } from "../actors/definition.ts";
import { type Kernel, Process, processOf } from "../actors/process.ts";
import { kernelOf } from "../actors/system.ts";
import { ActorError } from "../core/errors.ts";
import { type ExitReason, errorReason, NORMAL, SHUTDOWN } from "../core/exit-reason.ts";
import type { Pid } from "../core/pid.ts";
import { WaitingLine } from "../core/waiting-line.ts";
import { checkClaimant } from "../registry/claimant.ts";
import { isBeyond, isFull, isSurplus, type Load, roomOf, unservedOf } from "./admission.ts";
import { checkSlot } from "./checking.ts";
import { CheckoutTimeoutError, type Holder } from "./checkout-error.ts";
import type { CheckoutSettings } from "./checkout-options.ts";
import { Closing } from "./closing.ts";
import { LeakReport } from "./leak-report.ts";
import { type CheckinVerdict, type Lender, SlotLease } from "./lease.ts";
import { LoanTable } from "./loan-table.ts";
import { Openings } from "./opening.ts";
import type { OpeningBackoff } from "./opening-backoff.ts";
import { Slot } from "./slot.ts";
import type { Source } from "./source.ts";
import { TurnClock } from "./turn-clock.ts";
import {
  abortedError,
  type CheckoutOptions,
  checkCheckout,
  settlersOf,
  type WaitedFor,
  Waiter,
} from "./waiter.ts";

const NO_OPTIONS: CheckoutOptions = Object.freeze({});

/** Resources, loans and waiters of one pool. */
export class Lending<R> implements Lender<R>, WaitedFor<R> {
  readonly kernel: Kernel;
  readonly name: string;
  readonly source: Source<R>;
  readonly openTimeoutMs: number;
  readonly closeTimeoutMs: number;
  readonly backoff: OpeningBackoff;
  readonly #table: LoanTable<R>;
  readonly #line = new WaitingLine<Waiter<R>>();
  readonly #openings: Openings<R>;
  readonly #leaks: LeakReport;
  readonly #order: "lifo" | "fifo";
  readonly #now: TurnClock;
  readonly settlers = settlersOf<R>(this);
  asking: Waiter<R> | undefined = undefined;
  #limits: CheckoutSettings;
  /** `draining`: who waits is served, nobody else. `closed`: nobody is. */
  #phase: "open" | "draining" | "closed" = "open";
  /** The pool's process, which answers for what is idle or being opened; `undefined` while it is down. */
  #keeper: Pid | undefined = undefined;
  /** Goes up with each process of the pool: what an earlier one lent is closed when it comes back. */
  #era = 0;
  readonly #waits = new Set<{ readonly isOver: () => boolean; readonly over: () => void }>();

  constructor(system: System, source: Source<R>, settings: CheckoutSettings) {
    this.kernel = kernelOf(system);
    this.name = settings.name;
    this.source = source;
    this.openTimeoutMs = settings.openTimeoutMs;
    this.closeTimeoutMs = settings.closeTimeoutMs;
    this.backoff = settings.backoff;
    this.#limits = settings;
    this.#order = settings.order;
    const { clock, scheduler } = this.kernel.runtime;
    this.#now = new TurnClock(clock, scheduler);
    this.#table = new LoanTable(settings.name, (slot) => this.#retire(slot, NORMAL));
    this.#openings = new Openings(this);
    this.#leaks = new LeakReport(this.kernel, settings.name, () => this.#table.all("lent"));
  }

  get load(): Load {
    const { idle, lent, starting, closing } = this.#table;
    return { idle, lent, starting, closing, waiting: this.#line.length };
  }

  get isClosed(): boolean {
    return this.#phase !== "open";
  }

  /** @throws InvalidOptionsError with all faults at once */
  checkout(options: CheckoutOptions = NO_OPTIONS): Promise<SlotLease<R>> {
    const lease = this.lendNow(options);
    return lease === undefined ? this.wait(options) : Promise.resolve(lease);
  }

  /**
   * What is idle and fit at this moment, or nothing.
   *
   * @throws ActorError when the pool or the caller is over; InvalidOptionsError
   */
  lendNow(options: CheckoutOptions = NO_OPTIONS): SlotLease<R> | undefined {
    if (options !== NO_OPTIONS) checkCheckout(options);
    const borrower = borrowerOf(this.kernel);
    if (this.#phase !== "open" || options.signal?.aborted === true || borrower?.status === "dead")
      throw this.#refusal(options.signal);
    return this.#line.length === 0 ? this.#lendIdle(borrower) : undefined;
  }

  /** After {@link Lending.lendNow} had nothing. */
  wait(options: CheckoutOptions = NO_OPTIONS): Promise<SlotLease<R>> {
    // A check has run since the caller was let in: it may have closed the pool.
    if (this.#phase !== "open") return Promise.reject(this.#closedError());
    // While there is room in the line nothing has to be counted.
    if (this.#line.length >= this.#limits.maxWaiting && isFull(this.load, this.#limits))
      return Promise.reject(this.#full());
    const waiter = new Waiter(this, borrowerOf(this.kernel), options);
    this.#line.push(waiter);
    this.#serve();
    return waiter.promise;
  }

  giveBack(slot: Slot<R>, loan: number, verdict: CheckinVerdict): boolean {
    if (slot.state !== "lent" || slot.loan !== loan) return false;
    if (verdict === "discard") this.#retire(slot, NORMAL);
    else if (slot.unfit !== undefined) this.#retire(slot, slot.unfit);
    else if (slot.era !== this.#era || this.#keeper === undefined) this.#retire(slot, SHUTDOWN);
    else if (isBeyond(this.#table.held, this.#limits)) this.#retire(slot, SHUTDOWN);
    else if (this.#line.length > 0) this.#handOver(slot);
    else this.#rest(slot);
    return true;
  }

  handOn(slot: Slot<R>, to: Pid): SlotLease<R> {
    checkClaimant(this.kernel, to, this.name);
    this.#table.lend(slot, processOf(to));
    slot.loan += 1;
    return new SlotLease(this, slot);
  }

  tellLate(): void {
    this.kernel.telemetry.emit("lease:late", { pool: this.name });
  }

  forget(waiter: Waiter<R>): void {
    this.#line.remove(waiter);
    if (this.#line.length > 0) return;
    this.#openings.rest();
    if (this.#phase === "draining") this.#clear();
  }

  lateError({ borrower, timeoutMs }: Waiter<R>): ActorError {
    return new CheckoutTimeoutError({
      pool: this.name,
      timeoutMs,
      load: this.load,
      holders: this.holders(),
      ownLoans: borrower === undefined ? 0 : this.#table.loansOf(borrower),
      openError: this.#openings.lastError,
    });
  }

  opened(slot: Slot<R>): void {
    if (slot.state !== "starting") return;
    this.source.watch?.(slot.resource as R, () => this.#endedByItself(slot));
    if (slot.state === "starting") this.#ready(slot);
    this.#serve();
  }

  notOpened(slot: Slot<R>): void {
    if (slot.opening === undefined) this.#gone(slot);
    else if (slot.state === "starting") {
      this.#retire(slot, errorReason(this.#openings.lastError));
      // Where there is room, the next try does not wait for this one to be closed.
      this.#serve();
    }
  }

  mayOpenAgain(): void {
    this.#serve();
  }

  /** The pool's process runs. */
  wentUp(keeper: Pid): void {
    this.#era += 1;
    this.#keeper = keeper;
  }

  /** The pool's process stops or has died: nothing is opened or kept any more; loans go on. */
  wentDown(): void {
    if (this.#keeper === undefined) return;
    this.#keeper = undefined;
    this.#refuseAll(
      () =>
        new ActorError(
          "ERR_NOT_RUNNING",
          "no",
          `pool "${this.name}" is not running any more; nothing was lent`,
        ),
    );
    this.#clear();
  }

  resize(size: number): void {
    this.#limits = { ...this.#limits, size };
    for (const slot of this.#table.all("idle"))
      if (isSurplus(this.#table.held, this.#limits)) this.#retire(slot, SHUTDOWN);
    this.#serve();
  }

  /** No more checkouts; who waits is still served. */
  drain(): void {
    if (this.#phase === "open") this.#phase = "draining";
    if (this.#line.length === 0) this.#clear();
  }

  /** No more checkouts, and who waits is refused. */
  close(): void {
    this.#phase = "closed";
    this.#refuseAll(() => this.#closedError());
    this.#clear();
  }

  /** Who has what is lent. */
  holders(): Holder[] {
    return this.#table.holders(this.kernel.runtime.clock.now());
  }

  /** Closes what is lent, under its borrowers. @returns who had it */
  seize(): Holder[] {
    const holders = this.holders();
    for (const slot of this.#table.all("lent")) this.#retire(slot, SHUTDOWN);
    return holders;
  }

  /** Calls back once nothing is left: at once when that is so already. @returns a function that forgets it */
  whenEmpty(over: () => void): () => void {
    return this.#await(() => this.#table.size === 0, over);
  }

  /** Calls back once nothing is being closed. */
  whenClosed(over: () => void): () => void {
    return this.#await(() => this.#table.closing === 0, over);
  }

  #await(isOver: () => boolean, over: () => void): () => void {
    const wait = { isOver, over };
    if (isOver()) over();
    else this.#waits.add(wait);
    return () => this.#waits.delete(wait);
  }

  /** A fault in the context of a resource. */
  readonly #faulted = (slot: Slot<R>, error: unknown): void => {
    if (slot.attempt !== undefined) slot.attempt.fail(error);
    else this.#spoil(slot, errorReason(error));
    // Last: a listener that takes from this pool finds it gone.
    this.kernel.telemetry.emit("resource:fault", { pool: this.name, error });
  };

  /** An actor that was lent or idle has ended. */
  #endedByItself(slot: Slot<R>): void {
    this.#spoil(slot, NORMAL);
  }

  /** It must not be lent again: goes now when nobody has it. */
  #spoil(slot: Slot<R>, reason: ExitReason): void {
    slot.unfit ??= reason;
    if (slot.state === "idle" || (slot.state === "starting" && slot.opening === undefined))
      this.#retire(slot, reason);
    this.#serve();
  }

  #refusal(signal: AbortSignal | undefined): ActorError {
    if (this.#phase !== "open") return this.#closedError();
    if (signal?.aborted === true) return abortedError(this.name, signal);
    return new ActorError(
      "ERR_DETACHED",
      "no",
      `this handler's process has died: pool "${this.name}" lends it nothing`,
    );
  }

  #lendIdle(borrower: Process | undefined): SlotLease<R> | undefined {
    for (let slot = this.#nextIdle(); slot !== undefined; slot = this.#nextIdle()) {
      if (this.#isFit(slot)) return this.#lend(slot, borrower);
      if (slot.state === "starting") return undefined;
    }
    return undefined;
  }

  #nextIdle(): Slot<R> | undefined {
    const { resting } = this.#table;
    return this.#order === "lifo" ? resting.last : resting.first;
  }

  /** Whether it may be lent now. One that is not goes; one whose check takes time is ready later. */
  #isFit(slot: Slot<R>): boolean {
    // Most resources are not looked at before a loan.
    if (this.source.check === undefined && slot.unfit === undefined) return true;
    const { state } = slot;
    const verdict = checkSlot(this, slot, (isFit) => this.#checked(slot, isFit));
    // The check is a user's code: what it did to the pool has taken this one along.
    if (slot.state !== state) return false;
    if (verdict === "fit") return true;
    if (verdict === "unfit") this.#retire(slot, slot.unfit ?? NORMAL);
    else this.#table.move(slot, "starting");
    return false;
  }

  #checked(slot: Slot<R>, isFit: boolean): void {
    if (slot.state !== "starting") return;
    if (isFit && slot.unfit === undefined) this.#ready(slot);
    else this.#retire(slot, slot.unfit ?? NORMAL);
    this.#serve();
  }

  #lend(slot: Slot<R>, borrower: Process | undefined): SlotLease<R> {
    slot.loan += 1;
    slot.lentAtMs = this.#now.now();
    this.#table.lend(slot, borrower);
    const lease = new SlotLease(this, slot);
    if (borrower !== undefined) return lease;
    // Plain code does not die: all that can be done about a forgotten lease is to tell.
    slot.lease = lease;
    this.#leaks.watch();
    return lease;
  }

  /** Sees to it that something is under way for everybody who waits, as far as there is room. */
  #serve(): void {
    if (this.#line.length === 0 || this.#isSpent) return;
    while (this.#keeper !== undefined && unservedOf(this.load) > 0) {
      const slot = this.#nextIdle();
      if (slot !== undefined) {
        if (this.#isFit(slot)) this.#ready(slot);
      } else if (roomOf(this.load, this.#limits) === 0) {
        return;
      } else if (this.#openings.mayBegin) {
        this.#open();
      } else {
        return this.#openings.await();
      }
    }
  }

  /** Nothing is idle and nothing more may be opened: who waits, waits for what is lent. */
  get #isSpent(): boolean {
    const { size, maxOverflow } = this.#limits;
    return this.#table.idle === 0 && this.#table.size >= size + maxOverflow;
  }

  #open(): void {
    const slot = new Slot<R>(this.#era, this.#faulted);
    this.#table.enter(slot, "starting");
    this.#openings.begin(slot);
  }

  /** Somebody waits for what was just given back. */
  #handOver(slot: Slot<R>): void {
    if (this.#isFit(slot)) this.#ready(slot);
  }

  /** Fit to be lent: to who has waited longest, or it rests. */
  #ready(slot: Slot<R>): void {
    for (let waiter = this.#line.shift(); waiter !== undefined; waiter = this.#line.shift()) {
      // A death in this very turn may not have reached the waiter yet.
      if (waiter.borrower?.status === "dead") waiter.died();
      else return waiter.grant(this.#lend(slot, waiter.borrower));
    }
    if (this.#keeper === undefined) this.#retire(slot, SHUTDOWN);
    else this.#rest(slot);
  }

  #rest(slot: Slot<R>): void {
    if (this.#phase === "open" && !isSurplus(this.#table.held, this.#limits)) this.#table.move(slot, "idle");
    else this.#retire(slot, SHUTDOWN);
  }

  /** Closes it; it counts until that is over. */
  #retire(slot: Slot<R>, reason: ExitReason): void {
    slot.attempt?.giveUp();
    this.#table.move(slot, "closing");
    void new Closing(this, slot, reason, (closed) => this.#gone(closed));
  }

  #gone(slot: Slot<R>): void {
    this.#table.leave(slot);
    this.#serve();
    if (this.#table.size === 0) this.#settleDown();
    for (const wait of [...this.#waits]) {
      if (wait.isOver() && this.#waits.delete(wait)) wait.over();
    }
  }

  /** What nobody has goes. */
  #clear(): void {
    for (const slot of this.#table.all("idle")) this.#retire(slot, SHUTDOWN);
    for (const slot of this.#table.all("starting")) this.#retire(slot, SHUTDOWN);
  }

  /** Nothing is left to look after: no timer, nobody watched. */
  #settleDown(): void {
    this.#leaks.rest();
    this.#table.forgetSpare();
  }

  #refuseAll(error: () => ActorError): void {
    for (let waiter = this.#line.shift(); waiter !== undefined; waiter = this.#line.shift())
      waiter.fail(error());
  }

  #closedError(): ActorError {
    return new ActorError("ERR_POOL_CLOSED", "no", `pool "${this.name}" is closed: nothing is lent any more`);
  }

  #full(): ActorError {
    const { lent, waiting } = this.load;
    const text = `pool "${this.name}" is full: ${lent} lent, ${waiting} waiting (maxWaiting ${this.#limits.maxWaiting})`;
    return new ActorError("ERR_POOL_FULL", "no", text);
  }
}

/** The process that asks, of whatever system; what runs in a resource's own context is plain code. */
function borrowerOf(kernel: Kernel): Process | undefined {
  const owner = kernel.runtime.attribution.current();
  if (owner === undefined) return kernel.running;
  return owner instanceof Process ? owner : undefined;
}
