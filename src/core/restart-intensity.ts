/**
 * Restart intensity: how many restarts a supervisor forgives before it gives up.
 *
 * Nothing here runs. A supervisor keeps a {@link RestartHistory}, reads its own clock, and asks
 * {@link recordRestart} one question after each crash: may I go on? The answer takes as long however many
 * restarts are forgiven: when ten thousand children crash at once, ten thousand are counted.
 *
 * @module
 */

import { backoffMs } from "./backoff.ts";
import type { RestartBackoff } from "./restart-backoff-options.ts";
import type { RestartBudget } from "./restart-budget-options.ts";
import { RingBuffer } from "./ring-buffer.ts";

/** How much failure is normal. */
export interface RestartIntensity {
  /** Restarts forgiven inside one window. With `0` the first crash is the last, with `Infinity` none is. */
  readonly maxRestarts: number;
  /** Length of the window in milliseconds of monotonic time. */
  readonly periodMs: number;
}

/** Monotonic milliseconds of every restart still inside the window, oldest first. */
export type RestartHistory = RingBuffer<number>;

/** A history without restarts. */
export function restartHistory(): RestartHistory {
  return new RingBuffer<number>();
}

/**
 * Adds a restart at `nowMs` and says whether the limit has been passed. A restart that is exactly
 * `periodMs` old is still inside the window. Amortised O(1).
 *
 * @param history - what has been recorded so far; changed, and trimmed to the window
 * @param nowMs - monotonic milliseconds; never smaller than the last entry
 * @returns `true` when the supervisor has to exit with `shutdown` instead of restarting
 * @follows Erlang `supervisor`, intensity and period; the window is counted there in whole seconds
 *
 * @example
 * ```ts
 * const limit = { maxRestarts: 1, periodMs: 1_000 };
 * const history = restartHistory();
 * recordRestart(history, 0, limit); //=> false
 * recordRestart(history, 1_001, limit); //=> false
 * recordRestart(history, 2_001, limit); //=> true
 * history.length; //=> 2
 * ```
 */
export function recordRestart(history: RestartHistory, nowMs: number, limit: RestartIntensity): boolean {
  const opensAtMs = nowMs - limit.periodMs;
  for (let atMs = history.at(0); atMs !== undefined && atMs < opensAtMs; atMs = history.at(0))
    history.shift();
  history.push(nowMs);
  return history.length > limit.maxRestarts;
}

/** What follows an end: the child starts again, its supervisor ends, or the child stays down and its siblings go on. */
export type Sentence = "restart" | "giveUp" | "leave";

/** A budget with all defaults filled in. */
export type WholeBudget = Required<RestartBudget>;

/**
 * Fills in what a child's budget leaves open.
 *
 * @example
 * ```ts
 * wholeBudget({ maxRestarts: 10 }); //=> { maxRestarts: 10, periodMs: 5_000, whenSpent: "giveUp" }
 * ```
 */
export function wholeBudget({
  maxRestarts,
  periodMs = 5_000,
  whenSpent = "giveUp",
}: RestartBudget): WholeBudget {
  return { maxRestarts, periodMs, whenSpent };
}

/**
 * Charges one more restart to a budget and says what follows.
 *
 * @param history - as {@link recordRestart} has it
 * @param nowMs - monotonic milliseconds; never smaller than the last entry
 *
 * @example
 * ```ts
 * const budget = wholeBudget({ maxRestarts: 1, whenSpent: "leave" });
 * const history = restartHistory();
 * chargeRestart(history, 0, budget); //=> "restart"
 * chargeRestart(history, 10, budget); //=> "leave"
 * ```
 */
export function chargeRestart(history: RestartHistory, nowMs: number, budget: WholeBudget): Sentence {
  return recordRestart(history, nowMs, budget) ? budget.whenSpent : "restart";
}

/** Chance at its worst: as much of each wait is left out as may be. */
const SHORTEST = Object.freeze({ next: () => 1 });

/**
 * Says how many restarts may come within one window when children fail as soon as they run.
 *
 * @param backoffs - of each child that restarts; `undefined` for one that waits for nothing
 * @returns the count, or one more than `maxRestarts` when it is that or more: then the limit can be reached
 *
 * @example
 * ```ts
 * const limit = { maxRestarts: 3, periodMs: 5_000 };
 * mostRestarts(limit, [{ minMs: 100, maxMs: 1_000 }]); //=> 4
 * mostRestarts(limit, [{ minMs: 6_000, maxMs: 6_000, jitter: 0 }]); //=> 1
 * ```
 */
export function mostRestarts(
  limit: RestartIntensity,
  backoffs: readonly (RestartBackoff | undefined)[],
): number {
  const enough = limit.maxRestarts + 1;
  let most = 0;
  for (const backoff of backoffs) {
    if (backoff === undefined) return enough;
    const { resetAfterMs = limit.periodMs } = backoff;
    const anewMs = resetAfterMs + backoffMs(backoff, 1, SHORTEST);
    const waitOf = (attempt: number): number => Math.min(anewMs, backoffMs(backoff, attempt, SHORTEST));
    const longestMs = waitOf(Number.MAX_VALUE);
    // The first comes with the crash itself, each other after the wait for the one before, or after enough health.
    for (let attempt = 1, atMs = 0; atMs <= limit.periodMs && most < enough; attempt += 1) {
      const waitMs = waitOf(attempt);
      if (waitMs === longestMs) {
        // Waits do not grow any more: a limit of billions is not counted one by one.
        most += 1 + Math.floor((limit.periodMs - atMs) / waitMs);
        break;
      }
      most += 1;
      atMs += waitMs;
    }
    if (most >= enough) return enough;
  }
  return most;
}
