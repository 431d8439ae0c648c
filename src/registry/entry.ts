/**
 * What a registry shows of a registration.
 *
 * @module
 */

import type { Pid } from "../core/pid.ts";

/** One process registered under a key. Never changes: what is registered anew is another entry. */
export interface Entry<out V = unknown> {
  readonly pid: Pid;
  /** What it was registered with; `undefined` when nothing was given. */
  readonly value: V;
}

/** An entry together with its key. Never changes. */
export interface KeyedEntry<out K = unknown, out V = unknown> extends Entry<V> {
  readonly key: K;
}
