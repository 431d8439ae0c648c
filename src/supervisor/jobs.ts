/**
 * Jobs of a supervisor: one at a time, in the order in which they came.
 *
 * @module
 */

import { RingBuffer } from "../core/ring-buffer.ts";
import type { Overseer } from "./overseer.ts";
import type { Procedure, Running } from "./procedure.ts";

/** A line of procedures; one that takes no time is over when {@link Jobs.add} returns. */
export class Jobs {
  readonly #overseer: Overseer;
  readonly #waiting = new RingBuffer<Procedure<void>>();
  #current: Running<void> | undefined;
  #busy = false;
  #going = false;
  #closed = false;

  constructor(overseer: Overseer) {
    this.#overseer = overseer;
  }

  add(job: Procedure<void>): void {
    this.#waiting.push(job);
    this.#goOn();
  }

  /** The job under way goes no further, and no other is begun. */
  close(): void {
    this.#closed = true;
    this.#current?.abandon();
  }

  /** A job that is over at once comes back here from within: the loop that began it goes on, however many wait. */
  #goOn(): void {
    if (this.#going) return;
    this.#going = true;
    try {
      while (!this.#busy && !this.#closed) {
        const job = this.#waiting.shift();
        if (job === undefined) return;
        this.#busy = true;
        this.#current = this.#overseer.begin(job, () => {
          this.#busy = false;
          this.#goOn();
        });
      }
    } finally {
      this.#going = false;
    }
  }
}
