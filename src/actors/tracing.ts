/**
 * The port for tracers. While a hook is installed, what it captures in the sender's turn travels with each
 * message, and the receiver's handler runs inside the hook. Without one nothing is captured and nothing
 * travels.
 *
 * ```ts
 * import { createSystem, defineActor, reply, type Tracing } from "troupe";
 *
 * const spans: string[] = [];
 * let active: string | undefined; // an OpenTelemetry bridge asks `context.active()` instead
 * const tracer: Tracing<string | undefined> = {
 *   capture: () => active,
 *   run(parent, { kind, name }, work) {
 *     const outer = active;
 *     active = `${parent === undefined ? "" : `${parent} > `}${kind} ${name}`;
 *     spans.push(active);
 *     try {
 *       return work();
 *     } finally {
 *       active = outer;
 *     }
 *   },
 * };
 *
 * await using system = createSystem({ tracing: tracer });
 * const Log = defineActor({ name: "log", init: () => 0, casts: { line: (n, _text: string) => n + 1 } });
 * const log = await system.start(Log);
 * const Shop = defineActor({
 *   name: "shop",
 *   init: () => 0,
 *   calls: {
 *     order: (n, item: string) => {
 *       log.cast.line(item);
 *       return reply(n, n + 1);
 *     },
 *   },
 * });
 * const shop = await system.start(Shop);
 * await shop.call.order("tea");
 * await log.stop();
 * spans; //=> ["start log", "start shop", "call order", "call order > cast line"]
 * ```
 *
 * @module
 */

import type { Pid } from "../core/pid.ts";
import { chainFrom } from "./callers.ts";
import type { Kernel, MessageTracer, OpenCall, Process, TracedKind } from "./process.ts";
import { callerOf } from "./sending.ts";

/** A message as a tracer sees it. */
export interface TracedMessage {
  /** `start` is an `init`, `spawn` the whole life of a bare process or a task. */
  readonly kind: TracedKind;
  /** Which call or cast; the definition's or the function's name for a start; `info` for a raw message. */
  readonly name: string;
  /** Whom it is for. */
  readonly to: Pid;
  /** Who sent it, who asked those to, and so on, the nearest 50, nobody twice; empty where plain code did. */
  readonly callers: readonly Pid[];
}

/** What a tracer does with messages; see {@link SystemOptions.tracing}. */
export interface Tracing<C = unknown> {
  /** In the sender's turn and asynchronous context. @returns what is to travel with the message */
  capture(message: TracedMessage): C;
  /**
   * In the receiver's turn. Calls `work`, the handler, once, and answers what it answers: a promise while the
   * handler awaits. A hook that throws on its own account is a `listener:failed` event, and the handler has run.
   */
  run<R>(carried: C, message: TracedMessage, work: () => R): R;
}

/** One message on its way. */
interface Carried {
  readonly message: TracedMessage;
  readonly captured: unknown;
}

/** The hook of one system, and what is on its way with which message. */
export class Tracer implements MessageTracer {
  readonly #kernel: Kernel;
  readonly #hook: Tracing;
  readonly #calls = new WeakMap<OpenCall, Carried>();
  /** What each process has handled last, or does now. */
  readonly #handled = new WeakMap<Process, Carried>();

  constructor(kernel: Kernel, hook: Tracing) {
    this.#kernel = kernel;
    this.#hook = hook;
  }

  carry(to: Process, kind: TracedKind, name: string): unknown {
    const caller = callerOf(this.#kernel);
    const callers = caller === undefined ? [] : chainFrom(caller);
    const message: TracedMessage = Object.freeze({ kind, name, to: to.pid, callers });
    try {
      const captured = this.#hook.capture(message);
      this.#hear(captured, () => undefined);
      return { message, captured } satisfies Carried;
    } catch (error) {
      return this.#failed(error);
    }
  }

  carryCall(call: OpenCall, to: Process, name: string): void {
    const carried = this.carry(to, "call", name);
    if (carried !== undefined) this.#calls.set(call, carried as Carried);
  }

  ofCall(call: OpenCall): unknown {
    return this.#calls.get(call);
  }

  same(process: Process): unknown {
    return this.#handled.get(process);
  }

  callersOf(process: Process, call: OpenCall | undefined): readonly Pid[] {
    const carried = call === undefined ? this.#handled.get(process) : this.#calls.get(call);
    return carried?.message.callers ?? [];
  }

  run<R>(process: Process, carried: unknown, work: () => R): R {
    if (carried === undefined) {
      this.#handled.delete(process);
      return work();
    }
    const { message, captured } = carried as Carried;
    this.#handled.set(process, carried as Carried);
    let outcome: { readonly value: R } | { readonly thrown: unknown } | undefined;
    try {
      const answered: unknown = this.#hook.run(captured, message, () => {
        if (outcome !== undefined) throw new Error("a tracing hook runs each message once");
        try {
          outcome = { value: work() };
          return outcome.value;
        } catch (thrown) {
          outcome = { thrown };
          throw thrown;
        }
      });
      if (!isAnswer(outcome, answered)) this.#hear(answered, () => outcome);
    } catch (error) {
      if (!isThrown(outcome, error)) this.#failed(error);
    }
    outcome ??= this.#skipped(work);
    if ("thrown" in outcome) throw outcome.thrown;
    return outcome.value;
  }

  #skipped<R>(work: () => R): { readonly value: R } {
    this.#failed(new Error("a tracing hook did not run its message"));
    return { value: work() };
  }

  /** A hook that is asynchronous fails later: with the handler's own error, which is no failure of it, or another. */
  #hear(answered: unknown, outcomeOf: () => object | undefined): void {
    if (!(answered instanceof Promise)) return;
    answered.catch(async (error: unknown) => {
      const outcome = outcomeOf();
      const value = outcome !== undefined && "value" in outcome ? outcome.value : undefined;
      const own = value instanceof Promise ? await value.then(undefined, (thrown) => ({ thrown })) : outcome;
      if (!isThrown(own, error)) this.#failed(error);
    });
  }

  #failed(error: unknown): undefined {
    this.#kernel.telemetry.emit("listener:failed", { event: "tracing", error });
  }
}

/** The hook has answered what the handler did. */
function isAnswer(outcome: object | undefined, answered: unknown): boolean {
  return outcome !== undefined && "value" in outcome && outcome.value === answered;
}

/** The handler's own error, on its way through the hook. */
function isThrown(outcome: unknown, error: unknown): boolean {
  return typeof outcome === "object" && outcome !== null && "thrown" in outcome && outcome.thrown === error;
}
