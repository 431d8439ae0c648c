/**
 * Looking after what is idle: resources that are too old or that nobody has wanted for long go, the others are
 * pinged now and then. One timer for the whole pool, set while something is idle.
 *
 * @module
 */

import { Deadline } from "../actors/deadlines.ts";
import type { Kernel } from "../actors/process.ts";
import { careOf, type LifeLimits, nextCareAtMs } from "./lifetime.ts";
import type { LoanTable } from "./loan-table.ts";
import type { Slot } from "./slot.ts";

/** What the pool does when it is told so. */
export interface Keeping<R> {
  readonly kernel: Kernel;
  /** `slot` has been idle for too long, or is too old. */
  expired(slot: Slot<R>): void;
  ping(slot: Slot<R>): void;
}

/** Looks after the idle resources of one pool. */
export class Upkeep<R> {
  readonly #pool: Keeping<R>;
  readonly #table: LoanTable<R>;
  readonly #limits: LifeLimits;
  readonly #minSize: number;
  readonly #look = new Deadline(() => this.#lookAtAll());
  /** When the next look is due; `Infinity` while none is. */
  #dueAtMs = Number.POSITIVE_INFINITY;

  constructor(pool: Keeping<R>, table: LoanTable<R>, limits: LifeLimits, minSize: number) {
    this.#pool = pool;
    this.#table = table;
    this.#limits = limits;
    this.#minSize = minSize;
  }

  /** `slot` is idle from now on. */
  rested(slot: Slot<R>): void {
    this.#lookAt(nextCareAtMs(slot, this.#limits, this.#hasSpare));
  }

  /** Nothing is idle any more. */
  rest(): void {
    this.#dueAtMs = Number.POSITIVE_INFINITY;
    this.#pool.kernel.deadlines.cancel(this.#look);
  }

  get #hasSpare(): boolean {
    return this.#table.held > this.#minSize;
  }

  #lookAt(atMs: number): void {
    if (atMs >= this.#dueAtMs) return;
    const { deadlines, runtime } = this.#pool.kernel;
    deadlines.cancel(this.#look);
    this.#dueAtMs = atMs;
    // Not by the fraction: what is due in the same millisecond is looked at together.
    deadlines.arm(this.#look, Math.max(1, Math.ceil(atMs - runtime.clock.now())));
  }

  /** Half of what is idle may be pinged at once: the other half can be lent meanwhile. */
  #lookAtAll(): void {
    this.#dueAtMs = Number.POSITIVE_INFINITY;
    const idle = this.#table.all("idle");
    let pings = Math.ceil(idle.length / 2);
    for (const slot of idle) {
      // What closing or pinging another one set off may have taken this one along.
      if (slot.state !== "idle") continue;
      const nowMs = this.#pool.kernel.runtime.clock.now();
      const care = careOf(slot, this.#limits, nowMs, this.#hasSpare);
      if (care === "close") this.#pool.expired(slot);
      else if (care === "ping" && pings > 0) {
        pings -= 1;
        this.#pool.ping(slot);
      }
    }
    for (const slot of this.#table.all("idle")) this.rested(slot);
  }
}
