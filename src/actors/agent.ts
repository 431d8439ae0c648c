/**
 * An agent is state behind functions: who wants to read or change it sends a function, and the agent runs it
 * with the state in hand, one at a time.
 *
 * ```ts
 * import { createSystem } from "troupe";
 *
 * const Settings = defineAgent((theme: string) => ({ theme, visits: 0 }), { name: "settings" });
 * const system = createSystem();
 * const settings = await system.start(Settings, "dark");
 * await settings.call.update((state) => ({ ...state, visits: state.visits + 1 }));
 * await settings.call.get((state) => state.visits); //=> 1
 * await settings.call.getAndUpdate((state) => [state.theme, { ...state, theme: "light" }]); //=> "dark"
 * settings.cast.update((state) => ({ ...state, visits: 0 }));
 * await settings.call.get((state) => state); //=> { theme: "light", visits: 0 }
 * ```
 *
 * It is an actor like any other: it has names, links and deadlines, and stands under a supervisor by
 * `Settings.child("dark")`.
 *
 * Not for: state with rules of its own. There an actor with named calls says what may happen to it; an agent
 * lets everybody do everything.
 *
 * @module
 */

import { checkGiven } from "../core/options.ts";
import type { CallOptions } from "../core/pid.ts";
import { isThenable } from "../core/thenable.ts";
import { type CallAnswer, type InitAnswer, reply } from "./answers.ts";
import { defineActor } from "./define-actor.ts";
import type { Actor, Self } from "./definition.ts";

type OrPromise<T> = T | Promise<T>;

/** What an agent is asked; every function runs inside the agent. */
export interface AgentCalls<S> {
  /** @follows Elixir `Agent.get/3` */
  get: <T>(read: (state: S) => OrPromise<T>, options?: CallOptions) => Promise<T>;
  /** Answers when the new state is there. */
  update: (change: (state: S) => OrPromise<S>, options?: CallOptions) => Promise<void>;
  /** Takes a pair: what the caller gets, and the new state. */
  getAndUpdate: <T>(
    change: (state: S) => OrPromise<readonly [answer: T, state: S]>,
    options?: CallOptions,
  ) => Promise<T>;
}

/** What an agent is told. */
export interface AgentCasts<S> {
  update: (change: (state: S) => OrPromise<S>) => void;
}

/** The definition of an agent with a state of type `S`. */
export type Agent<S, Arg = void> = Actor<Arg, AgentCalls<S>, AgentCasts<S>>;

/**
 * Defines an agent by the state it starts from.
 *
 * A function that throws ends the agent, and its caller's promise rejects with `ERR_EXITED`; so does one for
 * `getAndUpdate` that answers no pair. While an asynchronous one runs, the others wait.
 *
 * @param init - answers the first state; a throw is a failed start
 * @param options - `name`: for messages, and its id as a child; `"agent"` when absent
 * @throws InvalidOptionsError as `defineActor`
 * @follows Elixir Agent; a call that is late rejects with `ERR_CALL_TIMEOUT`, and its function may still run
 */
export function defineAgent<S, Arg = void>(
  init: (arg: Arg, self: Self) => OrPromise<S>,
  options: { readonly name?: string } = {},
): Agent<S, Arg> {
  checkGiven("defineAgent", options);
  return defineActor({
    ...options,
    name: options.name ?? "agent",
    init: init as (arg: Arg, self: Self) => OrPromise<InitAnswer<S>>,
    calls: {
      get: (state: S, read: (state: S) => unknown) =>
        whenThere(read(state), (value): CallAnswer<S> => reply(value, state)),
      update: (state: S, change: (state: S) => OrPromise<S>) =>
        whenThere(change(state), (next): CallAnswer<S> => reply(undefined, next as S)),
      getAndUpdate: (state: S, change: (state: S) => unknown) => whenThere(change(state), answerPair<S>),
    },
    casts: {
      update: (state: S, change: (state: S) => OrPromise<S>) => change(state),
    },
  } as never) as unknown as Agent<S, Arg>;
}

/** Goes on in the same turn where nothing has to be waited for. */
function whenThere<T, R>(value: OrPromise<T>, goOn: (value: T) => R): OrPromise<R> {
  return isThenable(value) ? Promise.resolve(value).then((settled) => goOn(settled as T)) : goOn(value);
}

function answerPair<S>(pair: unknown): CallAnswer<S> {
  if (Array.isArray(pair) && pair.length === 2) return reply(pair[0], pair[1] as S);
  throw new TypeError("getAndUpdate takes a function that answers a pair: [answer, state]");
}
