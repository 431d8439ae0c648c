/**
 * What is idle, in the order in which it came; any of it leaves in O(1).
 *
 * @module
 */

import type { Slot } from "./slot.ts";

/** A list through the slots themselves. */
export class IdleList<R> {
  /** Idle for longest. */
  first: Slot<R> | undefined = undefined;
  last: Slot<R> | undefined = undefined;
  length = 0;

  push(slot: Slot<R>): void {
    const { last } = this;
    slot.idleBefore = last;
    if (last === undefined) this.first = slot;
    else last.idleAfter = slot;
    this.last = slot;
    this.length += 1;
  }

  /** Puts back what was taken away to be looked at, where it stood. Cost: how many came after it. */
  restore(slot: Slot<R>): void {
    let before = this.last;
    while (before !== undefined && before.idleAtMs > slot.idleAtMs) before = before.idleBefore;
    if (before === this.last) return this.push(slot);
    const after = before === undefined ? this.first : before.idleAfter;
    slot.idleBefore = before;
    slot.idleAfter = after;
    if (before === undefined) this.first = slot;
    else before.idleAfter = slot;
    if (after !== undefined) after.idleBefore = slot;
    this.length += 1;
  }

  remove(slot: Slot<R>): void {
    const { idleBefore: before, idleAfter: after } = slot;
    if (before === undefined) this.first = after;
    else before.idleAfter = after;
    if (after === undefined) this.last = before;
    else after.idleBefore = before;
    slot.idleBefore = undefined;
    slot.idleAfter = undefined;
    this.length -= 1;
  }
}
