/**
 * The host's clock. Timers of one duration stand in one line, the first of them due first, and share one timer of the
 * host's: setting and cancelling are O(1) however many there are. Those that are due fire in turns that the scheduler
 * gives, so that very many of them hold up nobody else.
 *
 * @module
 */

import type { Attribution } from "./attribution.ts";
import type { Clock, Timer } from "./clock.ts";
import type { Runnable, Scheduler } from "./scheduler.ts";

/** The longest delay that the host takes, in milliseconds. */
const MAX_HOST_MS = 2_147_483_647;
/** Milliseconds that the clock may tell less than the host has waited. */
const EARLY_MS = 0.5;

export const now = (): number => performance.now();

/** Delays are rounded up to whole milliseconds. */
export class HostClock implements Clock {
  readonly now: () => number = now;
  /** By their durations: those that have timers, or fire some. */
  readonly lines = new Map<number, Line>();
  readonly attribution: Attribution;
  readonly scheduler: Pick<Scheduler, "ready" | "readyFirst">;

  constructor(attribution: Attribution, scheduler: Pick<Scheduler, "ready" | "readyFirst">) {
    this.attribution = attribution;
    this.scheduler = scheduler;
  }

  setTimer(fire: () => void, delayMs: number): Timer {
    const durationMs = Math.max(1, Math.ceil(delayMs));
    return new HostTimer(fire, this.lines.get(durationMs) ?? new Line(this, durationMs));
  }
}

/** Its neighbours in a ring; alone it is its own. */
interface Place {
  before: Place;
  after: Place;
}

/** All timers of one duration, in a ring that begins here. */
class Line implements Place, Runnable {
  readonly durationMs: number;
  before: Place = this;
  after: Place = this;
  readonly #clock: HostClock;
  /** The host's timer; none while those that are due have their turns. */
  #wakeUp: object | number | undefined;

  constructor(clock: HostClock, durationMs: number) {
    this.#clock = clock;
    this.durationMs = durationMs;
    clock.lines.set(durationMs, this);
    this.#sleep(durationMs);
  }

  /** Fires what is due. A throw ends the turn, and is for the host to hear of: the others have another. */
  run(limit: number): number {
    const untilMs = now() + EARLY_MS;
    let fired = 0;
    try {
      for (let timer = this.after; fired < limit && isDue(timer, untilMs); timer = this.after) {
        fired += 1;
        leave(timer);
        timer.fire();
      }
    } finally {
      this.#goOn(untilMs);
    }
    return fired + 1;
  }

  /** What nobody waits for any more leaves nothing with the host. */
  cancelled(): void {
    if (this.after !== this || this.#wakeUp === undefined) return;
    clearTimeout(this.#wakeUp as number);
    this.#wakeUp = undefined;
    this.#clock.lines.delete(this.durationMs);
  }

  #goOn(untilMs: number): void {
    const { lines, scheduler } = this.#clock;
    const next = this.after;
    if (next === this) lines.delete(this.durationMs);
    else if (isDue(next, untilMs)) scheduler.ready(this);
    else this.#sleep((next as HostTimer).dueAtMs - untilMs);
  }

  /** For as long as the host can at the most: whether anything is due is seen then. */
  #sleep(ms: number): void {
    const { attribution, scheduler } = this.#clock;
    const wake = (): void => {
      this.#wakeUp = undefined;
      scheduler.readyFirst(this);
    };
    const wakeUp = attribution.outside(() => setTimeout(wake, Math.min(ms, MAX_HOST_MS)));
    (wakeUp as { unref?(): void }).unref?.();
    this.#wakeUp = wakeUp;
  }
}

class HostTimer implements Timer, Place {
  readonly fire: () => void;
  readonly dueAtMs: number;
  readonly #line: Line;
  before: Place;
  after: Place;

  /** The newest of its line. */
  constructor(fire: () => void, line: Line) {
    this.fire = fire;
    this.dueAtMs = now() + line.durationMs;
    this.#line = line;
    this.before = line.before;
    this.after = line;
    line.before = this.before.after = this;
  }

  cancel(): void {
    leave(this);
    this.#line.cancelled();
  }

  remainingMs(): number {
    return Math.max(0, Math.ceil(this.dueAtMs - now()));
  }
}

function isDue(place: Place, atMs: number): place is HostTimer {
  return place instanceof HostTimer && !(place.dueAtMs > atMs);
}

function leave(place: Place): void {
  place.before.after = place.after;
  place.after.before = place.before;
  place.before = place.after = place;
}
