/**
 * Which resources may be lent: those that are not known to be broken, not worn out, and answer to a check or a ping.
 * One that may not goes; one whose check takes time belongs to nobody meanwhile.
 *
 * @module
 */

import type { Kernel } from "../actors/process.ts";
import { type ExitReason, NORMAL } from "../core/exit-reason.ts";
import { checkSlot } from "./checking.ts";
import type { CheckoutSettings } from "./checkout-options.ts";
import type { LoanTable } from "./loan-table.ts";
import type { Slot } from "./slot.ts";
import type { Source } from "./source.ts";
import type { TurnClock } from "./turn-clock.ts";

/** What a pool does with what was looked at. */
export interface Inspected<R> {
  readonly kernel: Kernel;
  readonly source: Source<R>;
  readonly settings: CheckoutSettings;
  readonly now: TurnClock;
  /** A check that took time is over, and `slot` may be lent. */
  ready(slot: Slot<R>): void;
  /** A ping is over, and `slot` is as it was. */
  stillThere(slot: Slot<R>): void;
  /** `slot` must not be lent again. */
  retire(slot: Slot<R>, reason: ExitReason): void;
  /** Somebody may be served who could not before. */
  serve(): void;
}

/** Looks at the resources of one pool. */
export class Inspection<R> {
  readonly #pool: Inspected<R>;
  readonly #table: LoanTable<R>;

  constructor(pool: Inspected<R>, table: LoanTable<R>) {
    this.#pool = pool;
    this.#table = table;
  }

  /** What is idle and may be lent now; nothing when the one to look at next takes time. */
  fitIdle(): Slot<R> | undefined {
    for (let slot = this.nextIdle(); slot !== undefined; slot = this.nextIdle()) {
      if (this.isFit(slot)) return slot;
      if (slot.state === "starting") return undefined;
    }
    return undefined;
  }

  /** Whose turn it is among what is idle, fit or not. */
  nextIdle(): Slot<R> | undefined {
    const { resting } = this.#table;
    return this.#pool.settings.order === "lifo" ? resting.last : resting.first;
  }

  /** Whether it may be lent now. One that is not goes; one whose check takes time is ready later. */
  isFit(slot: Slot<R>): boolean {
    if (slot.unfit !== undefined || this.isWornOut(slot)) {
      this.#pool.retire(slot, slot.unfit ?? NORMAL);
      return false;
    }
    return this.#pool.source.check === undefined || this.#passesCheck(slot);
  }

  #passesCheck(slot: Slot<R>): boolean {
    if (!this.#needsCheck(slot)) return true;
    const { state } = slot;
    const verdict = checkSlot(this.#limits, slot, this.#pool.source.check, (isFit) =>
      this.#checked(slot, isFit),
    );
    // The check is a user's code: what it did to the pool has taken this one along.
    if (slot.state !== state) return false;
    if (verdict === "fit") return true;
    if (verdict === "unfit") this.#pool.retire(slot, slot.unfit ?? NORMAL);
    else this.#table.move(slot, "starting");
    return false;
  }

  /** It has been used as often as it may be, or is too old. */
  isWornOut(slot: Slot<R>): boolean {
    if (slot.uses >= this.#pool.settings.maxUses) return true;
    return slot.expiresAtMs !== Number.POSITIVE_INFINITY && slot.expiresAtMs <= this.#pool.now.now();
  }

  /** Looks at one that has been idle for long. */
  ping(slot: Slot<R>): void {
    const { ping, check } = this.#pool.source;
    const answered = (isFit: boolean): void => {
      if (slot.state !== "starting") return;
      this.endPing(slot);
      if (!isFit || slot.unfit !== undefined) this.#pool.retire(slot, slot.unfit ?? NORMAL);
      else this.#pool.stillThere(slot);
      this.#pool.serve();
    };
    slot.isPinged = true;
    this.#table.pinged += 1;
    this.#table.move(slot, "starting");
    const verdict = checkSlot(this.#limits, slot, ping ?? check, answered);
    if (verdict !== "later") answered(verdict === "fit");
  }

  /** It is looked at no more, whatever became of it. */
  endPing(slot: Slot<R>): void {
    if (!slot.isPinged) return;
    slot.isPinged = false;
    this.#table.pinged -= 1;
  }

  /** One that comes straight from another borrower is always checked. */
  #needsCheck(slot: Slot<R>): boolean {
    const { settings, now } = this.#pool;
    const { checkAfterIdleMs } = settings;
    return checkAfterIdleMs === 0 || slot.state !== "idle" || now.now() - slot.idleAtMs >= checkAfterIdleMs;
  }

  get #limits(): { readonly kernel: Kernel; readonly checkTimeoutMs: number } {
    const { kernel, settings } = this.#pool;
    return { kernel, checkTimeoutMs: settings.checkTimeoutMs };
  }

  #checked(slot: Slot<R>, isFit: boolean): void {
    if (slot.state !== "starting") return;
    if (isFit && slot.unfit === undefined) this.#pool.ready(slot);
    else this.#pool.retire(slot, slot.unfit ?? NORMAL);
    this.#pool.serve();
  }
}
