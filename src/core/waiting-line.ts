/**
 * A first-come, first-served line whose members may leave it from anywhere, in O(1): a waiter that times
 * out, aborts or dies leaves nothing behind.
 *
 * ```ts
 * const line = new WaitingLine<Queued>();
 * const [a, b, c] = [createQueued(), createQueued(), createQueued()];
 * for (const waiter of [a, b, c]) line.push(waiter);
 * line.remove(b); //=> true
 * line.shift() === a; //=> true
 * line.shift() === c; //=> true
 * line.length; //=> 0
 * ```
 *
 * @module
 */

/** Something that stands in one line at a time and carries its own place. */
export interface Queued {
  /** Set by {@link WaitingLine}; not to be touched. */
  place: Place | undefined;
}

/** Neighbours in a line. */
export interface Place {
  readonly waiter: Queued;
  before: Place | undefined;
  after: Place | undefined;
}

/** A waiter that stands in no line. */
export function createQueued(): Queued {
  return { place: undefined };
}

/** All operations are O(1), except for walking through it. */
export class WaitingLine<W extends Queued> {
  #first: Place | undefined;
  #last: Place | undefined;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Joins at the end. The waiter must not stand in a line already. */
  push(waiter: W): void {
    const place: Place = { waiter, before: this.#last, after: undefined };
    if (this.#last === undefined) this.#first = place;
    else this.#last.after = place;
    this.#last = place;
    this.#length += 1;
    waiter.place = place;
  }

  /** @returns who has waited longest, now out of the line; `undefined` when nobody waits */
  shift(): W | undefined {
    const first = this.#first?.waiter as W | undefined;
    if (first !== undefined) this.remove(first);
    return first;
  }

  /** Leaves, wherever it stands. @returns did it stand in a line? */
  remove(waiter: W): boolean {
    const { place } = waiter;
    if (place === undefined) return false;
    waiter.place = undefined;
    if (place.before === undefined) this.#first = place.after;
    else place.before.after = place.after;
    if (place.after === undefined) this.#last = place.before;
    else place.after.before = place.before;
    this.#length -= 1;
    return true;
  }
}
