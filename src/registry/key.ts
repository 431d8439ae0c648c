/**
 * Structural keys. Strings, numbers, symbols and bigints are keys by value, and so are tuples of them;
 * anything else is a key by identity.
 *
 * ```ts
 * const pages = new KeyMap<string>();
 * pages.set(["page", 3], "third");
 * pages.get(["page", 3]); //=> "third"
 * pages.get(["page", "3"]); //=> undefined
 * pages.get("page,3"); //=> undefined
 * ```
 *
 * Two numbers are the same key as a `Map` sees it: `NaN` is itself, `-0` is `0`, and `1n` is not `1`.
 * A tuple is walked element by element, one step of a `Map` each: nothing is joined into a string, so no
 * two tuples collide, and symbols and objects may stand in them (objects by identity). Tuples may nest.
 *
 * @module
 */

import { InvalidOptionsError } from "../core/errors.ts";
import { describe } from "../core/exit-reason.ts";

/**
 * What an entry may be registered under: strings, numbers, symbols, bigints and tuples of them by value, anything
 * else by identity (so a fresh object or function is a key that only who keeps it can ask for). Finding a tuple costs
 * a step of a `Map` for each of its elements, registering one a copy besides; all else costs one step.
 */
export type Key = string | number | symbol | bigint | object;

/** Where a tuple inside a tuple begins and ends. */
const OPEN: unique symbol = Symbol("[");
const CLOSE: unique symbol = Symbol("]");

/** Deeper tuples are refused: most likely they contain themselves. */
const MAX_DEPTH = 32;

/** One step on the way of tuples. */
class Node<T> {
  readonly parent: Node<T> | undefined;
  readonly element: unknown;
  readonly next = new Map<unknown, Node<T>>();
  /** What the tuple that ends here leads to. */
  value: T | undefined = undefined;

  constructor(parent: Node<T> | undefined, element: unknown) {
    this.parent = parent;
    this.element = element;
  }
}

/**
 * A map whose keys are structural. Values are never `undefined`.
 *
 * Cost: that of a `Map` for plain keys, that of one `Map` step an element for tuples. Looking up makes
 * nothing, and nothing is left of a tuple that was deleted.
 */
export class KeyMap<T> {
  readonly #plain = new Map<unknown, T>();
  readonly #tuples = new Node<T>(undefined, undefined);
  #tupleCount = 0;

  get size(): number {
    return this.#plain.size + this.#tupleCount;
  }

  get(key: unknown): T | undefined {
    return Array.isArray(key) ? find(this.#tuples, key)?.value : this.#plain.get(key);
  }

  /** `key` must not change afterwards: give a copy of one's own ({@link ownKey}). */
  set(key: unknown, value: T): void {
    if (!Array.isArray(key)) {
      this.#plain.set(key, value);
      return;
    }
    const node = make(this.#tuples, key);
    if (node.value === undefined) this.#tupleCount += 1;
    node.value = value;
  }

  /** All values: those of plain keys first, in the order in which they came. O(size) of all keys. */
  values(): T[] {
    const values = [...this.#plain.values()];
    // A list of its own instead of recursion: a tuple may be long.
    const left = [this.#tuples];
    for (let node = left.pop(); node !== undefined; node = left.pop()) {
      if (node.value !== undefined) values.push(node.value);
      for (const next of [...node.next.values()].reverse()) left.push(next);
    }
    return values;
  }

  delete(key: unknown): boolean {
    if (!Array.isArray(key)) return this.#plain.delete(key);
    const node = find(this.#tuples, key);
    if (node?.value === undefined) return false;
    node.value = undefined;
    this.#tupleCount -= 1;
    prune(node);
    return true;
  }
}

/**
 * The key as a registry keeps it: a tuple is copied and frozen, so that its maker may go on using his.
 *
 * @throws InvalidOptionsError when tuples nest more than 32 deep
 *
 * @example
 * ```ts
 * const mine = ["page", 3];
 * const kept = ownKey(mine);
 * mine[1] = 4;
 * kept; //=> ["page", 3]
 * ```
 */
export function ownKey(key: unknown, depth = 0): unknown {
  if (!Array.isArray(key)) return key;
  if (depth >= MAX_DEPTH) throw new InvalidOptionsError("a key", [`tuples nest at most ${MAX_DEPTH} deep`]);
  return Object.freeze(Array.from(key, (element) => ownKey(element, depth + 1)));
}

/**
 * A key for people: strings as they are, tuples with their elements.
 *
 * @example
 * ```ts
 * formatKey("hits"); //=> "hits"
 * formatKey(["page", 3n]); //=> '["page", 3n]'
 * ```
 */
export function formatKey(key: unknown): string {
  return typeof key === "string" ? key : formatElement(key);
}

function formatElement(element: unknown): string {
  if (Array.isArray(element)) return `[${element.map(formatElement).join(", ")}]`;
  return typeof element === "bigint" ? `${element}n` : describe(element);
}

function find<T>(from: Node<T>, tuple: readonly unknown[]): Node<T> | undefined {
  let node: Node<T> | undefined = from;
  for (let i = 0; i < tuple.length && node !== undefined; i += 1) {
    const element = tuple[i];
    if (!Array.isArray(element)) {
      node = node.next.get(element);
    } else {
      const inside: Node<T> | undefined = node.next.get(OPEN);
      node = inside === undefined ? undefined : find(inside, element)?.next.get(CLOSE);
    }
  }
  return node;
}

function make<T>(from: Node<T>, tuple: readonly unknown[]): Node<T> {
  let node = from;
  for (const element of tuple) {
    node = Array.isArray(element) ? child(make(child(node, OPEN), element), CLOSE) : child(node, element);
  }
  return node;
}

function child<T>(node: Node<T>, element: unknown): Node<T> {
  let next = node.next.get(element);
  if (next === undefined) {
    next = new Node(node, element);
    node.next.set(element, next);
  }
  return next;
}

/** Takes away steps that lead to nothing any more. */
function prune<T>(from: Node<T>): void {
  let node = from;
  while (node.parent !== undefined && node.value === undefined && node.next.size === 0) {
    node.parent.next.delete(node.element);
    node = node.parent;
  }
}
