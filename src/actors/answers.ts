/**
 * What a handler may answer: one small algebra for all of them. After a handler comes a state, or
 * {@link next}, or {@link stop}, wherever a state goes.
 *
 * ```ts
 * import { createSystem, defineActor } from "troupe";
 *
 * const Counter = defineActor({
 *   init: () => 0,
 *   calls: { bump: (count) => reply(count + 1, count + 1), last: (count) => reply(count, stop("normal", count)) },
 * });
 * const system = createSystem();
 * const counter = await system.start(Counter);
 * await counter.call.bump(); //=> 1
 * await counter.call.last(); //=> 1
 * await counter.down(); //=> { kind: "normal" }
 * ```
 *
 * @module
 */

import { type ExitReason, type ReasonInput, toExitReason } from "../core/exit-reason.ts";

declare const answer: unique symbol;

/** Keep going with this state, and do something besides: see {@link next}. */
export interface Next<out S> {
  readonly [answer]: "next";
  readonly state: S;
}
/** End with this state: see {@link stop}. */
export interface Stop<out S> {
  readonly [answer]: "stop";
  readonly state: S;
  readonly reason: ExitReason;
}
/** Answer a call: see {@link reply}. */
export interface Reply<out R, out N> {
  readonly [answer]: "reply";
  readonly value: R;
  readonly after: N;
}
/** Reject a call and live on: see {@link fail}. */
export interface Fail<out N> {
  readonly [answer]: "fail";
  readonly error: unknown;
  readonly after: N;
}
/** Answer a call later: see {@link noReply}. */
export interface NoReply<out N> {
  readonly [answer]: "noReply";
  readonly after: N;
}
/** From `init`: see {@link ignore}. */
export interface Ignore {
  readonly [answer]: "ignore";
}
/** From `init`: see {@link refuse}. */
export interface Refuse {
  readonly [answer]: "refuse";
  readonly reason: ExitReason;
}

/** What comes after: the next state, or `next(…)`, or `stop(…)`. */
export type After<S> = S | Next<S> | Stop<S>;
/** What a call handler may answer. */
export type CallAnswer<S> = Reply<unknown, After<S>> | Fail<After<S>> | NoReply<After<S>> | Stop<S>;
/** What `init` may answer. */
export type InitAnswer<S> = S | Next<S> | Stop<never> | Ignore | Refuse;

/** What else happens after a handler: see {@link next}. */
export interface Also {
  /** Handed to the `continue` handler before any queued message. */
  readonly continue?: unknown;
  /** Runs the `idle` handler when no message came for so many milliseconds. */
  readonly idleMs?: number;
}

/** The one shape behind all answers, so that the runtime tells them from states with one check. */
export class Answer {
  readonly kind: "next" | "stop" | "reply" | "fail" | "noReply" | "ignore" | "refuse";
  /** reply: the value · fail: the error · next: {@link Also} · stop, refuse: the reason */
  readonly value: unknown;
  /** The state, or another answer that says what comes after. */
  readonly after: unknown;

  constructor(kind: Answer["kind"], value: unknown, after: unknown) {
    this.kind = kind;
    this.value = value;
    this.after = after;
  }
}

/**
 * Answers with `value` and goes on with `state`. A promise as value is answered when it settles, while
 * the mailbox goes on; its rejection ends the actor as a throw would.
 *
 * @follows Elixir GenServer `{:reply, value, state}`; the promise is ours
 */
export function reply<R, N>(value: R, state: N): Reply<R, N> {
  return new Answer("reply", value, state) as unknown as Reply<R, N>;
}

/** The caller's promise rejects with `error`; this actor lives on with `state`. A throw would end the actor. */
export function fail<N>(error: unknown, state: N): Fail<N> {
  return new Answer("fail", error, state) as unknown as Fail<N>;
}

/**
 * Answers later, by `self.from.reply(value)`.
 *
 * @follows Elixir GenServer `{:noreply, state}`
 */
export function noReply<N>(state: N): NoReply<N> {
  return new Answer("noReply", undefined, state) as unknown as NoReply<N>;
}

/**
 * Ends the actor: `terminate` runs, callers that still wait are rejected with the reason. In `init`, with a
 * reason alone, the start fails and a linked starter that does not trap goes with it.
 *
 * @throws TypeError when `reason` is no reason
 * @follows Elixir GenServer `{:stop, reason, state}`
 */
export function stop<S>(reason: ReasonInput, state: S): Stop<S>;
export function stop(reason: ReasonInput): Stop<never>;
export function stop(reason: ReasonInput, state?: unknown): Stop<never> {
  return new Answer("stop", toExitReason(reason), state) as unknown as Stop<never>;
}

/**
 * Goes on with `state`, and runs `continue` before any other message or `idle` after a silence.
 *
 * @param also - `continue`: anything but `undefined`; `idleMs`: milliseconds without a message
 * @follows Elixir GenServer `{:noreply, state, {:continue, term}}` and its timeout
 */
export function next<S>(state: S, also: Also): Next<S> {
  return new Answer("next", also, state) as unknown as Next<S>;
}

/**
 * In `init`: does not start, and that is fine. A supervisor keeps the spec without a process.
 *
 * @follows Elixir GenServer `:ignore`
 */
export function ignore(): Ignore {
  return new Answer("ignore", undefined, undefined) as unknown as Ignore;
}

/**
 * In `init`: does not start; the starter gets the reason and lives, linked or not.
 *
 * @throws TypeError when `reason` is no reason
 * @follows Elixir GenServer `{:error, reason}` from `init`
 */
export function refuse(reason: ReasonInput): Refuse {
  return new Answer("refuse", toExitReason(reason), undefined) as unknown as Refuse;
}
