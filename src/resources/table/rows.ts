/**
 * The rows of a table: one under a key, in the order in which their keys came.
 *
 * @module
 */

import { KeyMap, ownKey } from "../../registry/key.ts";

/** One row where it stands. */
export interface TableRow<K, R> {
  readonly key: K;
  row: R;
}

/** Found by key in O(1), walked in order; a walk goes on whatever is inserted and deleted meanwhile. */
export class Rows<K, R> {
  readonly #byKey = new KeyMap<TableRow<K, R>>();
  readonly #inOrder = new Set<TableRow<K, R>>();

  get size(): number {
    return this.#inOrder.size;
  }

  find(key: K): TableRow<K, R> | undefined {
    return this.#byKey.get(key);
  }

  /** `key` must not be there. */
  add(key: K, row: R): void {
    const added = { key: ownKey(key) as K, row };
    this.#byKey.set(added.key, added);
    this.#inOrder.add(added);
  }

  delete(key: K): TableRow<K, R> | undefined {
    const found = this.#byKey.get(key);
    if (found === undefined) return undefined;
    this.#byKey.delete(key);
    this.#inOrder.delete(found);
    return found;
  }

  /** Each row that stays is seen once; one that is added during the walk is seen too. */
  walk(): IterableIterator<TableRow<K, R>> {
    return this.#inOrder.values();
  }

  /** What is there now. */
  all(): TableRow<K, R>[] {
    return [...this.#inOrder];
  }
}
