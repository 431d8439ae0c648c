/**
 * A state machine is an actor whose state has a name: what a message means depends on it. It can put a message
 * off until it is in another state, insert events of its own before the mailbox, and set timeouts that end with
 * a state, with silence, or by name.
 *
 * ```ts
 * import { createSystem, reply } from "troupe";
 * import { postpone, stateTimeout, step } from "troupe/machines";
 *
 * type Door = { state: "locked"; code: string } | { state: "closed" } | { state: "open" };
 * const Door = defineStateMachine({
 *   name: "door",
 *   init: (code: string): Door => ({ state: "locked", code }),
 *   calls: {
 *     unlock: (door, code: string) =>
 *       door.state === "locked" && code === door.code ? reply(true, { state: "closed" }) : reply(false, door),
 *     where: (door) => reply(door.state, door),
 *   },
 *   casts: {
 *     push: (door) => (door.state === "locked" ? step(door, postpone()) : { state: "open" }),
 *   },
 *   enter: (door) => (door.state === "open" ? step(door, stateTimeout(5_000)) : door),
 *   timeout: () => ({ state: "closed" }),
 * });
 * const system = createSystem();
 * const door = await system.start(Door, "1234");
 * door.cast.push(); // comes again once it is unlocked
 * await door.call.unlock("0000"); //=> false
 * await door.call.unlock("1234"); //=> true
 * await door.call.where(); //=> "open"
 * ```
 *
 * State and data are one value: a union told apart by `state`, so that TypeScript knows in each state what is
 * there. A handler that answers a value with another `state` has changed it; all else is data.
 *
 * Not for: an actor whose answers do not depend on a mode (`defineActor`), or a chart with nested and parallel
 * states (an XState machine, by `fromMachine`).
 *
 * @module
 */

import { accepts, type CheckedHandler, HANDLER, SCHEMA } from "../actors/accepts.ts";
import {
  Answer,
  type Fail,
  type Ignore,
  type NoReply,
  type Refuse,
  type Reply,
  type Stop,
} from "../actors/answers.ts";
import type { AnyHandler, Inner, MailboxOptions, Redaction } from "../actors/behaviour.ts";
import { defineAround } from "../actors/define-actor.ts";
import type { Actor, AnswerOf, CallSelf, InputOf, MessageIn, Self } from "../actors/definition.ts";
import type { Down, Exit } from "../actors/links.ts";
import { processOf } from "../actors/process.ts";
import { deadLetter } from "../actors/sending.ts";
import type { ExitReason } from "../core/exit-reason.ts";
import { isThenable } from "../core/thenable.ts";
import { Machine, type MachineRules, type Source } from "./machine.ts";
import { type AfterEvent, type Step, StepAnswer, type Timeout } from "./step.ts";

type Awaitable<T> = T | Promise<T>;

/** What a machine is in, with what belongs to it: a union told apart by `state`. */
export interface Stateful<N extends string = string> {
  readonly state: N;
}

/** What a call handler of a machine may answer; `step(…)` alone leaves the call open. */
export type MachineCallAnswer<S> =
  | Reply<unknown, AfterEvent<S>>
  | Fail<AfterEvent<S>>
  | NoReply<AfterEvent<S>>
  | Step<S>
  | Stop<NoInfer<S>>;

type Calls<S> = {
  readonly [name: string]: (state: S, input: never, self: CallSelf) => Awaitable<MachineCallAnswer<S>>;
};
type Casts<S> = { readonly [name: string]: (state: S, input: never, self: Self) => Awaitable<AfterEvent<S>> };
type CallShape<S> = {
  readonly [name: string]: {
    h(state: S, input: unknown, self: CallSelf): Awaitable<MachineCallAnswer<S>>;
  }["h"];
};
type CastShape<S> = {
  readonly [name: string]: { h(state: S, input: unknown, self: Self): Awaitable<AfterEvent<S>> }["h"];
};

/** The callbacks beside `init`, `calls`, `casts` and `info`. */
export interface MachineCallbacks<S extends Stateful> {
  /**
   * Called in each state that is entered, the first one included, with the state's name before it. It may change
   * data and set timeouts; it may not change the state, postpone or insert.
   */
  readonly enter?: (state: S, from: S["state"], self: Self) => Awaitable<AfterEvent<S> | void>;
  /** A timeout has run out. */
  readonly timeout?: (state: S, timeout: Timeout, self: Self) => Awaitable<AfterEvent<S>>;
  /** What `insert(…)` has inserted. */
  readonly internal?: (state: S, content: unknown, self: Self) => Awaitable<AfterEvent<S>>;
  /** Presence means trapping: an exit of a linked process comes here instead of killing this one. */
  readonly exit?: (state: S, exit: Exit, self: Self) => Awaitable<AfterEvent<S>>;
  /** A monitored process has died. Without it, `down` messages come to `info`. */
  readonly down?: (state: S, down: Down, self: Self) => Awaitable<AfterEvent<S>>;
  /** Runs when the process ends on its own path, and on its parent's exit if it traps; not on a kill. */
  readonly terminate?: (state: S, reason: ExitReason, self: Self) => Awaitable<void>;
  /** How many messages may wait, and what happens beyond. What is postponed has left the mailbox and does not count. */
  readonly mailbox?: MailboxOptions;
  /** What crash reports may show. */
  readonly redact?: ((state: S) => unknown) | Redaction<S>;
}

/**
 * Defines a state machine. Annotate the state's type at `init` (`init: (): Door =>`).
 *
 * Its actor is one like any other: calls, casts, names, links and supervisors are the same.
 *
 * @param definition - `init` and any of `calls`, `casts`, `info`, `enter`, `timeout`, `internal`, `down`, `exit`,
 *   `terminate`, `redact`, `mailbox`, `name`
 * @throws InvalidOptionsError when a key is unknown, a handler is no function, or one is named `then`
 * @follows Erlang gen_statem; one table of handlers for all states, as its `handle_event_function` is one function
 */
export function defineStateMachine<
  // the name of a state by itself, so that what a handler answers is read as a name and not as any text
  N extends string,
  S extends Stateful<N>,
  C extends Calls<S> = {},
  K extends Casts<S> = {},
  Arg = void,
  I extends { readonly info?: (state: S, message: never, self: Self) => Awaitable<AfterEvent<S>> } = {},
>(
  definition: MachineCallbacks<S> &
    I & {
      readonly name?: string;
      readonly init: (arg: Arg, self: Self) => Awaitable<S | Step<S> | Stop<never> | Ignore | Refuse>;
      readonly calls?: C & CallShape<S>;
      readonly casts?: K & CastShape<S>;
      readonly info?: { h(state: S, message: unknown, self: Self): Awaitable<AfterEvent<S>> }["h"];
    },
): Actor<
  Arg,
  { [N in keyof C]: (...input: InputOf<C[N]>) => AnswerOf<C[N]> },
  { [N in keyof K]: (...input: InputOf<K[N]>) => void },
  MessageIn<I>
> {
  return define(definition as unknown as Given) as never;
}

/** A definition as given, before it has been looked at. */
interface Given {
  readonly name?: string;
  readonly calls?: Readonly<Record<string, unknown>>;
  readonly casts?: Readonly<Record<string, unknown>>;
  readonly [key: string]: unknown;
}

/** What an actor has and a machine does otherwise. */
const INSTEAD: Readonly<Record<string, string>> = Object.freeze({ continue: "insert", idle: "eventTimeout" });

function define(given: Given): object {
  const { enter, timeout, internal, info, ...rest } = given;
  const name = given.name ?? "machine";
  const faults = Object.entries({ enter, timeout, internal }).flatMap(([key, value]) =>
    value === undefined || typeof value === "function" ? [] : [`${key} must be a function`],
  );
  for (const [key, instead] of Object.entries(INSTEAD)) {
    if (key in given) faults.push(`a machine has no ${key}: use ${instead}(…)`);
  }
  const casts = sources("cast", given.casts);
  const onEnter = handlerOf(enter);
  const rules: MachineRules = {
    name,
    changed: (from, to) => (to as Stateful).state !== (from as Stateful).state,
    check: (state) => checkState(state, name),
    enter: onEnter && ((state, from, self) => onEnter(state, (from as Stateful).state, self)),
    internal: { kind: "other", name: "internal", handler: handlerOf(internal) ?? missing(name, "internal") },
    timeout: { kind: "other", name: "timeout", handler: handlerOf(timeout) ?? missing(name, "timeout") },
    message: { kind: "other", name: "info", handler: handlerOf(info) ?? unread },
    casts,
  };
  const through = (key: string): object => {
    const handler = handlerOf(given[key]);
    return handler === undefined ? {} : { [key]: passing({ kind: "other", name: key, handler }) };
  };
  const init = handlerOf(given["init"]);
  const terminate = handlerOf(given["terminate"]);
  return defineAround(
    "defineStateMachine",
    {
      ...rest,
      name,
      ...(init && { init: starting(rules, init) }),
      ...(given.calls && { calls: doors(given.calls, sources("call", given.calls), answering) }),
      ...(given.casts && { casts: doors(given.casts, casts, passing) }),
      info: info === undefined || handlerOf(info) ? passing(rules.message) : info,
      ...through("down"),
      ...through("exit"),
      continue: (machine: Machine, _more: unknown, self: Self) => machine.goOn(self),
      ...(terminate && {
        terminate: (machine: Machine, reason: ExitReason, self: Self) =>
          terminate(machine.state, reason, self),
      }),
      ...(given["redact"] !== undefined && { redact: redacted(given["redact"]) }),
      inner: INNER,
    },
    faults,
  );
}

const INNER: Inner = Object.freeze({
  read: (machine: Machine) => machine.state,
  write: (machine: Machine, state: unknown) => {
    machine.state = state;
  },
});

function checkState(state: unknown, name: string): void {
  if (typeof state === "object" && state !== null && "state" in state) return;
  throw new TypeError(
    `${name} answered ${state === null ? "null" : typeof state}: a machine's state is an object with a state`,
  );
}

function handlerOf(given: unknown): AnyHandler | undefined {
  if (typeof given !== "function") return undefined;
  return (given as Partial<CheckedHandler>)[HANDLER] ?? (given as AnyHandler);
}

/** What is no function is left to be found wrong with the rest. */
function sources(kind: Source["kind"], given: Given["calls"] = {}): ReadonlyMap<string, Source> {
  return new Map(
    Object.entries(given).flatMap(([name, value]) => {
      const handler = handlerOf(value);
      return handler === undefined ? [] : [[name, { kind, name, handler }]];
    }),
  );
}

function doors(
  given: Readonly<Record<string, unknown>>,
  all: ReadonlyMap<string, Source>,
  enter: (source: Source) => AnyHandler,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => {
      const source = all.get(name);
      if (source === undefined) return [name, value];
      const schema = (value as Partial<CheckedHandler>)[SCHEMA];
      return [name, schema === undefined ? enter(source) : accepts(schema, enter(source))];
    }),
  );
}

function passing(source: Source): AnyHandler {
  return (machine: Machine, input, self) => machine.take(source, input, self);
}

/** With a `self` of its own for each call: one that is put off keeps its `from`. */
function answering(source: Source): AnyHandler {
  return (machine: Machine, input, self) => machine.takeCall(source, input, self);
}

function starting(rules: MachineRules, init: AnyHandler): AnyHandler {
  const begin = (answer: unknown, self: Self): unknown => {
    if (answer instanceof Answer) return answer;
    const { state, actions } = answer instanceof StepAnswer ? answer : new StepAnswer(answer, [], false);
    rules.check?.(state);
    return new Machine(rules, processOf(self.pid), state).begin(actions);
  };
  return (arg, self) => {
    const answer: unknown = (init as (arg: unknown, self: Self) => unknown)(arg, self);
    return isThenable(answer)
      ? Promise.resolve(answer).then((given) => begin(given, self))
      : begin(answer, self);
  };
}

function missing(name: string, key: "internal" | "timeout"): AnyHandler {
  return () => {
    const what = key === "timeout" ? "a timeout has run out" : "insert(…) has inserted something";
    throw new TypeError(`${name} has no handler for it: ${what}, and the definition has no ${key}`);
  };
}

/** A message that nobody reads is an event all the same. */
const unread: AnyHandler = (state, message, self: Self) => {
  const process = processOf(self.pid);
  deadLetter(process.kernel, { to: process.label, kind: "message", message, why: "unhandled" });
  return state;
};

function redacted(given: unknown): unknown {
  if (typeof given === "function") return (machine: Machine) => given(machine.state);
  if (typeof given !== "object" || given === null) return given;
  const { state, ...rest } = given as Partial<Redaction<unknown>>;
  if (typeof state !== "function") return given;
  return { ...rest, state: (machine: Machine) => state(machine.state) };
}
