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
  return new Chained(clock, fire, delayMs);
}

/** One object and one closure: of timers there may be very many. */
class Chained implements LongTimer {
  readonly #clock: Clock;
  readonly #dueAtMs: number;
  readonly #look: () => void;
  #handle: TimerHandle;

  constructor(clock: Clock, fire: () => void, delayMs: number) {
    this.#clock = clock;
    this.#dueAtMs = clock.now() + delayMs;
    this.#look = () => {
      const leftMs = this.#dueAtMs - clock.now();
      if (leftMs > 0.5) this.#handle = this.#set(leftMs);
      else fire();
    };
    this.#handle = this.#set(delayMs);
  }

  cancel(): void {
    this.#clock.clearTimer(this.#handle);
  }

  remainingMs(): number {
    return Math.max(0, Math.ceil(this.#dueAtMs - this.#clock.now()));
  }

  #set(leftMs: number): TimerHandle {
    return this.#clock.setTimer(this.#look, Math.min(Math.max(0, leftMs), MAX_TIMER_MS));
  }
}
