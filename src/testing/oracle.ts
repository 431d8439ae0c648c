/**
 * The one place where a test's chance is decided. The order of turns, ties between timers and random
 * numbers all ask an oracle, so that whoever holds the oracle can replay a run.
 *
 * ```ts
 * const oracle = seededOracle(7);
 * const again = seededOracle(7);
 * oracle.choose(6, "turn") === again.choose(6, "turn"); //=> true
 * firstOracle.choose(6, "turn"); //=> 0
 * ```
 *
 * @module
 */

import { type Random, randomInt, seededRandom } from "../core/random.ts";

/**
 * What is being decided: who has the next turn; whether promise continuations go before it; which of the
 * timers due at the same moment fires; whether the next of them fires before anybody reacts; a random number;
 * what a scenario asks for itself.
 */
export type ChoiceLabel = "turn" | "continuations" | "timer" | "together" | "random" | "scenario";

/** Decides whatever a run leaves open. */
export interface Oracle {
  /**
   * @param n - how many outcomes, an integer ≥ 1; outcome `0` is what happens without any chance
   * @param label - what is decided, for whoever reads a schedule
   * @param whose - of a turn: who would have it with an outcome, for oracles that prefer some to others
   * @returns an integer in [0, n)
   */
  choose(n: number, label: ChoiceLabel, whose?: (outcome: number) => object): number;
}

/** Always the first: who became ready first runs first, and timers of one moment fire in the order of being set. */
export const firstOracle: Oracle = Object.freeze({ choose: () => 0 });

/** The same seed makes the same choices. */
export function seededOracle(seed: number): Oracle {
  const random = seededRandom(seed);
  return { choose: (n) => randomInt(random, n) };
}

const RESOLUTION = 2 ** 32;

/** The random port over an oracle. */
export function oracleRandom(oracle: Oracle): Random {
  return { next: () => oracle.choose(RESOLUTION, "random") / RESOLUTION };
}
