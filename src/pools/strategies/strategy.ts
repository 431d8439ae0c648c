/**
 * A strategy decides which member takes the next request.
 *
 * Strategies look, they never act: a pick may not start a member, send to it, or read a clock or take a chance but
 * those it is handed. The pool does the rest, so a strategy is a few lines and its test is a table.
 *
 * ```ts
 * import type { Strategy } from "troupe";
 * const first: Strategy = (members) => (members.length > 0 ? 0 : undefined);
 * const last: Strategy = { create: ({ members }) => ({ pick: () => members.at(-1) }) };
 * typeof first; //=> "function"
 * typeof last; //=> "object"
 * ```
 *
 * @module
 */

import type { Pid } from "../../core/pid.ts";

/** What a strategy may know about one member. */
export interface Member {
  readonly pid: Pid;
  /** What it is registered with under the pool's key. */
  readonly value: unknown;
  /** Messages that wait in its mailbox, now. */
  readonly queued: number;
  /** Calls it was handed and has not answered, and the handler that runs, now. */
  readonly running: number;
}

/** What a picker is made from. */
export interface StrategyContext {
  /** The members in the order in which they joined; the array stays the same and changes with them. */
  readonly members: readonly Member[];
  /** @returns a number in [0, 1) */
  readonly random: () => number;
  /** Monotonic milliseconds. */
  readonly nowMs: () => number;
}

/** Picks for one pool during its whole life; may keep an index of the members. */
export interface Picker {
  /**
   * @param hashKey - given by the caller; absent for requests without one
   * @returns one of the members, `undefined` when none of them is to have the request
   */
  pick(hashKey?: unknown): Member | undefined;
  /** `member` is now one of the members: the last, or, when it was out for a while, in its old place. */
  joined?(member: Member): void;
  /** `member` is none of the members any more, or not for a while. */
  left?(member: Member): void;
  /**
   * `member` is out for a while: it drains, is ejected, or has all it may have. Told instead of `left` to a picker
   * that keeps something for its return.
   */
  paused?(member: Member): void;
  /** A paused `member` is back, in its old place. */
  resumed?(member: Member): void;
  /** `member` may have less to do than before. More is not told: look at its load when you pick. */
  eased?(member: Member): void;
  /** A request that `member` had is over. A picker that wants to know has each call of its pool watched. */
  ended?(member: Member, request: EndedRequest): void;
}

/** How one request went, for strategies that learn from it. */
export interface EndedRequest {
  /** Milliseconds from the pick to the answer. */
  readonly tookMs: number;
  /** It was no answer: the member was lost, was too slow, or failed in another way that counts against it. */
  readonly failed: boolean;
}

/**
 * A plain function of the members, that answers an index into them or `undefined`; or the maker of a
 * {@link Picker}.
 *
 * @follows Finch's pool strategies (a module, a module with state, or a function)
 */
export type Strategy =
  | ((members: readonly Member[], hashKey?: unknown) => number | undefined)
  | { create(context: StrategyContext): Picker };
