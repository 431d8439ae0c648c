/**
 * A clock that stands still until it is moved.
 *
 * ```ts
 * const clock = new ManualClock({ choose: () => 0 });
 * clock.setTimer(() => undefined, 250);
 * clock.nextDueAtMs; //=> 250
 * clock.moveTo(250);
 * clock.takeDue()?.dueAtMs; //=> 250
 * ```
 *
 * @module
 */

import type { Clock, Timer } from "../core/clock.ts";
import type { Oracle } from "./oracle.ts";

/** One timer that has not fired. */
export interface ManualTimer extends Timer {
  readonly dueAtMs: number;
  /** Counts up in the order of being set. */
  readonly serial: number;
  readonly fire: () => void;
}

/** Begins at 0 ms. Nothing fires by itself: who moves the clock also takes what is due and fires it. */
export class ManualClock implements Clock {
  readonly #oracle: Oracle;
  /** By deadline, then in the order of being set. */
  readonly #timers: ManualTimer[] = [];
  #nowMs = 0;
  #serial = 0;

  constructor(oracle: Oracle) {
    this.#oracle = oracle;
  }

  now(): number {
    return this.#nowMs;
  }

  setTimer(fire: () => void, delayMs: number): ManualTimer {
    this.#serial += 1;
    const dueAtMs = this.#nowMs + Math.max(0, delayMs);
    const timer: ManualTimer = {
      dueAtMs,
      serial: this.#serial,
      fire,
      cancel: () => this.#remove(timer),
      remainingMs: () => Math.max(0, Math.ceil(dueAtMs - this.#nowMs)),
    };
    this.#timers.splice(this.#placeOf(timer), 0, timer);
    return timer;
  }

  /** When the next timer is due; `undefined` when none is set. */
  get nextDueAtMs(): number | undefined {
    return this.#timers[0]?.dueAtMs;
  }

  /**
   * @param atMs - milliseconds on this clock
   * @throws RangeError when that would be going back
   */
  moveTo(atMs: number): void {
    if (!(atMs >= this.#nowMs)) {
      throw new RangeError(`the clock stands at ${this.#nowMs} ms: it cannot go back to ${atMs} ms`);
    }
    this.#nowMs = atMs;
  }

  /** Takes a timer that is due without firing it: of those with the earliest deadline, the oracle's choice. */
  takeDue(): ManualTimer | undefined {
    const dueAtMs = this.nextDueAtMs;
    if (dueAtMs === undefined || dueAtMs > this.#nowMs) return undefined;
    let ties = 1;
    while (this.#timers[ties]?.dueAtMs === dueAtMs) ties += 1;
    const chosen = ties === 1 ? 0 : this.#oracle.choose(ties, "timer");
    return this.#timers.splice(chosen, 1)[0];
  }

  #remove(timer: ManualTimer): void {
    const place = this.#placeOf(timer);
    if (this.#timers[place] === timer) this.#timers.splice(place, 1);
  }

  /** The place of `timer` in order, found by halving. */
  #placeOf(timer: ManualTimer): number {
    let low = 0;
    let high = this.#timers.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const other = this.#timers[middle] as ManualTimer;
      const before =
        other.dueAtMs === timer.dueAtMs ? other.serial < timer.serial : other.dueAtMs < timer.dueAtMs;
      if (before) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
