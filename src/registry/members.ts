/**
 * The members of one key as strategies read them: how many, which stands at an index, who came and who
 * went. The view is live and copies nothing; a member that leaves gives its index to the last one, so
 * indices are dense but keep no order. Who needs registration order takes `first`, `last` or a lookup.
 *
 * @module
 */

import type { ExitReason } from "../core/exit-reason.ts";
import { type Claim, claimOf } from "./claim.ts";
import type { Entry } from "./entry.ts";
import type { Audience, Slot } from "./slot.ts";

/** Told in the turn in which it happens, when all tables say so; must not throw. */
export interface MembersObserver<V> {
  /** An entry is shown from now on. */
  joined?(entry: Entry<V>): void;
  /** An entry is not shown any more: it was unregistered, it has moved, or its owner is stopping. */
  left?(entry: Entry<V>): void;
  /** An entry went because its owner died. It had left before. */
  lost?(entry: Entry<V>, reason: ExitReason): void;
}

/** A live view of one key. Keep it while it is needed, then `close` it. */
export class Members<V> implements Audience<Claim<V>> {
  readonly #slot: Slot<Claim<V>>;
  readonly #over: () => void;
  readonly #dense: Claim<V>[] = [];
  /** Observers by what they want to hear of: most want one thing. */
  readonly #toldJoined = new Set<MembersObserver<V>>();
  readonly #toldLeft = new Set<MembersObserver<V>>();
  readonly #toldLost = new Set<MembersObserver<V>>();
  #uses = 0;

  /** @param over - called when the last user has closed the view */
  constructor(slot: Slot<Claim<V>>, over: () => void) {
    this.#slot = slot;
    this.#over = over;
    for (let claim = slot.first; claim !== undefined; claim = claim.after) this.joined(claim);
  }

  /** How many are shown. */
  get size(): number {
    return this.#dense.length;
  }

  /** How many there are, those of stopping owners too. */
  get claims(): number {
    return this.#slot.claims;
  }

  /** @param index - `0` to `size - 1` */
  at(index: number): Entry<V> | undefined {
    return this.#dense[index]?.entry;
  }

  /** @returns the index at which `entry` stands now, `-1` when it is not shown under this key */
  indexOf(entry: Entry<V>): number {
    const claim = claimOf(entry);
    return claim !== undefined && claim.slot === this.#slot ? claim.at : -1;
  }

  /** The one that has been here longest. */
  get first(): Entry<V> | undefined {
    return this.#slot.first?.entry;
  }

  /** The one that came last. */
  get last(): Entry<V> | undefined {
    return this.#slot.last?.entry;
  }

  /** @returns a function that ends it: nothing is told any more from then on */
  observe(observer: MembersObserver<V>): () => void {
    if (observer.joined !== undefined) this.#toldJoined.add(observer);
    if (observer.left !== undefined) this.#toldLeft.add(observer);
    if (observer.lost !== undefined) this.#toldLost.add(observer);
    return () => {
      this.#toldJoined.delete(observer);
      this.#toldLeft.delete(observer);
      this.#toldLost.delete(observer);
    };
  }

  open(): this {
    this.#uses += 1;
    return this;
  }

  /** One user less; the last one takes the view along. */
  close(): void {
    this.#uses -= 1;
    if (this.#uses === 0) this.#over();
  }

  joined(claim: Claim<V>): void {
    claim.at = this.#dense.length;
    this.#dense.push(claim);
  }

  left(claim: Claim<V>): void {
    const last = this.#dense.pop();
    if (last !== undefined && last !== claim) {
      this.#dense[claim.at] = last;
      last.at = claim.at;
    }
    claim.at = -1;
  }

  tellJoined(entry: Entry<V>): void {
    if (this.#toldJoined.size === 0) return;
    for (const observer of this.#toldJoined) observer.joined?.(entry);
  }

  tellLeft(entry: Entry<V>): void {
    if (this.#toldLeft.size === 0) return;
    for (const observer of this.#toldLeft) observer.left?.(entry);
  }

  tellLost(entry: Entry<V>, reason: ExitReason): void {
    for (const observer of this.#toldLost) observer.lost?.(entry, reason);
  }
}
