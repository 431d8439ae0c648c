/**
 * The clock port: what time it is, and waking up later. Production reads the machine's
 * monotonic clock; tests own one that moves only when told.
 *
 * @module
 */

/** What {@link Clock.setTimer} answers. */
export type TimerHandle = { readonly brand?: "timer" } | object | number;

/** Monotonic time in milliseconds, and timers on it. A timer never keeps the host alive by itself. */
export interface Clock {
  /** Monotonic milliseconds; only differences mean something. */
  now(): number;
  /** Runs `fire` once, `delayMs` (≥ 0) from now, never inside this call. */
  setTimer(fire: () => void, delayMs: number): TimerHandle;
  clearTimer(timer: TimerHandle): void;
}

/** The longest delay a host timer takes; longer ones are cut into pieces by {@link longTimer}. */
export const MAX_TIMER_MS = 2_147_483_647;

/** A timer of any length over a clock whose own are limited to {@link MAX_TIMER_MS}. */
export interface LongTimer {
  cancel(): void;
  /** Milliseconds until it fires, `0` when it is due. */
  remainingMs(): number;
}

/**
 * Sets a timer of any length.
 *
 * @param delayMs - milliseconds, ≥ 0; beyond 2³¹ − 1 it is chained
 */
export function longTimer(clock: Clock, fire: () => void, delayMs: number): LongTimer {
  const dueAtMs = clock.now() + delayMs;
  const arm = (): TimerHandle =>
    clock.setTimer(
      () => {
        if (dueAtMs - clock.now() > 0.5) handle = arm();
        else fire();
      },
      Math.min(Math.max(0, dueAtMs - clock.now()), MAX_TIMER_MS),
    );
  let handle = arm();
  return {
    cancel: () => clock.clearTimer(handle),
    remainingMs: () => Math.max(0, Math.ceil(dueAtMs - clock.now())),
  };
}
