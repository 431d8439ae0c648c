/**
 * Typed events of one system. Whoever emits is never harmed: a listener that throws, or rejects later, is
 * reported as `listener:failed`, and the next one runs.
 *
 * ```ts
 * const telemetry = new Telemetry();
 * const seen: number[] = [];
 * const off = telemetry.on("mailbox:high", ({ queued }) => seen.push(queued));
 * telemetry.heard("mailbox:high"); //=> true
 * off();
 * telemetry.heard("mailbox:high"); //=> false
 * ```
 *
 * What an integration brings along is attached under an id: a second time changes nothing, and once it has
 * thrown it is told no more.
 *
 * ```ts
 * const telemetry = new Telemetry();
 * const queues: string[] = [];
 * telemetry.attach("metrics", ["mailbox:high", "lease:late"], (payload, event) => queues.push(event)); //=> true
 * telemetry.attach("metrics", "mailbox:high", () => queues.push("twice")); //=> false
 * telemetry.emit("lease:late", { pool: "database" });
 * queues; //=> ["lease:late"]
 * telemetry.handlers("mailbox:"); //=> [{ id: "metrics", events: ["mailbox:high", "lease:late"] }]
 * telemetry.detach("metrics"); //=> true
 * ```
 *
 * @module
 */

import { EventEmitter } from "eventemitter3";
import type { Clock } from "../core/clock.ts";
import { InvalidOptionsError } from "../core/errors.ts";
import type { EventName, SystemEvents } from "./events.ts";
import { runSpan } from "./span.ts";

/** A handler that is attached, and to what. */
export interface AttachedHandler {
  readonly id: string;
  readonly events: readonly EventName[];
}

interface Attached extends AttachedHandler {
  readonly offs: readonly (() => void)[];
}

/** Without a clock spans take no time. */
const STANDING: Pick<Clock, "now"> = Object.freeze({ now: () => 0 });

/** Emits and listens; one per system. */
export class Telemetry {
  readonly #emitter = new EventEmitter<Record<EventName, [unknown]>>();
  readonly #enter: <R>(work: () => R) => R;
  readonly #clock: Pick<Clock, "now">;
  readonly #attached = new Map<string, Attached>();
  #spans = 0;
  /** Goes up whenever somebody begins or ends to listen: for who asks {@link heard} very often. */
  changes = 0;

  /**
   * @param enter - runs listeners in no actor's context
   * @param clock - what spans are measured with
   */
  constructor(enter: <R>(work: () => R) => R = (work) => work(), clock: Pick<Clock, "now"> = STANDING) {
    this.#enter = enter;
    this.#clock = clock;
  }

  /**
   * Listens to one event; called in the turn in which it happens, or right after a death. One that throws stays.
   *
   * @returns a function that stops listening
   */
  on<E extends EventName>(event: E, listener: (payload: SystemEvents[E]) => void): () => void {
    return this.#listen(event, listener as (payload: never) => void, (error) =>
      this.#failed({ event, error }),
    );
  }

  /**
   * Attaches a handler to one event or to many, under an id. One that throws or rejects is detached from all of
   * them, and reported as `listener:failed` with its id; whoever emitted is not harmed.
   *
   * @returns `false`, and nothing has changed, when something is attached under that id already
   * @throws InvalidOptionsError for an empty id, no events, or what is no function
   * @follows Elixir `:telemetry.attach/4` and `attach_many/4`; what is the config there is the handler's closure here
   */
  attach<E extends EventName>(
    id: string,
    events: E | readonly E[],
    handler: (payload: SystemEvents[E], event: E) => void,
  ): boolean {
    const names = Object.freeze([...new Set<E>(Array.isArray(events) ? events : [events])]);
    checkHandler(id, names, handler);
    if (this.#attached.has(id)) return false;
    let hasFailed = false;
    const offs = names.map((event) =>
      this.#listen(
        event,
        (payload: SystemEvents[E]) => handler(payload, event),
        (error) => {
          // One that rejects may have been told of more by then.
          if (hasFailed) return;
          hasFailed = true;
          if (this.#attached.get(id) === attached) this.detach(id);
          this.#failed({ event, error, id, detached: true });
        },
      ),
    );
    const attached: Attached = { id, events: names, offs };
    this.#attached.set(id, attached);
    return true;
  }

  /**
   * @returns `false` when nothing is attached under that id
   * @follows Elixir `:telemetry.detach/1`
   */
  detach(id: string): boolean {
    const attached = this.#attached.get(id);
    for (const off of attached?.offs ?? []) off();
    return this.#attached.delete(id);
  }

  /**
   * What is attached, in the order in which it was; listeners of `on` have no id and are not among them.
   *
   * @param prefix - only those of an event whose name begins so: `"process:"`; all when absent
   * @returns `[{ id, events }]`
   * @follows Elixir `:telemetry.list_handlers/1`
   */
  handlers(prefix = ""): readonly AttachedHandler[] {
    return [...this.#attached.values()]
      .filter(({ events }) => events.some((event) => event.startsWith(prefix)))
      .map(({ id, events }) => ({ id, events }));
  }

  /** `true` when somebody listens: whether a payload is worth making. */
  heard(event: EventName): boolean {
    return this.#emitter.listenerCount(event) > 0;
  }

  /**
   * Tells all listeners of exactly this event, in the order in which they came, before it returns.
   *
   * @follows Elixir `:telemetry.execute/3`
   */
  emit<E extends EventName>(event: E, payload: SystemEvents[E]): void {
    if (this.heard(event)) this.#enter(() => this.#emitter.emit(event, payload));
  }

  /**
   * Does `work` and tells of it: `span:started`, then `span:stopped` or `span:failed` with how long it took. A
   * promise is told of when it settles. While nobody listens to spans, `work` is all that happens.
   *
   * @param metadata - goes with each event
   * @returns what `work` answers; what it throws, or rejects with, stays as it is
   * @follows Elixir `:telemetry.span/3`; wall-clock time is for listeners to take
   *
   * @example
   * ```ts
   * const telemetry = new Telemetry();
   * const told: unknown[] = [];
   * telemetry.on("span:stopped", ({ name, metadata }) => told.push([name, metadata]));
   * telemetry.span("checkout", { shop: 7 }, () => "sold"); //=> "sold"
   * told; //=> [["checkout", { shop: 7 }]]
   * ```
   */
  span<R>(name: string, metadata: Readonly<Record<string, unknown>>, work: () => R): R {
    const isHeard = this.heard("span:started") || this.heard("span:stopped") || this.heard("span:failed");
    if (!isHeard) return work();
    this.#spans += 1;
    return runSpan(this, this.#clock, { span: this.#spans, name, metadata }, work);
  }

  #listen(
    event: EventName,
    listener: (payload: never) => void,
    failed: (error: unknown) => void,
  ): () => void {
    let listening = true;
    const guarded = (payload: unknown): void => {
      // One that another listener of the same event has just stopped is still in the emitter's round.
      if (!listening) return;
      try {
        const result: unknown = listener(payload as never);
        if (result instanceof Promise) result.catch(failed);
      } catch (error) {
        failed(error);
      }
    };
    this.#emitter.on(event, guarded);
    this.changes += 1;
    return () => {
      listening = false;
      this.changes += 1;
      this.#emitter.off(event, guarded);
    };
  }

  /** A listener of `listener:failed` that throws is not told of itself. */
  #failed(failure: SystemEvents["listener:failed"]): void {
    if (failure.event !== "listener:failed") this.emit("listener:failed", failure);
  }
}

function checkHandler(id: unknown, events: readonly unknown[], handler: unknown): void {
  const faults: string[] = [];
  if (typeof id !== "string" || id === "") faults.push("id must be a string that is not empty");
  if (events.length === 0 || events.some((event) => typeof event !== "string"))
    faults.push("events must be the name of an event, or a list of at least one");
  if (typeof handler !== "function") faults.push("handler must be a function");
  if (faults.length > 0) throw new InvalidOptionsError("attach", faults);
}
