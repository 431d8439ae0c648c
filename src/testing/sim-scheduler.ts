/**
 * A scheduler that gives one message a turn and lets an oracle say whose.
 *
 * It runs by itself, as the production one does: a drain begins as a microtask and goes on until nobody is
 * ready, so that plain code can await a call. Where production could let promise continuations run between
 * two turns (its slice of the event loop may be over at any time) the oracle decides whether they do. Nothing
 * here depends on how long anything takes.
 *
 * @module
 */

import { Process } from "../actors/process.ts";
import type { Attribution } from "../core/attribution.ts";
import { RingBuffer } from "../core/ring-buffer.ts";
import type { Macrotask } from "../core/runtime-host.ts";
import type { Awaited, Runnable, Scheduler } from "../core/scheduler.ts";
import type { Oracle } from "./oracle.ts";

/** Turns after which the event loop gets one, whatever the oracle says, so that a test's own timeout still fires. */
const TURNS_IN_ROW = 1_000;

interface Waiting {
  readonly task: Runnable;
  /** Place in the order of becoming ready. */
  readonly serial: number;
}

/** Told of each turn. */
export interface TurnObserver {
  /** `task` has the turn: outcome `chosen` of `of`. */
  before(task: Runnable, chosen: number, of: number): void;
  after(): void;
}

/** A list whose first `length` may have the next turn. */
interface Candidates {
  readonly queue: RingBuffer<Waiting>;
  readonly length: number;
}

/** Who is ready, and whose turn it is. */
export class SimScheduler implements Scheduler {
  /** Turns given since the beginning. */
  turns = 0;
  /** Its turns are used up: it waits for {@link SimScheduler.allow}. */
  stalled = false;
  /** Waits of plain code that have not settled. */
  held = 0;
  readonly #oracle: Oracle;
  readonly #macrotask: Macrotask;
  readonly #drain: () => void;
  readonly #soon: Promise<void> = Promise.resolve();
  readonly #first = new RingBuffer<Waiting>();
  readonly #processes = new RingBuffer<Waiting>();
  /** What follows a death and the like: keeps its order among itself, as nothing in production changes it. */
  readonly #work = new RingBuffer<Waiting>();
  /** What a scenario lets happen at any time: each is a choice of its own. */
  readonly #events = new RingBuffer<Waiting>();
  readonly #observer: TurnObserver | undefined;
  /** Turns of each since the last {@link SimScheduler.allow}. */
  readonly #shares = new Map<Runnable, number>();
  #limit = Number.POSITIVE_INFINITY;
  #serial = 0;
  #scheduled = false;
  /** Turns since the event loop was last given one, over drains that follow each other at once. */
  #inRow = 0;
  #halted = false;
  /** The choice behind the turn that begins. */
  #chosen = 0;
  #of = 1;

  constructor(oracle: Oracle, attribution: Attribution, macrotask: Macrotask, observer?: TurnObserver) {
    this.#oracle = oracle;
    this.#observer = observer;
    this.#macrotask = macrotask;
    const drain = (): void => this.#runAll();
    this.#drain = () => attribution.outside(drain);
  }

  ready(task: Runnable): void {
    this.#add(task instanceof Process ? this.#processes : this.#work, task);
  }

  readyFirst(task: Runnable): void {
    this.#add(this.#first, task);
  }

  /** `task` gets a turn at some time; nothing else waits for it, and it waits for nothing. */
  readyAnytime(task: Runnable): void {
    this.#add(this.#events, task);
  }

  /** Nobody has another turn, for good: stalled, and no {@link SimScheduler.allow} changes that. */
  halt(): void {
    this.#halted = true;
    this.stalled = true;
  }

  promise(awaited: Awaited): Promise<unknown> {
    return new Promise((resolve, reject) => awaited.listen(resolve, reject));
  }

  /** Nothing is kept alive: no real time passes that could end a wait on a clock that stands still. */
  hold(): void {
    this.held += 1;
  }

  release(): void {
    this.held -= 1;
  }

  /** At once: the clock of a test stands still within a turn. */
  atTurnEnd(job: () => void): void {
    job();
  }

  /** `true` when nobody is ready. */
  get idle(): boolean {
    return this.#first.length + this.#processes.length + this.#work.length + this.#events.length === 0;
  }

  /** Gives `turns` more, counted from now, and goes on if it had stalled. */
  allow(turns: number): void {
    this.#limit = this.turns + turns;
    this.#shares.clear();
    this.stalled = this.#halted;
    if (!this.idle) this.#schedule();
  }

  /** Who has had most turns since the last {@link SimScheduler.allow}. */
  busiest(): { readonly label: string; readonly turns: number } {
    let busiest = { label: "nobody", turns: 0 };
    for (const [task, turns] of this.#shares) {
      if (turns > busiest.turns) busiest = { label: labelOf(task), turns };
    }
    return busiest;
  }

  #add(queue: RingBuffer<Waiting>, task: Runnable): void {
    this.#serial += 1;
    queue.push({ task, serial: this.#serial });
    this.#schedule();
  }

  #schedule(): void {
    if (this.#scheduled || this.stalled) return;
    this.#scheduled = true;
    void this.#soon.then(this.#drain);
  }

  #runAll(): void {
    for (let fresh = true; !this.#halted; fresh = false) {
      if (this.turns >= this.#limit && !this.idle) {
        this.stalled = true;
        break;
      }
      if (this.#letsOthersGo(fresh)) {
        this.#inRow = 0;
        return this.#macrotask(this.#drain);
      }
      const task = this.#take();
      if (task === undefined) break;
      this.turns += 1;
      this.#inRow += 1;
      this.#shares.set(task, (this.#shares.get(task) ?? 0) + 1);
      this.#observer?.before(task, this.#chosen, this.#of);
      task.run(1);
      this.#observer?.after();
    }
    this.#scheduled = false;
  }

  /**
   * As in production a supervisor that has become ready still runs: whoever awaits its child goes on after it.
   *
   * @param fresh - the drain has just begun, when continuations had their chance
   */
  #letsOthersGo(fresh: boolean): boolean {
    if (this.#first.length > 0 || this.idle) return false;
    if (this.#inRow >= TURNS_IN_ROW) return true;
    return !fresh && this.#oracle.choose(2, "continuations") === 1;
  }

  /** Outcome 0 is always who became ready first. */
  #take(): Runnable | undefined {
    if (this.#first.length > 0) {
      return this.#takeAt(
        this.#first,
        this.#chooseTurn(this.#first.length, (place) => this.#first.at(place)),
      );
    }
    const lists = this.#listsInOrder();
    const total = lists.reduce((sum, { length }) => sum + length, 0);
    if (total === 0) return undefined;
    const chosen = this.#chooseTurn(total, (place) => {
      const found = placeIn(lists, place);
      return found.queue.at(found.place);
    });
    const { queue, place } = placeIn(lists, chosen);
    return this.#takeAt(queue, place);
  }

  /** Who may be next, the list with the oldest first; of the work only its head. */
  #listsInOrder(): readonly Candidates[] {
    const oldest = (queue: RingBuffer<Waiting>): number => queue.at(0)?.serial ?? Number.POSITIVE_INFINITY;
    return [
      { queue: this.#work, length: Math.min(1, this.#work.length) },
      { queue: this.#processes, length: this.#processes.length },
      { queue: this.#events, length: this.#events.length },
    ].sort((a, b) => (oldest(a.queue) < oldest(b.queue) ? -1 : 1));
  }

  #chooseTurn(n: number, at: (place: number) => Waiting | undefined): number {
    this.#of = n;
    this.#chosen = n < 2 ? 0 : this.#oracle.choose(n, "turn", (place) => (at(place) as Waiting).task);
    return this.#chosen;
  }

  #takeAt(queue: RingBuffer<Waiting>, index: number): Runnable | undefined {
    return (index === 0 ? queue.shift() : takeFromMiddle(queue, index))?.task;
  }
}

/** Goes once round the queue: the others keep their order. */
function takeFromMiddle(queue: RingBuffer<Waiting>, index: number): Waiting | undefined {
  let taken: Waiting | undefined;
  for (let at = 0, { length } = queue; at < length; at += 1) {
    const item = queue.shift() as Waiting;
    if (at === index) taken = item;
    else queue.push(item);
  }
  return taken;
}

function placeIn(
  lists: readonly Candidates[],
  outcome: number,
): { queue: RingBuffer<Waiting>; place: number } {
  let place = outcome;
  for (const { queue, length } of lists) {
    if (place < length) return { queue, place };
    place -= length;
  }
  throw new RangeError(`outcome ${outcome} is nobody's`);
}

function labelOf(task: Runnable): string {
  return task instanceof Process ? task.label : "work after deaths";
}
