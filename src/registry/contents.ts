/**
 * What is in the tables of a registry. What is bound is read from an index: a key leads to its slot, a process to
 * its owner.
 *
 * @module
 */

import type { Pid } from "../core/pid.ts";
import type { Claim } from "./claim.ts";
import type { Entry } from "./entry.ts";
import type { Owners } from "./owners.ts";
import type { Slots } from "./slots.ts";

const NONE: readonly never[] = Object.freeze([]);

/** Keys to claims, and owners to claims. */
export interface Tables<V> {
  readonly slots: Slots<Claim<V>>;
  readonly owners: Owners<Claim<V>>;
}

/**
 * The claims under `key`, or of `pid`, or both, in order; without either, all that are shown. Of a bound `pid` also
 * those that are not shown. Cost: what is found; without a bound, all keys.
 */
export function findClaims<V>(
  { slots, owners }: Tables<V>,
  bound: { readonly key?: unknown; readonly pid?: Pid },
): Claim<V>[] {
  const slot = "key" in bound ? slots.get(bound.key) : undefined;
  if ("key" in bound && slot === undefined) return [];
  if (bound.pid !== undefined) {
    const owner = owners.get(bound.pid);
    return (slot === undefined ? owner?.claims() : owner?.under(slot)) ?? [];
  }
  return slot?.shownClaims() ?? slots.shown();
}

/** All claims, those of stopping owners last. */
export function allClaims<V>({ slots, owners }: Tables<V>): Claim<V>[] {
  const hidden = owners.all().flatMap((owner) => owner.claims().filter((each) => !each.shown));
  return [...slots.shown(), ...hidden];
}

/** The keys of `pid`, in the order in which it took them, once for each entry. */
export function keysOf<V>({ owners }: Tables<V>, pid: Pid): readonly unknown[] {
  const owner = owners.get(pid);
  return owner === undefined ? NONE : Object.freeze(owner.claims().map(({ slot }) => slot.key));
}

/** The values of `pid` under `key`, in order. */
export function valuesOf<V>(tables: Tables<V>, key: unknown, pid: Pid): readonly V[] {
  const claims = findClaims(tables, { key, pid });
  return claims.length === 0 ? NONE : Object.freeze(claims.map(({ entry }) => entry.value));
}

/** The first entry of `pid` under `key`, also while it is stopping. */
export function entryOf<V>(tables: Tables<V>, key: unknown, pid: Pid): Entry<V> | undefined {
  return findClaims(tables, { key, pid })[0]?.entry;
}
