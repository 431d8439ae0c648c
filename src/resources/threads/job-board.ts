/**
 * What a thread and its owner both see at any moment, without a message: how far the thread has come, and which
 * jobs it need not begin any more. A thread in the middle of a loop reads no messages.
 *
 * ```ts
 * const board = new JobBoard(JobBoard.memory(8));
 * board.withdraw(2); //=> true
 * board.begin(1); //=> true
 * board.begin(2); //=> false
 * board.withdraw(1); //=> false
 * ```
 *
 * Both sides write before they read (the one that a job begins, the other that it is not wanted), so that at
 * least one of them sees the other, and no job is both begun and believed not to be.
 *
 * @module
 */

const BEGUN = 0;
const INSIDE = 1;
const FIRST_SLOT = 2;
/** More slots than anybody has jobs open; beyond, an old withdrawal is forgotten and its job done for nothing. */
const MAX_SLOTS = 4_096;

/** Where ids begin: 0 stands for none. Ids follow each other, and after the largest comes the smallest. */
export const FIRST_ID = 1;

/** The id after `id`. A thread that does 100,000 jobs a second comes round in 12 hours. */
export function nextJobId(id: number): number {
  return (id + 1) | 0 || FIRST_ID;
}

/** One side's view of the shared memory. */
export class JobBoard {
  readonly #cells: Int32Array;
  readonly #slots: number;

  constructor(memory: SharedArrayBuffer) {
    this.#cells = new Int32Array(memory);
    this.#slots = this.#cells.length - FIRST_SLOT;
  }

  /** Memory for a thread that has so many jobs at the most. */
  static memory(maxJobs: number): SharedArrayBuffer {
    return new SharedArrayBuffer(4 * (FIRST_SLOT + Math.min(maxJobs, MAX_SLOTS)));
  }

  /** The thread's: @returns `false` for a job that nobody wants any more */
  begin(id: number): boolean {
    Atomics.store(this.#cells, BEGUN, id);
    Atomics.store(this.#cells, INSIDE, id);
    return Atomics.load(this.#cells, this.#slotOf(id)) !== id;
  }

  /** The thread's: the handler has returned, perhaps a promise. */
  leave(): void {
    Atomics.store(this.#cells, INSIDE, 0);
  }

  /** The owner's: @returns `false` when the job has begun already */
  withdraw(id: number): boolean {
    Atomics.store(this.#cells, this.#slotOf(id), id);
    return !this.hasBegun(id);
  }

  /** Jobs begin in the order of their ids. */
  hasBegun(id: number): boolean {
    const last = Atomics.load(this.#cells, BEGUN);
    return last !== 0 && ((last - id) | 0) >= 0;
  }

  /** Whether the handler of this very job is running now, and has not returned yet. */
  isInside(id: number): boolean {
    return Atomics.load(this.#cells, INSIDE) === id;
  }

  #slotOf(id: number): number {
    return FIRST_SLOT + ((id >>> 0) % this.#slots);
  }
}
