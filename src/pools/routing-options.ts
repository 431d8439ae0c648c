/**
 * The options of a routing pool, checked strictly.
 *
 * @module
 */

import * as z from "zod/mini";
import { checkOptions, count, durationMs } from "../core/options.ts";
import { leastBusy } from "./strategies/least-busy.ts";
import type { Strategy } from "./strategies/strategy.ts";

/** How a routing pool picks, and what it does when there is nobody to pick. */
export interface RoutingPoolOptions {
  /** Who takes the next request; `leastBusy()` when absent. */
  readonly strategy?: Strategy;
  /**
   * Milliseconds a call waits for a member when there is none, within its own deadline; 0 when absent: it
   * rejects at once with `ERR_NO_MEMBER`. While the registry itself is down, calls wait for it in any case.
   */
  readonly waitMs?: number;
  /** How many calls may wait; more are refused with `ERR_POOL_FULL`. 1,000 when absent. */
  readonly maxWaiting?: number;
}

const STRATEGIES = "must be what leastBusy() or another strategy makes, or a function that answers an index";

const routingOptions = z.strictObject({
  strategy: z.optional(z.custom(isStrategy, { error: STRATEGIES })),
  waitMs: z.optional(durationMs({ unbounded: true })),
  maxWaiting: z.optional(count(0)),
});

/**
 * Checks the options and fills in what is absent.
 *
 * @throws InvalidOptionsError with all faults at once
 */
export function routingSettings(given: RoutingPoolOptions): Required<RoutingPoolOptions> {
  checkOptions("createRoutingPool", routingOptions as z.ZodMiniType<object>, given);
  return { strategy: given.strategy ?? leastBusy(), waitMs: 0, maxWaiting: 1_000, ...given };
}

function isStrategy(given: unknown): boolean {
  if (typeof given === "function") return true;
  return (
    typeof given === "object" && given !== null && "create" in given && typeof given.create === "function"
  );
}
