/**
 * When a waiting line is too slow, and who leaves it then: CoDel, as plain functions of plain values. A line that
 * empties now and then is only a burst. One in which, for a whole interval, nobody was served within the target
 * has more to do than it can: everybody in it would wait longer and longer. From then on those that have waited
 * twice the target are refused, until the line is quick again.
 *
 * @module
 */

/** What is quick, and for how long it may not be. */
export interface CodelLimits {
  /** Milliseconds that somebody in the line should wait at the most. */
  readonly targetMs: number;
  /** Milliseconds over which the shortest wait is looked for. */
  readonly intervalMs: number;
}

/** What is known of a line. */
export interface CodelState {
  /** Those that have waited too long are refused. */
  readonly isSlow: boolean;
  /** The shortest wait of this interval, in milliseconds. */
  readonly leastMs: number;
  /** When this interval is over; monotonic. */
  readonly endsAtMs: number;
}

/** Of a line in which nobody has waited yet. */
export const QUICK: CodelState = Object.freeze({
  isSlow: false,
  leastMs: 0,
  endsAtMs: Number.NEGATIVE_INFINITY,
});

/**
 * What is known after a look at the line.
 *
 * @param waitedMs - how long who is first has waited, 0 when nobody waits
 * @follows DBConnection's queue (`:queue_target`, `:queue_interval`), Nichols and Jacobson's CoDel
 *
 * @example
 * ```ts
 * const limits = { targetMs: 50, intervalMs: 1_000 };
 * const first = afterWait(QUICK, limits, 0, 80);
 * first; //=> { isSlow: false, leastMs: 80, endsAtMs: 1_000 }
 * afterWait(first, limits, 500, 60); //=> { isSlow: false, leastMs: 60, endsAtMs: 1_000 }
 * afterWait(first, limits, 1_000, 70); //=> { isSlow: true, leastMs: 70, endsAtMs: 2_000 }
 * ```
 */
export function afterWait(
  state: CodelState,
  limits: CodelLimits,
  nowMs: number,
  waitedMs: number,
): CodelState {
  const { isSlow, leastMs, endsAtMs } = state;
  if (nowMs >= endsAtMs) {
    return { isSlow: leastMs > limits.targetMs, leastMs: waitedMs, endsAtMs: nowMs + limits.intervalMs };
  }
  return waitedMs < leastMs ? { isSlow, leastMs: waitedMs, endsAtMs } : state;
}

/**
 * How long somebody may have waited to be served still.
 *
 * @returns milliseconds, `Infinity` while the line is quick
 */
export function patienceMs({ isSlow }: CodelState, { targetMs }: CodelLimits): number {
  return isSlow ? 2 * targetMs : Number.POSITIVE_INFINITY;
}
