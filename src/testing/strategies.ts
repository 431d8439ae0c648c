/**
 * Strategies: which choices to try next when a scenario is explored.
 *
 * - `"random"` throws a die at every choice.
 * - `{ pct: depth }` gives everybody a priority, lets the highest go first, and takes it from whoever leads at
 *   `depth - 1` places: it finds a bug that needs few reorderings far more often than dice do, however long the
 *   run (Burckhardt et al., "A randomized scheduler with probabilistic guarantees of finding bugs").
 * - `{ dfs: depth }` tries all outcomes of the first `depth` choices, in order, and then ends.
 *
 * @module
 */

import { randomInt, seededRandom } from "../core/random.ts";
import { type ChoiceLabel, type Oracle, seededOracle } from "./oracle.ts";

/** How choices are made. */
export type ExploreStrategy = "random" | { readonly pct: number } | { readonly dfs: number };

/** One choice that was made. */
export interface Choice {
  readonly chosen: number;
  readonly n: number;
}

/** Oracles for one run after the other. */
export interface Explorer {
  /** @returns `undefined` when everything has been tried */
  oracle(run: number): Oracle | undefined;
  /** The choices that the run has made, before the next oracle is asked for. */
  ended(run: number, choices: readonly Choice[]): void;
}

/** Takes the strategies in turns; one that has tried everything is left out. */
export function createExplorer(strategies: readonly ExploreStrategy[], seed: number): Explorer {
  const explorers = strategies.map((strategy) => explorerOf(strategy, seed));
  let current: Explorer | undefined;
  return {
    oracle(run) {
      for (let i = 0; i < explorers.length; i += 1) {
        current = explorers[(run + i) % explorers.length];
        const oracle = current?.oracle(run);
        if (oracle !== undefined) return oracle;
      }
      return undefined;
    },
    ended: (run, choices) => current?.ended(run, choices),
  };
}

/** A list of outcomes; 0 after its end, and the last outcome there is for one that is too large. */
export function listOracle(choices: readonly number[]): Oracle {
  let at = 0;
  return {
    choose(n) {
      const chosen = Math.min(choices[at] ?? 0, n - 1);
      at += 1;
      return chosen;
    },
  };
}

/** Writes down what another oracle chooses. What has one outcome only is no choice. */
export function recordingOracle(
  oracle: Oracle,
  choices: Choice[],
  made: (label: ChoiceLabel, choice: Choice) => void = () => undefined,
): Oracle {
  return {
    choose(n, label, whose) {
      if (n < 2) return 0;
      const chosen = oracle.choose(n, label, whose);
      if (!(Number.isInteger(chosen) && chosen >= 0 && chosen < n)) {
        throw new RangeError(`an oracle chose ${chosen} of ${n} for ${label}`);
      }
      choices.push({ chosen, n });
      made(label, { chosen, n });
      return chosen;
    },
  };
}

/**
 * Priorities.
 *
 * @param depth - how many orderings the bug needs, ≥ 1
 * @param length - turns that are to be expected
 */
export function priorityOracle(seed: number, depth: number, length: number): Oracle {
  const random = seededRandom(seed);
  const priorities = new WeakMap<object, number>();
  const changes = new Set(Array.from({ length: depth - 1 }, () => randomInt(random, Math.max(1, length))));
  // Plain code is nobody with a priority: in one run it is mostly ahead, in another mostly behind.
  const ahead = random.next();
  let turns = 0;
  let lowest = 0;
  const priorityOf = (who: object): number => {
    const known = priorities.get(who);
    if (known !== undefined) return known;
    const priority = random.next();
    priorities.set(who, priority);
    return priority;
  };
  const leader = (n: number, whose: (outcome: number) => object): number => {
    let best = 0;
    for (let i = 1; i < n; i += 1) if (priorityOf(whose(i)) > priorityOf(whose(best))) best = i;
    return best;
  };
  return {
    choose(n, label, whose) {
      if (label === "continuations") return random.next() < ahead ? 1 : 0;
      if (label !== "turn" || whose === undefined) return randomInt(random, n);
      turns += 1;
      if (changes.has(turns - 1)) {
        lowest -= 1;
        priorities.set(whose(leader(n, whose)), lowest);
      }
      return leader(n, whose);
    },
  };
}

const FIRST_LENGTH = 50;

function explorerOf(strategy: ExploreStrategy, seed: number): Explorer {
  if (strategy === "random") {
    return { oracle: (run) => seededOracle(seedOf(seed, run)), ended: () => undefined };
  }
  if ("dfs" in strategy) return new DepthFirst(strategy.dfs);
  let length = FIRST_LENGTH;
  return {
    oracle: (run) => priorityOracle(seedOf(seed, run), strategy.pct, length),
    ended: (_run, choices) => {
      length = Math.max(1, choices.length);
    },
  };
}

/** Neighbouring runs have seeds that are far apart. */
function seedOf(seed: number, run: number): number {
  return Math.imul(seed + 1, 0x9e3779b1) ^ Math.imul(run + 1, 0x85ebca6b);
}

/** Outcomes a choice may have to be walked through; one of more (a random number) stays at 0. */
const MAX_OUTCOMES = 1_000;

class DepthFirst implements Explorer {
  readonly #depth: number;
  #next: readonly number[] | undefined = [];

  constructor(depth: number) {
    this.#depth = depth;
  }

  oracle(): Oracle | undefined {
    return this.#next === undefined ? undefined : listOracle(this.#next);
  }

  /** Counts up: the last choice that has an outcome left takes it, what stood behind it begins again at 0. */
  ended(_run: number, choices: readonly Choice[]): void {
    const walked = choices.slice(0, this.#depth);
    const at = walked.findLastIndex(({ chosen, n }) => n <= MAX_OUTCOMES && chosen + 1 < n);
    this.#next =
      at < 0 ? undefined : walked.slice(0, at + 1).map(({ chosen }, i) => (i === at ? chosen + 1 : chosen));
  }
}
