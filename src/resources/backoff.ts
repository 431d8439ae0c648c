/**
 * How long to wait before trying again: exponential, with jitter, so that a peer that comes back
 * is not met by everybody at once.
 *
 * @module
 */

/** Waiting between attempts. */
export interface Backoff {
  /** The wait after the first failure, in milliseconds. */
  readonly minMs: number;
  /** No wait is longer, in milliseconds. */
  readonly maxMs: number;
  /** Each wait is this many times the one before; ≥ 1, 2 when absent. */
  readonly factor?: number;
  /** The share of each wait left to chance, from 0 (none) to 1 (all); 0.5 when absent. */
  readonly jitter?: number;
}

/**
 * The wait after `failures` attempts in a row that failed.
 *
 * @param failures - how many have failed, ≥ 1
 * @param chance - a number in [0, 1)
 * @returns milliseconds, a whole number in [(1 − jitter) × wait, wait]
 * @follows Finch's HTTP/2 pool (exponential with full jitter); here a share of each wait stays fixed
 *
 * @example
 * ```ts
 * const calm = { minMs: 100, maxMs: 1_000, jitter: 0 };
 * [1, 2, 3, 4, 5].map((failures) => backoffMs(calm, failures, 0)); //=> [100, 200, 400, 800, 1_000]
 * backoffMs({ minMs: 100, maxMs: 1_000, jitter: 0.5 }, 1, 0.5); //=> 75
 * ```
 */
export function backoffMs(backoff: Backoff, failures: number, chance: number): number {
  const { minMs, maxMs, factor = 2, jitter = 0.5 } = backoff;
  const waitMs = Math.min(maxMs, minMs * factor ** (failures - 1));
  return Math.round(waitMs * (1 - jitter * chance));
}
