/**
 * The owners of a registry: which processes it watches. Who has no claims is not watched, but for the one that
 * gave up its last: it stays until the next does, since whoever registers and unregisters in turn would pay for a
 * watch each time.
 *
 * @module
 */

import { ActorError } from "../core/errors.ts";
import { type Pid, portOf } from "../core/pid.ts";
import { formatKey, ownKey } from "./key.ts";
import { type Estate, type Owned, Owner } from "./owner.ts";

/** Owners by process. */
export class Owners<C extends Owned> {
  readonly #label: string;
  readonly #estate: Estate<C>;
  readonly #maxKeysPerOwner: number | undefined;
  readonly #byPid = new Map<Pid, Owner<C>>();
  #spare: Owner<C> | undefined = undefined;

  /**
   * @param label - the registry's, for messages
   * @param estate - told when an owner begins to stop, and of its death
   */
  constructor(label: string, estate: Estate<C>, maxKeysPerOwner: number | undefined) {
    this.#label = label;
    this.#estate = estate;
    this.#maxKeysPerOwner = maxKeysPerOwner;
  }

  get(pid: Pid): Owner<C> | undefined {
    return this.#byPid.get(pid);
  }

  /** Those who have claims, in the order in which they came to have some. */
  all(): Owner<C>[] {
    return [...this.#byPid.values()].filter(({ size }) => size > 0);
  }

  /** The owner that a process is, or becomes with the claim that follows. */
  open(pid: Pid): Owner<C> {
    let owner = this.#byPid.get(pid);
    if (owner === undefined) {
      owner = new Owner(pid, this.#estate);
      this.#byPid.set(pid, owner);
      portOf(pid).watch(owner);
    } else if (owner === this.#spare) {
      this.#spare = undefined;
    }
    return owner;
  }

  /** Lets go of one that has no claims any more. */
  settle(owner: Owner<C>): void {
    if (owner.size > 0) return;
    this.forgetSpare();
    this.#spare = owner;
  }

  /** Watches nobody who has no claims. */
  forgetSpare(): void {
    const spare = this.#spare;
    if (spare === undefined) return;
    this.#spare = undefined;
    this.#byPid.delete(spare.pid);
    portOf(spare.pid).unwatch(spare);
  }

  /** Forgets a process that is dead, and so watched no more. */
  bury(owner: Owner<C>): void {
    this.#byPid.delete(owner.pid);
    if (this.#spare === owner) this.#spare = undefined;
  }

  /** @throws ActorError `ERR_REGISTRY_FULL` when `pid` has all the claims that one process may have */
  checkRoom(pid: Pid, key: unknown): void {
    if (this.#maxKeysPerOwner === undefined) return;
    const size = this.#byPid.get(pid)?.size ?? 0;
    if (size < this.#maxKeysPerOwner) return;
    const text = `${String(pid)} has ${size} keys in ${this.#label} (maxKeysPerOwner): it cannot have ${formatKey(ownKey(key))} as well`;
    throw new ActorError("ERR_REGISTRY_FULL", "no", text);
  }
}
