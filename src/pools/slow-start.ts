/**
 * A member that has just come, or is back, begins with few requests: its caches are cold, and the least busy of all
 * is whoever has nothing yet.
 *
 * @module
 */

/** What a member has at the very beginning: so that its share can be seen to work. */
const LEAST_SHARE = 0.1;

/** What is known of a member between two picks. */
export interface Warmth {
  /** Monotonic milliseconds since when it can be picked. */
  readonly sinceMs: number;
  /** What it has saved up for its next turn. */
  credit: number;
}

/**
 * The share of its picks that a member keeps.
 *
 * @param ageMs - milliseconds since it came
 * @param slowStartMs - milliseconds until it has its full share; > 0
 * @returns in [0.1, 1], growing with its age
 *
 * @example
 * ```ts
 * [0, 250, 500, 2_000].map((ageMs) => shareAt(ageMs, 1_000)); //=> [0.1, 0.25, 0.5, 1]
 * ```
 */
export function shareAt(ageMs: number, slowStartMs: number): number {
  return Math.min(1, Math.max(LEAST_SHARE, ageMs / slowStartMs));
}

/**
 * Whether a member that was picked keeps the pick. Not by chance: of a share of a quarter it keeps every fourth.
 *
 * @returns `false` when somebody else is to have the request, if there is anybody
 */
export function keepsPick(warmth: Warmth, nowMs: number, slowStartMs: number): boolean {
  const share = shareAt(nowMs - warmth.sinceMs, slowStartMs);
  warmth.credit += share;
  if (share < 1 && warmth.credit < 1) return false;
  warmth.credit = Math.max(0, warmth.credit - 1);
  return true;
}
