/**
 * A process that has borrowed: it is watched, so that what it holds is taken back in the turn of its death,
 * before anybody hears of that.
 *
 * @module
 */

import { type Kernel, Process } from "../actors/process.ts";
import type { ProcessWatcher } from "../core/pid.ts";

/** What can be lent; it carries its place among what its borrower has. */
export interface Lendable<S> {
  borrower: object | undefined;
  loanBefore: S | undefined;
  loanAfter: S | undefined;
}

/** Told of a death, once for each process. */
export interface Bereaved<S extends Lendable<S>> {
  readonly name: string;
  died(borrower: Borrower<S>): void;
}

/** What one process has borrowed from one pool; adding and removing are O(1). */
export class Borrower<S extends Lendable<S>> implements ProcessWatcher {
  readonly process: Process;
  readonly #pool: Bereaved<S>;
  #first: S | undefined = undefined;
  loans = 0;

  constructor(process: Process, pool: Bereaved<S>) {
    this.process = process;
    this.#pool = pool;
  }

  stopping(): void {
    // What it holds it may still need to end well.
  }

  died(): void {
    this.#pool.died(this);
  }

  names(): readonly string[] {
    return this.loans === 0 ? [] : [`${this.loans} of ${this.#pool.name}`];
  }

  add(slot: S): void {
    const first = this.#first;
    slot.borrower = this;
    slot.loanAfter = first;
    if (first !== undefined) first.loanBefore = slot;
    this.#first = slot;
    this.loans += 1;
  }

  remove(slot: S): void {
    const { loanBefore: before, loanAfter: after } = slot;
    if (before === undefined) this.#first = after;
    else before.loanAfter = after;
    if (after !== undefined) after.loanBefore = before;
    slot.loanBefore = undefined;
    slot.loanAfter = undefined;
    slot.borrower = undefined;
    this.loans -= 1;
  }

  /** What it has now: a copy, what came first first. */
  slots(): S[] {
    const slots: S[] = [];
    for (let slot = this.#first; slot !== undefined; slot = slot.loanAfter) slots.push(slot);
    return slots.reverse();
  }
}

/** The process that asks, of whatever system; what runs in a resource's own context is plain code. */
export function borrowerOf(kernel: Kernel): Process | undefined {
  const owner = kernel.runtime.attribution.current();
  if (owner === undefined) return kernel.running;
  return owner instanceof Process ? owner : undefined;
}
