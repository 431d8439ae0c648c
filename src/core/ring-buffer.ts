/**
 * A first-in, first-out queue over one array that grows by doubling and never shifts.
 * Mailboxes, the run queue and waiting lines stand on it.
 *
 * ```ts
 * const queue = new RingBuffer<string>();
 * queue.push("a");
 * queue.push("b");
 * queue.shift(); //=> "a"
 * queue.length; //=> 1
 * ```
 *
 * @module
 */

const FIRST_CAPACITY = 8;

/** All operations are amortised O(1); memory follows the deepest the queue has been. */
export class RingBuffer<T> {
  #slots: (T | undefined)[] = new Array(FIRST_CAPACITY).fill(undefined);
  #head = 0;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(item: T): void {
    if (this.#length === this.#slots.length) this.#grow();
    this.#slots[(this.#head + this.#length) & (this.#slots.length - 1)] = item;
    this.#length += 1;
  }

  /** @returns the oldest item, `undefined` when empty */
  shift(): T | undefined {
    if (this.#length === 0) return undefined;
    const item = this.#slots[this.#head];
    this.#slots[this.#head] = undefined;
    this.#head = (this.#head + 1) & (this.#slots.length - 1);
    this.#length -= 1;
    return item;
  }

  /** @returns the item `index` places behind the oldest, without taking it */
  at(index: number): T | undefined {
    return index < this.#length ? this.#slots[(this.#head + index) & (this.#slots.length - 1)] : undefined;
  }

  #grow(): void {
    const old = this.#slots;
    const wider = new Array<T | undefined>(old.length * 2).fill(undefined);
    for (let i = 0; i < this.#length; i += 1) wider[i] = old[(this.#head + i) & (old.length - 1)];
    this.#slots = wider;
    this.#head = 0;
  }
}
