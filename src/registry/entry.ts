/**
 * Entries and claims. An {@link Entry} is what users see: this process, with this value. It never
 * changes. Behind it stands a {@link Claim}, which knows its place under the key and among what its owner
 * has; a claim that moves gets a new entry, so that whoever kept the old one can do no harm with it.
 *
 * @module
 */

import type { Pid } from "../core/pid.ts";
import type { Owner } from "./owner.ts";
import type { Slot } from "./slot.ts";

/** One process registered under a key. */
export interface Entry<out V = unknown> {
  readonly pid: Pid;
  readonly value: V;
}

/** The claim of one owner to one key; linked into its owner's list, and into its key's while it is shown. */
export class Claim<V> {
  owner: Owner<V>;
  slot: Slot<V>;
  entry: Entry<V>;
  /** `false` once it is given up or its owner is dead. */
  live = true;
  /** Lookups show it: not any more once its owner is stopping. */
  shown = false;
  /** Neighbours in registration order under the key, while shown. */
  before: Claim<V> | undefined = undefined;
  after: Claim<V> | undefined = undefined;
  /** Neighbours among what the owner has. */
  ownedBefore: Claim<V> | undefined = undefined;
  ownedAfter: Claim<V> | undefined = undefined;
  /** Its index in the members of the key, when somebody keeps them. */
  at = -1;

  constructor(owner: Owner<V>, slot: Slot<V>, value: V) {
    this.owner = owner;
    this.slot = slot;
    this.entry = new ClaimedEntry(this, owner.pid, value);
  }

  /** Shows another owner or value from now on; the entry before is void. */
  renew(owner: Owner<V>, value: V): void {
    this.owner = owner;
    this.entry = new ClaimedEntry(this, owner.pid, value);
  }
}

/** Shows `pid` and `value` and nothing else, to `console.log` and to `toEqual` alike. */
class ClaimedEntry<V> implements Entry<V> {
  readonly pid: Pid;
  readonly value: V;
  readonly #claim: Claim<V>;

  constructor(claim: Claim<V>, pid: Pid, value: V) {
    this.pid = pid;
    this.value = value;
    this.#claim = claim;
  }

  static claimOf<T>(entry: Entry<T>): Claim<T> | undefined {
    if (!(#claim in entry)) return undefined;
    const { live, entry: current } = entry.#claim;
    return live && current === entry ? (entry.#claim as unknown as Claim<T>) : undefined;
  }
}

/** The claim behind an entry; `undefined` when it was given up, has moved, or is no entry of a registry. */
export function claimOf<V>(entry: Entry<V>): Claim<V> | undefined {
  return ClaimedEntry.claimOf(entry);
}
