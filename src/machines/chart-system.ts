/**
 * What XState's code takes for its actor system: one for each running chart and all below it. Who sends to
 * whom, what is delayed and which child is made comes through here, and becomes messages, timers and processes.
 *
 * @module
 */

import { WAKE } from "../actors/behaviour.ts";
import type { Self } from "../actors/definition.ts";
import type { Process } from "../actors/process.ts";
import { deadLetter, send } from "../actors/sending.ts";
import type { Timer } from "../core/clock.ts";
import type { Pid } from "../core/pid.ts";
import { ChartChild, type ChartHouse, type ChildPolicy } from "./chart-child.ts";
import type { AnyActorRef, AnyEventObject, ForeignChild, InspectionEvent, Observer } from "./xstate.ts";

/** What a definition says of all its systems. */
export interface ChartSystemOptions {
  /** Hears of all that happens, in the format of XState's inspectors. */
  readonly inspect: ((event: InspectionEvent) => void) | undefined;
  readonly log: (...args: unknown[]) => void;
  /** How often a child that fails is started anew, by its id or its source's name. */
  readonly children: Readonly<Record<string, ChildPolicy>>;
  /** Lets the root handle an event, in its turn. */
  readonly due: (state: never, event: AnyEventObject, self: Self) => unknown;
}

/** An event on its way to a time. */
interface Delayed {
  readonly id: string;
  readonly event: AnyEventObject;
  readonly target: object;
  readonly timer: Timer;
}

/** Everything that XState asks of a system, and nothing that it shows to others. */
export class ChartSystem implements ChartHouse {
  readonly #root: Process;
  readonly #options: ChartSystemOptions;
  #ref: object | undefined = undefined;
  #sessions = 0;
  #keyed: Map<string, object> | undefined = undefined;
  #children: WeakMap<object, ChartChild> | undefined = undefined;
  #byPid: Map<Pid, ChartChild> | undefined = undefined;
  /** By source. */
  #delayed: Map<object, Set<Delayed>> | undefined = undefined;
  /** Who sent what waits in the root's mailbox, for inspectors. */
  #sources: WeakMap<object, object> | undefined = undefined;
  #observers: Set<Observer<InspectionEvent>> | undefined = undefined;

  constructor(root: Process, options: ChartSystemOptions) {
    this.#root = root;
    this.#options = options;
  }

  get sessionId(): string {
    return `x:${this.#root.serial}`;
  }

  /** XState keeps what is delayed in a part of its own. */
  get scheduler(): this {
    return this;
  }

  get _clock(): undefined {
    return undefined;
  }

  get _logger(): (...args: unknown[]) => void {
    return this.#options.log;
  }

  /** Is anybody told of what happens? */
  get isInspected(): boolean {
    return this.#options.inspect !== undefined || this.#observers !== undefined;
  }

  set root(ref: object) {
    this.#ref = ref;
  }

  _bookId(): string {
    this.#sessions += 1;
    return `${this.sessionId}.${this.#sessions}`;
  }

  _register(sessionId: string): string {
    return sessionId;
  }

  _set(systemId: string, actor: object): void {
    this.#keyed ??= new Map();
    const holder = this.#keyed.get(systemId);
    if (holder !== undefined && holder !== actor) {
      throw new Error(`the system id ${systemId} is taken by another actor of this machine`);
    }
    this.#keyed.set(systemId, actor);
  }

  _unregister(actor: { readonly systemId?: string }): void {
    if (actor.systemId !== undefined && this.#keyed?.get(actor.systemId) === actor) {
      this.#keyed.delete(actor.systemId);
    }
  }

  get(systemId: string): object | undefined {
    return this.#keyed?.get(systemId);
  }

  getAll(): object {
    return Object.fromEntries(this.#keyed ?? []);
  }

  inspect(observer: Observer<InspectionEvent> | ((event: InspectionEvent) => void)): { unsubscribe(): void } {
    const given = typeof observer === "function" ? { next: observer } : observer;
    this.#observers ??= new Set();
    this.#observers.add(given);
    return { unsubscribe: () => this.#observers?.delete(given) };
  }

  getSnapshot(): object {
    const all = [...(this.#delayed?.values() ?? [])].flatMap((mine) => [...mine]);
    return { _scheduledEvents: Object.fromEntries(all.map((one) => [one.id, { event: one.event }])) };
  }

  start(): void {
    // Everything in it has been started by whom it belongs to.
  }

  /** The one place at which XState makes a child known: before anything of it has run. */
  _sendInspectionEvent(event: Omit<InspectionEvent, "rootId">): void {
    if (event.type === "@xstate.actor" && event.actorRef !== (this.#ref as unknown)) {
      this.#adopt(event.actorRef as unknown as ForeignChild);
    }
    if (!this.isInspected) return;
    const told = { ...event, rootId: this.sessionId } as InspectionEvent;
    this.#root.kernel.asPlainCode(() => {
      this.#options.inspect?.(told);
      for (const observer of [...(this.#observers ?? [])]) observer.next?.(told);
    });
  }

  /** Everything that is sent, by anybody, to anybody. */
  _relay(source: object | undefined, target: object, event: AnyEventObject): void {
    if (this.isInspected) {
      if (target !== this.#ref) this.tellOfEvent(source, target, event);
      else if (source !== undefined) this.#noteSource(event, source);
    }
    const from = source === undefined ? undefined : this.#children?.get(source);
    if (from?.isSilent(target, event)) return;
    const process = from?.isNews(target, event) ? this.processOf(target) : undefined;
    if (from !== undefined && process !== undefined) {
      return this.#whenLookedAt(process, target, event, () => !from.isReleased);
    }
    const child = this.#children?.get(target);
    if (child !== undefined) child.receive(event);
    else if (target === this.#ref) send(this.#root, event);
    else (target as AnyActorRef).send(event);
  }

  /** The root handles an event, which came by its mailbox from wherever. */
  tellOfArrival(event: AnyEventObject): void {
    this.tellOfEvent(this.#sources?.get(event), this.#ref as object, event);
  }

  tellOfEvent(source: object | undefined, target: object, event: AnyEventObject): void {
    const told = { type: "@xstate.event", sourceRef: source, actorRef: target, event };
    this._sendInspectionEvent(told as never);
  }

  /**
   * Sends later; what is delayed ends with the process that it comes from. Two with one id are both sent, as XState
   * has it; cancelled they are together.
   */
  schedule(
    source: object,
    target: object,
    event: AnyEventObject,
    delayMs: number,
    id = this._bookId(),
  ): void {
    const process = this.processOf(source);
    if (process === undefined || process.status === "dead") return;
    const timers = process.timers();
    const timer = process.kernel.runtime.clock.setTimer(() => {
      timers.delete(timer);
      this.#due(process, source, delayed, () => this.#takeBack(source, delayed));
    }, delayMs);
    timers.add(timer);
    const delayed: Delayed = { id, event, target, timer };
    this.#delayed ??= new Map();
    const mine = this.#delayed.get(source) ?? new Set<Delayed>();
    this.#delayed.set(source, mine.add(delayed));
  }

  cancel(source: object, id: string): void {
    for (const delayed of this.#delayed?.get(source) ?? []) {
      if (delayed.id === id) this.#takeBack(source, delayed);
    }
  }

  cancelAll(source: object): void {
    for (const delayed of this.#delayed?.get(source) ?? []) this.#takeBack(source, delayed);
  }

  /** @returns was it still on its way? */
  #takeBack(source: object, delayed: Delayed): boolean {
    const mine = this.#delayed?.get(source);
    if (mine?.delete(delayed) !== true) return false;
    if (mine.size === 0) this.#delayed?.delete(source);
    delayed.timer.cancel();
    this.processOf(source)?.timers().delete(delayed.timer);
    return true;
  }

  /** What a machine has sent to itself for later, with the milliseconds that are left. */
  pending(source: object): readonly { id: string; event: AnyEventObject; leftMs: number }[] {
    return [...(this.#delayed?.get(source) ?? [])]
      .filter(({ target }) => target === source)
      .map(({ id, event, timer }) => ({ id, event, leftMs: timer.remainingMs() }));
  }

  processOf(actor: object): Process | undefined {
    return actor === this.#ref ? this.#root : this.#children?.get(actor)?.process;
  }

  childOf(pid: Pid): ChartChild | undefined {
    return this.#byPid?.get(pid);
  }

  seat(child: ChartChild, pid: Pid, isThere: boolean): void {
    this.#byPid ??= new Map();
    if (isThere) this.#byPid.set(pid, child);
    else this.#byPid.delete(pid);
  }

  processesBelow(parent: object): readonly Process[] {
    return [...(this.#byPid?.values() ?? [])].flatMap((child) =>
      child.parent === parent && child.process !== undefined ? [child.process] : [],
    );
  }

  policyOf({ id, src }: ForeignChild): ChildPolicy | undefined {
    return this.#options.children[id] ?? (typeof src === "string" ? this.#options.children[src] : undefined);
  }

  #noteSource(event: AnyEventObject, source: object): void {
    this.#sources ??= new WeakMap();
    this.#sources.set(event, source);
  }

  #adopt(actor: ForeignChild): void {
    this.#children ??= new WeakMap();
    this.#children.set(actor, new ChartChild(actor, this));
  }

  /** Its time has come; it may be taken back until it is looked at, with the state that it belongs to. */
  #due(process: Process, source: object, { event, target }: Delayed, takeBack: () => boolean): void {
    if (target === source) return this.#whenLookedAt(process, target, event, takeBack);
    if (takeBack()) this._relay(source, target, event);
  }

  /** Puts an event into a mailbox that may mean nothing any more when its turn comes. */
  #whenLookedAt(process: Process, target: object, event: AnyEventObject, counts: () => boolean): void {
    if (process.status !== "running" && process.status !== "starting") {
      return deadLetter(process.kernel, {
        to: process.label,
        kind: "message",
        message: event,
        why: "stopping",
      });
    }
    const look = (state: unknown, _none: undefined, self: Self): unknown => {
      if (!counts()) return state;
      if (this.isInspected && target !== this.#ref) this.tellOfEvent(undefined, target, event);
      return state instanceof ChartChild ? state.take(event) : this.#options.due(state as never, event, self);
    };
    process.enqueue(WAKE, look, undefined);
  }
}
