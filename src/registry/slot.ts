/**
 * One key of a registry: the claims to it that lookups show, in registration order, as a list that any
 * of them leaves in O(1).
 *
 * @module
 */

import type { ExitReason } from "../core/exit-reason.ts";
import type { Reservation } from "../core/name.ts";
import type { Pid } from "../core/pid.ts";
import type { Entry } from "./entry.ts";

/** What stands in a slot's list. */
export interface Listed {
  readonly entry: Entry;
  /** In the list: lookups show it. Not any more once its owner is stopping. */
  shown: boolean;
  before: Listed | undefined;
  after: Listed | undefined;
  /** Its index among the members of the key, `-1` when it is not shown or nobody keeps them. */
  at: number;
}

/** A key kept for a child that its supervisor restarts. */
export interface Hold {
  readonly reservation: Reservation;
  readonly child: string;
}

/** Who wants to know all along who is shown. */
export interface Audience<C extends Listed> {
  joined(claim: C): void;
  left(claim: C): void;
  tellJoined(entry: C["entry"]): void;
  tellLeft(entry: C["entry"]): void;
  tellLost(entry: C["entry"], reason: ExitReason): void;
}

/** What lookups are answered by plain key; `undefined` after a change, until the next asks. */
export type Answers<C extends Listed> = Map<unknown, readonly C["entry"][] | undefined>;

const NONE: readonly never[] = Object.freeze([]);

/** Everything about one key. */
export class Slot<C extends Listed> {
  /** First among its fields, beside what the engine reads anyway: a resolved key reads nothing else of a slot. */
  #snapshot: readonly C["entry"][] | undefined = NONE;
  /** Where the snapshot stands by key as well, once it has been asked for there. */
  #answers: Answers<C> | undefined = undefined;
  readonly key: unknown;
  /** The ends of the list of claims that are shown. */
  first: C | undefined = undefined;
  last: C | undefined = undefined;
  /** All claims, those of stopping owners too. */
  claims = 0;
  /** The one claim to a unique key, shown or not. */
  holder: C | undefined = undefined;
  hold: Hold | undefined = undefined;
  /** Told once, when somebody takes the key. */
  waiting: Set<(pid: Pid) => void> | undefined = undefined;
  /** Told once, when nobody has the key or is promised it any more. */
  freed: Set<() => void> | undefined = undefined;
  audience: Audience<C> | undefined = undefined;
  /** Among the keys that `maxKeys` limits. */
  counted = false;
  /** The tables know it; one that was let go does not come back. */
  listed = true;

  constructor(key: unknown) {
    this.key = key;
  }

  /** Somebody has the key or is promised it. */
  get isTaken(): boolean {
    return this.claims > 0 || this.hold !== undefined;
  }

  /** Nothing is left to remember. */
  get isIdle(): boolean {
    return (
      !this.isTaken && this.waiting === undefined && this.freed === undefined && this.audience === undefined
    );
  }

  /** The entries that are shown, in order: frozen, and the same array until something changes. */
  entries(): readonly C["entry"][] {
    this.#snapshot ??= this.#read();
    return this.#snapshot;
  }

  /** As {@link Slot.entries}, and from now on, until something changes, `answers` leads to the same. */
  post(answers: Answers<C>): readonly C["entry"][] {
    const entries = this.entries();
    this.#answers = answers;
    answers.set(this.key, entries);
    return entries;
  }

  /** Nothing leads here any more. */
  withdraw(): void {
    this.#answers?.delete(this.key);
    this.#answers = undefined;
  }

  /** The claims that are shown, in order: a copy. */
  shownClaims(): C[] {
    const claims: C[] = [];
    for (let claim = this.first; claim !== undefined; claim = claim.after as C | undefined)
      claims.push(claim);
    return claims;
  }

  /** A claim has got another entry. */
  renewed(): void {
    if (this.first !== undefined) this.#changed(undefined);
  }

  /** Puts a claim at the end of the list. */
  show(claim: C): void {
    const { last } = this;
    claim.before = last;
    claim.after = undefined;
    claim.shown = true;
    if (last === undefined) this.first = claim;
    else last.after = claim;
    this.last = claim;
    this.#changed(undefined);
    this.audience?.joined(claim);
  }

  /** Takes a claim out of the list. */
  hide(claim: C): void {
    const before = claim.before as C | undefined;
    const after = claim.after as C | undefined;
    if (before === undefined) this.first = after;
    else before.after = after;
    if (after === undefined) this.last = before;
    else after.before = before;
    claim.before = undefined;
    claim.after = undefined;
    claim.shown = false;
    this.#changed(this.first === undefined ? NONE : undefined);
    this.audience?.left(claim);
  }

  #changed(snapshot: readonly C["entry"][] | undefined): void {
    // Where nobody has asked since the last change, the answer is gone already.
    if (this.#answers !== undefined && this.#snapshot !== undefined) this.#answers.set(this.key, undefined);
    this.#snapshot = snapshot;
  }

  #read(): readonly C["entry"][] {
    return Object.freeze(this.shownClaims().map(({ entry }) => entry));
  }
}
