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
import { type Kernel, type Process, processOf } from "../actors/process.ts";
import { kernelOf } from "../actors/system.ts";
import type { ActorError } from "../core/errors.ts";
import { type ExitReason, errorReason, NORMAL, SHUTDOWN } from "../core/exit-reason.ts";
import type { Pid } from "../core/pid.ts";
import { checkClaimant } from "../registry/claimant.ts";
import { isBeyond, isFull, isSurplus, type Load } from "./admission.ts";
import { borrowerOf } from "./borrower.ts";
import { CheckoutTimeoutError, type Holder } from "./checkout-error.ts";
import type { CheckoutSettings } from "./checkout-options.ts";
import { Closing } from "./closing.ts";
import { EndWaits } from "./end-waits.ts";
import { Inspection } from "./inspection.ts";
import { LeakReport, stackOf } from "./leak-report.ts";
import { type CheckinVerdict, type Lender, reasonOf, SlotLease } from "./lease.ts";
import { expiryOf, needsCare } from "./lifetime.ts";
import { LoanTable } from "./loan-table.ts";
import { abortedError, closedError, detachedError, fullError, notRunningError } from "./pool-errors.ts";
import { PoolJournal } from "./pool-journal.ts";
import { Slot } from "./slot.ts";
import type { Source } from "./source.ts";
import { Supply } from "./supply.ts";
import { TurnClock } from "./turn-clock.ts";
import { Upkeep } from "./upkeep.ts";
import { type CheckoutOptions, checkCheckout, type Waiter } from "./waiter.ts";
import { Waiting } from "./waiting.ts";

/** Resources, loans and waiters of one pool. */
export class Lending<R> implements Lender<R> {
  readonly kernel: Kernel;
  readonly name: string;
  readonly source: Source<R>;
  readonly now: TurnClock;
  readonly journal: PoolJournal;
  readonly #table: LoanTable<R>;
  readonly #waiting: Waiting<R>;
  readonly #inspection: Inspection<R>;
  readonly #supply: Supply<R>;
  readonly #leaks: LeakReport;
  /** `undefined` where what is idle stays so. */
  #upkeep: Upkeep<R> | undefined;
  settings: CheckoutSettings;
  /** `draining`: who waits is served, nobody else. `closed`: nobody is. */
  #phase: "open" | "draining" | "closed" = "open";
  /** The pool's process runs, and answers for what is idle or being opened. */
  isUp = false;
  /** Goes up with each process of the pool: what an earlier one lent is closed when it comes back. */
  #era = 0;
  readonly #endWaits = new EndWaits();

  constructor(system: System, source: Source<R>, settings: CheckoutSettings) {
    this.kernel = kernelOf(system);
    this.name = settings.name;
    this.source = source;
    this.settings = settings;
    const { clock, scheduler } = this.kernel.runtime;
    this.now = new TurnClock(clock, scheduler);
    this.journal = new PoolJournal(this.kernel, settings.name);
    this.#table = new LoanTable(settings.name, (slot) => this.retire(slot, NORMAL));
    this.#waiting = new Waiting(this, settings.checkoutTimeoutMs, settings.queue);
    this.#inspection = new Inspection(this, this.#table);
    this.#supply = new Supply(this, this.#table, this.#inspection);
    this.#leaks = new LeakReport(this.kernel, settings.name, () => this.#table.all("lent"));
    this.#upkeep = needsCare(settings)
      ? new Upkeep(this, this.#table, settings, settings.minSize)
      : undefined;
  }

  get load(): Load {
    const { idle, lent, starting, closing } = this.#table;
    return { idle, lent, starting, closing, waiting: this.#waiting.length };
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  get isClosed(): boolean {
    return this.#phase !== "open";
  }

  /** Nothing is lent, waited for or under way. */
  get isAtRest(): boolean {
    return this.#table.size === this.#table.idle && this.#waiting.length === 0;
  }

  /** @throws InvalidOptionsError with all faults at once */
  checkout(options?: CheckoutOptions): Promise<SlotLease<R>> {
    const borrower = borrowerOf(this.kernel);
    // Behind others nothing is to be had at once.
    if (options === undefined && this.#waiting.length > 0 && this.#isLendingTo(borrower))
      return this.#queue(undefined, borrower);
    const lease = this.lendNow(options, borrower);
    return lease === undefined ? this.wait(options, borrower) : Promise.resolve(lease);
  }

  /**
   * What is idle and fit at this moment, or nothing.
   *
   * @throws ActorError when the pool or the caller is over; InvalidOptionsError
   */
  lendNow(options?: CheckoutOptions, borrower = borrowerOf(this.kernel)): SlotLease<R> | undefined {
    if (options !== undefined) checkCheckout(options);
    this.#checkAsker(options, borrower);
    if (this.#waiting.length > 0) return undefined;
    const slot = this.#inspection.fitIdle();
    if (slot === undefined) return undefined;
    // A check has run: whom it has aborted or ended gets nothing, and what it found fit stays where it is.
    if (this.source.check !== undefined) this.#checkAsker(options, borrower);
    const lease = this.#lend(slot, borrower);
    this.journal.grantedAtOnce();
    return lease;
  }

  /** After {@link Lending.lendNow} had nothing. */
  wait(options?: CheckoutOptions, borrower = borrowerOf(this.kernel)): Promise<SlotLease<R>> {
    // A check has run since the caller was let in: it may have closed the pool, or aborted the signal.
    if (this.#phase !== "open" || options?.signal?.aborted === true)
      return Promise.reject(this.#refusal(options?.signal));
    return this.#queue(options, borrower);
  }

  #checkAsker(options: CheckoutOptions | undefined, borrower: Process | undefined): void {
    if (options?.signal?.aborted === true || !this.#isLendingTo(borrower))
      throw this.#refusal(options?.signal);
  }

  #isLendingTo(borrower: Process | undefined): boolean {
    return this.#phase === "open" && borrower?.status !== "dead";
  }

  #queue(options: CheckoutOptions | undefined, borrower: Process | undefined): Promise<SlotLease<R>> {
    const { maxWaiting } = this.settings;
    // While there is room in the line nothing has to be counted.
    if (this.#waiting.length >= maxWaiting && isFull(this.load, this.settings))
      return Promise.reject(this.#dropped("full", fullError(this.name, this.load, maxWaiting)));
    const promise = this.#waiting.begin(borrower, options);
    if (!this.#supply.isSpent) this.serve();
    this.journal.queued(this.#waiting.length);
    return promise;
  }

  giveBack(slot: Slot<R>, verdict: CheckinVerdict): boolean {
    if (slot.state !== "lent") return false;
    const why = verdict === "ok" ? this.#whyNotKept(slot) : reasonOf(verdict);
    if (why !== undefined) this.retire(slot, why);
    else if (this.#waiting.length === 0) this.#rest(slot);
    // What is kept is fit, unless there is more to ask.
    else if (this.source.check === undefined || this.#inspection.isFit(slot)) this.ready(slot);
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

  lineEmptied(): void {
    if (!this.#supply.isShort) this.#supply.rest();
    if (this.#phase === "draining") this.#clear();
  }

  lateError({ borrower, timeoutMs }: Waiter<R>): ActorError {
    return new CheckoutTimeoutError({
      pool: this.name,
      timeoutMs,
      load: this.load,
      holders: this.holders(),
      ownLoans: borrower === undefined ? 0 : this.#table.loansOf(borrower),
      openError: this.#supply.lastError,
    });
  }

  opened(slot: Slot<R>): void {
    if (slot.state !== "starting") return;
    const nowMs = this.now.now();
    slot.wasReady = true;
    slot.idleAtMs = nowMs;
    slot.lookedAtMs = nowMs;
    slot.expiresAtMs = expiryOf(this.settings, nowMs, this.#chance());
    this.source.watch?.(slot.resource as R, () => this.#endedByItself(slot));
    if (slot.state === "starting") this.ready(slot);
    this.serve();
    this.journal.opened();
  }

  notOpened(slot: Slot<R>): void {
    if (slot.opening === undefined) this.#gone(slot, NORMAL);
    else if (slot.state === "starting") {
      this.retire(slot, errorReason(this.#supply.lastError));
      // Where there is room, the next try does not wait for this one to be closed.
      this.serve();
    }
  }

  mayOpenAgain(): void {
    this.serve();
  }

  expired(slot: Slot<R>): void {
    this.retire(slot, NORMAL);
  }

  ping(slot: Slot<R>): void {
    this.#inspection.ping(slot);
  }

  /** The pool's process runs. */
  wentUp(): void {
    this.#era += 1;
    this.isUp = true;
    this.serve();
  }

  /** The pool's process stops or has died: nothing is opened or kept any more; loans go on. */
  wentDown(): void {
    if (!this.isUp) return;
    this.isUp = false;
    this.#waiting.refuseAll("notRunning", () => notRunningError(this.name));
    this.#clear();
  }

  resize(size: number): void {
    this.settings = { ...this.settings, size };
    for (const slot of this.#table.all("idle"))
      if (isSurplus(this.#table.held, this.settings)) this.retire(slot, SHUTDOWN);
    this.serve();
  }

  /** From now on all that is open is too old within `withinMs`, each at a moment that is left to chance. */
  recycle(withinMs: number): void {
    const { clock, random } = this.kernel.runtime;
    const nowMs = clock.now();
    for (const state of ["idle", "lent", "starting"] as const)
      for (const slot of this.#table.all(state))
        slot.expiresAtMs = Math.min(slot.expiresAtMs, nowMs + withinMs * random.next());
    this.#upkeep ??= new Upkeep(this, this.#table, this.settings, this.settings.minSize);
    for (const slot of this.#table.all("idle"))
      if (slot.expiresAtMs <= nowMs) this.retire(slot, NORMAL);
      else this.#upkeep.rested(slot);
  }

  /** No more checkouts; who waits is still served. */
  drain(): void {
    if (this.#phase === "open") this.#phase = "draining";
    if (this.#waiting.length === 0) this.#clear();
  }

  /** No more checkouts, and who waits is refused. */
  close(): void {
    this.#phase = "closed";
    this.#waiting.refuseAll("closed", () => closedError(this.name));
    this.#clear();
  }

  /** Who has what is lent. */
  holders(): Holder[] {
    return this.#table.holders(this.kernel.runtime.clock.now());
  }

  /** Closes what is lent, under its borrowers. @returns who had it */
  seize(): Holder[] {
    const holders = this.holders();
    for (const slot of this.#table.all("lent")) this.retire(slot, SHUTDOWN);
    return holders;
  }

  /** Calls back once nothing is left: at once when that is so already. @returns a function that forgets it */
  whenEmpty(over: () => void): () => void {
    return this.#endWaits.wait(() => this.#table.size === 0, over);
  }

  /** Calls back once nothing is being closed. */
  whenClosed(over: () => void): () => void {
    return this.#endWaits.wait(() => this.#table.closing === 0, over);
  }

  makeRoom(): Slot<R> {
    const slot = new Slot<R>(this.#era, this.#faulted);
    this.#table.enter(slot, "starting");
    return slot;
  }

  serve(): void {
    this.#supply.serve();
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
      this.retire(slot, reason);
    this.serve();
  }

  #refusal(signal: AbortSignal | undefined): ActorError {
    if (this.#phase !== "open") return this.#dropped("closed", closedError(this.name));
    if (signal?.aborted === true) return this.#dropped("aborted", abortedError(this.name, signal));
    return this.#dropped("died", detachedError(this.name));
  }

  #dropped(why: "aborted" | "closed" | "died" | "full", error: ActorError): ActorError {
    this.journal.dropped(why, 0);
    return error;
  }

  /** Why something that comes back in order is not lent again. */
  #whyNotKept(slot: Slot<R>): ExitReason | undefined {
    if (slot.unfit !== undefined) return slot.unfit;
    if (slot.era !== this.#era || !this.isUp) return SHUTDOWN;
    if (isBeyond(this.#table.held, this.settings)) return SHUTDOWN;
    return this.#inspection.isWornOut(slot) ? NORMAL : undefined;
  }

  #lend(slot: Slot<R>, borrower: Process | undefined): SlotLease<R> {
    slot.loan += 1;
    slot.uses += 1;
    slot.lentAtMs = this.now.now();
    if (this.settings.stacks) slot.stack = stackOf();
    this.#table.lend(slot, borrower);
    // Plain code does not die: all that can be done about a forgotten lease is to tell.
    if (borrower === undefined) this.#leaks.watch();
    return new SlotLease(this, slot);
  }

  /** Fit to be lent: to who has waited longest, or it rests. */
  ready(slot: Slot<R>): void {
    if (!this.#lendToNext(slot)) this.#rest(slot);
  }

  /** @returns whether nothing is left to do with it */
  #lendToNext(slot: Slot<R>): boolean {
    const waiter = this.#waiting.next();
    // The last of them may have waited too long: to tell it may be the end of a drain, which takes this along.
    if (waiter === undefined) return slot.state === "closing";
    const lease = this.#lend(slot, waiter.borrower);
    this.#waiting.forget(waiter);
    waiter.resolve(lease);
    this.journal.granted(slot.lentAtMs - waiter.arrival.atMs);
    return true;
  }

  /** Pinged, and there: where it was, unless somebody waits. */
  stillThere(slot: Slot<R>): void {
    slot.lookedAtMs = this.now.now();
    if (this.#lendToNext(slot)) return;
    if (!this.#isKept) return this.retire(slot, SHUTDOWN);
    this.#table.restore(slot);
    this.#upkeep?.rested(slot);
  }

  /** What nobody waits for stays. */
  get #isKept(): boolean {
    return this.isUp && this.#phase === "open" && !isSurplus(this.#table.held, this.settings);
  }

  #rest(slot: Slot<R>): void {
    if (!this.#isKept) return this.retire(slot, SHUTDOWN);
    this.#table.move(slot, "idle");
    this.#waiting.unwanted();
    if (this.#upkeep === undefined && this.settings.checkAfterIdleMs === 0) return;
    const nowMs = this.now.now();
    slot.idleAtMs = nowMs;
    slot.lookedAtMs = nowMs;
    this.#upkeep?.rested(slot);
  }

  /** Closes it; it counts until that is over. */
  retire(slot: Slot<R>, reason: ExitReason): void {
    slot.attempt?.giveUp();
    this.#inspection.endPing(slot);
    this.#table.move(slot, "closing");
    void new Closing(this, slot, reason, (closed) => this.#gone(closed, reason));
    // Its place among those that are kept is free; what waits for room waits until it is closed.
    if (this.#supply.isShort) this.serve();
  }

  #gone(slot: Slot<R>, reason: ExitReason): void {
    this.#table.leave(slot);
    this.serve();
    if (this.#table.size === 0) this.#settleDown();
    this.#endWaits.look();
    if (slot.wasReady) this.journal.closed(reason);
  }

  /** What nobody has goes. */
  #clear(): void {
    for (const slot of this.#table.all("idle")) this.retire(slot, SHUTDOWN);
    for (const slot of this.#table.all("starting")) this.retire(slot, SHUTDOWN);
    this.#supply.rest();
    this.#upkeep?.rest();
    if (this.#table.size === 0) this.#settleDown();
  }

  /** Nothing is left to look after: no timer, nobody watched. */
  #settleDown(): void {
    this.#leaks.rest();
    this.#table.forgetSpare();
  }

  #chance(): number {
    return this.settings.maxAgeMs === Number.POSITIVE_INFINITY ? 0 : this.kernel.runtime.random.next();
  }
}
