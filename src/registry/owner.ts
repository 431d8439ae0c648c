/**
 * The reverse index: what one process has registered. An owner watches its process, so that its claims
 * are hidden in the turn in which the process begins to stop, and gone in the turn of its death, before
 * anybody hears of it.
 *
 * @module
 */

import type { ExitReason } from "../core/exit-reason.ts";
import type { Pid, ProcessWatcher } from "../core/pid.ts";

/** What stands in an owner's list. */
export interface Owned {
  readonly slot: object;
  ownedBefore: Owned | undefined;
  ownedAfter: Owned | undefined;
}

/** Told what becomes of an owner. */
export interface Estate<C extends Owned> {
  stopping(owner: Owner<C>): void;
  died(owner: Owner<C>, reason: ExitReason): void;
  nameOf(claim: C): string;
}

/** Beyond so many claims, those to one key are found by a map, made when first asked for. */
const FEW = 8;

/** A process with its claims, in the order in which it made them. */
export class Owner<C extends Owned> implements ProcessWatcher {
  readonly pid: Pid;
  readonly estate: Estate<C>;
  /** Its neighbours among the owners of the registry. */
  before: Owner<C> | undefined = undefined;
  after: Owner<C> | undefined = undefined;
  #first: C | undefined = undefined;
  #last: C | undefined = undefined;
  #size = 0;
  #bySlot: Map<object, Set<C>> | undefined = undefined;

  constructor(pid: Pid, estate: Estate<C>) {
    this.pid = pid;
    this.estate = estate;
  }

  get keeper(): Estate<C> {
    return this.estate;
  }

  get size(): number {
    return this.#size;
  }

  /** The claim it made first; `ownedAfter` leads to the others. */
  get first(): C | undefined {
    return this.#first;
  }

  stopping(): void {
    this.estate.stopping(this);
  }

  died(_pid: Pid, reason: ExitReason): void {
    this.estate.died(this, reason);
  }

  names(): readonly string[] {
    return this.claims().map((claim) => this.estate.nameOf(claim));
  }

  add(claim: C): void {
    const last = this.#last;
    claim.ownedBefore = last;
    claim.ownedAfter = undefined;
    if (last === undefined) this.#first = claim;
    else last.ownedAfter = claim;
    this.#last = claim;
    this.#size += 1;
    if (this.#bySlot !== undefined) this.#index(this.#bySlot, claim);
  }

  /** In O(1), whatever the owner has. */
  remove(claim: C): void {
    const before = claim.ownedBefore as C | undefined;
    const after = claim.ownedAfter as C | undefined;
    if (before === undefined) this.#first = after;
    else before.ownedAfter = after;
    if (after === undefined) this.#last = before;
    else after.ownedBefore = before;
    claim.ownedBefore = undefined;
    claim.ownedAfter = undefined;
    this.#size -= 1;
    const there = this.#bySlot?.get(claim.slot);
    there?.delete(claim);
    if (there?.size === 0) this.#bySlot?.delete(claim.slot);
  }

  /** All claims, in order: a copy. */
  claims(): C[] {
    const claims: C[] = [];
    for (let claim = this.#first; claim !== undefined; claim = claim.ownedAfter as C | undefined)
      claims.push(claim);
    return claims;
  }

  /** The claims to one key, in order: a copy. Cost: their number; the first time, all there are. */
  under(slot: object): C[] {
    if (this.#bySlot === undefined && this.#size > FEW) this.#indexAll();
    if (this.#bySlot !== undefined) return [...(this.#bySlot.get(slot) ?? [])];
    return this.claims().filter((claim) => claim.slot === slot);
  }

  #indexAll(): void {
    this.#bySlot = new Map();
    for (const claim of this.claims()) this.#index(this.#bySlot, claim);
  }

  #index(bySlot: Map<object, Set<C>>, claim: C): void {
    const there = bySlot.get(claim.slot);
    if (there === undefined) bySlot.set(claim.slot, new Set([claim]));
    else there.add(claim);
  }
}
