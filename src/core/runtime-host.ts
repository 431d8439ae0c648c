/**
 * The production runtime: the host's monotonic clock, its timers, its microtasks.
 *
 * Runnables get their turns in one drain, started as a microtask. A drain that has run for
 * {@link BUDGET_MS} since the last macrotask goes on as a macrotask, so that timers and I/O are never
 * starved, not even by a chain of short drains. How often the clock is looked at follows the load:
 * after every slice when slices are slow, after {@link MAX_STRIDE} messages when they are quick.
 *
 * @module
 */

import type { Attribution } from "./attribution.ts";
import { HostClock, now } from "./clock-host.ts";
import type { Random } from "./random.ts";
import { RingBuffer } from "./ring-buffer.ts";
import type { Runtime } from "./runtime.ts";
import type { Awaited, Runnable, Scheduler } from "./scheduler.ts";

/** Milliseconds a turn of the event loop may spend on processes before it yields. */
const BUDGET_MS = 2;
/** Messages between two looks at the clock when they are quick. */
const MAX_STRIDE = 64;
/** A stride that took longer than this, in milliseconds, is cut to one message. */
const SLOW_STRIDE_MS = 1;

/** A runtime on the host's own clock, timers and chance. */
export function hostRuntime(attribution: Attribution): Runtime {
  const scheduler = new HostScheduler(attribution);
  return { clock: new HostClock(attribution, scheduler), scheduler, random: hostRandom, attribution };
}

const hostRandom: Random = Object.freeze({ next: () => Math.random() });

/** Runs `job` when all promise continuations have run and the event loop has come round. */
export type Macrotask = (job: () => void) => void;

/** The host's macrotasks: `setImmediate`, or a message port where there is none. */
export function hostMacrotask(): Macrotask {
  if (typeof setImmediate === "function") return setImmediate;
  const { port1, port2 } = new MessageChannel();
  const jobs = new RingBuffer<() => void>();
  port1.addEventListener("message", () => jobs.shift()?.());
  port1.start();
  return (job) => {
    jobs.push(job);
    port2.postMessage(0);
  };
}

/**
 * A job that runs as a microtask, again and again, without a promise each time: a promise that is resolved
 * with a thenable asks it, in a microtask, to settle it, and hands over functions to do so with. They are
 * called with the same thenable when the job is wanted next, so that one promise stays pending for good.
 * Beside `promise.then(job)` it saves the promise which that makes, and what Node's hooks do to each.
 *
 * Where promises keep their context the job runs in the one in which the microtask was made, elsewhere in that of
 * whoever asks for it.
 */
class Microtask {
  #again!: (thenable: Microtask) => void;
  readonly #job: () => void;

  constructor(job: () => void) {
    this.#job = job;
    void new Promise<unknown>((resolve) => {
      this.#again = resolve;
    });
  }

  /** Wants the job once; not again before it runs. */
  request(): void {
    this.#again(this);
  }

  // biome-ignore lint/suspicious/noThenProperty: being asked as a thenable is how it runs
  then(resolve: (thenable: Microtask) => void): void {
    this.#again = resolve;
    this.#job();
  }
}

/** What every promise of an answer follows. */
const SETTLED = Promise.resolve();

class HostScheduler implements Scheduler {
  readonly #ready = new RingBuffer<Runnable>();
  readonly #first = new RingBuffer<Runnable>();
  readonly #macrotask: Macrotask = hostMacrotask();
  /** Both run the drain in nobody's context. */
  readonly #soon: Microtask;
  readonly #later: () => void;
  readonly #turnEnds: () => void;
  #scheduled = false;
  /** What promises were asked for, oldest first, until their jobs have run. */
  readonly #awaited = new RingBuffer<Awaited>();
  readonly #settleNext: () => unknown;
  /** The job of one of these promises runs the drain. */
  #owed = false;
  /** The drain runs in the context of whoever waits for that promise: not every turn may be given there. */
  #foreign = false;
  readonly #attribution: Attribution;
  /** Whose turn {@link HostScheduler.#giveNextTurn} gives: a field, so that no turn makes a closure. */
  #next!: Runnable;
  readonly #giveNextTurn = (): number => this.#giveTurn(this.#next);
  #stride = 1;
  /** When this turn's first drain began; `-1` between turns. */
  #turnBeganMs = -1;
  /** When its budget was seen to be used up; `-1` before. */
  #spentAtMs = -1;
  /** When the clock was last looked at, and the messages since. */
  #lookedAtMs = 0;
  #handled = 0;
  #turnEndArmed = false;
  #endJobs: (() => void)[] = [];
  /** The budget is used up: until the turn ends, drains are macrotasks. */
  #spent = false;
  #holds = 0;
  #holding: ReturnType<typeof setInterval> | undefined;

  constructor(attribution: Attribution) {
    const drain = (): void => this.#runAll();
    this.#attribution = attribution;
    this.#later = () => attribution.outside(drain);
    this.#soon = attribution.outside(
      () => new Microtask(attribution.promisesKeepContext === true ? drain : this.#later),
    );
    this.#settleNext = () => {
      const awaited = this.#awaited.shift() as Awaited;
      if (this.#owed) {
        this.#owed = false;
        this.#foreign = true;
        drain();
        this.#foreign = false;
      }
      return awaited.take();
    };
    const onTurnEnd = (): void => this.#onTurnEnd();
    this.#turnEnds = () => attribution.outside(onTurnEnd);
  }

  ready(task: Runnable): void {
    this.#ready.push(task);
    if (!this.#scheduled) this.#schedule();
  }

  readyFirst(task: Runnable): void {
    this.#first.push(task);
    if (!this.#scheduled) this.#schedule();
  }

  /**
   * A promise that follows a settled one settles with what its job returns: that job is the microtask in which the
   * drain runs, and mostly the answer is there when the drain is over. Beside a promise with functions to settle it
   * and a microtask for the drain, this saves both. Jobs run in the order in which their promises were made
   * (ECMAScript's HostEnqueuePromiseJob), so that no closure has to say whose job it is. The job runs in the context
   * of who asked: who has no context of its own to run in gets its turn outside of it.
   */
  promise(awaited: Awaited): Promise<unknown> {
    if (!this.#scheduled && !this.#spent) this.#scheduled = this.#owed = true;
    this.#awaited.push(awaited);
    return SETTLED.then(this.#settleNext);
  }

  hold(): void {
    this.#holds += 1;
    if (this.#holding === undefined) this.#armTurnEnd();
  }

  release(): void {
    this.#holds -= 1;
    if (this.#holds === 0 && this.#holding !== undefined) this.#armTurnEnd();
  }

  atTurnEnd(job: () => void): void {
    this.#endJobs.push(job);
    this.#armTurnEnd();
  }

  #schedule(): void {
    this.#scheduled = true;
    if (this.#spent) this.#macrotask(this.#later);
    else this.#soon.request();
  }

  #runAll(): void {
    if (this.#turnBeganMs < 0) {
      this.#turnBeganMs = this.#lookedAtMs = now();
      this.#armTurnEnd();
    }
    for (;;) {
      const task = this.#first.shift() ?? this.#ready.shift();
      if (task === undefined) break;
      this.#handled +=
        this.#foreign && task.scoped !== true ? this.#giveTurnOutside(task) : this.#giveTurn(task);
      if (this.#handled < this.#stride || !this.#isSpent()) continue;
      if (this.#first.length === 0 || this.#isOverdue()) return this.#goOnLater();
      // A supervisor that has become ready still runs: whoever awaits its child goes on after it. Then the
      // clock is looked at again, so that no rhythm of crashes and restarts slips through between two looks,
      // and none goes on for ever.
      this.#stride = 1;
    }
    this.#scheduled = false;
  }

  #giveTurnOutside(task: Runnable): number {
    this.#next = task;
    return this.#attribution.outside(this.#giveNextTurn);
  }

  /** What a turn throws is for the host to hear of, in a turn of its own: whoever is next in line goes on. */
  #giveTurn(task: Runnable): number {
    try {
      return task.run(this.#stride);
    } catch (error) {
      const tell = (): never => {
        throw error;
      };
      this.#attribution.outside(() => this.#macrotask(tell));
      return 1;
    }
  }

  /** Looks at the clock: has this turn used its budget? A chain of short drains is one turn. */
  #isSpent(): boolean {
    const nowMs = now();
    this.#stride = nowMs - this.#lookedAtMs > SLOW_STRIDE_MS ? 1 : Math.min(MAX_STRIDE, this.#stride * 2);
    this.#lookedAtMs = nowMs;
    this.#handled = 0;
    return nowMs - this.#turnBeganMs > BUDGET_MS;
  }

  /** The budget was used up so long ago that not even who is first in line goes on in this turn. */
  #isOverdue(): boolean {
    if (this.#spentAtMs < 0) this.#spentAtMs = this.#lookedAtMs;
    return this.#lookedAtMs - this.#spentAtMs > BUDGET_MS;
  }

  #goOnLater(): void {
    this.#spent = true;
    if (this.#ready.length === 0 && this.#first.length === 0) this.#scheduled = false;
    else this.#macrotask(this.#later);
  }

  #armTurnEnd(): void {
    if (this.#turnEndArmed) return;
    this.#turnEndArmed = true;
    this.#macrotask(this.#turnEnds);
  }

  /** Holds are looked at once a turn: a wait that is over within its turn costs two additions. */
  #onTurnEnd(): void {
    this.#turnEndArmed = false;
    this.#turnBeganMs = -1;
    this.#spentAtMs = -1;
    this.#spent = false;
    const jobs = this.#endJobs;
    this.#endJobs = [];
    for (const job of jobs) job();
    if (this.#holds > 0 && this.#holding === undefined) {
      this.#holding = setInterval(() => undefined, 2_147_483_647);
    } else if (this.#holds === 0 && this.#holding !== undefined) {
      clearInterval(this.#holding);
      this.#holding = undefined;
    }
  }
}
