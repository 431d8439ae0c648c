/**
 * How many starts are under way at once; the others wait in order.
 *
 * @module
 */

import { RingBuffer } from "../core/ring-buffer.ts";
import type { Step } from "./procedure.ts";

/** Lets so many steps be under way. */
export class StartGate {
  readonly #limit: number;
  readonly #inTurn: (go: () => void) => void;
  readonly #waiting = new RingBuffer<() => void>();
  #under = 0;

  /** @param inTurn - gives a step that has waited a turn of the supervisor, since what ended was another's */
  constructor(limit: number, inTurn: (go: () => void) => void) {
    this.#limit = limit;
    this.#inTurn = inTurn;
  }

  /** @param isWanted - asked when a step that had to wait may begin; one that is not wanted is never taken */
  pass<T>(step: Step<T>, isWanted: () => boolean): Step<T> {
    return this.#limit === Number.POSITIVE_INFINITY ? step : this.#inLine(step, isWanted);
  }

  #inLine<T>(step: Step<T>, isWanted: () => boolean): Step<T> {
    return (done) => {
      if (this.#under < this.#limit) return this.#begin(step, done);
      this.#waiting.push(() => {
        if (isWanted()) this.#begin(step, done);
      });
    };
  }

  #begin<T>(step: Step<T>, done: (value: T) => void): void {
    this.#under += 1;
    step((value) => {
      this.#under -= 1;
      if (this.#waiting.length > 0) this.#inTurn(() => this.#goOn());
      done(value);
    });
  }

  #goOn(): void {
    while (this.#under < this.#limit) {
      const begin = this.#waiting.shift();
      if (begin === undefined) return;
      begin();
    }
  }
}
