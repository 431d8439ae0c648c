/**
 * The tables of a registry: keys to claims, and owners to claims. Everything acts at once, in the caller;
 * no process is asked. The tables know nothing of the registry's own process: claims belong to their
 * owners, the index belongs to the handle.
 *
 * ```ts no-run these tables stand behind the public face; their test file does the same
 * import { createSystem } from "troupe";
 * import { duplicateKeys } from "./admission.ts";
 *
 * await using system = createSystem();
 * const [pool, borrower] = [1, 2].map(() => system.spawn(async (self) => void (await self.receive())));
 * const claims = new Claims<string>({ system, admission: duplicateKeys, label: "sockets" });
 * const { entry } = claims.register("idle", pool, "socket 1");
 *
 * const lent = claims.transfer(entry, { key: "lent", pid: borrower });
 * claims.lookup("idle"); //=> []
 * claims.lookup("lent"); //=> [{ pid: borrower, value: "socket 1" }]
 * claims.transfer(entry, { key: "idle" }); //=> undefined      it has moved: the old entry is void
 *
 * claims.members("lent").observe({ lost: ({ value }) => claims.register("idle", pool, `instead of ${value}`) });
 * borrower.exit("shutdown");
 * await borrower.down();
 * claims.lookup("idle").map(({ value }) => value); //=> ["instead of socket 1"]
 * ```
 *
 * @module
 */

import type { System } from "../actors/definition.ts";
import type { Kernel } from "../actors/process.ts";
import { kernelOf } from "../actors/system.ts";
import type { ExitReason } from "../core/exit-reason.ts";
import type { Reservation } from "../core/name.ts";
import type { Pid } from "../core/pid.ts";
import type { Admission, Refusal } from "./admission.ts";
import { Claim, claimOf } from "./claim.ts";
import { checkClaimant } from "./claimant.ts";
import type { Tables } from "./contents.ts";
import type { Entry } from "./entry.ts";
import { formatKey } from "./key.ts";
import type { Journal } from "./listener.ts";
import { Members } from "./members.ts";
import type { Estate, Owner } from "./owner.ts";
import { Owners } from "./owners.ts";
import type { Audience, Slot } from "./slot.ts";
import { Slots } from "./slots.ts";

/** What registering came to: the new entry, or who has the key, or for whom it is kept. */
export type Registration<V> = { readonly ok: true; readonly entry: Entry<V> } | Refusal<V>;

/** What {@link Claims.transfer} changes; what is absent stays. */
export interface Transfer<V> {
  readonly key?: unknown;
  readonly pid?: Pid;
  readonly value?: V;
}

/** What the tables need to know. */
export interface ClaimsOptions {
  readonly system: System;
  readonly admission: Admission;
  /** For messages. */
  readonly label: string;
  /** How many different keys may be taken; `Infinity` when absent. */
  readonly maxKeys?: number | undefined;
  /** How many claims one process may have; without limit when absent. */
  readonly maxKeysPerOwner?: number | undefined;
}

/**
 * Claims to keys, by key and by owner. Registering, leaving, moving and looking up are O(1), whatever the
 * size of the key and of the registry; the first lookup after a change is O(size of the key).
 */
export class Claims<V> implements Estate<Claim<V>>, Tables<V> {
  readonly label: string;
  readonly slots: Slots<Claim<V>>;
  readonly owners: Owners<Claim<V>>;
  /** Told of every change; `undefined` while nobody listens. */
  journal: Journal<V> | undefined = undefined;
  readonly #kernel: Kernel;
  readonly #admission: Admission;
  readonly #views = new Map<Slot<Claim<V>>, Members<V>>();
  #count = 0;

  constructor({
    system,
    admission,
    label,
    maxKeys = Number.POSITIVE_INFINITY,
    maxKeysPerOwner,
  }: ClaimsOptions) {
    this.#kernel = kernelOf(system);
    this.#admission = admission;
    this.label = label;
    this.slots = new Slots(label, maxKeys);
    this.owners = new Owners(label, this, maxKeysPerOwner);
  }

  nameOf({ slot }: Claim<V>): string {
    return `${formatKey(slot.key)} in ${this.label}`;
  }

  /** All claims, those of stopping owners too. */
  get count(): number {
    return this.#count;
  }

  /** Gives up all claims in the turn of a death; reservations and who waits stay. @returns whose they were */
  clear(): Pid[] {
    const owners = this.owners.all();
    const giveUp = (): void => void this.#giveUpAll(owners.flatMap((owner) => owner.claims()));
    if (this.journal === undefined) giveUp();
    else this.journal.afterTurn(giveUp);
    this.owners.forgetSpare();
    return owners.map(({ pid }) => pid);
  }

  /**
   * Takes `key` for `pid`.
   *
   * @returns the entry, or why the key is not to be had
   * @throws ActorError `ERR_NOPROC` when `pid` is stopping or dead, `ERR_REGISTRY_FULL`; InvalidOptionsError
   *   for what is no pid of this system
   */
  register(key: unknown, pid: Pid, value: V, reservation?: Reservation): Registration<V> {
    return this.registerIn(this.slots.get(key), key, pid, value, reservation);
  }

  /** As {@link Claims.register}, with the slot of the key at hand; `undefined` when it has none. */
  registerIn(
    found: Slot<Claim<V>> | undefined,
    key: unknown,
    pid: Pid,
    value: V,
    reservation?: Reservation,
  ): Registration<V> {
    checkClaimant(this.#kernel, pid, this.label);
    let slot = found;
    if (slot !== undefined) {
      const refusal = this.#admission.refusal(slot, reservation);
      if (refusal !== undefined) return refusal;
    }
    this.owners.checkRoom(pid, key);
    slot = this.slots.take(slot, key);
    const owner = this.owners.open(pid);
    const claim = new Claim(owner, slot, value);
    this.#enter(claim);
    const { entry } = claim;
    this.#announce(claim);
    this.journal?.registered(slot.key, entry);
    return { ok: true, entry };
  }

  /** Takes away all entries of `pid` under `key`. @returns were there any? */
  unregister(key: unknown, pid: Pid): boolean {
    return this.unregisterIn(this.slots.get(key), pid);
  }

  /** As {@link Claims.unregister}, with the slot of the key at hand. */
  unregisterIn(slot: Slot<Claim<V>> | undefined, pid: Pid): boolean {
    const owner = this.owners.get(pid);
    if (slot === undefined || owner === undefined) return false;
    if (this.#admission.single) {
      const { holder } = slot;
      if (holder?.owner !== owner) return false;
      this.#giveUp(holder);
      return true;
    }
    return this.#giveUpAll(owner.under(slot)) > 0;
  }

  /** Takes away one entry. @returns was it there? */
  remove(entry: Entry<V>): boolean {
    const claim = this.#find(entry);
    if (claim === undefined) return false;
    this.#giveUp(claim);
    return true;
  }

  /** Takes away those of `claims` that are still there, all at once. @returns how many */
  removeAll(claims: readonly Claim<V>[]): number {
    return this.#giveUpAll(claims.filter(({ live }) => live));
  }

  /**
   * Gives the claim behind an entry another value; it keeps its place under its key and among what its owner
   * has.
   *
   * @returns the entry as it is now (`entry` itself is void); `undefined` when `entry` is not there any more
   */
  update(entry: Entry<V>, value: V): Entry<V> | undefined {
    const claim = this.#find(entry);
    if (claim === undefined) return undefined;
    const { slot, shown } = claim;
    claim.renew(value);
    slot.renewed();
    const { entry: now } = claim;
    if (shown) {
      slot.audience?.tellLeft(entry);
      slot.audience?.tellJoined(now);
    }
    this.journal?.updated(slot.key, now, { key: slot.key, pid: now.pid, value: entry.value });
    return now;
  }

  /**
   * Moves a claim to another key, another owner or both, in one step and in O(1): nobody ever sees it
   * twice or not at all. It goes to the end of its new key.
   *
   * @returns the entry as it is now (`entry` itself is void); `undefined`, with nothing changed, when
   *   `entry` is not there any more or the new key is not to be had
   * @throws ActorError `ERR_NOPROC` when the new owner is stopping or dead, `ERR_REGISTRY_FULL`; nothing
   *   has changed then
   */
  transfer(entry: Entry<V>, to: Transfer<V>): Entry<V> | undefined {
    const claim = this.#find(entry);
    if (claim === undefined) return undefined;
    const { owner: from, slot: left, shown } = claim;
    const { pid = from.pid } = to;
    const value = "value" in to ? (to.value as V) : entry.value;
    checkClaimant(this.#kernel, pid, this.label);
    const found = "key" in to ? this.slots.get(to.key) : left;
    if (found !== undefined && found !== left && this.#admission.refusal(found, undefined) !== undefined)
      return undefined;
    if (pid !== from.pid) this.owners.checkRoom(pid, left.key);
    const slot =
      found === left
        ? left
        : this.slots.take(found, to.key, left.claims === 1 && left.hold === undefined ? 1 : 0);
    const owner = this.owners.open(pid);
    this.#leave(claim);
    from.remove(claim);
    claim.become(owner, slot, value);
    this.#enter(claim);
    this.slots.settle(left);
    this.owners.settle(from);
    if (shown) left.audience?.tellLeft(entry);
    const { entry: now } = claim;
    this.#announce(claim);
    this.journal?.updated(slot.key, now, { key: left.key, pid: from.pid, value: entry.value });
    return now;
  }

  /** The entries under `key` whose owners take messages, in registration order. */
  lookup(key: unknown): readonly Entry<V>[] {
    return this.slots.entries(key);
  }

  /** A live view of one key; close it when it is not needed any more. */
  members(key: unknown): Members<V> {
    const slot = this.slots.open(key);
    let members = this.#views.get(slot);
    if (members === undefined) {
      members = new Members(slot, () => this.#closeView(slot));
      this.#views.set(slot, members);
      slot.audience = members;
    }
    return members.open();
  }

  /** No lookup shows them any more; a unique key stays taken. */
  stopping(owner: Owner<Claim<V>>): void {
    for (let claim = owner.first; claim !== undefined; claim = claim.ownedAfter) claim.slot.hide(claim);
    for (const { audience, entry } of heardOf(owner)) audience.tellLeft(entry);
  }

  /** All are out of all tables before the first observer hears: what it does then finds them gone. */
  died(owner: Owner<Claim<V>>, reason: ExitReason): void {
    this.owners.bury(owner);
    for (let claim = owner.first; claim !== undefined; claim = claim.ownedAfter) this.#leave(claim);
    const { journal } = this;
    if (journal !== undefined)
      for (const { slot, entry } of owner.claims()) journal.died(slot.key, entry, reason);
    for (const { audience, entry } of heardOf(owner)) audience.tellLost(entry, reason);
    for (let claim = owner.first; claim !== undefined; claim = claim.ownedAfter)
      this.slots.settle(claim.slot);
  }

  #enter(claim: Claim<V>): void {
    const { owner, slot } = claim;
    owner.add(claim);
    claim.live = true;
    slot.claims += 1;
    if (this.#admission.single) slot.holder = claim;
    slot.show(claim);
    this.#count += 1;
  }

  /** Tells who watches or waits for the key, once all tables agree. */
  #announce({ slot, entry }: Claim<V>): void {
    slot.audience?.tellJoined(entry);
    const { waiting } = slot;
    if (waiting === undefined) return;
    slot.waiting = undefined;
    for (const found of waiting) found(entry.pid);
  }

  /** Out of its key; what its owner lists is the caller's business. */
  #leave(claim: Claim<V>): void {
    const { slot } = claim;
    if (claim.shown) slot.hide(claim);
    claim.live = false;
    slot.claims -= 1;
    slot.holder = undefined;
    this.#count -= 1;
  }

  #giveUp(claim: Claim<V>): void {
    const { slot, entry, shown } = claim;
    this.#takeOut(claim);
    if (shown) slot.audience?.tellLeft(entry);
    this.journal?.unregistered(slot.key, entry);
  }

  /** All are out before the first observer hears: what it does then finds them gone. */
  #giveUpAll(claims: readonly Claim<V>[]): number {
    const told = claims.map(({ slot, entry, shown }) => ({ slot, entry, shown }));
    for (const claim of claims) this.#takeOut(claim);
    for (const { slot, entry, shown } of told) {
      if (shown) slot.audience?.tellLeft(entry);
      this.journal?.unregistered(slot.key, entry);
    }
    return told.length;
  }

  #takeOut(claim: Claim<V>): void {
    const { owner, slot } = claim;
    this.#leave(claim);
    owner.remove(claim);
    this.slots.settle(slot);
    this.owners.settle(owner);
  }

  /** The claim behind an entry of this registry. */
  #find(entry: Entry<V>): Claim<V> | undefined {
    const claim = claimOf(entry);
    return claim !== undefined && claim.owner.estate === this ? claim : undefined;
  }

  #closeView(slot: Slot<Claim<V>>): void {
    this.#views.delete(slot);
    slot.audience = undefined;
    this.slots.drop(slot);
  }
}

/** An entry of which somebody is to hear. */
interface Heard<V> {
  readonly audience: Audience<Claim<V>>;
  readonly entry: Entry<V>;
}

const NOBODY: readonly never[] = Object.freeze([]);

/** What claims are now, and who is to hear of them: an observer may move one before the next is told. */
function heardOf<V>(owner: Owner<Claim<V>>): readonly Heard<V>[] {
  let heard: Heard<V>[] | undefined;
  for (let claim = owner.first; claim !== undefined; claim = claim.ownedAfter) {
    const { slot, entry } = claim;
    if (slot.audience === undefined) continue;
    heard ??= [];
    heard.push({ audience: slot.audience, entry });
  }
  return heard ?? NOBODY;
}
