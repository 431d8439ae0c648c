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
 * @module
 */

import { EventEmitter } from "eventemitter3";
import type { EventName, SystemEvents } from "./events.ts";

/** Emits and listens; one per system. */
export class Telemetry {
  readonly #emitter = new EventEmitter<Record<EventName, [unknown]>>();
  readonly #enter: <R>(work: () => R) => R;

  /** @param enter - runs listeners in no actor's context */
  constructor(enter: <R>(work: () => R) => R = (work) => work()) {
    this.#enter = enter;
  }

  /**
   * Listens to one event; called in the turn in which it happens, or right after a death.
   *
   * @returns a function that stops listening
   */
  on<E extends EventName>(event: E, listener: (payload: SystemEvents[E]) => void): () => void {
    let listening = true;
    const guarded = (payload: unknown): void => {
      // One that another listener of the same event has just stopped is still in the emitter's round.
      if (!listening) return;
      try {
        const result: unknown = listener(payload as SystemEvents[E]);
        if (result instanceof Promise) result.catch((error) => this.#failed(event, error));
      } catch (error) {
        this.#failed(event, error);
      }
    };
    this.#emitter.on(event, guarded);
    return () => {
      listening = false;
      this.#emitter.off(event, guarded);
    };
  }

  /** `true` when somebody listens: whether a payload is worth making. */
  heard(event: EventName): boolean {
    return this.#emitter.listenerCount(event) > 0;
  }

  /** Tells all listeners, in the order in which they came. */
  emit<E extends EventName>(event: E, payload: SystemEvents[E]): void {
    if (this.heard(event)) this.#enter(() => this.#emitter.emit(event, payload));
  }

  /** A listener of `listener:failed` that throws is not told of itself. */
  #failed(event: EventName, error: unknown): void {
    if (event !== "listener:failed") this.emit("listener:failed", { event, error });
  }
}
