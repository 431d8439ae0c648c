/**
 * What a checkout pool shows of itself.
 *
 * @module
 */

import type { Load } from "./admission.ts";
import type { WaitTimes } from "./histogram.ts";
import type { PoolJournal, PoolTotals } from "./pool-journal.ts";

/** A pool at one moment: resources by state, who waits, and what has happened since it was made. */
export interface CheckoutStats extends Load {
  readonly totals: PoolTotals;
  /** How long borrowers waited until something was lent; 0 for who did not. */
  readonly waits: WaitTimes;
}

/** @returns a snapshot; never changes */
export function statsOf({
  load,
  journal,
}: {
  readonly load: Load;
  readonly journal: PoolJournal;
}): CheckoutStats {
  return Object.freeze({ ...load, totals: journal.totals(), waits: journal.waits() });
}
