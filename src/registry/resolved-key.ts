/**
 * One key of a registry, found once: for paths so hot that walking a tuple, or hashing a long string, shows.
 *
 * @module
 */

import type { HandleProcess } from "../actors/handle-process.ts";
import type { Pid } from "../core/pid.ts";
import type { Claim } from "./claim.ts";
import type { Claims, Registration } from "./claims.ts";
import type { Entry } from "./entry.ts";
import { ownKey } from "./key.ts";
import type { RegistryProcess, ResolvedKey } from "./registry.ts";
import type { Slot } from "./slot.ts";

const NONE: readonly never[] = Object.freeze([]);

/** Keeps the slot of its key for as long as the tables do: it holds nothing in memory by itself. */
export class KeyAccess<K, V> implements ResolvedKey<K, V> {
  readonly key: K;
  readonly #claims: Claims<V>;
  readonly #process: HandleProcess<RegistryProcess>;
  #slot: Slot<Claim<V>> | undefined = undefined;

  constructor(claims: Claims<V>, process: HandleProcess<RegistryProcess>, key: K) {
    this.key = ownKey(key) as K;
    this.#claims = claims;
    this.#process = process;
  }

  register(pid: Pid, value?: V): Registration<V> {
    this.#process.use();
    return this.#claims.registerIn(this.#find(), this.key, pid, value as V);
  }

  unregister(pid: Pid): boolean {
    return this.#claims.unregisterIn(this.#find(), pid);
  }

  lookup(): readonly Entry<V>[] {
    this.#process.use();
    return this.#find()?.entries() ?? NONE;
  }

  dispatch(run: (entries: readonly Entry<V>[]) => void): void {
    const entries = this.lookup();
    if (entries.length > 0) run(entries);
  }

  #find(): Slot<Claim<V>> | undefined {
    if (this.#slot?.listed !== true) this.#slot = this.#claims.slots.get(this.key);
    return this.#slot;
  }
}
