/**
 * The deadline of all who wait as long as their pool says. They stand in line in the order in which they are due, so
 * that one timer serves them all, and who is served in time costs none: it is set for who comes to an empty line, and
 * looks at the line when it fires.
 *
 * @module
 */

import { Deadline, type Deadlines } from "../actors/deadlines.ts";
import type { Clock } from "../core/clock.ts";
import type { Scheduler } from "../core/scheduler.ts";

/** When somebody began to wait; all of one turn share it. */
export interface Arrival {
  /** Monotonic milliseconds. */
  readonly atMs: number;
  /** The end of that turn, from which time counts; `Infinity` until then. */
  overAtMs: number;
}

/** What is to be known of one in the line. */
export interface Patient {
  readonly arrival: Arrival;
  /** A deadline of its own. */
  readonly deadline: Deadline | undefined;
  /** Nothing happens when it waits no more. */
  expire(): void;
  readonly behind: object | undefined;
}

/** What tells the time. */
interface Timing {
  readonly deadlines: Deadlines;
  readonly runtime: {
    readonly clock: Pick<Clock, "now">;
    readonly scheduler: Pick<Scheduler, "atTurnEnd">;
  };
}

/** Tells who is due in one line. */
export class LineDeadline<W extends Patient> {
  readonly #kernel: Timing;
  readonly #line: { readonly first: W | undefined };
  readonly #timeoutMs: number;
  readonly #limit = new Deadline(() => this.#look());
  #isSet = false;
  #arrival: Arrival | undefined = undefined;
  readonly #leave = (): void => {
    if (this.#arrival === undefined) return;
    this.#arrival.overAtMs = this.#kernel.runtime.clock.now();
    this.#arrival = undefined;
  };

  /** @param timeoutMs - `Infinity` for a line in which nobody is ever due */
  constructor(kernel: Timing, line: { readonly first: W | undefined }, timeoutMs: number) {
    this.#kernel = kernel;
    this.#line = line;
    this.#timeoutMs = timeoutMs;
  }

  /** Of who begins to wait now. @param turn - tells the time of this turn */
  arrive(turn: Pick<Clock, "now">): Arrival {
    return this.#arrival ?? this.#begin(turn.now());
  }

  /** Somebody without a deadline of its own has joined the line. */
  joined(): void {
    if (!this.#isSet) this.#set(this.#timeoutMs);
  }

  /** Nobody waits. */
  rest(): void {
    if (!this.#isSet) return;
    this.#isSet = false;
    this.#kernel.deadlines.cancel(this.#limit);
  }

  #begin(atMs: number): Arrival {
    const arrival = { atMs, overAtMs: Number.POSITIVE_INFINITY };
    this.#arrival = arrival;
    // A test's scheduler ends the turn at once.
    this.#kernel.runtime.scheduler.atTurnEnd(this.#leave);
    return arrival;
  }

  #set(delayMs: number): void {
    if (this.#timeoutMs === Number.POSITIVE_INFINITY) return;
    this.#isSet = true;
    this.#kernel.deadlines.arm(this.#limit, delayMs);
  }

  #look(): void {
    this.#isSet = false;
    const nowMs = this.#kernel.runtime.clock.now();
    const due: W[] = [];
    for (let at = this.#line.first; at !== undefined; at = at.behind as W | undefined) {
      if (at.deadline !== undefined) continue;
      const leftMs = at.arrival.overAtMs + this.#timeoutMs - nowMs;
      // The clock may tell a fraction of a millisecond less than the timer waited.
      if (leftMs > 0.5) {
        this.#set(Math.min(leftMs, this.#timeoutMs));
        break;
      }
      due.push(at);
    }
    // What one of them sets off may settle the next.
    for (const waiter of due) waiter.expire();
  }
}
