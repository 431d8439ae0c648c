/**
 * Deadlines that share timers: one queue and one host timer for each distinct duration, since calls
 * use few. Arming and cancelling are O(1), allocate nothing and make no timer.
 *
 * @module
 */

import type { Clock } from "../core/clock.ts";
import { InvalidOptionsError } from "../core/errors.ts";
import { checkGiven } from "../core/options.ts";
import type { Scheduler } from "../core/scheduler.ts";

/** Something that is told when its time is up; it carries its own place in the queue of its duration. */
export interface Expiring {
  readonly expire: () => void;
  /** The rest belongs to {@link Deadlines}. */
  queue: DeadlineQueue | undefined;
  dueAtMs: number;
  before: Expiring | undefined;
  after: Expiring | undefined;
}

/**
 * A deadline that is no number would never pass and never rest.
 *
 * @param what - who asks, for the message
 * @throws InvalidOptionsError
 */
export function checkTimeout(what: string, timeoutMs: number): void {
  if (!isTimeout(timeoutMs)) throw new InvalidOptionsError(what, [`timeoutMs ${NO_TIMEOUT}`]);
}

const WAIT_NAMES: readonly string[] = ["timeoutMs", "signal"];

/**
 * As {@link checkTimeout}, for all that the options of a wait may be: what cannot abort would leave it waiting, and so
 * would a deadline under a name that nobody knows.
 *
 * @param names - of the options that there are
 * @throws InvalidOptionsError with all faults
 */
export function checkWaitOptions(
  what: string,
  options: { readonly timeoutMs?: number; readonly deadlineMs?: number; readonly signal?: AbortSignal },
  names: readonly string[] = WAIT_NAMES,
): void {
  checkGiven(what, options);
  const { timeoutMs = 0, deadlineMs = 0, signal } = options;
  // No list where nothing is wrong: many ask.
  let faults: string[] | undefined;
  for (const name in options) {
    if (!names.includes(name))
      faults = add(faults, `${name} is no option here; these are: ${names.join(", ")}`);
  }
  if (!isTimeout(timeoutMs)) faults = add(faults, `timeoutMs ${NO_TIMEOUT}`);
  if (!isTimeout(deadlineMs)) faults = add(faults, `deadlineMs ${NO_TIMEOUT}`);
  if (signal !== undefined && typeof signal?.addEventListener !== "function")
    faults = add(faults, "signal must be an AbortSignal");
  if (faults !== undefined) throw new InvalidOptionsError(what, faults);
}

function add(faults: string[] | undefined, fault: string): string[] {
  return faults === undefined ? [fault] : [...faults, fault];
}

const NO_TIMEOUT = "must be milliseconds or Infinity";

function isTimeout(timeoutMs: unknown): boolean {
  return typeof timeoutMs === "number" && !Number.isNaN(timeoutMs);
}

/** All deadlines of one duration, the oldest first. */
export interface DeadlineQueue {
  readonly durationMs: number;
  oldest: Expiring | undefined;
  newest: Expiring | undefined;
  /** The oldest that was armed in this turn: when it is due is known at the turn's end. */
  fresh: Expiring | undefined;
  /** Will be looked at when the turn ends. */
  listed: boolean;
  /** A host timer is set. */
  timed: boolean;
}

function queueOf(durationMs: number): DeadlineQueue {
  return { durationMs, oldest: undefined, newest: undefined, fresh: undefined, listed: false, timed: false };
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
  readonly #scheduler: Pick<Scheduler, "atTurnEnd">;
  #listed: DeadlineQueue[] = [];
  readonly #stamp = (): void => this.#stampFresh();

  constructor(clock: Clock, scheduler: Pick<Scheduler, "atTurnEnd">) {
    this.#clock = clock;
    this.#scheduler = scheduler;
  }

  /** How many wait; for leak checks. */
  get size(): number {
    let size = 0;
    for (const queue of this.#queues.values())
      for (let at = queue.oldest; at !== undefined; at = at.after) size += 1;
    return size;
  }

  /** How many host timers are set, those that have nobody to wake any more too; for leak checks. */
  get timers(): number {
    let timers = 0;
    for (const queue of this.#queues.values()) timers += Number(queue.timed);
    return timers;
  }

  /**
   * Time counts from the end of the turn: the clock is looked at once for all that still wait then, and
   * most are over by then.
   *
   * @param durationMs - milliseconds, parts of one are rounded up; `Infinity` never expires
   */
  arm(item: Expiring, durationMs: number): void {
    if (durationMs === Number.POSITIVE_INFINITY) return;
    const queue = this.#last?.durationMs === durationMs ? this.#last : this.#queueFor(durationMs);
    item.queue = queue;
    item.before = queue.newest;
    if (queue.newest === undefined) queue.oldest = item;
    else queue.newest.after = item;
    queue.newest = item;
    queue.fresh ??= item;
    if (queue.listed) return;
    queue.listed = true;
    this.#listed.push(queue);
    if (this.#listed.length === 1) this.#scheduler.atTurnEnd(this.#stamp);
  }

  /** Does nothing when `item` has no deadline or it has expired. */
  cancel(item: Expiring): void {
    const { queue, before, after } = item;
    if (queue === undefined) return;
    if (queue.fresh === item) queue.fresh = after;
    item.queue = undefined;
    item.before = undefined;
    item.after = undefined;
    if (before === undefined) queue.oldest = after;
    else before.after = after;
    if (after === undefined) queue.newest = before;
    else after.before = before;
  }

  #queueFor(exactMs: number): DeadlineQueue {
    // What is left of a deadline is hardly ever the same twice: to the fraction, each would have a timer of its own.
    const durationMs = Math.ceil(exactMs);
    let queue = this.#queues.get(durationMs);
    if (queue === undefined) {
      queue = queueOf(durationMs);
      this.#queues.set(durationMs, queue);
    }
    this.#last = queue;
    return queue;
  }

  /** The timer outlives cancelled entries: it looks when it fires, and rests when nothing waits. */
  #time(queue: DeadlineQueue, delayMs: number): void {
    queue.timed = true;
    this.#clock.setTimer(() => this.#fire(queue), delayMs);
  }

  #stampFresh(): void {
    const listed = this.#listed;
    const nowMs = this.#clock.now();
    this.#listed = [];
    for (const queue of listed) {
      queue.listed = false;
      for (let item = queue.fresh; item !== undefined; item = item.after)
        item.dueAtMs = nowMs + queue.durationMs;
      queue.fresh = undefined;
      if (queue.timed) continue;
      if (queue.oldest === undefined) this.#forget(queue);
      else this.#time(queue, queue.durationMs);
    }
  }

  #fire(queue: DeadlineQueue): void {
    const nowMs = this.#clock.now();
    queue.timed = false;
    // The clock may tell a fraction of a millisecond less than the timer waited.
    while (queue.oldest !== queue.fresh && (queue.oldest as Expiring).dueAtMs <= nowMs + 0.5) {
      const item = queue.oldest as Expiring;
      this.cancel(item);
      item.expire();
    }
    if (queue.oldest !== queue.fresh)
      this.#time(queue, Math.max(0, (queue.oldest as Expiring).dueAtMs - nowMs));
    else if (queue.oldest === undefined && !queue.listed) this.#forget(queue);
  }

  #forget(queue: DeadlineQueue): void {
    this.#queues.delete(queue.durationMs);
    if (this.#last === queue) this.#last = undefined;
  }
}
