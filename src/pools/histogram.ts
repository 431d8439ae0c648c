/**
 * How long callers have waited: counts in buckets, so that a pool that runs for a year keeps as little as one that
 * runs for a minute.
 *
 * @module
 */

/** Upper ends of the buckets in milliseconds: 1, 2 and 5 of each power of ten, so that a quantile is off by 2.5 times at the most. */
const BOUNDS_MS: readonly number[] = Object.freeze([
  1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000,
]);

/** Waits of one length. */
export interface WaitBucket {
  /** Milliseconds: all of these waits are at most so long; `Infinity` for the last. */
  readonly upToMs: number;
  readonly count: number;
}

/** Waits up to one moment. */
export interface WaitTimes {
  /** How many there have been. */
  readonly count: number;
  /** The mean in milliseconds; 0 before the first. */
  readonly meanMs: number;
  /** The longest in milliseconds; 0 before the first. */
  readonly maxMs: number;
  /** Half of all were at most so long, in milliseconds: the end of a bucket, never more than `maxMs`. */
  readonly p50Ms: number;
  /** As `p50Ms`, of 99 in 100. */
  readonly p99Ms: number;
  /** Those that hold any, the shortest first. */
  readonly buckets: readonly WaitBucket[];
}

/**
 * Counts waits; recording one allocates nothing.
 *
 * @example
 * ```ts
 * const waits = new WaitHistogram();
 * for (const ms of [1, 3, 4, 80]) waits.record(ms);
 * const { count, meanMs, maxMs, p50Ms, p99Ms } = waits.snapshot();
 * [count, meanMs, maxMs, p50Ms, p99Ms]; //=> [4, 22, 80, 5, 80]
 * ```
 */
export class WaitHistogram {
  readonly #counts: number[] = new Array(BOUNDS_MS.length + 1).fill(0);
  #sumMs = 0;
  #maxMs = 0;

  /** @param waitedMs - milliseconds, ≥ 0 */
  record(waitedMs: number): void {
    this.#counts[waitedMs <= 1 ? 0 : bucketOf(waitedMs)]! += 1;
    this.#sumMs += waitedMs;
    if (waitedMs > this.#maxMs) this.#maxMs = waitedMs;
  }

  /** How many have been recorded. */
  get count(): number {
    return this.#counts.reduce((sum, count) => sum + count, 0);
  }

  /** @returns what has been recorded so far; never changes */
  snapshot(): WaitTimes {
    const { count: all } = this;
    const buckets = this.#counts
      .map((count, at) => Object.freeze({ upToMs: BOUNDS_MS[at] ?? Number.POSITIVE_INFINITY, count }))
      .filter(({ count }) => count > 0);
    return Object.freeze({
      count: all,
      meanMs: all === 0 ? 0 : this.#sumMs / all,
      maxMs: this.#maxMs,
      p50Ms: this.#quantile(0.5 * all),
      p99Ms: this.#quantile(0.99 * all),
      buckets: Object.freeze(buckets),
    });
  }

  #quantile(rank: number): number {
    let left = Math.ceil(rank);
    if (left === 0) return 0;
    for (const [at, count] of this.#counts.entries()) {
      left -= count;
      if (left <= 0) return Math.min(BOUNDS_MS[at] ?? this.#maxMs, this.#maxMs);
    }
    return this.#maxMs;
  }
}

function bucketOf(waitedMs: number): number {
  let at = 0;
  while (at < BOUNDS_MS.length && waitedMs > BOUNDS_MS[at]!) at += 1;
  return at;
}
