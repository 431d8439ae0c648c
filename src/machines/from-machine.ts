/**
 * Any XState v5 machine as an actor: a process with a mailbox, links, a supervisor and a name. XState says
 * what comes after an event; everything else is a process's.
 *
 * ```ts
 * import { createSystem } from "troupe";
 * import { setup } from "xstate";
 *
 * const light = setup({ types: { events: {} as { type: "next" } } }).createMachine({
 *   initial: "green",
 *   states: {
 *     green: { on: { next: "yellow" } },
 *     yellow: { on: { next: "red" } },
 *     red: { type: "final" },
 *   },
 * });
 * const Light = fromMachine(light);
 * const system = createSystem();
 * const crossing = await system.start(Light);
 * crossing.send({ type: "next" });
 * (await crossing.call.snapshot()).value; //=> "yellow"
 * crossing.send({ type: "next" });
 * await crossing.down(); //=> { kind: "normal" }
 * ```
 *
 * What is invoked or spawned runs in processes below the machine's, and ends with it. A throw, in an action, a
 * guard or a child that no `onError` handles, ends the machine with what was thrown, and its supervisor starts
 * it anew.
 *
 * Not for: a machine with neither hierarchy nor parallel states, where `defineStateMachine` does the same with
 * typed calls.
 *
 * @module
 */

import { fail, noReply, reply } from "../actors/answers.ts";
import type { Inner, MailboxOptions } from "../actors/behaviour.ts";
import { defineAround } from "../actors/define-actor.ts";
import type { Actor, CallSelf, Self } from "../actors/definition.ts";
import type { Exit } from "../actors/links.ts";
import { processOf } from "../actors/process.ts";
import { deadLetter } from "../actors/sending.ts";
import { InvalidOptionsError } from "../core/errors.ts";
import type { ExitReason } from "../core/exit-reason.ts";
import { isThenable } from "../core/thenable.ts";
import { Chart, type ChartOptions, type PersistedMachine } from "./chart.ts";
import { type ChildPolicy, endBelow, endBy } from "./chart-child.ts";
import { Machine, type MachineRules, type Source } from "./machine.ts";
import { checkMachineOptions } from "./machine-options.ts";
import { insert, type Timeout } from "./step.ts";
import {
  type AnyEventObject,
  type AnyMachineSnapshot,
  type AnyStateMachine,
  type EventFrom,
  type InputFrom,
  type InspectionEvent,
  isEvent,
  isStateMachine,
  type OutputFrom,
  type SnapshotFrom,
  sameValue,
} from "./xstate.ts";

/** What a machine answers, whatever it is a machine of. */
export interface MachineCalls<M extends AnyStateMachine> {
  /** The snapshot after all that was sent before. */
  snapshot: () => SnapshotFrom<M>;
  /** The output, when the machine has come to its final state. Give `timeoutMs`: a call waits for 5,000 ms. */
  output: () => OutputFrom<M>;
  /** Sends an event and waits for `answer(…)`, now or from a later state. What is no event is refused. */
  ask: (event: EventFrom<M>) => unknown;
  /** What {@link MachineOptions.persist} would be given now. */
  persisted: () => PersistedMachine;
}

/** How a machine runs as a process. */
export interface MachineOptions {
  /** For messages, and its id as a child; the machine's `id` when absent. */
  readonly name?: string;
  /** How many messages may wait, and what happens beyond. */
  readonly mailbox?: MailboxOptions;
  /**
   * How often a child that fails is started anew before the machine hears of it, by the child's id or by the name
   * of its source; a child that is not named here is not.
   */
  readonly children?: Readonly<Record<string, ChildPolicy>>;
  /** Lets a restart go on where the last incarnation was; without it a restart begins anew. */
  readonly persist?: {
    /** Called by each start; `undefined` begins anew. */
    readonly load: (input: unknown) => PersistedMachine | undefined | Promise<PersistedMachine | undefined>;
    /** Called after each event; the next one waits for its promise. What it throws ends the machine. */
    readonly save: (persisted: PersistedMachine) => unknown;
  };
  /** Hears of all that happens, in the format of XState's inspectors: `createBrowserInspector().inspect`. */
  readonly inspect?: (event: InspectionEvent) => void;
  /** What XState's `log(…)` calls; `console.log` when absent. */
  readonly log?: (...args: unknown[]) => void;
  /** What crash reports may show of a snapshot; nothing when absent. */
  readonly redact?: (snapshot: AnyMachineSnapshot) => unknown;
}

type Input<M extends AnyStateMachine> =
  InputFrom<M> extends infer I ? ([undefined] extends [I] ? void | I : I) : never;

/** The actor that {@link fromMachine} makes of a machine. */
export type MachineActor<M extends AnyStateMachine> = Actor<Input<M>, MachineCalls<M>, {}, EventFrom<M>>;

/**
 * Makes an actor definition of an XState machine. It starts with the machine's input, takes its events as messages
 * (`pid.send(event)`), and ends with `normal` in its final state.
 *
 * @param machine - of `createMachine` or `setup(…).createMachine`, v5
 * @throws InvalidOptionsError with all faults at once
 * @follows XState `createActor`; events wait in the mailbox, delays run on the system's clock, and a throw ends the
 *   process instead of leaving an actor that is in error
 */
export function fromMachine<M extends AnyStateMachine>(
  machine: M,
  options: MachineOptions = {},
): MachineActor<M> {
  if (!isStateMachine(machine)) {
    throw new InvalidOptionsError("fromMachine", ["takes a machine of XState v5: setup(…).createMachine(…)"]);
  }
  checkMachineOptions(options);
  return define(machine, options) as MachineActor<M>;
}

/** The machine began in its final state: it ends before it takes a message. */
const ENDED: unique symbol = Symbol("troupe.ended");

/** The call by which an event comes; events of machines have a type, and that is none. */
interface Asked {
  readonly event: AnyEventObject;
}

const handle: Source = Object.freeze({
  kind: "other",
  name: "event",
  handler: (_snapshot: unknown, event: unknown, self: Self, machine: Machine) => {
    const chart = machine.beside as Chart;
    if (isEvent(event)) return chart.handle(event, undefined);
    if (event === ENDED) return chart.end();
    const process = processOf(self.pid);
    deadLetter(process.kernel, { to: process.label, kind: "message", message: event, why: "badMessage" });
    return chart.snapshot;
  },
});

const handleTimeout: Source = Object.freeze({
  kind: "other",
  name: "timeout",
  handler: (snapshot: unknown, { content }: Timeout, self: Self, machine: Machine) =>
    handle.handler(snapshot, content, self, machine),
});

const handleCall: Source = Object.freeze({
  kind: "call",
  name: "ask",
  handler: (_snapshot: unknown, { event }: Asked, self: CallSelf, machine: Machine) => {
    const after = (machine.beside as Chart).handle(event, self.from);
    return isThenable(after) ? Promise.resolve(after).then(answered) : answered(after);
  },
});

/** Its actions answer, or nobody does: the end of a machine is one either way. */
function answered(after: unknown): unknown {
  return noReply(after);
}

function define(machine: AnyStateMachine, options: MachineOptions): object {
  const { name = machine.id, mailbox, redact, persist, inspect } = options;
  const shared: ChartOptions = {
    inspect,
    log: options.log ?? ((...args) => console.log(...args)),
    children: options.children ?? {},
    save: persist && ((persisted) => persist.save(persisted)),
    due: (running: Machine, event, self) => running.take(handle, event, self),
  };
  const rules: MachineRules = {
    name,
    changed: (from, to) => !sameValue((from as AnyMachineSnapshot).value, (to as AnyMachineSnapshot).value),
    check: undefined,
    enter: undefined,
    internal: handle,
    message: handle,
    timeout: handleTimeout,
    casts: new Map(),
  };
  const begin = (input: unknown, self: Self, persisted: PersistedMachine | undefined): unknown => {
    if (persisted !== undefined && !isPersisted(persisted)) {
      throw new TypeError(
        `${name}: persist.load answers undefined, or what persist.save was given: { snapshot, delayed }`,
      );
    }
    const process = processOf(self.pid);
    const chart = new Chart(machine, process, shared);
    const actions = chart.begin(input, persisted);
    const running = new Machine(rules, process, chart.snapshot, chart);
    return running.begin(chart.isDone ? [insert(ENDED)] : actions);
  };
  return defineAround(
    "fromMachine",
    {
      name,
      ...(mailbox && { mailbox }),
      ...(redact && { redact: (running: Machine) => redact((running.beside as Chart).snapshot) }),
      init: (input: unknown, self: Self) => {
        const persisted = persist?.load(input);
        return isThenable(persisted)
          ? Promise.resolve(persisted).then((given) => begin(input, self, given))
          : begin(input, self, persisted);
      },
      info: (running: Machine, event: unknown, self: Self) => running.take(handle, event, self),
      calls: {
        snapshot: (running: Machine) => reply((running.beside as Chart).snapshot, running),
        persisted: (running: Machine) => reply((running.beside as Chart).persisted(), running),
        output: (running: Machine, _none: void, self: CallSelf) => {
          (running.beside as Chart).awaitOutput(self.from);
          return noReply(running);
        },
        ask: (running: Machine, event: AnyEventObject, self: CallSelf) =>
          isEvent(event)
            ? running.takeCall(handleCall, { event }, self)
            : fail(new TypeError(`${name}.ask takes an event: an object with a type`), running),
      },
      continue: (running: Machine, _more: unknown, self: Self) => running.goOn(self),
      exit: (running: Machine, exit: Exit, self: Self) => {
        const { system } = running.beside as Chart;
        const child = system.childOf(exit.pid);
        if (child === undefined) return endBy(running, exit);
        const event = child.over(exit.reason);
        return event === undefined ? running : running.take(handle, event, self);
      },
      terminate: (running: Machine, _reason: ExitReason, self: Self) => {
        const chart = running.beside as Chart;
        return endBelow(chart.system, chart.self, processOf(self.pid));
      },
      inner: INNER,
    },
    [],
  );
}

/** Storage answers `null` for nothing, or what another version has saved. */
function isPersisted(given: unknown): boolean {
  if (typeof given !== "object" || given === null) return false;
  const { snapshot, delayed } = given as Partial<PersistedMachine>;
  return typeof snapshot === "object" && snapshot !== null && Array.isArray(delayed);
}

const INNER: Inner = Object.freeze({
  read: (running: Machine) => (running.beside as Chart).snapshot,
  write: (running: Machine, snapshot: unknown) => {
    running.state = snapshot;
    (running.beside as Chart).snapshot = snapshot as AnyMachineSnapshot;
  },
});
