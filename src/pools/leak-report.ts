/**
 * Loans that plain code forgot. A process that dies gives up what it holds; plain code does not die, but a
 * lease that nobody can reach any more can never be given back, and the collector finds it out.
 *
 * @module
 */

import type { Kernel } from "../actors/process.ts";
import type { Slot } from "./slot.ts";

/** What of a slot is looked at. */
type Lent = Pick<Slot<never>, "state" | "loan">;

/** One loan, without its lease. */
interface Loan {
  readonly slot: Lent;
  readonly loan: number;
  readonly beganAtMs: number;
}

/**
 * Tells of forgotten loans as `lease:leaked`, some time after. The resource stays lent: whoever dropped the
 * lease may still be using what it showed.
 */
export class LeakReport {
  readonly #kernel: Kernel;
  readonly #leases: FinalizationRegistry<Loan>;

  constructor(kernel: Kernel, pool: string) {
    this.#kernel = kernel;
    this.#leases = new FinalizationRegistry(({ slot, loan, beganAtMs }) => {
      if (slot.state !== "lent" || slot.loan !== loan) return;
      kernel.telemetry.emit("lease:leaked", { pool, heldMs: kernel.runtime.clock.now() - beganAtMs });
    });
  }

  /** Leases that are given back need not be taken out again: a loan that has ended is no leak. */
  watch(lease: object, slot: Lent): void {
    this.#leases.register(lease, { slot, loan: slot.loan, beganAtMs: this.#kernel.runtime.clock.now() });
  }
}
