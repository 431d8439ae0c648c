/**
 * Message traces: who was sent what, who took it, what came of it. While nobody traces, a message costs
 * one look at a field that is empty; while somebody does, each listener is told in the turn in which it
 * happens, in no process's name. A trace changes nothing: it queues nothing and takes no turn. That a
 * listener sends something itself is not told of, so that no trace feeds itself for ever.
 *
 * @module
 */

import { describe, type ExitReason, formatReason } from "../core/exit-reason.ts";
import type { Pid, ProcessWatcher } from "../core/pid.ts";
import type { CompiledBehaviour, Door } from "./behaviour.ts";
import { type Down, type Exit, exitOf } from "./links.ts";
import type { ExitSignal, Kernel, MessageObserver, Monitor, Process, StopAsked, Wait } from "./process.ts";
import { callerOf, type PendingCall } from "./sending.ts";

/** A message, as a trace shows it. */
export interface ShownMessage {
  readonly kind: "call" | "cast" | "message" | "down" | "exit" | "answer" | "idle" | "continue" | "stop";
  /** The handler of a call or cast; the kind of anything else. */
  readonly name: string;
  readonly input: unknown;
}

/** What a trace tells. `atMs` is monotonic. */
export type TraceEvent =
  | {
      readonly type: "sent";
      readonly atMs: number;
      readonly pid: Pid;
      /** Who sent it; `undefined` for plain code and timers. */
      readonly from: Pid | undefined;
      readonly message: ShownMessage;
    }
  | {
      /** Its handler begins. */
      readonly type: "taken";
      readonly atMs: number;
      readonly pid: Pid;
      /** Who called, died or exited; casts and messages name their sender when they are sent. */
      readonly from: Pid | undefined;
      readonly message: ShownMessage;
    }
  | {
      /** Its handler has returned or settled, and the state is the new one. */
      readonly type: "handled";
      readonly atMs: number;
      readonly pid: Pid;
    }
  | {
      /** A call got its answer: `value`, or with `ok: false` what `fail` was given. */
      readonly type: "answered";
      readonly atMs: number;
      readonly pid: Pid;
      readonly to: Pid | undefined;
      readonly ok: boolean;
      readonly value: unknown;
    };

/**
 * Told of one event. `state` is that of the process the event is about, as its last handler left it: look
 * at it, and do not change it. One that throws is removed, and reported as `listener:failed`.
 */
export type TraceListener = (event: TraceEvent, state: unknown) => void;

/** Whose events are wanted: of one process, of all of one definition, or of everybody. */
export interface Traced {
  readonly process?: Process;
  readonly behaviour?: CompiledBehaviour | undefined;
}

interface Subscription extends Traced {
  readonly listener: TraceListener;
  /** Learns of the death of the one process it is about. */
  readonly watcher: ProcessWatcher;
  /** It has been reported: one that rejects may have been told of more by then. */
  hasFailed: boolean;
}

/** All traces of one system. */
export class Traces implements MessageObserver {
  readonly #kernel: Kernel;
  readonly #subscriptions = new Set<Subscription>();
  #isTelling = false;

  private constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /** Those of `kernel`, which has them as long as there is one. */
  static of(kernel: Kernel): Traces {
    kernel.observer ??= new Traces(kernel);
    return kernel.observer as Traces;
  }

  /** @returns a function that ends it; it ends by itself when the one process it is about dies */
  add(traced: Traced, listener: TraceListener): () => void {
    const end = (): void => this.#remove(subscription);
    const watcher = { stopping: () => undefined, died: end };
    const subscription: Subscription = { ...traced, listener, watcher, hasFailed: false };
    if (traced.process?.status !== "dead") {
      this.#subscriptions.add(subscription);
      traced.process?.watch(watcher);
    }
    this.#settle();
    return end;
  }

  /** Ends those of one process, or all of them. */
  clear(process?: Process): void {
    for (const subscription of this.#subscriptions) {
      if (process === undefined || subscription.process === process) this.#remove(subscription);
    }
    this.#settle();
  }

  sent(to: Process, door: Door, payload: unknown, call: unknown): void {
    const kind = kindOf(door);
    if (kind === undefined || kind === "idle" || this.#isTelling) return;
    const from = senderOf(door, payload, call) ?? (isSignal(door) ? undefined : callerOf(this.#kernel));
    const message = messageOf(kind, to, door, payload, call);
    this.#tell(to, from, { type: "sent", ...this.#about(to), from: from?.pid, message });
  }

  taken(by: Process, door: Pick<Door, "kind" | "name">, payload: unknown, call: unknown): void {
    const kind = kindOf(door);
    if (kind === undefined || this.#isTelling) return;
    const from = senderOf(door, payload, call)?.pid;
    const message = messageOf(kind, by, door, payload, call);
    this.#tell(by, undefined, { type: "taken", ...this.#about(by), from, message });
  }

  handled(by: Process): void {
    this.#tell(by, undefined, { type: "handled", ...this.#about(by) });
  }

  answered({ callee, caller }: Wait, ok: boolean, value: unknown): void {
    const { atMs, pid } = this.#about(callee);
    this.#tell(callee, undefined, { type: "answered", atMs, pid, to: caller?.pid, ok, value });
  }

  #about({ pid }: Process) {
    return { atMs: this.#kernel.runtime.clock.now(), pid };
  }

  #tell(about: Process, from: Process | undefined, event: TraceEvent): void {
    if (this.#isTelling) return;
    const state = about.behaviour.infrastructure ? undefined : about.state;
    this.#isTelling = true;
    try {
      for (const subscription of [...this.#subscriptions]) {
        if (wants(subscription, about) || (from !== undefined && wants(subscription, from)))
          this.#kernel.asPlainCode(() => this.#tellOne(subscription, event, state));
      }
    } finally {
      this.#isTelling = false;
    }
  }

  #tellOne(subscription: Subscription, event: TraceEvent, state: unknown): void {
    // One that another listener of the same event has just ended is still in the round.
    if (!this.#subscriptions.has(subscription)) return;
    try {
      const result: unknown = subscription.listener(event, state);
      if (result instanceof Promise) result.catch((error) => this.#failed(subscription, error));
    } catch (error) {
      this.#failed(subscription, error);
    }
  }

  #failed(subscription: Subscription, error: unknown): void {
    if (subscription.hasFailed) return;
    subscription.hasFailed = true;
    this.#remove(subscription);
    this.#kernel.telemetry.emit("listener:failed", { event: "trace", error, detached: true });
  }

  #remove(subscription: Subscription): void {
    this.#subscriptions.delete(subscription);
    subscription.process?.unwatch(subscription.watcher);
    this.#settle();
  }

  /** Nobody pays for traces that nobody has. */
  #settle(): void {
    if (this.#subscriptions.size > 0) this.#kernel.observer = this;
    else if (this.#kernel.observer === this) this.#kernel.observer = undefined;
  }
}

function wants({ process, behaviour }: Subscription, who: Process): boolean {
  if (process !== undefined) return process === who;
  return behaviour === undefined || behaviour === who.behaviour;
}

/** @returns `undefined` for what the runtime tells itself */
function kindOf({ kind, name }: Pick<Door, "kind" | "name">): ShownMessage["kind"] | undefined {
  if (kind === "wake" || kind === "system") return undefined;
  if (kind === "alias") return "message";
  if (kind === "info") return name === "continue" ? "continue" : "message";
  return kind;
}

function isSignal({ kind }: Pick<Door, "kind">): boolean {
  return kind === "down" || kind === "exit";
}

function senderOf({ kind }: Pick<Door, "kind">, payload: unknown, call: unknown): Process | undefined {
  if (kind === "call") return (call as PendingCall).caller;
  if (kind === "down") return (payload as Monitor).target;
  return kind === "exit" ? (payload as ExitSignal).from : undefined;
}

function messageOf(
  kind: ShownMessage["kind"],
  to: Process,
  door: Pick<Door, "kind" | "name">,
  payload: unknown,
  call: unknown,
): ShownMessage {
  if (kind === "call" || kind === "cast") return { kind, name: door.name, input: payload };
  return { kind, name: kind, input: inputOf(kind, to, payload, call) };
}

function inputOf(kind: ShownMessage["kind"], to: Process, payload: unknown, call: unknown): unknown {
  if (kind === "down") return call;
  if (kind === "exit") return exitOf(to, payload as ExitSignal);
  if (kind === "stop") return (payload as StopAsked).reason;
  return kind === "idle" ? undefined : payload;
}

/**
 * An event as a line.
 *
 * @example
 * ```ts
 * import { createSystem, debug, defineActor } from "troupe";
 *
 * await using system = createSystem();
 * const Till = defineActor({ name: "till", init: () => 0, casts: { take: (sum, coins: number) => sum + coins } });
 * const till = await system.start(Till);
 * const lines: string[] = [];
 * debug(till).trace((event) => lines.push(formatTrace(event)));
 * till.cast.take(5);
 * await debug(till).state(); //=> 5
 * lines; //=> ["till (pid 1) is sent cast take(5)", "till (pid 1) takes cast take(5)", "till (pid 1) has handled it"]
 * ```
 */
export function formatTrace(event: TraceEvent): string {
  const who = String(event.pid);
  switch (event.type) {
    case "sent":
      return `${who} is sent ${textOf(event.message)}${fromText(event.from)}`;
    case "taken":
      return `${who} takes ${textOf(event.message)}${fromText(event.from)}`;
    case "handled":
      return `${who} has handled it`;
    case "answered": {
      const to = event.to === undefined ? "" : ` to ${String(event.to)}`;
      return `${who} ${event.ok ? "answers" : "fails with"} ${describe(event.value)}${to}`;
    }
  }
}

function textOf({ kind, name, input }: ShownMessage): string {
  switch (kind) {
    case "call":
    case "cast":
      return `${kind} ${name}(${input === undefined ? "" : describe(input)})`;
    case "idle":
      return kind;
    case "stop":
      return `${kind} ${formatReason(input as ExitReason)}`;
    case "down":
    case "exit":
      return `${kind} ${formatReason((input as Down | Exit).reason)}`;
    default:
      return `${kind} ${describe(input)}`;
  }
}

function fromText(from: Pid | undefined): string {
  return from === undefined ? "" : ` from ${String(from)}`;
}
