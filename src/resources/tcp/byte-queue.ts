/**
 * Bytes that came in pieces, taken out in others: one array that grows by doubling, so that a peer which sends
 * byte by byte costs no more than one that sends all at once.
 *
 * @module
 */

import { Buffer } from "node:buffer";

const FIRST_CAPACITY = 1_024;

/**
 * A first-in, first-out queue of bytes; all operations but the search are amortised O(bytes moved).
 *
 * @example
 * ```ts
 * import { Buffer } from "node:buffer";
 * const queue = new ByteQueue();
 * queue.push(Buffer.from("one\ntw"));
 * queue.indexOf(Buffer.from("\n"), 0); //=> 3
 * queue.take(4).toString(); //=> "one\n"
 * queue.length; //=> 2
 * ```
 */
export class ByteQueue {
  #bytes: Buffer = Buffer.alloc(0);
  #start = 0;
  #end = 0;

  get length(): number {
    return this.#end - this.#start;
  }

  push(chunk: Uint8Array): void {
    if (this.#bytes.length - this.#end < chunk.byteLength) this.#makeRoom(chunk.byteLength);
    this.#bytes.set(chunk, this.#end);
    this.#end += chunk.byteLength;
  }

  /**
   * Takes the first `count` bytes out; they are the taker's own.
   *
   * @param count - at most {@link ByteQueue.length}
   */
  take(count: number): Buffer {
    const taken = Buffer.from(this.#bytes.subarray(this.#start, this.#start + count));
    this.#start += count;
    // An idle connection holds no memory for what it once had.
    if (this.#start === this.#end) {
      this.#bytes = Buffer.alloc(0);
      this.#start = this.#end = 0;
    }
    return taken;
  }

  /** @returns where `delimiter` begins at or after `from`, −1 when it is not there yet */
  indexOf(delimiter: Uint8Array, from: number): number {
    return this.#bytes.subarray(this.#start, this.#end).indexOf(delimiter, from);
  }

  #makeRoom(more: number): void {
    const { length } = this;
    const needed = length + more;
    const fits = needed <= this.#bytes.length / 2;
    const target = fits
      ? this.#bytes
      : Buffer.allocUnsafeSlow(Math.max(FIRST_CAPACITY, this.#bytes.length * 2, needed));
    this.#bytes.copy(target, 0, this.#start, this.#end);
    this.#bytes = target;
    this.#start = 0;
    this.#end = length;
  }
}
