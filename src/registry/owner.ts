/**
 * The reverse index: what one process has registered. It watches its process, so that entries are hidden
 * in the turn in which the process begins to stop, and gone in the turn of its death, before anybody hears.
 *
 * @module
 */

import type { ExitReason } from "../core/exit-reason.ts";
import type { Pid, ProcessWatcher } from "../core/pid.ts";
import type { Claim } from "./entry.ts";
import type { Slot } from "./slot.ts";

/** Told what becomes of an owner. */
export interface Estate<V> {
  stopping(owner: Owner<V>): void;
  died(owner: Owner<V>, reason: ExitReason): void;
}

/** Beyond so many claims, those under one key are found by a map and not by looking through all. */
const FEW = 8;

/** A process with its claims, in the order in which it made them. */
export class Owner<V> implements ProcessWatcher {
  readonly pid: Pid;
  readonly #estate: Estate<V>;
  first: Claim<V> | undefined = undefined;
  #last: Claim<V> | undefined = undefined;
  #size = 0;
  #bySlot: Map<Slot<V>, Set<Claim<V>>> | undefined = undefined;

  constructor(pid: Pid, estate: Estate<V>) {
    this.pid = pid;
    this.#estate = estate;
  }

  get isEmpty(): boolean {
    return this.#size === 0;
  }

  stopping(): void {
    this.#estate.stopping(this);
  }

  died(_pid: Pid, reason: ExitReason): void {
    this.#estate.died(this, reason);
  }

  add(claim: Claim<V>): void {
    const last = this.#last;
    claim.ownedBefore = last;
    claim.ownedAfter = undefined;
    if (last === undefined) this.first = claim;
    else last.ownedAfter = claim;
    this.#last = claim;
    this.#size += 1;
    if (this.#bySlot !== undefined) this.#index(claim);
    else if (this.#size > FEW) {
      this.#bySlot = new Map();
      for (let each = this.first; each !== undefined; each = each.ownedAfter) this.#index(each);
    }
  }

  remove(claim: Claim<V>): void {
    const { ownedBefore, ownedAfter } = claim;
    if (ownedBefore === undefined) this.first = ownedAfter;
    else ownedBefore.ownedAfter = ownedAfter;
    if (ownedAfter === undefined) this.#last = ownedBefore;
    else ownedAfter.ownedBefore = ownedBefore;
    this.#size -= 1;
    if (this.#bySlot !== undefined) this.#unindex(claim);
  }

  /** All claims, in order. */
  claims(): Claim<V>[] {
    const claims: Claim<V>[] = [];
    for (let claim = this.first; claim !== undefined; claim = claim.ownedAfter) claims.push(claim);
    return claims;
  }

  /** The claims under one key, in order. Cost: their number. */
  under(slot: Slot<V>): Claim<V>[] {
    if (this.#bySlot !== undefined) return [...(this.#bySlot.get(slot) ?? [])];
    const found: Claim<V>[] = [];
    for (let claim = this.first; claim !== undefined; claim = claim.ownedAfter) {
      if (claim.slot === slot) found.push(claim);
    }
    return found;
  }

  #index(claim: Claim<V>): void {
    const there = this.#bySlot?.get(claim.slot);
    if (there === undefined) this.#bySlot?.set(claim.slot, new Set([claim]));
    else there.add(claim);
  }

  #unindex(claim: Claim<V>): void {
    const there = this.#bySlot?.get(claim.slot);
    there?.delete(claim);
    if (there?.size === 0) this.#bySlot?.delete(claim.slot);
  }
}
