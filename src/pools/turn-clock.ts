/**
 * The time of this turn. Loans and waits are stamped far more often than time is asked for, and looking at
 * the machine's clock costs as much as taking a resource: all that is stamped in one turn shares one look.
 *
 * @module
 */

import type { Clock } from "../core/clock.ts";
import type { Scheduler } from "../core/scheduler.ts";

/** Looks at the clock once a turn. */
export class TurnClock {
  readonly #clock: Pick<Clock, "now">;
  readonly #scheduler: Pick<Scheduler, "atTurnEnd">;
  #nowMs = 0;
  #isKnown = false;
  readonly #forget = (): void => {
    this.#isKnown = false;
  };

  constructor(clock: Pick<Clock, "now">, scheduler: Pick<Scheduler, "atTurnEnd">) {
    this.#clock = clock;
    this.#scheduler = scheduler;
  }

  /** Monotonic milliseconds, of the first time that somebody asked in this turn. */
  now(): number {
    return this.#isKnown ? this.#nowMs : this.#look();
  }

  #look(): number {
    this.#isKnown = true;
    // A test's scheduler forgets at once: there the clock moves between any two steps.
    this.#nowMs = this.#clock.now();
    this.#scheduler.atTurnEnd(this.#forget);
    return this.#nowMs;
  }
}
