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

/** Something that stands in one line at a time and carries its own place; set by {@link WaitingLine}, not to be touched. */
export interface Queued {
  isQueued: boolean;
  ahead: Queued | undefined;
  behind: Queued | undefined;
}

/** A waiter that stands in no line. */
export function createQueued(): Queued {
  return { isQueued: false, ahead: undefined, behind: undefined };
}

/** All operations are O(1) and allocate nothing. */
export class WaitingLine<W extends Queued> {
  #first: Queued | undefined;
  #last: Queued | undefined;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Who has waited longest; `undefined` when nobody waits. */
  get first(): W | undefined {
    return this.#first as W | undefined;
  }

  /** Joins at the end. The waiter must not stand in a line already. */
  push(waiter: W): void {
    const last = this.#last;
    waiter.ahead = last;
    waiter.behind = undefined;
    if (last === undefined) this.#first = waiter;
    else last.behind = waiter;
    this.#last = waiter;
    this.#length += 1;
    waiter.isQueued = true;
  }

  /** @returns who has waited longest, now out of the line; `undefined` when nobody waits */
  shift(): W | undefined {
    const first = this.#first as W | undefined;
    if (first !== undefined) this.remove(first);
    return first;
  }

  /** Leaves, wherever it stands. @returns did it stand in a line? */
  remove(waiter: W): boolean {
    if (!waiter.isQueued) return false;
    const { ahead, behind } = waiter;
    waiter.isQueued = false;
    waiter.ahead = undefined;
    waiter.behind = undefined;
    if (ahead === undefined) this.#first = behind;
    else ahead.behind = behind;
    if (behind === undefined) this.#last = ahead;
    else behind.ahead = ahead;
    this.#length -= 1;
    return true;
  }
}
