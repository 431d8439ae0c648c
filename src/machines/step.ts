/**
 * What a state machine does besides taking a state: it postpones the event, inserts others, sets timeouts.
 * `step` says which, wherever a state goes.
 *
 * @module
 */

import type { Stop } from "../actors/answers.ts";

declare const step_: unique symbol;

/** Take this state, and do something besides: see {@link step}. */
export interface Step<out S> {
  readonly [step_]: "step";
  readonly to: S;
}
// `Stop` has a `state`, too: what a state is would be inferred from the name of one
/** What comes after an event: the state, or `step(…)`, or `stop(…)`. */
export type AfterEvent<S> = S | Step<S> | Stop<NoInfer<S>>;

/** Which timeout ran out. */
export interface Timeout {
  readonly kind: "state" | "event" | "named";
  /** Of a named one; `undefined` otherwise. */
  readonly name: string | undefined;
  /** What was given when it was set, or with its last update. */
  readonly content: unknown;
}

/** Something that happens with a step. */
export type Action = PostponeAction | InsertAction | TimeoutAction;
/** See {@link postpone}. */
export interface PostponeAction {
  readonly type: "postpone";
  readonly on: boolean;
}
/** See {@link insert}, {@link insertCast} and {@link insertMessage}. */
export interface InsertAction {
  readonly type: "insert";
  readonly as: "internal" | "cast" | "message";
  /** Of the cast. */
  readonly name: string | undefined;
  readonly content: unknown;
}
/** See {@link stateTimeout}, {@link eventTimeout} and {@link timeout}. */
export interface TimeoutAction {
  readonly type: "timeout";
  readonly kind: Timeout["kind"];
  readonly name: string | undefined;
  /** Milliseconds; `Infinity` stops it; `"update"` keeps its end. */
  readonly delayMs: number | "update";
  readonly content: unknown;
}

/** The one shape behind steps, so that a machine tells them from states with one check. */
export class StepAnswer {
  readonly state: unknown;
  readonly actions: readonly Action[];
  /** Enter the state anew although it is the same. */
  readonly again: boolean;

  constructor(state: unknown, actions: readonly Action[], again: boolean) {
    this.state = state;
    this.actions = actions;
    this.again = again;
  }
}

/**
 * Takes `state` and does `actions`.
 *
 * Timeouts are set last, whatever their place in the list; of several of one kind and name the last counts.
 *
 * @follows Erlang gen_statem `{next_state, State, Data, Actions}` and `{keep_state, Data, Actions}`; a reply is
 *   no action here, it is the answer of a call or `self.from.reply(…)`
 */
export function step<S>(state: S, ...actions: readonly Action[]): Step<S> {
  return new StepAnswer(state, actions, false) as unknown as Step<S>;
}

/**
 * Takes `state` and calls `enter` again although the machine is in it. It is no change: what was postponed
 * stays so, and a state timeout runs on.
 *
 * @follows Erlang gen_statem `repeat_state`
 */
export function again<S>(state: S, ...actions: readonly Action[]): Step<S> {
  return new StepAnswer(state, actions, true) as unknown as Step<S>;
}

/**
 * Puts this event off until the machine is in another state; then it comes again, before any that wait, the
 * oldest first. A postponed call stays open.
 *
 * @param on - `false` takes an earlier one of the same step back
 * @follows Erlang gen_statem `postpone`
 */
export function postpone(on = true): PostponeAction {
  return on ? POSTPONE : HANDLED;
}

const POSTPONE: PostponeAction = Object.freeze({ type: "postpone", on: true });
const HANDLED: PostponeAction = Object.freeze({ type: "postpone", on: false });

/**
 * Handles `content` next, by `internal`: before what was postponed and before any message that waits.
 *
 * @follows Erlang gen_statem `{next_event, internal, Content}`
 */
export function insert(content: unknown): InsertAction {
  return { type: "insert", as: "internal", name: undefined, content };
}

/**
 * As {@link insert}, as if it were a cast of that name.
 *
 * @follows Erlang gen_statem `{next_event, cast, Content}`
 */
export function insertCast(name: string, input?: unknown): InsertAction {
  return { type: "insert", as: "cast", name, content: input };
}

/**
 * As {@link insert}, as if it were a raw message.
 *
 * @follows Erlang gen_statem `{next_event, info, Content}`
 */
export function insertMessage(message: unknown): InsertAction {
  return { type: "insert", as: "message", name: undefined, content: message };
}

/** A timeout of which a machine has one: {@link stateTimeout} and {@link eventTimeout}. */
export interface OneTimeout {
  /**
   * Sets it; one that runs starts anew. `0` comes before any message that waits, but after what was inserted.
   *
   * @param delayMs - milliseconds; `Infinity` stops it
   * @throws RangeError
   */
  (delayMs: number, content?: unknown): TimeoutAction;
  /** Stops it; nothing happens when none runs. */
  cancel(): TimeoutAction;
  /** Gives it another content and leaves its end as it is; when none runs it is due at once. */
  update(content: unknown): TimeoutAction;
}
/** Timeouts with names: {@link timeout}. */
export interface NamedTimeout {
  /** As {@link OneTimeout}, for the one of that name. */
  (name: string, delayMs: number, content?: unknown): TimeoutAction;
  /** Stops it; nothing happens when none runs. */
  cancel(name: string): TimeoutAction;
  /** Gives it another content and leaves its end as it is; when none runs it is due at once. */
  update(name: string, content: unknown): TimeoutAction;
}

/**
 * A timeout for the stay in one state: a change of state stops it.
 *
 * @follows Erlang gen_statem `state_timeout`
 */
export const stateTimeout: OneTimeout = one("state");

/**
 * A timeout for silence: any event stops it, inserted and retried ones too.
 *
 * @follows Erlang gen_statem `timeout`
 */
export const eventTimeout: OneTimeout = one("event");

/**
 * A timeout with a name: it runs through changes of state until it is stopped or set again.
 *
 * @follows Erlang gen_statem `{timeout, Name}`
 */
export const timeout: NamedTimeout = Object.freeze(
  Object.assign((name: string, delayMs: number, content?: unknown) => set("named", name, delayMs, content), {
    cancel: (name: string) => set("named", name, Number.POSITIVE_INFINITY, undefined),
    update: (name: string, content: unknown) => set("named", name, "update", content),
  }),
);

function one(kind: "state" | "event"): OneTimeout {
  const make = (delayMs: number, content?: unknown): TimeoutAction => set(kind, undefined, delayMs, content);
  return Object.freeze(
    Object.assign(make, {
      cancel: () => set(kind, undefined, Number.POSITIVE_INFINITY, undefined),
      update: (content: unknown) => set(kind, undefined, "update", content),
    }),
  );
}

function set(
  kind: Timeout["kind"],
  name: string | undefined,
  delayMs: number | "update",
  content: unknown,
): TimeoutAction {
  if (delayMs !== "update" && !(typeof delayMs === "number" && delayMs >= 0)) {
    const shown = typeof delayMs === "number" ? String(delayMs) : typeof delayMs;
    throw new RangeError(`a timeout takes milliseconds of at least 0, or Infinity to stop it, not ${shown}`);
  }
  return { type: "timeout", kind, name, delayMs, content };
}
