/**
 * The keys of a registry. A key is remembered as long as somebody has it, is promised it, waits for it or watches
 * it; those that are had or promised count against `maxKeys`. Who has a key is not decided here.
 *
 * @module
 */

import { ActorError } from "../core/errors.ts";
import type { Reservation } from "../core/name.ts";
import type { Pid } from "../core/pid.ts";
import { formatKey, KeyMap, ownKey } from "./key.ts";
import { type Answers, type Listed, Slot } from "./slot.ts";

const NONE: readonly never[] = Object.freeze([]);

/** Slots by key. All is O(1) but {@link Slots.shown}. */
export class Slots<C extends Listed> {
  readonly #label: string;
  readonly #maxKeys: number;
  readonly #byKey = new KeyMap<Slot<C>>();
  /** By plain keys that have been asked for: a step of memory less than by way of the slot. */
  readonly #answers: Answers<C> = new Map();
  /** Keys that somebody has or is promised. */
  #taken = 0;

  /** @param label - the registry's, for messages */
  constructor(label: string, maxKeys: number) {
    this.#label = label;
    this.#maxKeys = maxKeys;
  }

  /** Keys that are remembered. */
  get size(): number {
    return this.#byKey.size;
  }

  /** Keys of which an answer is kept: some of those that are remembered. */
  get answered(): number {
    return this.#answers.size;
  }

  /** What is known of a key; `undefined` when there is nothing to know. */
  get(key: unknown): Slot<C> | undefined {
    return this.#byKey.get(key);
  }

  /** What is shown under a key: {@link Slot.entries}, `[]` where nothing is known of it. */
  entries(key: unknown): readonly C["entry"][] {
    return this.#answers.get(key) ?? this.#answer(key);
  }

  /** As {@link Slots.get}, with a slot for what was not known; {@link Slots.drop} it when it comes to nothing. */
  open(key: unknown): Slot<C> {
    return this.#byKey.get(key) ?? this.#make(key);
  }

  /** All claims that are shown, key by key. O(all keys). */
  shown(): C[] {
    return this.#byKey.values().flatMap((slot) => slot.shownClaims());
  }

  /** Somebody has `key`, shown or not, or is promised it. */
  isTaken(key: unknown): boolean {
    return this.#byKey.get(key)?.isTaken === true;
  }

  /**
   * The slot of a key that is about to be had or promised.
   *
   * @param found - its slot when it has one
   * @param freed - keys that become free in the same step
   * @throws ActorError `ERR_REGISTRY_FULL`
   */
  take(found: Slot<C> | undefined, key: unknown, freed = 0): Slot<C> {
    if (found?.counted === true) return found;
    if (this.#taken - freed >= this.#maxKeys) throw this.#full(key);
    const slot = found ?? this.#make(key);
    slot.counted = true;
    this.#taken += 1;
    return slot;
  }

  /** Lets go of a key that nobody has or is promised any more, and tells who waits for that. */
  settle(slot: Slot<C>): void {
    if (!slot.counted || slot.isTaken) return;
    slot.counted = false;
    this.#taken -= 1;
    const { freed } = slot;
    slot.freed = undefined;
    this.drop(slot);
    if (freed !== undefined) for (const free of freed) free();
  }

  /** Forgets a key of which nothing is left to remember. */
  drop(slot: Slot<C>): void {
    if (!slot.isIdle) return;
    slot.listed = false;
    this.#byKey.delete(slot.key);
    slot.withdraw();
  }

  /** Keeps `key` for a child; `false` when somebody else has it or is promised it, or there is no room. */
  reserve(key: unknown, reservation: Reservation, child: string): boolean {
    const found = this.#byKey.get(key);
    if (found?.hold !== undefined) return found.hold.reservation === reservation;
    if (found?.holder !== undefined || this.#taken >= this.#maxKeys) return false;
    this.take(found, key).hold = { reservation, child };
    return true;
  }

  release(key: unknown, reservation: Reservation): void {
    const slot = this.#byKey.get(key);
    if (slot === undefined || slot.hold?.reservation !== reservation) return;
    slot.hold = undefined;
    this.settle(slot);
  }

  /** Calls back once, when somebody takes `key`. @returns a function that forgets it */
  onRegister(key: unknown, found: (pid: Pid) => void): () => void {
    const slot = this.open(key);
    slot.waiting ??= new Set();
    slot.waiting.add(found);
    return () => {
      // Told already, or forgotten before: the slot may be another's by now.
      if (slot.waiting?.delete(found) !== true || slot.waiting.size > 0) return;
      slot.waiting = undefined;
      this.drop(slot);
    };
  }

  /** Calls back once, when nobody has a key that is taken now, or is promised it, any more. @returns a function that forgets it */
  onFree(key: unknown, free: () => void): () => void {
    const slot = this.open(key);
    slot.freed ??= new Set();
    slot.freed.add(free);
    return () => {
      if (slot.freed?.delete(free) !== true || slot.freed.size > 0) return;
      slot.freed = undefined;
      this.drop(slot);
    };
  }

  #answer(key: unknown): readonly C["entry"][] {
    const slot = this.#byKey.get(key);
    if (slot === undefined) return NONE;
    // A tuple that is asked for is another array each time.
    return Array.isArray(key) ? slot.entries() : slot.post(this.#answers);
  }

  #make(key: unknown): Slot<C> {
    const kept = ownKey(key);
    const slot = new Slot<C>(kept);
    this.#byKey.set(kept, slot);
    return slot;
  }

  #full(key: unknown): ActorError {
    const text = `${this.#label} has ${this.#maxKeys} keys (maxKeys): there is no room for ${formatKey(ownKey(key))}`;
    return new ActorError("ERR_REGISTRY_FULL", "no", text);
  }
}
