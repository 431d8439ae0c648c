/**
 * The family of servers: callbacks, calls, timeouts, start and stop, on actors. Each server is started by a
 * process of its own, each call is made by a new one.
 *
 * @module
 */

import type { Actor, BareSelf } from "../../src/actors/definition.ts";
import { type Exit, sendExit } from "../../src/actors/links.ts";
import { processOf } from "../../src/actors/process.ts";
import type { From } from "../../src/actors/sending.ts";
import { isActorError } from "../../src/core/errors.ts";
import { type Name, type Pid, portOf } from "../../src/core/pid.ts";
import { createRegistry } from "../../src/registry/create-registry.ts";
import type { UniqueRegistry } from "../../src/registry/registry.ts";
import { isExit } from "../../src/testing/probe.ts";
import { type TestSystem, testSystem } from "../../src/testing/test-system.ts";
import type { Family, Line, Played } from "./family.ts";
import { genserverRules } from "./genserver-rules.ts";
import { reasonOf, signalOf, textOf, textOfFailure } from "./reasons.ts";
import { type Script, type Spoken, type Stage, scripted } from "./scripted-server.ts";

interface Message {
  readonly kind: "cast" | "info" | "call";
  readonly tag: string;
  readonly c: string;
}
interface Step extends Message {
  readonly op: string;
  readonly server: string;
  readonly to: string;
  readonly timeout: number | "infinity";
  readonly msgs: readonly Message[];
  readonly reason: string;
  readonly from: "stranger" | "starter";
}
interface Scenario {
  readonly servers: readonly Script[];
  readonly steps: readonly Step[];
}
interface Trace {
  readonly results: unknown[];
  readonly callbacks: Record<string, unknown[]>;
  readonly calls: Record<string, unknown>;
  readonly exits: Record<string, { readonly step: number; readonly reason: string }>;
  starters?: Record<string, unknown[]>;
  alive: string[];
}

const IDLE_MS = 50;

/** The process that starts a server: it obeys commands and writes down the exits that it traps. */
interface Starter {
  readonly pid: Pid;
  started: boolean;
}
type Command = (self: BareSelf) => unknown;

class Play implements Stage {
  readonly tags: readonly string[];
  readonly froms = new Map<string, From<unknown>>();
  readonly trace: Trace = { results: [], callbacks: {}, calls: {}, exits: {}, alive: [] };
  readonly #system: TestSystem;
  readonly #names: UniqueRegistry<string>;
  readonly #scripts = new Map<string, Script>();
  readonly #definitions = new Map<string, Actor>();
  readonly #pids = new Map<string, Pid>();
  readonly #starters = new Map<string, Starter>();
  readonly #callers = new Map<string, Pid>();
  #sleeper: (() => void) | undefined;
  #step = -1;

  constructor(system: TestSystem, { servers, steps }: Scenario) {
    this.#system = system;
    this.#names = createRegistry(system, { keys: "unique" });
    this.tags = [...new Set(tagsIn({ servers, steps }))];
    for (const script of servers) {
      this.#scripts.set(script.name, script);
      this.#definitions.set(script.name, scripted(script, this));
    }
  }

  async run(steps: readonly Step[]): Promise<void> {
    for (const step of steps) {
      this.#step += 1;
      this.trace.results.push(await this.#do(step));
    }
    const living = [...this.#pids].filter(([, pid]) => portOf(pid).status !== "dead");
    this.trace.alive = living.map(([name]) => name).sort();
    for (const [name, pid] of this.#callers) {
      const outcome = this.trace.calls[name] as { readonly timeout?: boolean };
      if (outcome.timeout) this.trace.calls[name] = { ...outcome, stray: portOf(pid).queued };
    }
  }

  note(server: string, event: string, arg: unknown, state: unknown): void {
    this.trace.callbacks[server] ??= [];
    this.trace.callbacks[server].push([this.#step, event, arg, state]);
  }

  born(server: string, pid: Pid): void {
    this.#pids.set(server, pid);
    void pid.down().then((reason) => {
      this.trace.exits[server] = { step: this.#step, reason: textOf(reason) };
    });
  }

  address(server: string): Spoken {
    const known = this.#pids.get(server) ?? this.#names.via(this.#definition(server), `no ${server}`);
    return known as unknown as Spoken;
  }

  slept(_ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.#sleeper = resolve;
    });
  }

  #definition(server: string): Actor {
    return this.#definitions.get(server) as Actor;
  }

  /** At rest, with what was due now: a timeout of zero fires in its step. */
  async #rest(): Promise<void> {
    await this.#system.advance(0);
  }

  async #do(step: Step): Promise<unknown> {
    const { op, to, tag, c } = step;
    if (op === "start") return this.#start(step.server);
    let result: unknown = "ok";
    if (op === "idle") await this.#system.advance(IDLE_MS);
    if (op === "cast") this.address(to).cast[tag]?.();
    if (op === "info") this.address(to).send(tag);
    if (op === "burst") result = this.#burst(to, step.msgs);
    if (op === "exit") result = this.#exit(step);
    if (op === "starter_exit") this.#order(to, (self) => self.exit(reasonOf(step.reason)));
    if (op === "call") {
      this.#call(c, to, tag, step.timeout === "infinity" ? Number.POSITIVE_INFINITY : step.timeout);
      result = "sent";
    }
    if (op === "stop") {
      this.#ask(c, () => this.#stop(to, step.reason));
      result = "sent";
    }
    await this.#rest();
    return result;
  }

  async #start(server: string): Promise<unknown> {
    const script = this.#scripts.get(server) as Script;
    let result: unknown;
    this.#starters.set(server, this.#starter(server, script.starter_trap === true));
    await this.#rest();
    const { reg, link } = script;
    const definition = this.#definition(server);
    const name = reg === undefined ? undefined : (this.#names.via(definition, reg) as Name<Actor>);
    const spec = definition.child(undefined, name === undefined ? {} : { name });
    const options = { timeoutMs: script.start_timeout ?? Number.POSITIVE_INFINITY };
    this.#order(server, (self) =>
      (link ? self : self.system).start(spec, undefined, options).then(
        () => {
          result = "ok";
        },
        (error: unknown) => {
          result = isActorError(error, "ERR_IGNORED") ? "ignore" : { error: textOfStart(error) };
        },
      ),
    );
    await this.#rest();
    if (this.#sleeper !== undefined) {
      await this.#system.advance(script.init.ms ?? 0);
      this.#sleeper();
      this.#sleeper = undefined;
      await this.#rest();
    }
    const starter = this.#starters.get(server) as Starter;
    if (portOf(starter.pid).status === "dead") return { starter_died: textOf(await starter.pid.down()) };
    starter.started = true;
    return result;
  }

  #starter(server: string, trap: boolean): Starter {
    const pid = this.#system.spawn(async (self) => {
      self.trapExit(trap);
      for (;;) {
        const message = await self.receive();
        if (isExit(message)) this.#noteStarter(server, "EXIT", message);
        else await (message as Command)(self);
      }
    });
    const starter: Starter = { pid, started: false };
    void pid.down().then((reason) => {
      if (starter.started) this.#noteStarter(server, "died", { reason });
    });
    return starter;
  }

  #noteStarter(server: string, what: "EXIT" | "died", { reason }: Pick<Exit, "reason">): void {
    this.trace.starters ??= {};
    this.trace.starters[server] ??= [];
    this.trace.starters[server].push([this.#step, what, textOf(reason)]);
  }

  #order(server: string, command: Command): void {
    const { pid } = this.#starters.get(server) as Starter;
    (pid as unknown as Spoken).send(command);
  }

  #burst(to: string, messages: readonly Message[]): "ok" | "nobody" {
    if (!this.#pids.has(to)) {
      for (const { kind, c } of messages) if (kind === "call") this.trace.calls[c] = { pending: true };
      return "nobody";
    }
    for (const { kind, tag, c } of messages) {
      if (kind === "call") this.#callAtOnce(c, to, tag);
      else if (kind === "cast") this.address(to).cast[tag]?.();
      else this.address(to).send(tag);
    }
    return "ok";
  }

  /** A starter's signal is its parent's: as a supervisor sends it. */
  #exit({ to, from, reason }: Step): "ok" | "nobody" {
    const pid = this.#pids.get(to);
    if (pid === undefined) return "nobody";
    const signal = signalOf(reason);
    if (from === "stranger" || signal === "kill") pid.exit(signal);
    else sendExit(processOf(pid), processOf((this.#starters.get(to) as Starter).pid), signal, false);
    return "ok";
  }

  async #stop(to: string, reason: string): Promise<"ok"> {
    const pid = this.#pids.get(to);
    const target = pid ?? this.#names.via(this.#definition(to), `no ${to}`);
    await target.stop({ reason: reasonOf(reason) });
    return "ok";
  }

  #call(caller: string, to: string, tag: string, timeoutMs: number): void {
    this.#ask(caller, () => this.address(to).call[tag]?.(caller, { timeoutMs }) ?? Promise.reject());
  }

  /** From here, since a process would first have to have its turn: the call has its place among the rest of a burst. */
  #callAtOnce(caller: string, to: string, tag: string): void {
    this.trace.calls[caller] = { pending: true };
    const timeoutMs = Number.POSITIVE_INFINITY;
    void this.#outcome(caller, this.address(to).call[tag]?.(caller, { timeoutMs }) ?? Promise.reject());
  }

  /** A new process asks, notes what came of it, and goes on reading nothing. */
  #ask(caller: string, ask: () => Promise<unknown>): void {
    const pid = this.#system.spawn(async (self) => {
      await this.#outcome(caller, ask());
      await self.receive((_message): _message is never => false);
    });
    this.trace.calls[caller] = { pending: true };
    this.#callers.set(caller, pid);
  }

  async #outcome(caller: string, asked: Promise<unknown>): Promise<void> {
    try {
      const value = await asked;
      this.trace.calls[caller] = { step: this.#step, value };
    } catch (error) {
      const exit = textOfFailure(error);
      this.trace.calls[caller] = { step: this.#step, ...(exit === "timeout" ? { timeout: true } : { exit }) };
    }
  }
}

function textOfStart(error: unknown): string {
  const { reason } = error as { readonly reason?: { readonly error?: unknown } };
  return isActorError(reason?.error, "ERR_NAME_TAKEN") ? "already_started" : textOfFailure(error);
}

function* tagsIn(value: unknown): Generator<string> {
  if (typeof value !== "object" || value === null) return;
  for (const [key, inside] of Object.entries(value)) {
    if (["tag", "cast_self", "info_self", "continue"].includes(key)) yield String(inside);
    if (key === "script") yield* Object.keys(inside as object);
    yield* tagsIn(inside);
  }
}

/** Callbacks, calls, timeouts, start and stop. */
export const genserver: Family = {
  name: "genserver",
  rules: genserverRules,
  fits: ({ scenario }) => typeof scenario === "object" && scenario !== null && "servers" in scenario,
  play: async ({ scenario }: Line): Promise<Played> => {
    const { servers, steps } = scenario as Scenario;
    await using system = testSystem();
    const play = new Play(system, { servers, steps });
    await play.run(steps);
    return { trace: structuredClone(play.trace) };
  },
  arrange: (trace) => trace,
};
