/**
 * Loans that plain code forgot. A process that dies gives up what it holds; plain code does not die, but a
 * lease that nobody can reach any more can never be given back, and the collector finds it out.
 *
 * Having the collector watch a lease costs more than the loan itself, and most are over within milliseconds: only
 * those that are still lent when the pool looks a second time are watched, by the token that nothing but the lease
 * has then.
 *
 * @module
 */

import { Deadline } from "../actors/deadlines.ts";
import type { Kernel } from "../actors/process.ts";
import type { Slot } from "./slot.ts";

/** What of a slot is looked at. */
type Lent = Pick<Slot<never>, "state" | "loan" | "lentAtMs" | "seenLoan" | "stack"> & {
  token: object | undefined;
  readonly borrower: object | undefined;
};

/** One loan, without its lease. */
interface Loan {
  readonly slot: Lent;
  readonly loan: number;
}

/** Milliseconds between two looks. */
const LOOK_EVERY_MS = 1_000;

/**
 * Tells of forgotten loans as `lease:leaked`, some time after. The resource stays lent: whoever dropped the
 * lease may still be using what it showed.
 */
export class LeakReport {
  readonly #kernel: Kernel;
  readonly #lent: () => readonly Lent[];
  readonly #tokens: FinalizationRegistry<Loan>;
  readonly #look = new Deadline(() => this.#lookAt(this.#lent()));
  #isLooking = false;

  /** @param lent - what is lent at this moment */
  constructor(kernel: Kernel, pool: string, lent: () => readonly Lent[]) {
    this.#kernel = kernel;
    this.#lent = lent;
    this.#tokens = new FinalizationRegistry(({ slot, loan }) => {
      if (slot.state !== "lent" || slot.loan !== loan) return;
      const heldMs = Math.round(kernel.runtime.clock.now() - slot.lentAtMs);
      const { stack } = slot;
      kernel.telemetry.emit("lease:leaked", { pool, heldMs, ...(stack === undefined ? {} : { stack }) });
    });
  }

  /** A loan to plain code has begun. */
  watch(): void {
    if (this.#isLooking) return;
    this.#isLooking = true;
    this.#kernel.deadlines.arm(this.#look, LOOK_EVERY_MS);
  }

  /** Nothing will be lent for some time. */
  rest(): void {
    this.#isLooking = false;
    this.#kernel.deadlines.cancel(this.#look);
  }

  /** Leases that are given back need not be taken out again: a loan that has ended is no leak. */
  #lookAt(lent: readonly Lent[]): void {
    this.#isLooking = false;
    const held = lent.filter(({ borrower }) => borrower === undefined);
    for (const slot of held) {
      const { token, loan, seenLoan } = slot;
      slot.seenLoan = loan;
      if (token === undefined) continue;
      if (seenLoan !== loan) this.watch();
      else {
        this.#tokens.register(token, { slot, loan });
        slot.token = undefined;
      }
    }
  }
}

/** Who asks, line by line; `undefined` where the host keeps no stacks. */
export function stackOf(): string | undefined {
  const { stack } = new Error("borrowed here");
  return stack?.split("\n").slice(1).join("\n");
}
