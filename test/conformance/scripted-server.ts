/**
 * Actors that do what a scenario's script says, and write down every callback.
 *
 * @module
 */

import {
  type After,
  type CallAnswer,
  ignore,
  next,
  noReply,
  refuse,
  reply,
  stop,
} from "../../src/actors/answers.ts";
import { defineActor } from "../../src/actors/define-actor.ts";
import type { Actor, CallSelf, Self } from "../../src/actors/definition.ts";
import type { From } from "../../src/actors/sending.ts";
import type { Callable, Pid } from "../../src/core/pid.ts";
import { isExit } from "../../src/testing/probe.ts";
import { reasonOf, textOf, textOfFailure } from "./reasons.ts";

/** What a callback answers with besides a state. */
type Option = { readonly timeout: number | "never" } | { readonly continue: string } | "hibernate";

/** What a callback answers, or how it fails. */
export interface Ret {
  readonly type: string;
  readonly value?: unknown;
  readonly state?: number;
  readonly opt?: Option;
  readonly reason?: string;
  readonly text?: string;
  readonly ret?: Ret;
}

/** What a callback does before it answers. */
interface Effect {
  readonly reply?: string;
  readonly value?: unknown;
  readonly cast_self?: string;
  readonly info_self?: string;
  readonly trap?: boolean;
  readonly call?: string;
  readonly tag?: string;
  readonly timeout?: number | "infinity";
  readonly catch?: boolean;
}

/** A server of a scenario. */
export interface Script {
  readonly name: string;
  readonly link: boolean;
  readonly trap: boolean;
  readonly init: Ret & { readonly ms?: number };
  readonly script?: Readonly<Record<string, { readonly do?: readonly Effect[]; readonly ret?: Ret }>>;
  readonly terminate?: Ret;
  readonly starter_trap?: boolean;
  readonly reg?: string;
  readonly start_timeout?: number;
}

/** Calls and casts by their tags; the input of a call is its caller's name. */
// biome-ignore lint/suspicious/noExplicitAny: tags are known to the scenario alone
export type Spoken = Callable<any> & {
  readonly call: Readonly<
    Record<string, (caller: string, options: { timeoutMs: number }) => Promise<unknown>>
  >;
  readonly cast: Readonly<Record<string, () => void>>;
  send(message: unknown): void;
};

/** What a server needs of the scenario it plays in. */
export interface Stage {
  readonly tags: readonly string[];
  /** Calls by hand that can be answered, by caller. */
  readonly froms: Map<string, From<unknown>>;
  note(server: string, event: string, arg: unknown, state: unknown): void;
  born(server: string, pid: Pid): void;
  /** A server, or the name of one that never started. */
  address(server: string): Spoken;
  /** Settles when the scenario lets so many milliseconds pass in an `init`. */
  slept(ms: number): Promise<void>;
}

type Kind = "call" | "cast" | "info" | "continue";

/** A definition that plays `script`. */
export function scripted(script: Script, stage: Stage): Actor {
  const server = new Scripted(script, stage);
  const calls: Record<string, (state: number, caller: string, self: CallSelf) => unknown> = {};
  const casts: Record<string, (state: number, input: void, self: Self) => unknown> = {};
  for (const tag of stage.tags) {
    calls[tag] = (state, caller, self) => {
      stage.froms.set(caller, self.from);
      return server.handle("call", tag, state, self);
    };
    casts[tag] = (state, _input, self) => server.handle("cast", tag, state, self);
  }
  return defineActor({
    name: script.name,
    init: (_: void, self: Self) => server.init(self) as number,
    calls: calls as Record<string, (state: number, caller: string, self: CallSelf) => CallAnswer<number>>,
    casts: casts as Record<string, (state: number, input: void, self: Self) => After<number>>,
    info: (state: number, message: unknown, self: Self) => server.info(state, message, self) as number,
    continue: (state: number, tag: unknown, self: Self) =>
      server.handle("continue", String(tag), state, self) as number,
    idle: (state: number, self: Self) => server.handle("info", "timeout", state, self) as number,
    terminate: (state: number, reason, self: Self) => server.terminate(state, textOf(reason), self),
  }) as unknown as Actor;
}

class Scripted {
  readonly #script: Script;
  readonly #stage: Stage;

  constructor(script: Script, stage: Stage) {
    this.#script = script;
    this.#stage = stage;
  }

  init(self: Self): unknown {
    const { name, trap, init } = this.#script;
    this.#stage.born(name, self.pid);
    if (trap) self.trapExit(true);
    this.#stage.note(name, "init", null, null);
    const { type, state = 0, opt, ms = 0, reason = "", text, value } = init;
    switch (type) {
      case "ok":
      case "throw_ok":
        return after(state, opt);
      case "slow":
        return this.#stage.slept(ms).then(() => after(state, opt));
      case "ignore":
        return ignore();
      case "stop":
        return stop(reasonOf(reason));
      case "error":
        return refuse(reasonOf(reason));
      case "raise":
        throw new Error(text);
      case "throw":
        throw value;
      case "exit":
        return self.exit(reasonOf(reason));
      default:
        return reply(value, 0);
    }
  }

  info(state: number, message: unknown, self: Self): unknown {
    if (!isExit(message)) return this.handle("info", String(message), state, self);
    this.#stage.note(this.#script.name, "info", `EXIT:${textOf(message.reason)}`, state);
    return this.#play("info", "EXIT", state, self);
  }

  handle(kind: Kind, tag: string, state: number, self: Self): unknown {
    this.#stage.note(this.#script.name, kind, tag, state);
    return this.#play(kind, tag, state, self);
  }

  terminate(state: number, reason: string, self: Self): void {
    const { name, terminate } = this.#script;
    this.#stage.note(name, "terminate", reason, state);
    if (terminate?.type === "raise") throw new Error(terminate.text);
    if (terminate?.type === "exit") self.exit(reasonOf(terminate.reason ?? ""));
  }

  /** Synchronous unless it calls somebody, so that nothing waits that would not wait on the BEAM. */
  #play(kind: Kind, tag: string, state: number, self: Self): unknown {
    const { do: effects = [], ret } = this.#script.script?.[tag] ?? {};
    const plain: Ret = kind === "call" && this.#script.script?.[tag] === undefined ? ANSWER_OK : NOREPLY;
    const answer = (): unknown => answerOf(kind, ret ?? plain, state, self);
    const at = effects.findIndex((effect) => effect.call !== undefined);
    if (at >= 0) return this.#playOn(effects, self).then(answer);
    for (const effect of effects) this.#act(effect, self);
    return answer();
  }

  async #playOn(effects: readonly Effect[], self: Self): Promise<void> {
    for (const effect of effects) {
      if (effect.call === undefined) this.#act(effect, self);
      else await this.#call(effect);
    }
  }

  #act({ reply: caller, value, cast_self, info_self, trap }: Effect, self: Self): void {
    if (caller !== undefined) this.#stage.froms.get(caller)?.reply(value);
    if (cast_self !== undefined) (self.pid as unknown as Spoken).cast[cast_self]?.();
    if (info_self !== undefined) self.send(info_self);
    if (trap !== undefined) self.trapExit(trap);
  }

  async #call({ call = "", tag = "", timeout, catch: caught }: Effect): Promise<void> {
    const { name } = this.#script;
    const timeoutMs = timeout === "infinity" ? Number.POSITIVE_INFINITY : Number(timeout);
    try {
      const value = await this.#stage.address(call).call[tag]?.(name, { timeoutMs });
      this.#stage.note(name, "called", tag, value);
    } catch (error) {
      if (!caught) throw error;
      this.#stage.note(name, "called", tag, `exit:${textOfFailure(error)}`);
    }
  }
}

const ANSWER_OK: Ret = Object.freeze({ type: "reply", value: "ok" });
const NOREPLY: Ret = Object.freeze({ type: "noreply" });
/** Longer than any scenario. */
const NEVER_MS = 3_600_000;

/** Hibernation is the BEAM's way to save memory; an idle actor here holds none that it could give back. */
function after(state: number, opt: Option | undefined): After<number> {
  if (opt === undefined || opt === "hibernate") return state;
  if ("continue" in opt) return next(state, { continue: opt.continue });
  return next(state, { idleMs: opt.timeout === "never" ? NEVER_MS : opt.timeout });
}

/** What a callback of Elixir returns, in the words of here. A thrown return is a return there. */
function answerOf(kind: Kind, ret: Ret, current: number, self: Self): unknown {
  const { type, value, state = current, opt, reason = "", text } = ret;
  const goOn = (then: After<number>): unknown => (kind === "call" ? noReply(then) : then);
  switch (type) {
    case "reply":
      return kind === "call" ? reply(value, after(state, opt)) : after(state, opt);
    case "noreply":
      return goOn(after(state, opt));
    case "stop":
      return stop(reasonOf(reason), state);
    case "stop_reply":
      return kind === "call" ? reply(value, stop(reasonOf(reason), state)) : stop(reasonOf(reason), state);
    case "raise":
      throw new Error(text);
    case "throw":
      throw value;
    case "throw_ret":
      return answerOf(kind, ret.ret ?? NOREPLY, current, self);
    case "exit":
      return self.exit(reasonOf(reason));
    default:
      return ignore();
  }
}
