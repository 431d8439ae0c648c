/**
 * One key of a unique registry as a name: what `via` gives to actors.
 *
 * @module
 */

import type { HandleProcess } from "../actors/handle-process.ts";
import type { NamePort, NameTaken, Reservation } from "../core/name.ts";
import type { Pid } from "../core/pid.ts";
import type { Claims } from "./claims.ts";
import { formatKey, ownKey } from "./key.ts";

/** The name port over one key. Making one is no use of the registry, finding and taking is. */
export class RegisteredName<V> implements NamePort {
  readonly #claims: Claims<V>;
  readonly #process: HandleProcess<unknown>;
  readonly #key: unknown;
  readonly #value: V;

  /** @param value - what stands in the entry of whoever takes the name */
  constructor(claims: Claims<V>, process: HandleProcess<unknown>, key: unknown, value: V) {
    this.#claims = claims;
    this.#process = process;
    this.#key = ownKey(key);
    this.#value = value;
  }

  get label(): string {
    return `${formatKey(this.#key)} in ${this.#claims.label}`;
  }

  whereis(): Pid | undefined {
    this.#process.use();
    return this.#claims.lookup(this.#key)[0]?.pid;
  }

  register(pid: Pid, reservation?: Reservation): NameTaken {
    this.#process.use();
    const taken = this.#claims.register(this.#key, pid, this.#value, reservation);
    if (taken.ok) return { ok: true };
    return "holder" in taken ? { ok: false, holder: taken.holder.pid } : taken;
  }

  unregister(pid: Pid): boolean {
    return this.#claims.unregister(this.#key, pid);
  }

  reserve(reservation: Reservation, child: string): boolean {
    return this.#claims.slots.reserve(this.#key, reservation, child);
  }

  release(reservation: Reservation): void {
    this.#claims.slots.release(this.#key, reservation);
  }

  onRegister(found: (pid: Pid) => void): () => void {
    return this.#claims.slots.onRegister(this.#key, found);
  }

  whenUp(up: () => void): (() => void) | undefined {
    return this.#process.whenUsable(up);
  }
}
