/**
 * Moves a test forward: until nothing is left to do at this moment of the clock, or over a stretch of time.
 *
 * @module
 */

import type { Attribution } from "../core/attribution.ts";
import { ActorError } from "../core/errors.ts";
import type { Macrotask } from "../core/runtime-host.ts";
import type { ManualClock, ManualTimer } from "./manual-clock.ts";
import type { Oracle } from "./oracle.ts";
import type { SimScheduler } from "./sim-scheduler.ts";

/** What a driver moves. */
export interface DriverParts {
  readonly clock: ManualClock;
  readonly scheduler: SimScheduler;
  readonly oracle: Oracle;
  readonly attribution: Attribution;
  readonly macrotask: Macrotask;
  /** Turns and timers at one moment of the clock after which it gives up. */
  readonly maxSteps: number;
}

/** One per test system. What is asked of it is done one after the other. */
export class Driver {
  /** Moves asked for that are not over. */
  moving = 0;
  readonly #parts: DriverParts;
  #last: Promise<void> = Promise.resolve();

  constructor(parts: DriverParts) {
    this.#parts = parts;
  }

  /**
   * Runs whoever is ready, and all promise continuations, until neither is left. The clock stands still.
   *
   * @throws ActorError `ERR_RUNAWAY` after `maxSteps` turns
   */
  settle(): Promise<void> {
    return this.#inTurn(() => this.#settle());
  }

  /**
   * Lets time pass: from timer to timer, settling before and after each.
   *
   * @param ms - milliseconds, ≥ 0
   * @throws RangeError when `ms` is no length of time; ActorError `ERR_RUNAWAY`
   */
  advance(ms: number): Promise<void> {
    if (!(ms >= 0 && ms < Number.POSITIVE_INFINITY)) {
      return Promise.reject(
        new RangeError(`advance(${ms}): time passes in finite milliseconds of at least 0`),
      );
    }
    return this.#inTurn(() => this.#advance(ms));
  }

  /** Lets time pass from timer to timer until `done` says so or no timer is left. */
  async passUntil(done: () => boolean): Promise<void> {
    for (;;) {
      await this.settle();
      const dueAtMs = this.#parts.clock.nextDueAtMs;
      if (done() || dueAtMs === undefined) return;
      await this.advance(dueAtMs - this.#parts.clock.now());
    }
  }

  #inTurn(move: () => Promise<void>): Promise<void> {
    const { scheduler, maxSteps } = this.#parts;
    this.moving += 1;
    const moved = this.#last.then(() => {
      scheduler.allow(maxSteps);
      return move();
    });
    // Outside of a move nobody is there to be told of too many turns. A runaway stays where it is.
    const over = (): void => {
      this.moving -= 1;
      if (!scheduler.stalled) scheduler.allow(Number.POSITIVE_INFINITY);
    };
    this.#last = moved.then(over, over);
    return moved;
  }

  async #settle(): Promise<void> {
    const { scheduler, macrotask } = this.#parts;
    // A macrotask comes after all promise continuations: when none of them has made anybody ready, all is done.
    for (let turns = -1; turns !== scheduler.turns || !scheduler.idle; ) {
      turns = scheduler.turns;
      await new Promise<void>((resume) => macrotask(resume));
      if (scheduler.stalled) throw this.#runaway();
    }
  }

  async #advance(ms: number): Promise<void> {
    const { clock, scheduler, maxSteps } = this.#parts;
    await this.#settle();
    const untilMs = clock.now() + ms;
    let fired = 0;
    for (;;) {
      // Looked up anew each time: a timer set by a timer fires in its place, in this very stretch.
      const dueAtMs = clock.nextDueAtMs;
      if (dueAtMs === undefined || dueAtMs > untilMs) break;
      if (dueAtMs > clock.now()) {
        clock.moveTo(dueAtMs);
        scheduler.allow(maxSteps);
        fired = 0;
      }
      fired += this.#fireDue();
      if (fired > maxSteps) throw runaway(`${fired} timers fired`, clock.now(), scheduler.busiest());
      await this.#settle();
    }
    clock.moveTo(untilMs);
  }

  /** Fires one timer; the oracle may let others of the same moment fire before anybody reacts. @returns how many */
  #fireDue(): number {
    const { clock, oracle, attribution } = this.#parts;
    let fired = 0;
    do {
      const { fire } = clock.takeDue() as ManualTimer;
      attribution.outside(fire);
      fired += 1;
    } while (clock.nextDueAtMs === clock.now() && oracle.choose(2, "together") === 1);
    return fired;
  }

  #runaway(): ActorError<"ERR_RUNAWAY"> {
    const { clock, scheduler, maxSteps } = this.#parts;
    return runaway(`${maxSteps} turns were not enough`, clock.now(), scheduler.busiest());
  }
}

function runaway(
  what: string,
  nowMs: number,
  busiest: { readonly label: string; readonly turns: number },
): ActorError<"ERR_RUNAWAY"> {
  return new ActorError(
    "ERR_RUNAWAY",
    "unknown",
    `this never settles: ${what} at ${nowMs} ms of the clock; the busiest is ${busiest.label} with ${busiest.turns} turns`,
  );
}
