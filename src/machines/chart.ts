/**
 * One running statechart: XState decides what comes after an event, and this carries it out. It is the scope
 * in which XState runs a machine's code: what is raised, sent, delayed, spawned and emitted comes through it.
 *
 * @module
 */

import { stop } from "../actors/answers.ts";
import type { CallSelf } from "../actors/definition.ts";
import type { Process } from "../actors/process.ts";
import type { PendingCall } from "../actors/sending.ts";
import { isThenable } from "../core/thenable.ts";
import { ChartRef } from "./chart-ref.ts";
import { ChartSystem, type ChartSystemOptions } from "./chart-system.ts";
import { type Action, step } from "./step.ts";
import {
  type AnyActorScope,
  type AnyEventObject,
  type AnyMachineSnapshot,
  type AnyStateMachine,
  type ExecutableActionObject,
  initEvent,
  type Snapshot,
} from "./xstate.ts";

type From = CallSelf<unknown>["from"];

/** What a restart goes on from. */
export interface PersistedMachine {
  /** As XState's `getPersistedSnapshot` makes it; plain data. */
  readonly snapshot: Snapshot<unknown>;
  /** What the machine has sent to itself for later, delayed transitions among it, with the milliseconds left. */
  readonly delayed: readonly {
    readonly id: string;
    readonly event: AnyEventObject;
    readonly leftMs: number;
  }[];
}

/** What all charts of one definition share. */
export interface ChartOptions extends ChartSystemOptions {
  /** Is given what a restart is to go on from, after each event; the next one waits for its promise. */
  readonly save: ((persisted: PersistedMachine) => unknown) | undefined;
}

/** The scope of XState's code, and what comes of running it. */
export class Chart {
  readonly logic: AnyStateMachine;
  readonly self: ChartRef;
  readonly system: ChartSystem;
  /** XState puts another in its place while it takes a step. */
  actionExecutor: (action: ExecutableActionObject) => void;
  snapshot!: AnyMachineSnapshot;
  readonly #options: ChartOptions;
  #runs = false;
  /** To be done when the snapshot is there. */
  #deferred: (() => void)[] = [];
  /** What the actions of this event have asked for. */
  #actions: Action[] | undefined = undefined;
  /** Whose call this event is. */
  #from: From | undefined = undefined;
  /** Who waits for its output. */
  #waiting: Set<From> | undefined = undefined;

  constructor(logic: AnyStateMachine, process: Process, options: ChartOptions) {
    this.logic = logic;
    this.#options = options;
    this.system = new ChartSystem(process, options);
    this.self = new ChartRef(process, this, this.system);
    this.system.root = this.self;
    this.actionExecutor = (action) => this.#execute(action);
  }

  get id(): string {
    return this.logic.id;
  }

  get sessionId(): string {
    return this.system.sessionId;
  }

  get logger(): (...args: unknown[]) => void {
    return this.#options.log;
  }

  defer(work: () => void): void {
    this.#deferred.push(work);
  }

  emit(emitted: AnyEventObject): void {
    this.self.emit(emitted);
  }

  stopChild(child: { _stop(): unknown }): void {
    child._stop();
  }

  /** Begins with `input`, or goes on where it was. @returns what its first actions have asked for */
  begin(input: unknown, persisted: PersistedMachine | undefined): readonly Action[] {
    const { logic } = this;
    const scope = this as unknown as AnyActorScope;
    if (this.system.isInspected) {
      this.system._sendInspectionEvent({ type: "@xstate.actor", actorRef: this.self as never });
    }
    const event = initEvent(input);
    this.snapshot = (
      persisted === undefined
        ? logic.getInitialSnapshot(scope, input as never)
        : logic.restoreSnapshot(persisted.snapshot as never, scope)
    ) as AnyMachineSnapshot;
    if (this.snapshot.status === "error") throw this.snapshot.error;
    this.#runs = true;
    if (this.system.isInspected) this.system.tellOfArrival(event);
    if (persisted !== undefined) {
      logic.start(this.snapshot as never);
      for (const { id, event: later, leftMs } of persisted.delayed)
        this.system.schedule(this.self, this.self, later, leftMs, id);
    }
    this.#settle(event);
    return this.#taken();
  }

  /** Handles an event; `from` of the call that it came by. @returns what comes after */
  handle(event: AnyEventObject, from: From | undefined): unknown {
    this.#from = from;
    if (this.system.isInspected) this.system.tellOfArrival(event);
    this.snapshot = this.logic.transition(
      this.snapshot as never,
      event as never,
      this as unknown as AnyActorScope,
    ) as AnyMachineSnapshot;
    this.#settle(event);
    this.#from = undefined;
    const after = this.#after();
    const saved = this.#options.save?.(this.persisted());
    return isThenable(saved) ? Promise.resolve(saved).then(() => after) : after;
  }

  /** It has come to its final state: who waits has its output. */
  end(): unknown {
    const { output } = this.snapshot;
    // Each that is told leaves the set.
    for (const from of [...(this.#waiting ?? [])]) from.reply(output);
    return stop("normal", this.snapshot);
  }

  get isDone(): boolean {
    return this.snapshot.status === "done";
  }

  /** Answers with the output when it is there; who gives up first is forgotten. */
  awaitOutput(from: From): void {
    this.#waiting ??= new Set();
    const waiting = this.#waiting.add(from);
    (from as PendingCall).whenSettled(() => waiting.delete(from));
  }

  /** Calls that wait for the output. */
  get waiting(): number {
    return this.#waiting?.size ?? 0;
  }

  persisted(): PersistedMachine {
    const { logic, snapshot, system } = this;
    return {
      snapshot: logic.getPersistedSnapshot(snapshot) as Snapshot<unknown>,
      delayed: system.pending(this.self),
    };
  }

  /** To be done with this event's step. */
  act(action: Action): void {
    this.#actions ??= [];
    this.#actions.push(action);
  }

  /** Whose call this event is; `undefined` when it is none. */
  get from(): From | undefined {
    return this.#from;
  }

  #after(): unknown {
    switch (this.snapshot.status) {
      case "error":
        throw this.snapshot.error;
      case "done":
        return this.end();
      default:
        return this.#actions === undefined ? this.snapshot : step(this.snapshot, ...this.#taken());
    }
  }

  #taken(): readonly Action[] {
    const actions = this.#actions ?? [];
    this.#actions = undefined;
    return actions;
  }

  /** What was deferred sees the new snapshot, and may defer more. */
  #settle(event: AnyEventObject): void {
    const deferred = this.#deferred;
    if (deferred.length > 0) {
      for (let at = 0; at < deferred.length; at += 1) deferred[at]?.();
      deferred.length = 0;
    }
    if (this.snapshot.status !== "error") this.self.changed(this.snapshot);
    if (!this.system.isInspected) return;
    const { self, snapshot } = this;
    this.system._sendInspectionEvent({ type: "@xstate.snapshot", actorRef: self, event, snapshot } as never);
  }

  /** The actions of the first states wait until they can see it. */
  #execute(action: ExecutableActionObject): void {
    if (this.#runs) this.#run(action);
    else this.#deferred.push(() => this.#run(action));
  }

  #run({ type, params, info, exec }: ExecutableActionObject): void {
    if (this.system.isInspected) {
      const told = { type: "@xstate.action", actorRef: this.self, action: { type, params } };
      this.system._sendInspectionEvent(told as never);
    }
    exec?.(info, params);
  }
}
