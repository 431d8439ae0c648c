/**
 * The clock port: what time it is, and waking up later. Production reads the machine's
 * monotonic clock; tests own one that moves only when told.
 *
 * @module
 */

/** A timer that was set. */
export interface Timer {
  /** Does nothing when it has fired or was cancelled before. */
  cancel(): void;
  /** Whole milliseconds until it fires, `0` when it is due. */
  remainingMs(): number;
}

/** Monotonic time in milliseconds, and timers on it. A timer never keeps the host alive by itself. */
export interface Clock {
  /** Monotonic milliseconds; only differences mean something. */
  now(): number;
  /** Runs `fire` once, `delayMs` (≥ 0, however many) from now, never inside this call. */
  setTimer(fire: () => void, delayMs: number): Timer;
}
