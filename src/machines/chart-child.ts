/**
 * A child of a chart, as a process: what XState invokes or spawns (a promise, a callback, an observable, a
 * transition function, another machine) runs in a process of its own, linked to its parent's. What it throws
 * is its exit; its parent hears of it as `onError`, and what nobody handles ends the parent.
 *
 * @module
 */

import { next, stop } from "../actors/answers.ts";
import { behaviourOf, INFO } from "../actors/behaviour.ts";
import { defineAround } from "../actors/define-actor.ts";
import type { Self } from "../actors/definition.ts";
import { type SystemState, startProcess } from "../actors/launch.ts";
import { type Exit, sendExit } from "../actors/links.ts";
import { type Process, processOf } from "../actors/process.ts";
import { deadLetter, send } from "../actors/sending.ts";
import { ExitedError } from "../core/errors.ts";
import { type ExitReason, isOrderly } from "../core/exit-reason.ts";
import type { Pid } from "../core/pid.ts";
import {
  type RestartHistory,
  type RestartIntensity,
  recordRestart,
  restartHistory,
} from "../core/restart-intensity.ts";
import { type AnyEventObject, errorEvent, type ForeignChild, isEvent, Shell } from "./xstate.ts";

/** How often a child that fails is started anew before its parent is told. */
export type ChildPolicy = RestartIntensity;

/** What a child asks of the system that it belongs to. */
export interface ChartHouse {
  /** The process in which an actor of the house runs. */
  processOf(actor: object): Process | undefined;
  /** The child whose process that is. */
  childOf(pid: Pid): ChartChild | undefined;
  /** A child has a process, or has it no more. */
  seat(child: ChartChild, pid: Pid, isThere: boolean): void;
  /** The processes of a parent's children. */
  processesBelow(parent: object): readonly Process[];
  policyOf(actor: ForeignChild): ChildPolicy | undefined;
  _unregister(actor: object): void;
}

const SHUTDOWN: ExitReason = Object.freeze({ kind: "shutdown" });

/** One child, over all its incarnations. */
export class ChartChild {
  readonly actor: ForeignChild;
  readonly shell: Shell;
  readonly system: ChartHouse;
  process: Process | undefined = undefined;
  /** Its parent has let go of it: that it is done, or has failed, is of no interest any more. */
  #released = false;
  #restarts: RestartHistory | undefined = undefined;

  constructor(actor: ForeignChild, system: ChartHouse) {
    this.actor = actor;
    this.system = system;
    this.shell = new Shell(actor, { start: () => this.#launch(), stop: () => this.#stop() });
  }

  get parent(): object | undefined {
    return this.actor._parent;
  }

  /** Begins to run, in its process. @returns what `init` answers */
  begin(self: Self): unknown {
    this.process = processOf(self.pid);
    this.process.tie().label = this.actor.id;
    this.system.seat(this, self.pid, true);
    self.own(this, () => this.#close());
    this.shell.open();
    return this.shell.status === "active" ? this : next(this, { continue: true });
  }

  /** An event of its own, in its process. */
  take(event: AnyEventObject): unknown {
    this.shell.take(event);
    return this.shell.status === "active" ? this : this.end();
  }

  /** It is over: done, failed, or stopped by itself. */
  end(): unknown {
    if (this.shell.status === "error") throw this.shell.error;
    return stop(this.shell.status === "done" ? "normal" : "shutdown", this);
  }

  /** From whoever sends to it. */
  receive(event: AnyEventObject): void {
    if (!this.shell.hasStarted) return this.shell.take(event);
    if (this.process !== undefined) return send(this.process, event);
    const { kernel } = this.#parentProcess() ?? {};
    if (kernel === undefined) return;
    deadLetter(kernel, { to: this.actor.id, kind: "message", message: event, why: "dead" });
  }

  /**
   * Its parent hears that it has failed by the end of its process, that it is done from itself, and of nothing
   * once it has let go of it.
   *
   * @returns `true` for what is not passed on
   */
  isSilent(target: object, event: AnyEventObject): boolean {
    if (target !== this.parent) return false;
    const isDone = event.type === `xstate.done.actor.${this.actor.id}`;
    return isDone ? this.#released : this.shell.hasStopped;
  }

  /** Its parent has let go of it. */
  get isReleased(): boolean {
    return this.#released;
  }

  /** Does it tell its parent of itself? Then its parent may let go of it before it looks. */
  isNews(target: object, event: AnyEventObject): boolean {
    const { id } = this.actor;
    return (
      target === this.parent &&
      (event.type === `xstate.done.actor.${id}` || event.type === `xstate.snapshot.${id}`)
    );
  }

  /** Its process has ended. @returns what its parent is to be told, if anything */
  over(reason: ExitReason): AnyEventObject | undefined {
    const { process, actor, system } = this;
    if (process !== undefined) system.seat(this, process.pid, false);
    this.process = undefined;
    const wanted = !this.#released && !(reason.kind === "normal" && this.shell.status === "done");
    if (wanted && reason.kind === "error" && this.#mayRestart(process)) {
      // What the last one owned is closed first.
      process?.whenOver(() => this.#restart());
      return undefined;
    }
    if (!wanted) return undefined;
    const label = process?.label ?? actor.id;
    return errorEvent(
      actor.id,
      reason.kind === "error" ? reason.error : new ExitedError(label, reason, "unknown"),
    );
  }

  #mayRestart(process: Process | undefined): boolean {
    const policy = this.system.policyOf(this.actor);
    if (policy === undefined || process === undefined) return false;
    const nowMs = process.kernel.runtime.clock.now();
    this.#restarts ??= restartHistory();
    return !recordRestart(this.#restarts, nowMs, policy);
  }

  #restart(): void {
    const parent = this.#parentProcess();
    if (this.#released || parent === undefined || parent.status === "dead") return;
    this.shell.renew();
    this.#launch();
  }

  #parentProcess(): Process | undefined {
    return this.parent === undefined ? undefined : this.system.processOf(this.parent);
  }

  #launch(): void {
    const parent = this.#parentProcess();
    // XState starts the children of a machine that it goes on with a second time.
    if (parent === undefined || parent.status === "dead" || this.process !== undefined) return;
    const kernel = parent.kernel as SystemState;
    startProcess(
      kernel,
      behaviourOf(Child),
      this,
      { parent, linked: true },
      {
        came: (outcome) => {
          if (outcome.kind !== "failed") return;
          const event = this.over(outcome.reason);
          if (event !== undefined) send(parent, event);
        },
      },
    );
  }

  /**
   * As XState does it: at once, after what was sent to it, so that what is invoked next finds its port free.
   */
  #stop(): void {
    this.#released = true;
    const { process, shell } = this;
    if (process === undefined || process.status === "dead") return shell.close();
    const { attribution } = process.kernel.runtime;
    attribution.run(process, () => {
      for (let at = 0; process.mailbox?.peek(at); ) {
        if (process.mailbox.door !== INFO) at += 1;
        else if (process.mailbox.takeAt(at)) this.#takeLast(process.mailbox.payload);
      }
      this.#close();
    });
    sendExit(process, this.#parentProcess(), SHUTDOWN, false);
  }

  #takeLast(message: unknown): void {
    if (isEvent(message) && this.shell.status === "active") this.shell.take(message);
  }

  #close(): void {
    const { status } = this.shell;
    this.shell.close();
    this.system._unregister(this.actor);
    if (status !== "active" || !this.shell.hasFailed || this.process === undefined) return;
    const { kernel, label } = this.process;
    kernel.telemetry.emit("cleanup:failed", { label, what: "stopping", error: this.shell.error });
  }
}

/** Ends as a process that does not trap would, for links that are no children. */
export function endBy(state: unknown, { reason }: Exit): unknown {
  return reason.kind === "normal" ? state : stop(reason, state);
}

/** Ends those that run below, and answers when nothing of them is left. */
export function endBelow(system: ChartHouse, parent: object, process: Process): Promise<void> | undefined {
  const below = system.processesBelow(parent);
  if (below.length === 0) return undefined;
  for (const child of below) sendExit(child, process, SHUTDOWN, false);
  return Promise.all(below.map((child) => new Promise((over) => child.whenOver(over)))).then(() => undefined);
}

/** All children are processes of this one definition. */
const Child: object = defineAround(
  "fromMachine",
  {
    name: "machine child",
    init: (child: ChartChild, self: Self) => child.begin(self),
    info: (child: ChartChild, message: unknown) => (isEvent(message) ? child.take(message) : child),
    continue: (child: ChartChild) => child.end(),
    exit: (child: ChartChild, exit: Exit) => {
      const below = child.system.childOf(exit.pid);
      if (below === undefined) return endBy(child, exit);
      const event = below.over(exit.reason);
      return event === undefined ? child : child.take(event);
    },
    terminate: (child: ChartChild, reason: ExitReason) =>
      isOrderly(reason) && child.process !== undefined
        ? endBelow(child.system, child.actor, child.process)
        : undefined,
    inner: {
      read: (child: ChartChild) => child.actor.getSnapshot(),
      write: () => {
        throw new TypeError("the state of a machine's child is XState's own");
      },
    },
  },
  [],
);
