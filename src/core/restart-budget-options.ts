/**
 * The budget of restarts that one child has for itself, and what may be said of it.
 *
 * @module
 */

import * as z from "zod/mini";
import { countOrInfinity, durationMs, oneOf } from "./options.ts";

/** How many restarts of one child are forgiven; they do not count for its supervisor's own limit. */
export interface RestartBudget {
  /** Restarts of this child forgiven within `periodMs`; `Infinity` asks for a backoff beside it. */
  readonly maxRestarts: number;
  /** Milliseconds; 5,000 when absent. */
  readonly periodMs?: number;
  /**
   * What one restart too many means. `"giveUp"` when absent: the supervisor ends with `shutdown`, as it does when
   * its own limit is passed. `"leave"`: the child stays down as if it had been stopped, and its siblings go on.
   */
  readonly whenSpent?: "giveUp" | "leave";
}

/** @returns a schema that finds every fault of a budget at once */
export function restartBudget(): z.ZodMiniType<RestartBudget> {
  // zod takes an option that may be left out for one that may be undefined.
  return z.strictObject({
    maxRestarts: countOrInfinity(),
    periodMs: z.optional(durationMs({ least: 1 })),
    whenSpent: z.optional(oneOf("giveUp", "leave")),
  }) as unknown as z.ZodMiniType<RestartBudget>;
}

/** What is said of a limit that nothing reaches, where no wait slows a crash loop down. */
export const ENDLESS =
  "without limit asks for a backoff with a minMs of at least 1: nothing else ends a crash loop";

/** Whether restarts without limit would also come without a wait. */
export function isEndless(maxRestarts: unknown, minMs: number | undefined): boolean {
  return maxRestarts === Number.POSITIVE_INFINITY && !((minMs ?? 0) >= 1);
}
