/**
 * Backoff: how long to wait before the next try. Each wait is `factor` times the one before, up to a
 * limit; jitter spreads those who failed together.
 *
 * @module
 */

import type { Random } from "./random.ts";

/** How waits grow. */
export interface Backoff {
  /** Milliseconds before the first try, ≥ 0. */
  readonly minMs: number;
  /** Milliseconds that no wait exceeds. */
  readonly maxMs: number;
  /** How much longer each wait is than the one before, ≥ 1; 2 when absent. */
  readonly factor?: number;
  /** The part of a wait that is left to chance, from 0 (none) to 1 (all of it); 0.2 when absent. */
  readonly jitter?: number;
}

/**
 * Says how long to wait before a try.
 *
 * @param attempt - which try this is, 1 for the first
 * @param random - where jitter comes from
 * @returns whole milliseconds, never more than `maxMs`
 *
 * @example
 * ```ts
 * const middle = { next: () => 0.5 };
 * const backoff = { minMs: 100, maxMs: 1_000, jitter: 0 };
 * [1, 2, 3, 4, 5].map((attempt) => backoffMs(backoff, attempt, middle)); //=> [100, 200, 400, 800, 1000]
 * backoffMs({ ...backoff, jitter: 1 }, 5, middle); //=> 500
 * ```
 */
export function backoffMs(backoff: Backoff, attempt: number, random: Random): number {
  const { minMs, maxMs, factor = 2, jitter = 0.2 } = backoff;
  // A large attempt makes an infinite power, and a `minMs` of 0 times that would be no number.
  const growth = Math.min(factor ** (attempt - 1), Number.MAX_VALUE);
  const wholeMs = Math.min(maxMs, minMs * growth);
  return Math.round(wholeMs * (1 - jitter * random.next()));
}
