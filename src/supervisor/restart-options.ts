/**
 * What may be said of restarts to any supervisor: how many are forgiven, to whom, and how long each waits.
 *
 * @module
 */

import * as z from "zod/mini";
import type { ChildSpec } from "../core/child-spec.ts";
import { callback, countOrInfinity, durationMs } from "../core/options.ts";
import { type RestartBackoff, restartBackoff } from "../core/restart-backoff-options.ts";
import { ENDLESS, isEndless, type RestartBudget, restartBudget } from "../core/restart-budget-options.ts";
import type { RestartIntensity } from "../core/restart-intensity.ts";
import type { RestartReport } from "../telemetry/events.ts";

/** How many restarts are forgiven, and how long each waits. */
export interface RestartOptions {
  /**
   * Restarts forgiven within `periodMs`, of all children together that have no budget of their own; 3 when absent.
   * One more ends the supervisor.
   * With `Infinity` it never gives up, which asks for a backoff.
   */
  readonly maxRestarts?: number;
  /** Milliseconds; 5,000 when absent. */
  readonly periodMs?: number;
  /**
   * Waits before each restart; none when absent, unless the child's own spec has one. A wait counts as time, so
   * that long waits keep the limit from ever being reached. A child that waits for a server to come back wants
   * that: say so with `maxRestarts: Infinity`, since else it is warned of.
   */
  readonly backoff?: RestartBackoff;
  /** A budget for each child by itself, unless its own spec has one: then no child spends what its siblings need. */
  readonly childBudget?: RestartBudget;
  /**
   * Told of each restart as it is counted, before it is made: the same as the telemetry event `child:restarting`, of
   * this supervisor alone. Runs as plain code; what it throws is a `listener:failed` event and harms nobody.
   */
  readonly onRestart?: (restart: RestartReport) => void;
}

/** What is said of restarts, with all defaults filled in. */
export interface RestartPolicy {
  /** Of all children together that have no budget. */
  readonly limit: RestartIntensity;
  readonly backoff: RestartBackoff | undefined;
  readonly childBudget: RestartBudget | undefined;
  readonly onRestart: ((restart: RestartReport) => void) | undefined;
}

/** What may be said of restarts. */
export const restartShape = () => ({
  maxRestarts: z.optional(countOrInfinity()),
  periodMs: z.optional(durationMs({ least: 1 })),
  backoff: z.optional(restartBackoff()),
  childBudget: z.optional(restartBudget()),
  onRestart: z.optional(callback()),
});

/** Options with all defaults filled in. */
export function restartPolicy({
  maxRestarts = 3,
  periodMs = 5_000,
  backoff,
  childBudget,
  onRestart,
}: RestartOptions): RestartPolicy {
  return { limit: { maxRestarts, periodMs }, backoff, childBudget, onRestart };
}

/** What a schema cannot say of restarts. */
export function restartFaults(options: RestartOptions | null | undefined): readonly string[] {
  const { maxRestarts, backoff, childBudget } = options ?? {};
  const faults: string[] = [];
  if (isEndless(maxRestarts, backoff?.minMs)) faults.push(`maxRestarts ${ENDLESS}`);
  if (isEndless(childBudget?.maxRestarts, backoff?.minMs)) faults.push(`childBudget.maxRestarts ${ENDLESS}`);
  return faults;
}

/** Why a child that comes with a backoff of its own cannot be restarted without limit. */
export function endlessFaults(
  { id, restart, budget, backoff }: Pick<ChildSpec, "id" | "restart" | "budget" | "backoff">,
  { limit, childBudget }: Pick<RestartPolicy, "limit" | "childBudget">,
): readonly string[] {
  // What a spec says of its own budget has been looked at when it was made.
  if (restart === "temporary" || budget !== undefined || backoff === undefined) return [];
  const [which, most] =
    childBudget === undefined
      ? ["maxRestarts", limit.maxRestarts]
      : ["childBudget.maxRestarts", childBudget?.maxRestarts];
  if (!isEndless(most, backoff.minMs)) return [];
  return [`child "${id}" has a backoff with a minMs of ${backoff.minMs}, but ${which} ${ENDLESS}`];
}
