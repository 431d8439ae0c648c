/**
 * Claims. Users see an {@link Entry}: this process, with this value. Behind it stands a {@link Claim},
 * which knows its place under its key and among what its owner has. A claim that moves gets a new entry,
 * so that whoever kept the old one can do no harm with it.
 *
 * @module
 */

import type { Pid } from "../core/pid.ts";
import type { KeyedEntry, Entry as ShownEntry } from "./entry.ts";
import type { Owned, Owner } from "./owner.ts";
import type { Listed, Slot } from "./slot.ts";

/** The claim of one owner to one key. */
export class Claim<V> implements Listed, Owned {
  owner: Owner<Claim<V>>;
  slot: Slot<Claim<V>>;
  entry: ShownEntry<V>;
  /** `false` once it is given up or its owner is dead. */
  live = true;
  shown = false;
  before: this | undefined = undefined;
  after: this | undefined = undefined;
  ownedBefore: this | undefined = undefined;
  ownedAfter: this | undefined = undefined;
  at = -1;

  constructor(owner: Owner<Claim<V>>, slot: Slot<Claim<V>>, value: V) {
    this.owner = owner;
    this.slot = slot;
    this.entry = new Entry(this, owner.pid, value);
  }

  /** Stands for another owner, key or value from now on; the entry before is void. In no list meanwhile. */
  become(owner: Owner<Claim<V>>, slot: Slot<Claim<V>>, value: V): void {
    this.owner = owner;
    this.slot = slot;
    this.entry = new Entry(this, owner.pid, value);
  }

  /** The same claim with another value; the entry before is void. */
  renew(value: V): void {
    this.entry = new Entry(this, this.owner.pid, value);
  }
}

/** Shows `pid` and `value` and nothing else, to `console.log` and to `toEqual` alike. */
class Entry<V> implements ShownEntry<V> {
  readonly pid: Pid;
  readonly value: V;
  readonly #claim: Claim<V>;

  constructor(claim: Claim<V>, pid: Pid, value: V) {
    this.pid = pid;
    this.value = value;
    this.#claim = claim;
  }

  static claimOf<T>(entry: ShownEntry<T>): Claim<T> | undefined {
    if (!(#claim in entry)) return undefined;
    const claim = entry.#claim as unknown as Claim<T>;
    return claim.live && claim.entry === entry ? claim : undefined;
  }
}

/** The same with the key, for answers in which keys differ. */
class Keyed<V> implements KeyedEntry<unknown, V> {
  readonly key: unknown;
  readonly pid: Pid;
  readonly value: V;
  readonly #entry: ShownEntry<V>;

  constructor({ slot: { key }, entry }: Claim<V>) {
    this.key = key;
    this.pid = entry.pid;
    this.value = entry.value;
    this.#entry = entry;
  }

  static entryOf<T>(entry: ShownEntry<T>): ShownEntry<T> {
    return #entry in entry ? (entry.#entry as ShownEntry<unknown> as ShownEntry<T>) : entry;
  }
}

/** What a claim is now, with its key. */
export function keyedEntry<V>(claim: Claim<V>): KeyedEntry<unknown, V> {
  return Object.freeze(new Keyed(claim));
}

/** The claim behind an entry; `undefined` when it was given up, has moved, or is no entry of a registry. */
export function claimOf<V>(entry: ShownEntry<V>): Claim<V> | undefined {
  return Entry.claimOf(Keyed.entryOf(entry));
}
