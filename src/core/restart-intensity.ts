/**
 * Restart intensity: how many restarts a supervisor forgives before it gives up.
 *
 * Nothing here runs. A supervisor keeps a {@link RestartHistory}, reads its own clock, and asks
 * {@link recordRestart} one question after each crash: may I go on?
 *
 * @module
 */

/** How much failure is normal. */
export interface RestartIntensity {
  /** Restarts forgiven inside one window, of all children together. With `0` the first crash is the last. */
  readonly maxRestarts: number;
  /** Length of the window in milliseconds of monotonic time. */
  readonly periodMs: number;
}

/** Monotonic milliseconds of every restart still inside the window, oldest first. */
export type RestartHistory = readonly number[];

/** What a supervisor learns from one more restart. */
export interface RestartVerdict {
  readonly history: RestartHistory;
  /** `true` when the supervisor has to exit with `shutdown` instead of restarting. */
  readonly exceeded: boolean;
}

/**
 * Adds a restart at `nowMs` and says whether the limit has been passed. A restart that is exactly
 * `periodMs` old is still inside the window.
 *
 * @param nowMs - monotonic milliseconds; never smaller than the last entry
 * @returns the history to keep, trimmed to the window
 * @follows Erlang `supervisor`, intensity and period; the window is counted there in whole seconds
 *
 * @example
 * ```ts
 * const limit = { maxRestarts: 1, periodMs: 1_000 };
 * const first = recordRestart([], 0, limit);
 * first.exceeded; //=> false
 * recordRestart(first.history, 1_000, limit).exceeded; //=> true
 * recordRestart(first.history, 1_001, limit).exceeded; //=> false
 * ```
 */
export function recordRestart(
  history: RestartHistory,
  nowMs: number,
  limit: RestartIntensity,
): RestartVerdict {
  const opensAtMs = nowMs - limit.periodMs;
  const recent = [...history.filter((atMs) => atMs >= opensAtMs), nowMs];
  return { history: recent, exceeded: recent.length > limit.maxRestarts };
}
