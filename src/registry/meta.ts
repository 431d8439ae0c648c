/**
 * What a registry knows about itself: values under keys, which belong to no process.
 *
 * @module
 */

import { KeyMap, ownKey } from "./key.ts";

/** Values by structural key; `undefined` is as good a value as any. */
export class Meta {
  readonly #values = new KeyMap<{ readonly value: unknown }>();

  constructor(start: Readonly<Record<string, unknown>> = {}) {
    for (const [key, value] of Object.entries(start)) this.put(key, value);
  }

  get(key: unknown): unknown {
    return this.#values.get(key)?.value;
  }

  put(key: unknown, value: unknown): void {
    this.#values.set(ownKey(key), { value });
  }

  delete(key: unknown): boolean {
    return this.#values.delete(key);
  }
}
