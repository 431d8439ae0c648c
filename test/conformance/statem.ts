/**
 * The family of state machines: states, postponed and inserted events, timeouts, enter calls and replies, on
 * `defineStateMachine`.
 *
 * @module
 */

import { debug } from "../../src/actors/debug.ts";
import { isActorError } from "../../src/core/errors.ts";
import { type Pid, portOf } from "../../src/core/pid.ts";
import { type TestSystem, testSystem } from "../../src/testing/test-system.ts";
import type { Family, Line, Played } from "./family.ts";
import { reasonOf, textOf, textOfFailure } from "./reasons.ts";
import { type MachineScript, scriptedMachine } from "./scripted-machine.ts";
import { statemRules } from "./statem-rules.ts";

interface Message {
  readonly op: "cast" | "info" | "call";
  readonly event: string;
  readonly c: string;
}
interface Step extends Omit<Message, "op"> {
  readonly op: Message["op"] | "burst" | "stop";
  readonly msgs: readonly Message[];
  readonly reason: string;
}
interface Scenario extends MachineScript {
  readonly mode: string;
  readonly steps: readonly Step[];
}

interface Trace {
  start: unknown;
  readonly events: unknown[];
  replies: [step: number, caller: string, outcome: unknown][];
  pending: string[];
  final: unknown;
  exit: { readonly step: number; readonly reason: string } | null;
}

class Play {
  readonly trace: Trace = { start: null, events: [], replies: [], pending: [], final: null, exit: null };
  readonly #system: TestSystem;
  readonly #scenario: Scenario;
  #step = -1;
  #pid: Pid | undefined;

  constructor(system: TestSystem, scenario: Scenario) {
    this.#system = system;
    this.#scenario = scenario;
  }

  async run(): Promise<void> {
    await this.#start();
    for (const step of this.#scenario.steps) {
      this.#step += 1;
      this.#do(step);
      await this.#system.advance(0);
    }
    const pid = this.#pid;
    if (pid !== undefined && portOf(pid).status !== "dead") this.trace.final = await debug(pid).state();
  }

  async #start(): Promise<void> {
    const casts = [...new Set(eventsIn(this.#scenario))];
    const Scripted = scriptedMachine(this.#scenario, casts, (state, type, event, data, caller) => {
      this.trace.events.push([
        this.#step,
        state,
        type,
        event,
        data,
        ...(caller === undefined ? [] : [caller]),
      ]);
    });
    const starting = this.#system.start(Scripted).then(
      (pid) => {
        this.#pid = pid as unknown as Pid;
        this.trace.start = "ok";
        void pid.down().then((reason) => {
          this.trace.exit = { step: this.#step, reason: textOf(reason) };
        });
      },
      (error: unknown) => this.#notStarted(error),
    );
    await this.#system.advance(0);
    await starting;
  }

  #notStarted(error: unknown): void {
    const ignored = isActorError(error, "ERR_IGNORED");
    const reason = ignored ? "normal" : textOfFailure(error);
    this.trace.start = ignored ? "ignore" : { error: reason };
    this.trace.exit = { step: -1, reason };
  }

  #do(step: Step): void {
    const messages = step.op === "burst" ? step.msgs : [step as Message];
    if (step.op === "stop") void this.#pid?.stop({ reason: reasonOf(step.reason) }).catch(() => undefined);
    else for (const message of messages) this.#send(message);
  }

  #send({ op, event, c }: Message): void {
    const pid = this.#pid as unknown as Spoken | undefined;
    if (op === "cast") pid?.cast[event]?.();
    if (op === "info") pid?.send(event);
    if (op !== "call") return;
    this.trace.pending.push(c);
    const answered = (outcome: unknown): void => {
      this.trace.pending = this.trace.pending.filter((one) => one !== c);
      this.trace.replies.push([this.#step, c, outcome]);
    };
    if (pid === undefined) return answered({ exit: "noproc" });
    pid.call.ask([event, c], { timeoutMs: Number.POSITIVE_INFINITY }).then(
      (value) => answered({ value }),
      (error: unknown) => answered({ exit: textOfFailure(error) }),
    );
  }
}

interface Spoken {
  readonly cast: Readonly<Record<string, () => void>>;
  readonly call: { ask(call: readonly [string, string], options: { timeoutMs: number }): Promise<unknown> };
  send(message: unknown): void;
}

function* eventsIn(value: unknown): Generator<string> {
  if (typeof value !== "object" || value === null) return;
  for (const [key, inside] of Object.entries(value)) {
    if (key === "event" && inside !== "*") yield String(inside);
    yield* eventsIn(inside);
  }
}

/** States, postponed and inserted events, timeouts, enter calls and replies. */
export const statem: Family = {
  name: "statem",
  rules: statemRules,
  fits: ({ scenario }) => typeof scenario === "object" && scenario !== null && "mode" in scenario,
  play: async ({ scenario }: Line): Promise<Played> => {
    await using system = testSystem();
    const play = new Play(system, scenario as Scenario);
    await play.run();
    return { trace: structuredClone(play.trace) };
  },
  arrange: (trace) => {
    const { replies, pending, ...rest } = trace as Trace;
    const byText = (one: unknown, other: unknown): number =>
      JSON.stringify(one) < JSON.stringify(other) ? -1 : 1;
    return { ...rest, replies: replies.toSorted(byText), pending: pending.toSorted() };
  },
};
