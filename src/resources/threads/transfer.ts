/**
 * Jobs and results that are moved between threads instead of copied.
 *
 * ```ts
 * const pixels = new Uint8Array(4);
 * const job = transfer({ pixels }, [pixels.buffer]);
 * job.value.pixels.length; //=> 4
 * ```
 *
 * @module
 */

import type { TransferListItem } from "node:worker_threads";

/** A value, and those parts of it that change hands: buffers, ports, streams. */
export class Transferring<out T> {
  readonly value: T;
  readonly list: readonly TransferListItem[];

  constructor(value: T, list: readonly TransferListItem[]) {
    this.value = value;
    this.list = list;
  }
}

/**
 * Marks what is moved: as the job of `run`, or as the result of a handler. What is in `list` is empty on this
 * side afterwards, also when the job is never done.
 *
 * @param list - buffers, ports and the like that are in `value`
 */
export function transfer<T>(value: T, list: readonly TransferListItem[]): Transferring<T> {
  return new Transferring(value, list);
}

/** What is to be posted, and what of it is moved. */
export function postable(value: unknown): {
  readonly value: unknown;
  readonly list: readonly TransferListItem[];
} {
  return value instanceof Transferring ? value : { value, list: NONE };
}

const NONE: readonly TransferListItem[] = Object.freeze([]);
