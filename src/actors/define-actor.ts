/**
 * An actor is a value to start from, and one answer per question. Its definition is plain functions of
 * the state; starting it makes a process that handles one message at a time.
 *
 * ```ts
 * import { createSystem, reply } from "troupe";
 *
 * const Counter = defineActor({
 *   name: "counter",
 *   init: (start: number) => ({ count: start }),
 *   calls: {
 *     value: (state) => reply(state.count, state),
 *     add: (state, by: number) => reply(state.count + by, { count: state.count + by }),
 *   },
 *   casts: { reset: () => ({ count: 0 }) },
 * });
 * const system = createSystem();
 * const counter = await system.start(Counter, 5);
 * await counter.call.add(2); //=> 7
 * counter.cast.reset();
 * await counter.call.value(); //=> 0
 * ```
 *
 * Not for: a computation without state (a function), or one state shared by many writers in parallel
 * (an actor handles one message at a time, and waits while a handler awaits).
 *
 * @module
 */

import { type ChildOptions, createChildSpec } from "../core/child-spec.ts";
import { InvalidOptionsError } from "../core/errors.ts";
import { type CheckedHandler, HANDLER, SCHEMA } from "./accepts.ts";
import type { After, InitAnswer } from "./answers.ts";
import {
  type AnyHandler,
  ASKED,
  type Asked,
  BEHAVIOUR,
  type CompiledBehaviour,
  type Door,
  type Inner,
  type Redaction,
} from "./behaviour.ts";
import type {
  Actor,
  AnswerOf,
  Behaviour,
  CallHandlers,
  CallShape,
  CastHandlers,
  CastShape,
  InputOf,
  MessageIn,
  Self,
} from "./definition.ts";
import { callFace, castFace } from "./faces.ts";

type Awaitable<T> = T | Promise<T>;

/**
 * Defines an actor. The state's type comes from `init`; annotate it where TypeScript cannot see it all:
 * an empty array, `null`, an empty Map or a union (`init: (): State =>`).
 *
 * @param definition - `init` and any of `calls`, `casts`, `info`, `down`, `exit`, `continue`, `idle`,
 *   `terminate`, `redact`, `mailbox`, `name`
 * @throws InvalidOptionsError when a key is unknown, a handler is no function, or one is named `then`
 * @follows Elixir GenServer; calls and casts are members here, not terms to match on
 */
export function defineActor<
  S,
  C extends CallHandlers<S> = {},
  K extends CastHandlers<S> = {},
  Arg = void,
  I extends { readonly info?: (state: S, message: never, self: Self) => Awaitable<After<S>> } = {},
>(
  definition: Behaviour<S> &
    I & {
      readonly name?: string;
      readonly init: (arg: Arg, self: Self) => Awaitable<InitAnswer<S>>;
      readonly calls?: C & CallShape<S>;
      readonly casts?: K & CastShape<S>;
      readonly info?: { h(state: S, message: unknown, self: Self): Awaitable<After<S>> }["h"];
    },
): Actor<
  Arg,
  { [N in keyof C]: (...input: InputOf<C[N]>) => AnswerOf<C[N]> },
  { [N in keyof K]: (...input: InputOf<K[N]>) => void },
  MessageIn<I>
> {
  return compile(definition as unknown as Given, false) as never;
}

/** A definition as given, before it has been looked at. */
interface Given {
  readonly name?: string;
  readonly init: AnyHandler;
  readonly calls?: Readonly<Record<string, unknown>>;
  readonly casts?: Readonly<Record<string, unknown>>;
  readonly [key: string]: unknown;
}

const CALLBACKS = ["init", "info", "down", "exit", "continue", "idle", "terminate"] as const;
const KEYS: readonly string[] = [...CALLBACKS, "redact", "calls", "casts", "name", "mailbox"];
/** For the library's own definitions. */
const OWN_KEYS: readonly string[] = [...KEYS, "outline", "inner"];

/** A definition of the library's own: its process runs in nobody's context and ahead of the others. */
export function defineInfrastructure<T extends (definition: never) => unknown>(
  definition: Parameters<T>[0] | Readonly<Record<string, unknown>>,
): ReturnType<T> {
  return compile(definition as Given, true) as ReturnType<T>;
}

/**
 * A definition of a user's whose state stands in a record of the library's own.
 *
 * @param what - who made it, for messages
 * @param faults - what it has found wrong itself
 */
export function defineAround(
  what: string,
  definition: Readonly<Record<string, unknown>> & { readonly inner: Inner },
  faults: readonly string[],
): object {
  return compile(definition as unknown as Given, false, what, faults);
}

function compile(
  given: Given,
  infrastructure: boolean,
  what = "defineActor",
  more: readonly string[] = [],
): object {
  const name = given.name ?? "actor";
  const own = infrastructure || what !== "defineActor";
  const faults = [...faultsOf(given, own ? OWN_KEYS : KEYS), ...more];
  if (faults.length > 0) throw new InvalidOptionsError(`${what}("${name}")`, faults);
  const callDoors = new Map<string, Door>();
  const castDoors = new Map<string, Door>();
  const actor = {
    name,
    init: given.init,
    child: (arg: unknown, options?: ChildOptions) =>
      createChildSpec(
        { id: name, type: "worker", launch: { kind: "actor", definition: actor, arg } },
        options,
      ),
    [BEHAVIOUR]: undefined as unknown as CompiledBehaviour,
  };
  const behaviour: CompiledBehaviour = {
    name,
    definition: actor,
    init: given.init,
    info: given["info"] as AnyHandler | undefined,
    down: given["down"] as AnyHandler | undefined,
    exit: given["exit"] as AnyHandler | undefined,
    idle: given["idle"] as AnyHandler | undefined,
    continue: given["continue"] as AnyHandler | undefined,
    terminate: given["terminate"] as CompiledBehaviour["terminate"],
    redact: redactionOf(given["redact"]),
    mailbox: given["mailbox"] as CompiledBehaviour["mailbox"],
    outline: infrastructure ? (given["outline"] as CompiledBehaviour["outline"]) : undefined,
    inner: own ? (given["inner"] as Inner | undefined) : undefined,
    callDoors,
    castDoors,
    Calls: undefined as never,
    Casts: undefined as never,
    infrastructure,
    bare: false,
  };
  for (const [key, handler] of Object.entries(given.calls ?? {}))
    callDoors.set(key, doorOf("call", key, handler, behaviour));
  for (const [key, handler] of Object.entries(given.casts ?? {}))
    castDoors.set(key, doorOf("cast", key, handler, behaviour));
  Object.assign(behaviour, { Calls: callFace(callDoors), Casts: castFace(castDoors) });
  actor[BEHAVIOUR] = Object.freeze(behaviour);
  return Object.freeze(actor);
}

function doorOf(kind: "call" | "cast", name: string, given: unknown, behaviour: CompiledBehaviour): Door {
  const checked = given as Partial<CheckedHandler>;
  const handler = checked[HANDLER] ?? (given as AnyHandler);
  return Object.freeze({
    kind,
    name,
    handler,
    schema: checked[SCHEMA],
    // A rest parameter hides the count; such a handler gets the process's own self.
    wantsSelf: kind === "call" && handler.length >= 3,
    behaviour,
    asked: (given as { readonly [ASKED]?: Asked })[ASKED],
  });
}

function faultsOf(given: Given, keys: readonly string[]): string[] {
  const faults: string[] = [];
  for (const key of Object.keys(given)) if (!keys.includes(key)) faults.push(`unknown key "${key}"`);
  if (typeof given.init !== "function") faults.push("init must be a function");
  for (const key of CALLBACKS) {
    if (key !== "init" && given[key] !== undefined && typeof given[key] !== "function")
      faults.push(`${key} must be a function`);
  }
  faults.push(...redactFaults(given["redact"]), ...mailboxFaults(given["mailbox"]));
  for (const group of ["calls", "casts"] as const) {
    for (const [key, handler] of Object.entries(given[group] ?? {})) {
      if (typeof handler !== "function") faults.push(`${group}.${key} must be a function`);
      if (key === "then")
        faults.push(`${group}.then would make every address look like a promise; name it otherwise`);
    }
  }
  return faults;
}

function redactionOf(given: unknown): CompiledBehaviour["redact"] {
  return typeof given === "function"
    ? Object.freeze({ state: given as () => unknown })
    : (given as Redaction<never>);
}

const PARTS: readonly string[] = Object.freeze(["state", "message", "error"]);

function redactFaults(given: unknown): string[] {
  if (given === undefined || typeof given === "function") return [];
  if (typeof given !== "object" || given === null)
    return ["redact must be a function of the state, or functions for state, message and error"];
  return Object.entries(given).flatMap(([part, show]) => {
    if (!PARTS.includes(part)) return [`redact: unknown part "${part}"; one of ${PARTS.join(", ")}`];
    return show === undefined || typeof show === "function" ? [] : [`redact.${part} must be a function`];
  });
}

const POLICIES: readonly unknown[] = Object.freeze(["reject", "dropNewest", "dropOldest"]);

function mailboxFaults(given: unknown): string[] {
  if (given === undefined) return [];
  const { capacity, policy, highWater, ...unknown } = (given ?? {}) as Readonly<Record<string, unknown>>;
  const faults = Object.keys(unknown).map((key) => `mailbox: unknown option "${key}"`);
  const isCount = (value: unknown): boolean => Number.isInteger(value) && (value as number) >= 1;
  if (capacity === undefined && policy === undefined) {
    if (!isCount(highWater)) faults.push("mailbox.highWater must be a whole number of at least 1");
    return faults;
  }
  if (highWater !== undefined) faults.push("mailbox takes highWater, or capacity and policy, not both");
  if (!isCount(capacity)) faults.push("mailbox.capacity must be a whole number of at least 1");
  if (!POLICIES.includes(policy))
    faults.push('mailbox.policy must be "reject", "dropNewest" or "dropOldest"');
  return faults;
}
