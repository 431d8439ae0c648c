/**
 * How long to wait before a failed opening is tried again: exponential, with jitter, so that a server that
 * comes back is not met by all pools at once.
 *
 * @module
 */

/** Waiting between tries. */
export interface OpeningBackoff {
  /** The wait after the first failure, in milliseconds; 100 when absent. */
  readonly minMs?: number;
  /** No wait is longer, in milliseconds; 5,000 when absent. */
  readonly maxMs?: number;
}

const MIN_MS = 100;
const MAX_MS = 5_000;

/**
 * The wait after `failures` tries in a row.
 *
 * @param failures - ≥ 1
 * @param chance - a number in [0, 1)
 * @returns milliseconds: half of the wait is fixed, half is left to chance
 * @follows DBConnection `:rand_exp`, with smaller defaults (100 ms to 5 s; there 1 s to 30 s)
 *
 * @example
 * ```ts
 * [1, 2, 3, 9].map((failures) => openingWaitMs({}, failures, 0)); //=> [100, 200, 400, 5_000]
 * openingWaitMs({ minMs: 100 }, 1, 0.5); //=> 75
 * ```
 */
export function openingWaitMs(backoff: OpeningBackoff, failures: number, chance: number): number {
  const { minMs = MIN_MS, maxMs = MAX_MS } = backoff;
  const waitMs = Math.min(maxMs, minMs * 2 ** Math.min(failures - 1, 30));
  return Math.round(waitMs * (1 - chance / 2));
}
