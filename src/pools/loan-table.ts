/**
 * Where each resource of a checkout pool stands: one registry entry a resource, under the key of its state,
 * owned by whoever answers for it. Lending is a transfer to the borrower, in one step; that a borrower
 * has died is heard from the registry, in the turn of the death.
 *
 * @module
 */

import type { System } from "../actors/definition.ts";
import { type Pid, portOf } from "../core/pid.ts";
import { duplicateKeys } from "../registry/admission.ts";
import { Claims } from "../registry/claims.ts";
import type { Entry } from "../registry/entry.ts";
import type { Members } from "../registry/members.ts";
import type { Holder } from "./checkout-error.ts";
import type { Slot } from "./slot.ts";

/** The states that are counted. */
export type CountedState = "idle" | "lent" | "starting" | "closing";

/** The pool's own registry: four keys, and an entry for each resource. */
export class LoanTable<R> {
  readonly #claims: Claims<Slot<R>>;
  readonly #views: Readonly<Record<CountedState, Members<Slot<R>>>>;
  readonly #slots = new Set<Slot<R>>();

  /** @param lost - told in the turn in which the owner of a resource died; it is in no table any more */
  constructor(system: System, name: string, lost: (slot: Slot<R>) => void) {
    const claims = new Claims<Slot<R>>({ system, admission: duplicateKeys, label: name });
    const view = (state: CountedState): Members<Slot<R>> => {
      const members = claims.members(state);
      members.observe({
        lost: ({ value: slot }) => {
          this.#slots.delete(slot);
          slot.entry = undefined;
          slot.state = "gone";
          lost(slot);
        },
      });
      return members;
    };
    this.#claims = claims;
    this.#views = {
      idle: view("idle"),
      lent: view("lent"),
      starting: view("starting"),
      closing: view("closing"),
    };
  }

  /** How many resources stand in `state`, those of owners that are stopping included. */
  count(state: CountedState): number {
    return this.#views[state].claims;
  }

  /** How many there are in all. */
  get size(): number {
    return this.#claims.count;
  }

  /** How many there are that are not being closed. */
  get held(): number {
    return this.#claims.count - this.#views.closing.claims;
  }

  enter(slot: Slot<R>, state: CountedState, owner: Pid): void {
    const registered = this.#claims.register(state, owner, slot);
    // Duplicate keys are never refused.
    if (registered.ok) slot.entry = registered.entry;
    this.#slots.add(slot);
    slot.state = state;
  }

  /** Another state, another owner or both, in one step. @throws ActorError `ERR_NOPROC`; nothing has changed then */
  move(slot: Slot<R>, state: CountedState, owner: Pid): void {
    slot.entry = this.#claims.transfer(slot.entry as Entry<Slot<R>>, { key: state, pid: owner });
    slot.state = state;
  }

  leave(slot: Slot<R>): void {
    if (slot.entry === undefined) return;
    this.#claims.remove(slot.entry);
    this.#slots.delete(slot);
    slot.entry = undefined;
    slot.state = "gone";
  }

  /** The idle resource that came last, or has been here longest. */
  idle(order: "lifo" | "fifo"): Slot<R> | undefined {
    const { idle } = this.#views;
    return (order === "lifo" ? idle.last : idle.first)?.value;
  }

  /** All resources in `state`, as they stand now. */
  all(state: CountedState): Slot<R>[] {
    return [...this.#slots].filter((slot) => slot.state === state);
  }

  /** Who has borrowed how much; `root` stands for plain code. */
  holders(root: Pid): Holder[] {
    const loans = new Map<Pid, number>();
    for (const { state, entry } of this.#slots) {
      if (state === "lent" && entry !== undefined) loans.set(entry.pid, (loans.get(entry.pid) ?? 0) + 1);
    }
    return [...loans].map(([pid, count]) => ({
      label: pid === root ? "plain code" : portOf(pid).label,
      loans: count,
    }));
  }

  /** How much `owner` has borrowed. */
  loansOf(owner: Pid): number {
    let loans = 0;
    for (const { state, entry } of this.#slots) if (state === "lent" && entry?.pid === owner) loans += 1;
    return loans;
  }
}
