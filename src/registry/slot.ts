/**
 * One key of a registry: the claims to it that are shown, in registration order, as a list that any of
 * them leaves in O(1).
 *
 * @module
 */

import type { Reservation } from "../core/name.ts";
import type { Pid } from "../core/pid.ts";
import type { Claim, Entry } from "./entry.ts";
import type { Members } from "./members.ts";

const NONE: readonly never[] = Object.freeze([]);

/** A key kept for a child that its supervisor restarts. */
export interface Hold {
  readonly reservation: Reservation;
  readonly child: string;
}

/** Everything about one key. */
export class Slot<V> {
  readonly key: unknown;
  first: Claim<V> | undefined = undefined;
  last: Claim<V> | undefined = undefined;
  /** Claims that are shown. */
  shown = 0;
  /** All claims, those of stopping owners too. */
  claims = 0;
  /** The one claim to a unique key, shown or not. */
  holder: Claim<V> | undefined = undefined;
  hold: Hold | undefined = undefined;
  /** Told once, when somebody takes the key. */
  waiting: Set<(pid: Pid) => void> | undefined = undefined;
  members: Members<V> | undefined = undefined;
  /** Among the keys that `maxKeys` limits. */
  counted = false;
  #snapshot: readonly Entry<V>[] | undefined = NONE;

  constructor(key: unknown) {
    this.key = key;
  }

  /** Somebody has the key or is promised it. */
  get isTaken(): boolean {
    return this.claims > 0 || this.hold !== undefined;
  }

  /** Nothing is left to remember. */
  get isIdle(): boolean {
    return this.claims === 0 && this.hold === undefined && this.waiting === undefined && this.members === undefined;
  }

  /** The entries that are shown, in order: frozen, and the same array until something changes. */
  entries(): readonly Entry<V>[] {
    this.#snapshot ??= this.#read();
    return this.#snapshot;
  }

  /** Puts a claim at the end of the list. */
  show(claim: Claim<V>): void {
    const { last } = this;
    claim.before = last;
    claim.after = undefined;
    if (last === undefined) this.first = claim;
    else last.after = claim;
    this.last = claim;
    claim.shown = true;
    this.shown += 1;
    this.#snapshot = undefined;
  }

  /** Takes a claim out of the list. */
  hide(claim: Claim<V>): void {
    const { before, after } = claim;
    if (before === undefined) this.first = after;
    else before.after = after;
    if (after === undefined) this.last = before;
    else after.before = before;
    claim.before = undefined;
    claim.after = undefined;
    claim.shown = false;
    this.shown -= 1;
    this.#snapshot = this.shown === 0 ? NONE : undefined;
  }

  #read(): readonly Entry<V>[] {
    const entries: Entry<V>[] = [];
    for (let claim = this.first; claim !== undefined; claim = claim.after) entries.push(claim.entry);
    return Object.freeze(entries);
  }
}
