/**
 * A state machine that does what a scenario says for each event, and writes down what it was given.
 *
 * @module
 */

import { ignore, noReply, stop } from "../../src/actors/answers.ts";
import type { Actor, CallSelf, Self } from "../../src/actors/definition.ts";
import type { From } from "../../src/actors/sending.ts";
import { defineStateMachine } from "../../src/machines/define-state-machine.ts";
import {
  type Action,
  again,
  eventTimeout,
  insert,
  insertCast,
  insertMessage,
  postpone,
  stateTimeout,
  step,
  type Timeout,
  type TimeoutAction,
  timeout,
} from "../../src/machines/step.ts";
import { reasonOf, textOf } from "./reasons.ts";

type Time = number | "never" | "infinity" | "cancel" | "update";

/** One action of a scenario, or its name alone. */
export type ScriptedAction =
  | string
  | {
      readonly postpone?: boolean;
      readonly next_event?: "internal" | "cast" | "info";
      readonly reply?: "current" | "oldest";
      readonly state_timeout?: Time;
      readonly timeout?: Time;
      readonly generic?: string;
      readonly time?: Time;
      readonly event?: string;
      readonly value?: unknown;
    };

/** What a handler of a scenario does. */
export interface Do {
  readonly next: string;
  readonly state?: string;
  readonly data?: number;
  readonly actions?: readonly ScriptedAction[];
  readonly reason?: string;
  readonly text?: string;
  readonly of?: Do;
}

/** A machine as a scenario describes it. */
export interface MachineScript {
  readonly enter: boolean;
  readonly init: Do & { readonly type?: "stop" | "ignore" | "raise" };
  readonly rules: readonly {
    readonly state: string;
    readonly type: string;
    readonly event: string;
    readonly do: Do;
  }[];
}

interface State {
  readonly state: string;
  readonly data: number;
}

/** Longer than any scenario. */
const NEVER_MS = 3_600_000;

/** Makes the machine; `note` is told of each event, with the caller of a call. */
export function scriptedMachine(
  script: MachineScript,
  casts: readonly string[],
  note: (state: string, type: string, event: string, data: number, caller?: string) => void,
): Actor<
  void,
  { ask: (call: readonly [event: string, caller: string]) => unknown },
  Record<string, () => void>
> {
  /** Calls that no action has answered, the first to come first. */
  const open: { readonly caller: string; readonly from: From<unknown> }[] = [];

  const handle = (state: State, type: string, event: string, self: Self, caller?: string): unknown => {
    note(state.state, type, event, state.data, caller);
    const rule = script.rules.find(
      (one) => one.state === state.state && one.type === type && (one.event === "*" || one.event === event),
    );
    return after(state, rule?.do ?? KEEP, self, caller);
  };

  const after = (state: State, what: Do, self: Self, caller?: string): unknown => {
    const to: State = { state: what.state ?? state.state, data: what.data ?? state.data };
    switch (what.next) {
      case "next_state":
      case "keep_state":
      case "repeat_state": {
        const actions = (what.actions ?? []).flatMap((action) => actionOf(action, caller));
        return what.next === "repeat_state" ? again(to, ...actions) : step(to, ...actions);
      }
      case "stop":
        return stop(reasonOf(what.reason ?? "normal"), to);
      case "stop_and_reply":
        for (const action of what.actions ?? []) actionOf(action, caller);
        return stop(reasonOf(what.reason ?? "normal"), to);
      case "raise":
        throw new Error(what.text);
      case "throw":
        return after(state, what.of ?? KEEP, self, caller);
      case "exit":
        return self.exit(reasonOf(what.reason ?? "normal"));
      default:
        return "what";
    }
  };

  const actionOf = (action: ScriptedAction, caller: string | undefined): readonly Action[] => {
    if (typeof action === "string") return action === "hibernate" ? [] : [{ type: "unknown" } as never];
    const { event } = action;
    if (action.postpone !== undefined) return [postpone(action.postpone)];
    if (action.next_event === "internal") return [insert(event)];
    if (action.next_event === "cast") return [insertCast(String(event))];
    if (action.next_event === "info") return [insertMessage(event)];
    if (action.reply !== undefined) answer(action.reply, action.value, caller);
    if (action.state_timeout !== undefined) return [oneTimeout(stateTimeout, action.state_timeout, event)];
    if (action.timeout !== undefined) return [oneTimeout(eventTimeout, action.timeout, event)];
    if (action.generic !== undefined) return [namedTimeout(action.generic, action.time as Time, event)];
    return [];
  };

  const answer = (which: "current" | "oldest", value: unknown, caller: string | undefined): void => {
    const at = which === "oldest" ? 0 : open.findIndex((one) => one.caller === caller);
    const [call] = at < 0 ? [] : open.splice(at, 1);
    call?.from.reply(value);
  };

  const asked = (state: State, [event, caller]: readonly [string, string], self: CallSelf): unknown => {
    if (!open.some((one) => one.caller === caller)) open.push({ caller, from: self.from });
    const answered = handle(state, "call", event, self, caller);
    return typeof answered === "string" ? answered : noReply(answered);
  };

  return defineStateMachine({
    name: "machine",
    init: (_none: void, _self: Self) => {
      const { type, reason = "", text } = script.init;
      if (type === "ignore") return ignore();
      if (type === "stop") return stop(reasonOf(reason));
      if (type === "raise") throw new Error(text);
      const actions = (script.init.actions ?? []).flatMap((action) => actionOf(action, undefined));
      return step({ state: String(script.init.state), data: Number(script.init.data) }, ...actions);
    },
    calls: { ask: asked as never },
    casts: Object.fromEntries(
      casts.map((event) => [
        event,
        (state: State, _none: void, self: Self) => handle(state, "cast", event, self) as State,
      ]),
    ),
    info: (state: State, message: unknown, self: Self) =>
      handle(state, "info", String(message), self) as State,
    internal: (state: State, content: unknown, self: Self) =>
      handle(state, "internal", String(content), self) as State,
    timeout: (state: State, due: Timeout, self: Self) =>
      handle(state, typeOf(due), String(due.content), self) as State,
    terminate: (state: State, reason) => note(state.state, "terminate", textOf(reason), state.data),
    ...(script.enter && {
      enter: (state: State, from: string, self: Self) => handle(state, "enter", from, self) as State,
    }),
  }) as never;
}

const KEEP: Do = Object.freeze({ next: "keep_state" });

function typeOf({ kind, name }: Timeout): string {
  if (kind === "named") return `generic:${name}`;
  return kind === "state" ? "state_timeout" : "timeout";
}

function oneTimeout(which: typeof stateTimeout, time: Time, content: unknown): TimeoutAction {
  if (time === "cancel") return which.cancel();
  return time === "update" ? which.update(content) : which(msOf(time), content);
}

function namedTimeout(name: string, time: Time, content: unknown): TimeoutAction {
  if (time === "cancel") return timeout.cancel(name);
  return time === "update" ? timeout.update(name, content) : timeout(name, msOf(time), content);
}

function msOf(time: number | "never" | "infinity"): number {
  if (time === "infinity") return Number.POSITIVE_INFINITY;
  return time === "never" ? NEVER_MS : time;
}
