/**
 * A running chart as XState's code sees an actor: what `self` is in its actions, and what `toActorRef` answers.
 *
 * @module
 */

import type { Process } from "../actors/process.ts";
import { send } from "../actors/sending.ts";
import { ExitedError } from "../core/errors.ts";
import { type ExitReason, isOrderly } from "../core/exit-reason.ts";
import type { ChartSystem } from "./chart-system.ts";
import type {
  AnyEventObject,
  AnyMachineSnapshot,
  AnyStateMachine,
  Observer,
  Subscription,
} from "./xstate.ts";

/** What runs behind a reference. */
export interface RunningChart {
  readonly id: string;
  readonly logic: AnyStateMachine;
  snapshot: AnyMachineSnapshot;
}

type Listener = (emitted: AnyEventObject) => void;

/** The reference to one incarnation; its last snapshot can be read when that is over. */
export class ChartRef {
  readonly process: Process;
  readonly chart: RunningChart;
  readonly #system: ChartSystem;
  #observers: Set<Observer<AnyMachineSnapshot>> | undefined = undefined;
  #listeners: Map<string, Set<Listener>> | undefined = undefined;

  constructor(process: Process, chart: RunningChart, system: ChartSystem) {
    this.process = process;
    this.chart = chart;
    this.#system = system;
  }

  get id(): string {
    return this.chart.id;
  }

  get sessionId(): string {
    return this.#system.sessionId;
  }

  get src(): AnyStateMachine {
    return this.chart.logic;
  }

  get system(): ChartSystem {
    return this.#system;
  }

  get _parent(): undefined {
    return undefined;
  }

  get ref(): this {
    return this;
  }

  /** As a message: it is handled in the machine's turn. */
  send(event: AnyEventObject): void {
    this.#system._relay(undefined, this, event);
  }

  _send(event: AnyEventObject): void {
    send(this.process, event);
  }

  getSnapshot(): AnyMachineSnapshot {
    const { snapshot } = this.chart;
    const { status, reason } = this.process;
    if (status !== "dead" || reason === undefined || snapshot?.status !== "active") return snapshot;
    this.chart.snapshot = isOrderly(reason)
      ? { ...snapshot, status: "stopped" }
      : { ...snapshot, status: "error", error: errorOf(this.process, reason) };
    return this.chart.snapshot;
  }

  getPersistedSnapshot(): unknown {
    return this.chart.logic.getPersistedSnapshot(this.chart.snapshot);
  }

  subscribe(
    observer: Observer<AnyMachineSnapshot> | ((snapshot: AnyMachineSnapshot) => void),
    error?: (error: unknown) => void,
    complete?: () => void,
  ): Subscription {
    const given = (
      typeof observer === "function" ? { next: observer, error, complete } : observer
    ) as Observer<AnyMachineSnapshot>;
    if (this.process.status === "dead") {
      this.#tell(() => this.#end(given));
      return { unsubscribe: () => undefined };
    }
    const observers = this.#observe();
    observers.add(given);
    return { unsubscribe: () => observers.delete(given) };
  }

  /** Hears of what the machine emits. */
  on(type: string, listener: Listener): Subscription {
    this.#listeners ??= new Map();
    const listeners = this.#listeners.get(type) ?? new Set();
    this.#listeners.set(type, listeners);
    // One that is added twice hears twice.
    const own: Listener = (emitted) => listener(emitted);
    listeners.add(own);
    return { unsubscribe: () => listeners.delete(own) };
  }

  select<T>(selector: (snapshot: AnyMachineSnapshot) => T, same: (one: T, other: T) => boolean = Object.is) {
    return {
      get: () => selector(this.getSnapshot()),
      subscribe: (observer: Observer<T> | ((selected: T) => void)): Subscription => {
        const next = typeof observer === "function" ? observer : (selected: T) => observer.next?.(selected);
        let previous = selector(this.getSnapshot());
        return this.subscribe((snapshot) => {
          const selected = selector(snapshot);
          if (same(previous, selected)) return;
          previous = selected;
          next(selected);
        });
      },
    };
  }

  /** It runs from the moment at which it is there. */
  start(): this {
    return this;
  }

  /** Ends the process, after what has been sent to it. */
  stop(): this {
    // XState's `stop` answers nothing: how the process ends is told to who subscribes, and by telemetry.
    this.process.pid.stop().catch(() => undefined);
    return this;
  }

  toJSON(): object {
    return { xstate$$type: 1, id: this.id };
  }

  ["@@observable"](): this {
    return this;
  }

  /** Tells of a snapshot; in nobody's context, and an observer that throws harms nobody here. */
  changed(snapshot: AnyMachineSnapshot): void {
    if (this.#observers === undefined) return;
    for (const observer of [...this.#observers]) this.#tell(() => observer.next?.(snapshot));
  }

  /** Tells of what the machine emits. */
  emit(emitted: AnyEventObject): void {
    if (this.#listeners === undefined) return;
    for (const type of [emitted.type, "*"])
      for (const listener of [...(this.#listeners.get(type) ?? [])]) this.#tell(() => listener(emitted));
  }

  #observe(): Set<Observer<AnyMachineSnapshot>> {
    if (this.#observers !== undefined) return this.#observers;
    const observers = new Set<Observer<AnyMachineSnapshot>>();
    this.#observers = observers;
    const { scheduler } = this.process.kernel.runtime;
    this.process.watch({
      stopping: () => undefined,
      died: () =>
        scheduler.ready({
          run: () => {
            for (const observer of [...observers]) this.#tell(() => this.#end(observer));
            observers.clear();
            return 1;
          },
        }),
    });
    return observers;
  }

  #end(observer: Observer<AnyMachineSnapshot>): void {
    const snapshot = this.getSnapshot();
    if (snapshot.status !== "error") return observer.complete?.();
    if (observer.error === undefined) throw snapshot.error;
    observer.error(snapshot.error);
  }

  /** What a listener throws is a fault that no actor owns. */
  #tell(work: () => void): void {
    this.process.kernel.asPlainCode(() => {
      try {
        work();
      } catch (error) {
        void Promise.reject(error);
      }
    });
  }
}

function errorOf(process: Process, reason: ExitReason): unknown {
  return reason.kind === "error" ? reason.error : new ExitedError(process.label, reason, "unknown");
}
