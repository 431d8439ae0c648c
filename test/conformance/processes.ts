/**
 * The family of links, monitors, exit signals and names, on bare processes. A process obeys commands, which it
 * takes out of its mailbox wherever they are, and reads what else comes unless it is on hold.
 *
 * @module
 */

import { defineActor } from "../../src/actors/define-actor.ts";
import type { BareSelf } from "../../src/actors/definition.ts";
import type { Down, Exit, MonitorRef } from "../../src/actors/links.ts";
import { type Pid as AnyPid, portOf, type Speaks } from "../../src/core/pid.ts";
import { createRegistry } from "../../src/registry/create-registry.ts";
import type { UniqueRegistry } from "../../src/registry/registry.ts";
import { isDown, isExit } from "../../src/testing/probe.ts";
import { type TestSystem, testSystem } from "../../src/testing/test-system.ts";
import type { Family, Line, Played } from "./family.ts";
import { reasonOf, signalOf, textOf } from "./reasons.ts";

interface Op {
  readonly op: string;
  readonly p: string;
  readonly q: string;
  readonly as: string;
  readonly name: string;
  readonly tag: string;
  readonly reason: string;
  readonly text: string;
  readonly how: "return" | "exit" | "raise" | "throw";
  readonly mode: "plain" | "link" | "monitor";
  readonly flush: boolean;
  readonly trap: boolean;
  readonly on: boolean;
  readonly ops: readonly Op[];
}
interface Scenario {
  readonly procs: readonly { readonly name: string; readonly trap: boolean }[];
  readonly steps: readonly Op[];
}
type Item = Readonly<Record<"from" | "msg" | "exit" | "down" | "as" | "sender", string>>;
interface Group {
  readonly step: number;
  readonly msgs: Partial<Item>[];
}
interface Trace {
  readonly results: unknown[];
  readonly mail: Record<string, Group[]>;
  readonly exits: Record<string, { readonly step: number; readonly reason: string }>;
  alive: string[];
}

type Pid = AnyPid<Speaks<{}, {}, unknown>>;

/** Something to do, handed to a process. */
class Command {
  readonly run: (actor: Actor) => unknown;
  constructor(run: (actor: Actor) => unknown) {
    this.run = run;
  }
}
/** Stands in a mailbox on hold between what came in one step and in the next. */
class StepOver {
  readonly step: number;
  /** Nothing behind it has waited. */
  readonly isLast: boolean;
  constructor(step: number, isLast: boolean) {
    this.step = step;
    this.isLast = isLast;
  }
}
/** A message with its sender, who is nowhere else to be read. */
class Tagged {
  readonly from: string;
  readonly tag: string;
  constructor(from: string, tag: string) {
    this.from = from;
    this.tag = tag;
  }
}
/** What `stop` by `return` answers. */
const RETURN = Symbol("return");
const isCommand = (message: unknown): message is Command => message instanceof Command;
const Nobody = defineActor({ name: "nobody", init: () => 0 });

/** One process of a scenario, from its own side. */
interface Actor {
  readonly name: string;
  readonly self: BareSelf;
  reading: "asItComes" | "onHold" | "whatWaited";
}

class Play {
  readonly #system: TestSystem;
  readonly #names: UniqueRegistry<string>;
  readonly #pids = new Map<string, Pid>();
  readonly #monitors = new Map<string, MonitorRef>();
  readonly #labels = new Map<MonitorRef, { readonly as: string; readonly from: string | undefined }>();
  readonly #onHold = new Set<string>();
  #steps: readonly Op[] = [];
  #step = -1;
  readonly trace: Trace = { results: [], mail: {}, exits: {}, alive: [] };

  constructor(system: TestSystem) {
    this.#system = system;
    this.#names = createRegistry(system, { keys: "unique" });
  }

  async run({ procs, steps }: Scenario): Promise<void> {
    this.#steps = steps;
    for (const { name, trap } of procs) this.#know(name, this.#system.spawn(this.#life(name, trap)));
    await this.#system.settle();
    for (const op of steps) {
      this.#step += 1;
      let result: unknown = "died";
      this.#pid(op.p).send(
        new Command((actor) => {
          result = this.#do(actor, op);
          return result;
        }),
      );
      await this.#system.settle();
      this.trace.results.push(this.#isAlive(op.p) ? result : "died");
      for (const name of this.#onHold) this.#pid(name).send(new StepOver(this.#step, false));
    }
    this.trace.alive = [...this.#pids.keys()].filter((name) => this.#isAlive(name)).sort();
    for (const name of this.#onHold) this.#pid(name).send(new Command((actor) => this.#resume(actor)));
    await this.#system.settle();
    for (const [name, { step }] of Object.entries(this.trace.exits)) this.#forget(name, step);
  }

  /** What reaches a process in the step of its death is not recorded. */
  #forget(name: string, step: number): void {
    const mail = this.trace.mail[name]?.filter((group) => group.step !== step) ?? [];
    if (mail.length > 0) this.trace.mail[name] = mail;
    else delete this.trace.mail[name];
  }

  #life(name: string, trap: boolean): (self: BareSelf) => Promise<void> {
    return async (self) => {
      self.trapExit(trap);
      const actor: Actor = { name, self, reading: "asItComes" };
      const waited: unknown[] = [];
      for (;;) {
        const message = await (actor.reading === "onHold" ? self.receive(isCommand) : self.receive());
        if (isCommand(message)) {
          if (message.run(actor) === RETURN) return;
        } else if (message instanceof StepOver) {
          for (const one of waited.splice(0)) this.#note(name, message.step, one);
          if (message.isLast) actor.reading = "asItComes";
        } else if (actor.reading === "whatWaited") waited.push(message);
        else this.#note(name, this.#step, message);
      }
    };
  }

  /** Takes a process off hold: it reads what waits now, up to the mark, and then what comes. */
  #resume(actor: Actor): "ok" {
    actor.reading = "whatWaited";
    actor.self.send(new StepOver(this.#step, true));
    this.#onHold.delete(actor.name);
    return "ok";
  }

  #note(name: string, step: number, message: unknown): void {
    this.trace.mail[name] ??= [];
    const groups = this.trace.mail[name];
    let group = groups.at(-1);
    if (group?.step !== step) {
      group = { step, msgs: [] };
      groups.push(group);
    }
    group.msgs.push(this.#itemOf(message, step));
  }

  #itemOf(message: unknown, step: number): Partial<Item> {
    if (isDown(message)) return this.#downItem(message);
    if (isExit(message)) return this.#exitItem(message, step);
    const { from, tag } = message as Tagged;
    return { from, msg: tag };
  }

  #exitItem({ pid, reason }: Exit, step: number): Partial<Item> {
    const exit = textOf(reason);
    const from = this.#nameOf(pid);
    // Sent with `exit`: the receiver cannot say by whom; the scenario can, since one process acts in a step.
    return from === undefined ? { from: this.#steps[step]?.p ?? "", exit, sender: "root" } : { from, exit };
  }

  #downItem(down: Down): Partial<Item> {
    const label = this.#labels.get(down.ref);
    const from = label?.from ?? this.#nameOf(down.pid) ?? "";
    return { from, down: textOf(down.reason), as: label?.as ?? "" };
  }

  #know(name: string, pid: Pid): void {
    this.#pids.set(name, pid);
    void pid.down().then((reason) => {
      this.trace.exits[name] = { step: this.#step, reason: textOf(reason) };
      this.#onHold.delete(name);
    });
  }

  #pid(name: string): Pid {
    return this.#pids.get(name) as Pid;
  }

  #nameOf(pid: AnyPid): string | undefined {
    for (const [name, known] of this.#pids) if (known === pid) return name;
    return undefined;
  }

  #isAlive(name: string): boolean {
    return portOf(this.#pid(name)).status !== "dead";
  }

  #do(actor: Actor, op: Op): unknown {
    const { self } = actor;
    switch (op.op) {
      case "link":
        self.link(this.#pid(op.q));
        return true;
      case "unlink":
        self.unlink(this.#pid(op.q));
        return true;
      case "monitor":
        return this.#monitor(self, op);
      case "demonitor":
        return self.demonitor(this.#monitors.get(op.as) as MonitorRef, { flush: op.flush });
      case "exit":
        this.#pid(op.q).exit(signalOf(op.reason));
        return true;
      case "stop":
        return this.#stop(self, op);
      case "send":
        return this.#send(actor, op);
      case "trap":
        return self.trapExit(op.on);
      case "spawn":
        return this.#spawn(self, op);
      case "register":
        return this.#register(self, op.name);
      case "unregister":
        return this.#unregister(op.name);
      case "whereis": {
        const found = this.#names.whereis(op.name);
        return found === undefined ? null : (this.#nameOf(found) ?? "");
      }
      case "alive":
        return this.#isAlive(op.q);
      case "hold":
        actor.reading = "onHold";
        this.#onHold.add(actor.name);
        return "ok";
      case "read":
        return actor.reading === "onHold" ? this.#resume(actor) : "ok";
      case "batch":
        return this.#batch(actor, op.ops);
      default:
        throw new TypeError(`op ${op.op} is unknown`);
    }
  }

  #batch(actor: Actor, ops: readonly Op[]): unknown {
    const results: unknown[] = [];
    for (const op of ops) {
      const result = this.#do(actor, op);
      if (result === RETURN) return RETURN;
      results.push(result);
    }
    return results;
  }

  #monitor(self: BareSelf, op: Op): "ok" {
    const byName = op.name !== undefined;
    const ref = self.monitor(byName ? this.#names.via(Nobody, op.name) : this.#pid(op.q));
    this.#monitors.set(op.as, ref);
    this.#labels.set(ref, { as: op.as, from: byName ? `name:${op.name}` : undefined });
    return "ok";
  }

  #stop(self: BareSelf, { how, reason, text }: Op): unknown {
    if (how === "return") return RETURN;
    if (how === "exit") return self.exit(reasonOf(reason));
    throw how === "raise" ? new Error(text) : text;
  }

  #send({ name }: Actor, op: Op): string {
    const target =
      op.name === undefined ? this.#pid(op.q) : (this.#names.whereis(op.name) as Pid | undefined);
    target?.send(new Tagged(name, op.tag));
    return target === undefined ? "badarg" : "ok";
  }

  #spawn(self: BareSelf, { q, mode, trap, as }: Op): "ok" {
    const life = this.#life(q, trap);
    const pid = mode === "link" ? self.spawn(life) : this.#system.spawn(life);
    this.#know(q, pid);
    if (mode === "monitor") this.#monitor(self, { op: "monitor", q, as } as Op);
    return "ok";
  }

  /** A process of the BEAM has one registered name at most, and `undefined` is none; a registry gives any number. */
  #register(self: BareSelf, name: string): true | "badarg" {
    if (this.#names.keys(self.pid).length > 0) return "badarg";
    return this.#names.register(name, self.pid).ok || "badarg";
  }

  #unregister(name: string): true | "badarg" {
    const holder = this.#names.whereis(name);
    return (holder !== undefined && this.#names.unregister(name, holder)) || "badarg";
  }
}

/** Between senders of one step there is no order, nor between the links and the monitors that hear of one death. */
function arranged({ step, msgs }: Group): Group {
  const senders = [...new Set(msgs.map((item) => item.from ?? ""))].sort();
  return { step, msgs: senders.flatMap((from) => closedByDeath(msgs.filter((item) => item.from === from))) };
}

function closedByDeath(items: readonly Partial<Item>[]): Partial<Item>[] {
  const from = items.findLastIndex((item) => item.msg !== undefined) + 1;
  const end = items.slice(from);
  const downs = end.filter((item) => item.as !== undefined);
  downs.sort((one, other) => ((one.as ?? "") < (other.as ?? "") ? -1 : 1));
  return [...items.slice(0, from), ...end.filter((item) => item.as === undefined), ...downs];
}

/** In one go an exit is sent with what then is `reason`, and a link or a monitor is made to the same process. */
function diesBeforeTheTie({ op, ops }: Op, reason: string): boolean {
  if (op !== "batch") return false;
  return ops.some(
    (exit, at) =>
      exit.op === "exit" &&
      (exit.reason === "kill" ? "killed" : exit.reason) === reason &&
      ops.slice(at + 1).some((tie) => (tie.op === "link" || tie.op === "monitor") && tie.q === exit.q),
  );
}

/** Links, monitors, exit signals and names. */
export const processes: Family = {
  name: "processes",
  rules: [
    {
      name: "sender of an exit",
      promise: "14. Who is whose",
      why: "an exit sent with pid.exit() comes from the root, whoever sent it: nothing is guessed from context",
      excuses: ({ at, recorded, played }) =>
        at[0] === "mail" && at.at(-1) === "sender" && recorded === undefined && played === "root",
    },
    {
      name: "tie to one who is about to die",
      promise: "2. Signals",
      why: "a link or a monitor holds at once and a signal acts when it is delivered, so that who sends an exit and then ties itself learns the reason; on the BEAM the tie comes after the signal and finds nobody: noproc",
      excuses: ({ at, recorded, played }, { scenario }) =>
        ["exit", "down", "reason"].includes(String(at.at(-1))) &&
        recorded === "noproc" &&
        (scenario as Scenario).steps.some((step) => diesBeforeTheTie(step, String(played))),
    },
  ],
  fits: ({ scenario }) => typeof scenario === "object" && scenario !== null && "procs" in scenario,
  play: async ({ scenario }: Line): Promise<Played> => {
    await using system = testSystem();
    const play = new Play(system);
    await play.run(scenario as Scenario);
    return { trace: structuredClone(play.trace) };
  },
  arrange: (trace) => {
    const { mail, ...rest } = trace as Trace;
    const entries = Object.entries(mail).map(([name, groups]) => [name, groups.map(arranged)] as const);
    return { ...rest, mail: Object.fromEntries(entries) };
  },
};
