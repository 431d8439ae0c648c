/**
 * The options of a routing pool, checked strictly.
 *
 * @module
 */

import * as z from "zod/mini";
import { callback, checkOptions, count, durationMs, onFirstUse } from "../core/options.ts";
import type { EjectionLimits, EjectionOptions } from "./ejection.ts";
import { isMemberFailure } from "./retry.ts";
import { leastBusy } from "./strategies/least-busy.ts";
import type { Strategy } from "./strategies/strategy.ts";

/**
 * How a routing pool picks, and what it does when there is nobody to pick or a member fails.
 *
 * A pool with none but `strategy`, `waitMs` and `maxWaiting` watches no call: it picks, and the caller has what a
 * direct call would have given it. Every other option has it watch how each call ends.
 */
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
  /**
   * How many calls of this pool a member has at once; ≥ 1, no limit when absent. When all have so many, calls wait
   * within their own deadlines, first come first served: with 1, in one line for all members. A call that has timed
   * out does not count any more, though its member may still work on it.
   */
  readonly maxRunning?: number;
  /**
   * How many further members a call is asked of when it fails at one: a call marked `idempotent`, or one that was
   * not handled (`handled: "no"`). When absent: 1 for those marked `idempotent`, 0 for others.
   */
  readonly maxRetries?: number;
  /**
   * Milliseconds after which a call marked `idempotent` that has no answer is asked of a second member too. The
   * first answer counts, the other call is aborted. Never when absent.
   */
  readonly hedgeMs?: number;
  /** Milliseconds over which a member that joins, or is back, gets its full share of the calls; at once when absent. */
  readonly slowStartMs?: number;
  /** Members that fail several times in a row are left out for a while: `{}` for the defaults, never when absent. */
  readonly ejection?: EjectionOptions;
  /** Calls that run long are told of. */
  readonly overrun?: OverrunOptions;
  /**
   * Does what a call was rejected with count against its member? When absent, the codes `ERR_CALL_TIMEOUT`,
   * `ERR_DISCONNECTED`, `ERR_EXITED`, `ERR_NOPROC`, `ERR_OVERLOADED` and `ERR_REMOTE` do, and what an actor of yours
   * gives to `fail` does not. Must not throw.
   */
  readonly isFailure?: (error: unknown) => boolean;
}

/** What happens to calls that run long. */
export interface OverrunOptions {
  /** Milliseconds after which `pool:overrun` tells of a call, again after twice as long, and so on; ≥ 1. */
  readonly warnMs: number;
  /** With how many warnings for one call its member is killed; ≥ 1, never when absent. */
  readonly maxWarnings?: number;
}

/** What a pool works with. */
export interface RoutingSettings {
  readonly strategy: Strategy;
  readonly waitMs: number;
  readonly maxWaiting: number;
  readonly maxRunning: number;
  readonly maxRetries: number | undefined;
  readonly hedgeMs: number | undefined;
  readonly slowStartMs: number;
  readonly ejection: EjectionLimits | undefined;
  readonly overrun: Required<OverrunOptions> | undefined;
  readonly isFailure: (error: unknown) => boolean;
  /** Something has to know how calls end. */
  readonly watches: boolean;
}

const STRATEGIES = "must be what leastBusy() or another strategy makes, or a function that answers an index";
const EJECTION: EjectionLimits = Object.freeze({
  failures: 5,
  ejectMs: 10_000,
  maxEjectMs: 300_000,
  maxEjectedShare: 0.5,
});

const routingOptions = onFirstUse(() =>
  z.strictObject({
    strategy: z.optional(z.custom(isStrategy, { error: STRATEGIES })),
    waitMs: z.optional(durationMs({ unbounded: true })),
    maxWaiting: z.optional(count(0)),
    maxRunning: z.optional(count(1)),
    maxRetries: z.optional(count(0)),
    hedgeMs: z.optional(durationMs()),
    slowStartMs: z.optional(durationMs()),
    ejection: z.optional(
      z.strictObject({
        failures: z.optional(count(1)),
        ejectMs: z.optional(durationMs({ least: 1 })),
        maxEjectMs: z.optional(durationMs({ least: 1 })),
        maxEjectedShare: z.optional(
          z.custom<number>((value) => typeof value === "number" && value > 0 && value < 1, {
            error: "must be a share between 0 and 1",
          }),
        ),
      }),
    ),
    overrun: z.optional(
      z.strictObject({ warnMs: durationMs({ least: 1 }), maxWarnings: z.optional(count(1)) }),
    ),
    isFailure: z.optional(callback()),
  }),
);

/**
 * Checks the options and fills in what is absent.
 *
 * @throws InvalidOptionsError with all faults at once
 */
export function routingSettings(given: RoutingPoolOptions): RoutingSettings {
  checkOptions("createRoutingPool", routingOptions as () => z.ZodMiniType<object>, given);
  const { ejection, maxRunning, maxRetries, hedgeMs, slowStartMs = 0, overrun } = given;
  const watching = [ejection, maxRunning, maxRetries, hedgeMs, overrun];
  return {
    strategy: given.strategy ?? leastBusy(),
    waitMs: given.waitMs ?? 0,
    maxWaiting: given.maxWaiting ?? 1_000,
    maxRunning: maxRunning ?? Number.POSITIVE_INFINITY,
    maxRetries,
    hedgeMs,
    slowStartMs,
    ejection: ejection && { ...EJECTION, ...ejection },
    overrun: overrun && { maxWarnings: Number.POSITIVE_INFINITY, ...overrun },
    isFailure: given.isFailure ?? isMemberFailure,
    watches: slowStartMs > 0 || watching.some((option) => option !== undefined),
  };
}

function isStrategy(given: unknown): boolean {
  if (typeof given === "function") return true;
  return (
    typeof given === "object" && given !== null && "create" in given && typeof given.create === "function"
  );
}
