/**
 * Which partition a key leads to. The same key leads to the same partition as long as their number stays.
 *
 * ```ts
 * const keys = new PartitionKeys();
 * [7, -7, 8n].map((key) => keys.spread(key) % 4); //=> [3, 3, 0]
 * keys.spread("ada") === keys.spread("ada"); //=> true
 * ```
 *
 * Integers count by themselves and processes by their serial, so that those that follow each other are dealt
 * out evenly. Other values go by a hash of their text, tuples by that of their elements, and objects by
 * identity, in the order in which they were first seen.
 *
 * @module
 */

import { InvalidOptionsError } from "../core/errors.ts";
import { type Pid, PORT } from "../core/pid.ts";

/** Deeper tuples are refused: most likely they contain themselves. */
const MAX_DEPTH = 32;

/** FNV-1a, 32 bits. */
const BASIS = 0x811c9dc5;
const PRIME = 0x01000193;

/** Spreads keys; objects are told apart for as long as they live. */
export class PartitionKeys {
  readonly #objects = new WeakMap<object, number>();
  #seen = 0;

  /**
   * @returns a whole number ≥ 0 that is the same for equal keys
   * @throws InvalidOptionsError when tuples nest more than 32 deep
   */
  spread(key: unknown, depth = 0): number {
    if (Number.isInteger(key)) return Math.abs(key as number);
    if (typeof key === "bigint") return spreadOfBigint(key);
    if (Array.isArray(key)) return this.#spreadOfTuple(key, depth);
    if ((typeof key === "object" && key !== null) || typeof key === "function") return this.#identity(key);
    return hash(`${typeof key}:${String(key)}`);
  }

  #spreadOfTuple(tuple: readonly unknown[], depth: number): number {
    if (depth >= MAX_DEPTH) throw new InvalidOptionsError("a key", [`tuples nest at most ${MAX_DEPTH} deep`]);
    return hash(tuple.map((element) => this.spread(element, depth + 1)).join());
  }

  #identity(key: object): number {
    if (PORT in key) return (key as unknown as Pid).serial;
    const known = this.#objects.get(key);
    if (known !== undefined) return known;
    const given = this.#seen;
    this.#seen += 1;
    this.#objects.set(key, given);
    return given;
  }
}

function spreadOfBigint(key: bigint): number {
  const size = key < 0n ? -key : key;
  return size <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(size) : hash(String(size));
}

function hash(text: string): number {
  let sum = BASIS;
  for (let at = 0; at < text.length; at += 1) sum = Math.imul(sum ^ text.charCodeAt(at), PRIME);
  // The low bits of FNV are weak, and they are what a remainder looks at.
  sum ^= sum >>> 15;
  return sum >>> 0;
}
