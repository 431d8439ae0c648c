/**
 * The options of an exploration, checked strictly.
 *
 * @module
 */

import * as z from "zod/mini";
import { checkOptions, count, onFirstUse } from "../core/options.ts";
import type { ExploreStrategy } from "./strategies.ts";

/** How a scenario is explored. */
export interface ExploreOptions {
  /** How many runs; 200 when absent. */
  readonly runs?: number;
  /** Whole number; the same seed plays the same runs. 1 when absent. */
  readonly seed?: number;
  /** Turns after which one run is given up as never ending; 20,000 when absent. */
  readonly maxSteps?: number;
  /** How choices are made, several in turns; dice and priorities of depths 1 to 3 when absent. */
  readonly strategy?: ExploreStrategy | readonly ExploreStrategy[];
}

/** Options with what stands for absent ones. */
export interface Exploration {
  readonly runs: number;
  readonly seed: number;
  readonly maxSteps: number;
  readonly strategies: readonly ExploreStrategy[];
}

const RUNS = 200;
const SEED = 1;
/** Steps of one run. */
export const MAX_STEPS = 20_000;
const STRATEGIES: readonly ExploreStrategy[] = ["random", { pct: 1 }, { pct: 2 }, "random", { pct: 3 }];

const strategy = () =>
  z.union([z.literal("random"), z.strictObject({ pct: count(1) }), z.strictObject({ dfs: count(1) })]);
const exploreOptions = onFirstUse(() =>
  z.strictObject({
    runs: z.optional(count(1)),
    seed: z.optional(count(0)),
    maxSteps: z.optional(count(1)),
    strategy: z.optional(z.union([strategy(), z.array(strategy()).check(z.minLength(1))])),
  }),
);

/** @throws InvalidOptionsError with all faults at once */
export function checkExploreOptions(options: ExploreOptions): Exploration {
  checkOptions("explore", exploreOptions, options);
  const { runs = RUNS, seed = SEED, maxSteps = MAX_STEPS, strategy: given = STRATEGIES } = options;
  return { runs, seed, maxSteps, strategies: Array.isArray(given) ? given : [given as ExploreStrategy] };
}
