/**
 * Deadlines that share timers: one queue and one host timer for each distinct duration, since calls
 * use few. Arming and cancelling are O(1), allocate nothing and make no timer.
 *
 * @module
 */

import { type Clock, longTimer } from "../core/clock.ts";

/** Something that is told when its time is up; it carries its own place in the queue of its duration. */
export interface Expiring {
  readonly expire: () => void;
  /** The rest belongs to {@link Deadlines}. */
  queue: DeadlineQueue | undefined;
  dueAtMs: number;
  before: Expiring | undefined;
  after: Expiring | undefined;
}

/** All deadlines of one duration, the oldest first. */
export interface DeadlineQueue {
  readonly durationMs: number;
  oldest: Expiring | undefined;
  newest: Expiring | undefined;
  /** A host timer is set. */
  timed: boolean;
}

/** A deadline that is nothing else. */
export class Deadline implements Expiring {
  readonly expire: () => void;
  queue: DeadlineQueue | undefined = undefined;
  dueAtMs = 0;
  before: Expiring | undefined = undefined;
  after: Expiring | undefined = undefined;

  constructor(expire: () => void) {
    this.expire = expire;
  }
}

/** All deadlines of one system. */
export class Deadlines {
  readonly #clock: Clock;
  readonly #queues = new Map<number, DeadlineQueue>();
  #last: DeadlineQueue | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** How many wait; for leak checks. */
  get size(): number {
    let size = 0;
    for (const queue of this.#queues.values())
      for (let at = queue.oldest; at !== undefined; at = at.after) size += 1;
    return size;
  }

  /** @param durationMs - milliseconds from now; `Infinity` never expires */
  arm(item: Expiring, durationMs: number): void {
    if (durationMs === Number.POSITIVE_INFINITY) return;
    const queue = this.#last?.durationMs === durationMs ? this.#last : this.#queueFor(durationMs);
    item.queue = queue;
    item.dueAtMs = this.#clock.now() + durationMs;
    item.before = queue.newest;
    if (queue.newest === undefined) queue.oldest = item;
    else queue.newest.after = item;
    queue.newest = item;
    if (!queue.timed) this.#time(queue, durationMs);
  }

  /** Does nothing when `item` has no deadline or it has expired. */
  cancel(item: Expiring): void {
    const { queue, before, after } = item;
    if (queue === undefined) return;
    item.queue = undefined;
    item.before = undefined;
    item.after = undefined;
    if (before === undefined) queue.oldest = after;
    else before.after = after;
    if (after === undefined) queue.newest = before;
    else after.before = before;
  }

  #queueFor(durationMs: number): DeadlineQueue {
    let queue = this.#queues.get(durationMs);
    if (queue === undefined) {
      queue = { durationMs, oldest: undefined, newest: undefined, timed: false };
      this.#queues.set(durationMs, queue);
    }
    this.#last = queue;
    return queue;
  }

  /** The timer outlives cancelled entries: it looks when it fires, and rests when nothing waits. */
  #time(queue: DeadlineQueue, delayMs: number): void {
    queue.timed = true;
    longTimer(this.#clock, () => this.#fire(queue), delayMs);
  }

  #fire(queue: DeadlineQueue): void {
    const nowMs = this.#clock.now();
    // The clock may tell a fraction of a millisecond less than the timer waited.
    while (queue.oldest !== undefined && queue.oldest.dueAtMs <= nowMs + 0.5) {
      const item = queue.oldest;
      this.cancel(item);
      item.expire();
    }
    if (queue.oldest !== undefined) this.#time(queue, Math.max(0, queue.oldest.dueAtMs - nowMs));
    else {
      queue.timed = false;
      this.#queues.delete(queue.durationMs);
      if (this.#last === queue) this.#last = undefined;
    }
  }
}
