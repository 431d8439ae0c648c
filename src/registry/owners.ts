/**
 * The owners of a registry: which processes it watches. Who has no claims is not watched, but for the one that
 * gave up its last: it stays until the next does, since whoever registers and unregisters in turn would pay for a
 * watch each time.
 *
 * @module
 */

import { ActorError } from "../core/errors.ts";
import { type Pid, PORT, type ProcessPort, portOf } from "../core/pid.ts";
import { formatKey, ownKey } from "./key.ts";
import { type Estate, type Owned, Owner } from "./owner.ts";

/**
 * Owners by process: a process leads to those who watch it, so that 100,000 of them are in no table that has to be made
 * anew. All is O(1) but {@link Owners.all}, and for a process that is in many registries what is said there.
 */
export class Owners<C extends Owned> {
  readonly #label: string;
  readonly #estate: Estate<C>;
  readonly #maxKeysPerOwner: number | undefined;
  #first: Owner<C> | undefined = undefined;
  #last: Owner<C> | undefined = undefined;
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

  /** `undefined` for what is no pid, too. O(registries in which the process is). */
  get(pid: Pid): Owner<C> | undefined {
    const port = (pid as { readonly [PORT]?: ProcessPort } | undefined | null)?.[PORT];
    return port?.watcherFor(this.#estate) as Owner<C> | undefined;
  }

  /** Those who have claims, in the order in which they came to have some. */
  all(): Owner<C>[] {
    const all: Owner<C>[] = [];
    for (let owner = this.#first; owner !== undefined; owner = owner.after) {
      if (owner.size > 0) all.push(owner);
    }
    return all;
  }

  /** The owner that a process is, or becomes with the claim that follows. */
  open(pid: Pid): Owner<C> {
    let owner = this.get(pid);
    if (owner === undefined) {
      owner = new Owner(pid, this.#estate);
      this.#enter(owner);
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
    this.#leave(spare);
    portOf(spare.pid).unwatch(spare);
  }

  /** Forgets a process that is dead, and so watched no more. */
  bury(owner: Owner<C>): void {
    this.#leave(owner);
    if (this.#spare === owner) this.#spare = undefined;
  }

  /** @throws ActorError `ERR_REGISTRY_FULL` when `pid` has all the claims that one process may have */
  checkRoom(pid: Pid, key: unknown): void {
    if (this.#maxKeysPerOwner === undefined) return;
    const size = this.get(pid)?.size ?? 0;
    if (size < this.#maxKeysPerOwner) return;
    const text = `${String(pid)} has ${size} keys in ${this.#label} (maxKeysPerOwner): it cannot have ${formatKey(ownKey(key))} as well`;
    throw new ActorError("ERR_REGISTRY_FULL", "no", text);
  }

  #enter(owner: Owner<C>): void {
    const last = this.#last;
    owner.before = last;
    if (last === undefined) this.#first = owner;
    else last.after = owner;
    this.#last = owner;
  }

  #leave(owner: Owner<C>): void {
    const { before, after } = owner;
    if (before === undefined) this.#first = after;
    else before.after = after;
    if (after === undefined) this.#last = before;
    else after.before = before;
    owner.before = undefined;
    owner.after = undefined;
  }
}
