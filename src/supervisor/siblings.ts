/**
 * The children of one supervisor, in the order in which they first started, each found by its id or by its
 * pid in O(1): one that ends, starts or goes concerns no other, however many there are.
 *
 * @module
 */

import type { Pid } from "../core/pid.ts";
import type { Child } from "./child.ts";

/** Children in order. */
export class Siblings {
  readonly #byId = new Map<string, Child>();
  /** By their last incarnation. */
  readonly #byPid = new Map<Pid, Child>();

  /** After all others. Its id must not be taken. */
  add(child: Child): void {
    this.#byId.set(child.id, child);
  }

  /** Nothing happens when it is none of them, also when another has its id by now. */
  drop(child: Child): void {
    if (this.#byId.get(child.id) === child) this.#byId.delete(child.id);
    if (child.pid !== undefined) this.#byPid.delete(child.pid);
  }

  /**
   * Notes that a child runs.
   *
   * @param before - its incarnation before this one
   */
  runs(child: Child, before: Pid | undefined): void {
    if (before !== undefined) this.#byPid.delete(before);
    if (child.pid !== undefined) this.#byPid.set(child.pid, child);
  }

  /** By id. */
  find(id: string): Child | undefined {
    return this.#byId.get(id);
  }

  /** By its last incarnation. */
  of(pid: Pid): Child | undefined {
    return this.#byPid.get(pid);
  }

  /** All of them, in order; O(children). */
  all(): Child[] {
    return [...this.#byId.values()];
  }
}
