/**
 * The chance port. Production draws from the host; tests from a seed.
 *
 * @module
 */

/** Where chance comes from. */
export interface Random {
  /** @returns a number in [0, 1) */
  next(): number;
}

/**
 * Chance that repeats: the same seed gives the same numbers (mulberry32).
 *
 * @example
 * ```ts
 * seededRandom(7).next() === seededRandom(7).next(); //=> true
 * ```
 */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return {
    next(): number {
      state = (state + 0x6d2b79f5) >>> 0;
      let mixed = Math.imul(state ^ (state >>> 15), state | 1);
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
    },
  };
}

/**
 * @param below - how many outcomes; an integer ≥ 1
 * @returns an integer in [0, below)
 */
export function randomInt(random: Random, below: number): number {
  return Math.floor(random.next() * below);
}
