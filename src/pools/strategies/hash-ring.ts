/**
 * A ring of hashes: each member stands at many points of it, and a key belongs to whoever stands at the next
 * point. Who stands where hangs on the members' ids alone, not on the order in which they came, so that two
 * pools over the same members agree.
 *
 * @module
 */

import { InvalidOptionsError } from "../../core/errors.ts";
import { describe } from "../../core/exit-reason.ts";

/** Points a member has: the shares of ten members differ by less than a half, and a ring of 10,000 is 640,000 points. */
const POINTS = 64;

/** One place in the ring. */
interface Point<M> {
  readonly hash: number;
  readonly id: string;
  readonly member: M;
}

/**
 * Finds the member a key belongs to in O(log members). Who is added and removed between two finds is worked in at
 * the second, all at once, in O(members).
 */
export class HashRing<M> {
  #points: readonly Point<M>[] = [];
  /** The hashes of the points alone: a search among them reads little memory. */
  #hashes = new Uint32Array(0);
  /** Where the points begin whose hashes have the same first bits: a few each, since hashes are spread evenly. */
  #starts = new Uint32Array(3);
  #shift = 31;
  #fresh: Point<M>[] = [];
  readonly #gone = new Set<M>();
  readonly #resting = new Set<M>();

  add(id: string, member: M): void {
    if (this.#gone.has(member)) this.#workIn();
    for (let index = 0; index < POINTS; index += 1)
      this.#fresh.push({ hash: hashOf(`${index} ${id}`), id, member });
  }

  remove(member: M): void {
    this.#gone.add(member);
    this.#resting.delete(member);
  }

  /** Its keys belong to whoever comes next, for as long as it rests; O(1). */
  rest(member: M, resting: boolean): void {
    if (resting) this.#resting.add(member);
    else this.#resting.delete(member);
  }

  /** @throws InvalidOptionsError for a key that cannot be hashed by its value */
  find(key: unknown): M | undefined {
    const hash = hashOf(textOf(key));
    this.#workIn();
    const points = this.#points;
    const low = this.#behind(hash);
    for (let step = 0; step < points.length; step += 1) {
      const { member } = points[(low + step) % points.length]!;
      if (!this.#resting.has(member)) return member;
    }
    return undefined;
  }

  #workIn(): void {
    if (this.#gone.size === 0 && this.#fresh.length === 0) return;
    if (this.#gone.size > 0) {
      const isThere = ({ member }: Point<M>): boolean => !this.#gone.has(member);
      this.#points = this.#points.filter(isThere);
      this.#fresh = this.#fresh.filter(isThere);
      this.#gone.clear();
    }
    if (this.#fresh.length > 0) this.#points = merge(this.#points, this.#fresh.sort(inOrder));
    this.#fresh = [];
    this.#hashes = Uint32Array.from(this.#points, ({ hash }) => hash);
    // By a shift of 32 JavaScript shifts by none.
    const bits = Math.max(1, 29 - Math.clz32(this.#hashes.length));
    this.#shift = 32 - bits;
    this.#starts = startsOf(this.#hashes, bits);
  }

  /** The index of the first point at `hash` or behind it, the number of points when there is none. */
  #behind(hash: number): number {
    const hashes = this.#hashes;
    const bucket = hash >>> this.#shift;
    let low = this.#starts[bucket]!;
    let high = this.#starts[bucket + 1]!;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (hashes[middle]! < hash) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** For each value of the first `bits` the index of the first hash that has them, and at the end how many there are. */
function startsOf(hashes: Uint32Array, bits: number): Uint32Array<ArrayBuffer> {
  const starts = new Uint32Array(2 ** bits + 1);
  let at = 0;
  for (let bucket = 0; bucket < starts.length; bucket += 1) {
    starts[bucket] = at;
    while (at < hashes.length && hashes[at]! >>> (32 - bits) === bucket) at += 1;
  }
  return starts;
}

/** By hash, and where two meet by id. */
function inOrder(one: Point<unknown>, other: Point<unknown>): number {
  return one.hash - other.hash || (one.id < other.id ? -1 : 1);
}

function merge<M>(one: readonly Point<M>[], other: readonly Point<M>[]): Point<M>[] {
  const merged: Point<M>[] = [];
  let at = 0;
  for (const point of one) {
    while (at < other.length && inOrder(other[at]!, point) < 0) merged.push(other[at++]!);
    merged.push(point);
  }
  while (at < other.length) merged.push(other[at++]!);
  return merged;
}

/** 32 bits: FNV-1a over the code units, stirred as MurmurHash3 ends. */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** Different keys have different texts: each part says its kind and how long it is. */
function textOf(key: unknown): string {
  switch (typeof key) {
    case "string":
    case "number":
    case "bigint":
    case "boolean": {
      const text = String(key);
      return `${typeof key} ${text.length} ${text}`;
    }
    default:
      if (Array.isArray(key)) return `tuple ${key.length} ${key.map(textOf).join(" ")}`;
      throw new InvalidOptionsError("hashKey", [
        `${describe(key)} cannot be hashed by its value: give a string, number, bigint, boolean, or a tuple of them`,
      ]);
  }
}
