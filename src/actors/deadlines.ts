/**
 * Deadlines that share timers: one queue and one host timer for each distinct duration, since calls
 * use few. Arming and cancelling are O(1) and make no timer.
 *
 * @module
 */

import { type Clock, longTimer } from "../core/clock.ts";

/** Something that is told when its time is up; it carries its own place in the queue. */
export interface Expiring {
  expire: () => void;
  /** Set by {@link Deadlines}; not to be touched. */
  deadline: DeadlineEntry | undefined;
}

/** A place in a queue of equal durations. */
export interface DeadlineEntry {
  readonly queue: DeadlineQueue;
  readonly item: Expiring;
  readonly dueAtMs: number;
  before: DeadlineEntry | undefined;
  after: DeadlineEntry | undefined;
}

interface DeadlineQueue {
  readonly durationMs: number;
  oldest: DeadlineEntry | undefined;
  newest: DeadlineEntry | undefined;
  timed: boolean;
}

/** All deadlines of one system. */
export class Deadlines {
  readonly #clock: Clock;
  readonly #queues = new Map<number, DeadlineQueue>();
  #last: DeadlineQueue | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @param durationMs - milliseconds from now; `Infinity` never expires */
  arm(item: Expiring, durationMs: number): void {
    if (durationMs === Number.POSITIVE_INFINITY) return;
    const queue = this.#last?.durationMs === durationMs ? this.#last : this.#queueFor(durationMs);
    const entry: DeadlineEntry = {
      queue,
      item,
      dueAtMs: this.#clock.now() + durationMs,
      before: queue.newest,
      after: undefined,
    };
    if (queue.newest === undefined) queue.oldest = entry;
    else queue.newest.after = entry;
    queue.newest = entry;
    item.deadline = entry;
    if (!queue.timed) this.#time(queue, durationMs);
  }

  /** Does nothing when `item` has no deadline or it has expired. */
  cancel(item: Expiring): void {
    const entry = item.deadline;
    if (entry === undefined) return;
    item.deadline = undefined;
    const { queue, before, after } = entry;
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
      const { item } = queue.oldest;
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
