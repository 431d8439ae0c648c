/**
 * Sees to it that something is under way for everybody who waits, and that there is as much as a pool keeps in any
 * case, as far as there is room: what is idle is looked at, and where that is not enough more is opened.
 *
 * @module
 */

import { type Load, roomOf, unservedOf } from "./admission.ts";
import type { CheckoutSettings } from "./checkout-options.ts";
import type { Inspection } from "./inspection.ts";
import type { LoanTable } from "./loan-table.ts";
import { type OpeningPool, Openings } from "./opening.ts";
import type { Slot } from "./slot.ts";

/** What supply needs to know of its pool. */
export interface SuppliedPool<R> extends OpeningPool<R> {
  readonly settings: CheckoutSettings;
  readonly load: Load;
  /** How many wait. */
  readonly waiting: number;
  /** Its process runs. */
  readonly isUp: boolean;
  readonly isClosed: boolean;
  /** A place for one more, that counts already. */
  makeRoom(): Slot<R>;
  /** `slot` may be lent. */
  ready(slot: Slot<R>): void;
}

/** The supply of one pool. */
export class Supply<R> {
  readonly #pool: SuppliedPool<R>;
  readonly #table: LoanTable<R>;
  readonly #inspection: Inspection<R>;
  readonly #openings: Openings<R>;

  constructor(pool: SuppliedPool<R>, table: LoanTable<R>, inspection: Inspection<R>) {
    this.#pool = pool;
    this.#table = table;
    this.#inspection = inspection;
    this.#openings = new Openings(pool);
  }

  /** What the last try to open one failed with, while tries fail. */
  get lastError(): unknown {
    return this.#openings.lastError;
  }

  /** There are fewer than the pool keeps in any case. */
  get isShort(): boolean {
    const { settings, isUp, isClosed } = this.#pool;
    return this.#table.held < settings.minSize && isUp && !isClosed;
  }

  serve(): void {
    if (this.isSpent) return;
    if (this.#pool.waiting === 0 && !this.isShort) return;
    while (this.#pool.isUp && (this.isShort || this.#unserved > 0)) {
      const slot = this.#unserved > 0 ? this.#inspection.nextIdle() : undefined;
      if (slot !== undefined) {
        if (this.#inspection.isFit(slot)) this.#pool.ready(slot);
      } else if (roomOf(this.#pool.load, this.#pool.settings) === 0) {
        return;
      } else if (this.#openings.mayBegin) {
        this.#openings.begin(this.#pool.makeRoom());
      } else {
        return this.#openings.await();
      }
    }
  }

  /** Nothing has to be opened any more. */
  rest(): void {
    this.#openings.rest();
  }

  /** What is only being pinged is ready for nobody in particular, and may be long in coming. */
  get #unserved(): number {
    return unservedOf(this.#pool.load, this.#table.pinged);
  }

  /** Nothing is idle and nothing more may be opened: who waits, waits for what is lent. */
  get isSpent(): boolean {
    const { size, maxOverflow } = this.#pool.settings;
    return this.#table.idle === 0 && this.#table.size >= size + maxOverflow;
  }
}
