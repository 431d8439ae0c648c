/**
 * How long a resource is kept, and what becomes of one that nobody wants for a while, as plain functions of plain
 * values. The pool carries out what they answer.
 *
 * @module
 */

/** Limits in time and use; `Infinity` for none. */
export interface LifeLimits {
  readonly maxAgeMs: number;
  /** The share of `maxAgeMs` that is left to chance, 0 to 1. */
  readonly ageJitter: number;
  readonly maxUses: number;
  readonly idleTimeoutMs: number;
  readonly pingAfterMs: number;
}

/** What is known of an idle resource; monotonic milliseconds. */
export interface Idle {
  readonly idleAtMs: number;
  /** When it was last lent, looked at or opened. */
  readonly lookedAtMs: number;
  readonly expiresAtMs: number;
}

/** What to do with it. */
export type Care = "keep" | "ping" | "close";

/**
 * When a resource that is opened now is too old. Those that were opened together do not all end together.
 *
 * @param chance - a number in [0, 1)
 * @follows DBConnection `:max_lifetime`, a range there
 *
 * @example
 * ```ts
 * const limits = { maxAgeMs: 1_000, ageJitter: 0.2 };
 * [0, 0.5].map((chance) => expiryOf(limits, 5_000, chance)); //=> [6_000, 5_900]
 * ```
 */
export function expiryOf(
  { maxAgeMs, ageJitter }: Pick<LifeLimits, "maxAgeMs" | "ageJitter">,
  nowMs: number,
  chance: number,
): number {
  return maxAgeMs === Number.POSITIVE_INFINITY ? maxAgeMs : nowMs + maxAgeMs * (1 - ageJitter * chance);
}

/**
 * Whether a resource that is idle stays so.
 *
 * @param isSpare - there are more than the pool keeps in any case
 */
export function careOf(idle: Idle, limits: LifeLimits, nowMs: number, isSpare: boolean): Care {
  if (idle.expiresAtMs <= nowMs) return "close";
  if (isSpare && nowMs - idle.idleAtMs >= limits.idleTimeoutMs) return "close";
  return nowMs - idle.lookedAtMs >= limits.pingAfterMs ? "ping" : "keep";
}

/**
 * When to look again at a resource that is kept.
 *
 * @returns monotonic milliseconds, `Infinity` for never
 */
export function nextCareAtMs(idle: Idle, limits: LifeLimits, isSpare: boolean): number {
  const idleEndMs = isSpare ? idle.idleAtMs + limits.idleTimeoutMs : Number.POSITIVE_INFINITY;
  return Math.min(idle.expiresAtMs, idleEndMs, idle.lookedAtMs + limits.pingAfterMs);
}

/** Whether anything has to be done for what is idle, ever. */
export function needsCare({ maxAgeMs, idleTimeoutMs, pingAfterMs }: LifeLimits): boolean {
  return Math.min(maxAgeMs, idleTimeoutMs, pingAfterMs) < Number.POSITIVE_INFINITY;
}
