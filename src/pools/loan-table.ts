/**
 * Where each resource of a checkout pool stands, and who has borrowed it. Every change is one step and O(1):
 * no resource is ever counted twice or not at all. That a borrower has died is heard in the turn of the death.
 *
 * ```ts no-run the table stands behind the public face; its test file does the same
 * const table = new LoanTable<string>("database", (slot) => table.move(slot, "closing"));
 * table.enter(slot, "idle");
 * table.lend(slot, borrower);
 * [table.idle, table.lent, table.held]; //=> [0, 1, 1]
 * ```
 *
 * @module
 */

import type { Process } from "../actors/process.ts";
import { type Bereaved, Borrower } from "./borrower.ts";
import type { Holder } from "./checkout-error.ts";
import { IdleList } from "./idle-list.ts";
import type { CountedState, Slot } from "./slot.ts";

const NOTHING = Object.freeze({ loans: 0, heldMs: 0 });

/** All resources of one pool by state, and all loans by borrower. */
export class LoanTable<R> implements Bereaved<Slot<R>> {
  readonly name: string;
  readonly resting = new IdleList<R>();
  /** How many there are in all. */
  size = 0;
  lent = 0;
  starting = 0;
  closing = 0;
  /** How many of those that are starting are only being pinged. */
  pinged = 0;
  readonly #lost: (slot: Slot<R>) => void;
  readonly #slots = new Set<Slot<R>>();
  readonly #borrowers = new Map<Process, Borrower<Slot<R>>>();
  /** Watched still, though it holds nothing any more: who borrows again and again is watched once. */
  #spare: Borrower<Slot<R>> | undefined = undefined;

  /** @param lost - told in the turn in which its borrower died: the resource is lent still, but to nobody */
  constructor(name: string, lost: (slot: Slot<R>) => void) {
    this.name = name;
    this.#lost = lost;
  }

  get idle(): number {
    return this.resting.length;
  }

  /** How many there are that are not being closed. */
  get held(): number {
    return this.size - this.closing;
  }

  enter(slot: Slot<R>, state: CountedState): void {
    this.#slots.add(slot);
    this.size += 1;
    this.#arrive(slot, state);
  }

  /** Another state; what was lent is lent no more. */
  move(slot: Slot<R>, state: CountedState): void {
    this.#depart(slot);
    this.#arrive(slot, state);
  }

  /** Idle again, where it stood before it was looked at. */
  restore(slot: Slot<R>): void {
    this.#depart(slot);
    slot.state = "idle";
    this.resting.restore(slot);
  }

  leave(slot: Slot<R>): void {
    if (!this.#slots.delete(slot)) return;
    this.size -= 1;
    this.#depart(slot);
    slot.state = "gone";
  }

  /** To a process, or to plain code; from whoever has it now. */
  lend(slot: Slot<R>, to: Process | undefined): void {
    if (slot.state !== "lent") {
      this.#depart(slot);
      slot.state = "lent";
      this.lent += 1;
    } else if (slot.borrower?.process === to) {
      return;
    } else {
      this.#takeBack(slot);
    }
    if (to !== undefined) this.#borrowerOf(to).add(slot);
  }

  /** All resources in `state`, as they stand now. */
  all(state: CountedState): Slot<R>[] {
    return [...this.#slots].filter((slot) => slot.state === state);
  }

  /** Who has borrowed how much, and for how long; all of plain code counts as one. */
  holders(nowMs: number): Holder[] {
    const by = new Map<Process | undefined, Holder>();
    for (const slot of this.all("lent")) {
      const process = slot.borrower?.process;
      const { loans, heldMs, stacks: before = [] }: Omit<Holder, "label"> = by.get(process) ?? NOTHING;
      const stacks = slot.stack === undefined ? before : [...before, slot.stack];
      by.set(process, {
        label: process?.label ?? "plain code",
        loans: loans + 1,
        heldMs: Math.max(heldMs, Math.round(nowMs - slot.lentAtMs)),
        ...(stacks.length === 0 ? {} : { stacks }),
      });
    }
    return [...by.values()];
  }

  /** How much `process` has borrowed. */
  loansOf(process: Process): number {
    return this.#borrowers.get(process)?.loans ?? 0;
  }

  died(borrower: Borrower<Slot<R>>): void {
    this.#borrowers.delete(borrower.process);
    if (this.#spare === borrower) this.#spare = undefined;
    for (const slot of borrower.slots()) {
      // What one closing sets off may have taken the next one along.
      if (slot.borrower !== borrower) continue;
      borrower.remove(slot);
      this.#lost(slot);
    }
  }

  /** Watches nobody who has borrowed nothing. */
  forgetSpare(): void {
    const spare = this.#spare;
    if (spare === undefined) return;
    this.#spare = undefined;
    this.#borrowers.delete(spare.process);
    spare.process.unwatch(spare);
  }

  #arrive(slot: Slot<R>, state: CountedState): void {
    slot.state = state;
    if (state === "idle") this.resting.push(slot);
    else this[state] += 1;
  }

  #depart(slot: Slot<R>): void {
    const { state } = slot;
    if (state === "idle") return this.resting.remove(slot);
    if (state === "gone") return;
    this[state] -= 1;
    if (state === "lent") this.#takeBack(slot);
  }

  #takeBack(slot: Slot<R>): void {
    const { borrower } = slot;
    if (borrower === undefined) return;
    borrower.remove(slot);
    if (borrower.loans > 0 || borrower.process.status === "dead") return;
    this.forgetSpare();
    this.#spare = borrower;
  }

  #borrowerOf(process: Process): Borrower<Slot<R>> {
    if (this.#spare?.process === process) {
      const borrower = this.#spare;
      this.#spare = undefined;
      return borrower;
    }
    let borrower = this.#borrowers.get(process);
    if (borrower !== undefined) return borrower;
    borrower = new Borrower(process, this);
    this.#borrowers.set(process, borrower);
    process.watch(borrower);
    return borrower;
  }
}
