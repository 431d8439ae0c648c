/**
 * Where the audit stands: which addresses wait, which are being asked for, which are done. Plain bookkeeping.
 *
 * @module
 */

import type { FoundAddress } from "./finding.ts";

/** The addresses of one audit, each in one state at a time. */
export class Frontier {
  readonly #waiting: FoundAddress[] = [];
  readonly #running = new Set<string>();
  readonly #known = new Set<string>();
  #next = 0;

  /** Adds addresses that are not known yet. */
  add(addresses: readonly FoundAddress[]): void {
    for (const address of addresses) {
      if (this.#known.has(address.key)) continue;
      this.#known.add(address.key);
      this.#waiting.push(address);
    }
  }

  /** The address that has waited longest; from now on it runs. */
  take(): FoundAddress | undefined {
    const address = this.#waiting[this.#next];
    if (address === undefined) return undefined;
    this.#next += 1;
    this.#running.add(address.key);
    return address;
  }

  /** @returns `false` when it was not running: somebody said so twice */
  settle(key: string): boolean {
    return this.#running.delete(key);
  }

  /** Addresses that are being asked for. */
  get running(): number {
    return this.#running.size;
  }

  /** Addresses that anybody found. */
  get known(): number {
    return this.#known.size;
  }

  /** Addresses with an outcome. */
  get settled(): number {
    return this.#next - this.#running.size;
  }

  /** `true` when nothing waits and nothing runs. */
  get isDone(): boolean {
    return this.#next === this.#waiting.length && this.#running.size === 0;
  }
}
