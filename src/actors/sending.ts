/**
 * How messages get into a mailbox: asking (a promise of the answer), telling, and raw messages. All of
 * it happens in the sender's turn; the receiver never runs in here.
 *
 * @module
 */

import { noAttribution } from "../core/attribution.ts";
import {
  ActorError,
  BadMessageError,
  CallCycleError,
  CallTimeoutError,
  ExitedError,
  type Handled,
} from "../core/errors.ts";
import { describe, type ExitReason } from "../core/exit-reason.ts";
import type { CallOptions, Pid } from "../core/pid.ts";
import type { Awaited } from "../core/scheduler.ts";
import { isThenable } from "../core/thenable.ts";
import type { DeadLetter } from "../telemetry/events.ts";
import { type Door, INFO } from "./behaviour.ts";
import { checkWaitOptions, type DeadlineQueue, type Expiring } from "./deadlines.ts";
import { freezePlain } from "./freeze.ts";
import type { Mailbox } from "./mailbox.ts";
import type { AliasMark, Kernel, OpenCall, Process, Wait } from "./process.ts";
import { beginWait, endWait, lookAtWaits } from "./waits.ts";

/** Milliseconds a call waits when nothing else is said. */
export const DEFAULT_TIMEOUT_MS = 5_000;

/** Of the options of a call. */
export const CALL_NAMES: readonly string[] = ["timeoutMs", "signal", "hashKey", "idempotent"];

/** The caller of a deferred call: what `self.from` is. */
export interface From<in R = never> {
  /** Answers; a second answer is ignored and counted as a dead letter. */
  reply(value: R): void;
  /** Rejects the caller's promise with `error`. */
  fail(error: unknown): void;
  /** Who asked; `undefined` for plain code. */
  readonly pid: Pid | undefined;
  /** The milliseconds for which who asked waits, from the call on; `Infinity` for as long as it takes. */
  readonly timeoutMs: number;
}

/** What settles the promise that a caller has. */
interface Listener {
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/** What a call was refused with. */
class Denial {
  readonly error: unknown;

  constructor(error: unknown) {
    this.error = error;
  }
}

/** One call on its way; also the `from` that its handler sees. */
export class PendingCall implements OpenCall, Wait, Expiring, Awaited, From {
  readonly callee: Process;
  readonly caller: Process | undefined;
  /** Set when the promise that the caller has began to wait for what was not there in its turn. */
  #listener: Listener | undefined = undefined;
  /** What it has come to without one: the answer, or a {@link Denial}. */
  #outcome: unknown = undefined;
  readonly timeoutMs: number;
  queue: DeadlineQueue | undefined = undefined;
  dueAtMs = 0;
  before: Expiring | undefined = undefined;
  after: Expiring | undefined = undefined;
  settled = false;
  withdrawn = false;
  started = false;
  /** Asked by `self.request`: the handler goes on meanwhile. */
  readonly #edgeless: boolean;
  /** Which of the caller's handlings has asked: a later one does not wait for it. */
  readonly #handling: number;
  /** Removes the abort listener, and tells who else wants to know. */
  #ended: (() => void) | undefined = undefined;

  constructor(callee: Process, caller: Process | undefined, timeoutMs: number) {
    this.callee = callee;
    this.caller = caller;
    this.timeoutMs = timeoutMs;
    this.#edgeless = callee.kernel.edgeless;
    this.#handling = caller === undefined ? 0 : caller.handled;
  }

  get pid(): Pid | undefined {
    return this.caller?.pid;
  }

  reply(value: unknown): void {
    if (this.settled) return this.#late(value);
    this.callee.kernel.observer?.answered(this, true, value);
    this.fulfil(value);
  }

  fail(error: unknown): void {
    if (this.settled) return this.#late(error);
    this.callee.kernel.observer?.answered(this, false, error);
    this.deny(error);
  }

  /** Settles without an answer of the process; nothing happens when it has settled. */
  fulfil(value: unknown): void {
    if (this.settled) return;
    this.#settle();
    if (this.#listener !== undefined) this.#listener.resolve(value);
    else this.#outcome = value;
  }

  /** As {@link fulfil}: deadlines, exits and circles are no answers. */
  deny(error: unknown): void {
    if (this.settled) return;
    this.#settle();
    if (this.#listener !== undefined) this.#listener.reject(error);
    else this.#outcome = new Denial(error);
  }

  take(): unknown {
    if (!this.settled) return new Later(this);
    if (this.#outcome instanceof Denial) throw this.#outcome.error;
    return this.#outcome;
  }

  listen(resolve: (value: unknown) => void, reject: (error: unknown) => void): void {
    if (!this.settled) {
      this.#listener = { resolve, reject };
      this.#beginWaiting();
    } else if (this.#outcome instanceof Denial) reject(this.#outcome.error);
    else resolve(this.#outcome);
  }

  /**
   * Most calls are answered before anybody has to wait: only one that is not has a deadline, an edge of waiting
   * circles, and keeps the host alive for plain code.
   */
  #beginWaiting(): void {
    const { kernel } = this.callee;
    kernel.deadlines.arm(this, this.timeoutMs);
    if (this.caller === undefined) return kernel.runtime.scheduler.hold();
    if (this.#edgeless || this.caller.handled !== this.#handling) return;
    beginWait(kernel, this);
    // Between two slices all handlers have returned, and there may not be another.
    if (kernel.running === undefined) lookAtWaits(kernel);
  }

  exited(reason: ExitReason, handled: Handled): void {
    if (!this.settled) this.deny(new ExitedError(this.callee.label, reason, handled));
  }

  /** There is no room for it. */
  shed(why: ActorError): void {
    this.deny(why);
  }

  expire(): void {
    this.deny(new CallTimeoutError(this.callee.label, this.timeoutMs));
  }

  refuse(circle: readonly Process[]): void {
    this.#withdraw(new CallCycleError(circle.map((process) => process.label)));
  }

  /** Calls `over` once, in the turn in which it settles. */
  whenSettled(over: () => void): void {
    const before = this.#ended;
    this.#ended = () => {
      before?.();
      over();
    };
  }

  /** Gives up when `signal` aborts. */
  abortWith(signal: AbortSignal): void {
    const onAbort = (): void => {
      const handled = this.started ? "unknown" : "no";
      this.#withdraw(
        new ActorError("ERR_ABORTED", handled, `the call to ${this.callee.label} was aborted by its caller`, {
          cause: signal.reason,
        }),
      );
    };
    if (signal.aborted) return onAbort();
    try {
      this.#ended = this.callee.kernel.aborts.listen("call", signal, onAbort);
    } catch (error) {
      this.#withdraw(error);
    }
  }

  /** What no handler has seen yet is skipped when its turn comes. */
  #withdraw(error: unknown): void {
    if (this.settled) return;
    if (!this.started) this.withdrawn = true;
    this.deny(error);
  }

  #settle(): void {
    this.settled = true;
    const { ties } = this.callee;
    if (this.#listener !== undefined) this.#endWaiting();
    if (ties?.open?.delete(this)) this.callee.tellEased();
    this.#ended?.();
  }

  #endWaiting(): void {
    const { kernel } = this.callee;
    kernel.deadlines.cancel(this);
    if (this.caller !== undefined) endWait(this);
    else kernel.runtime.scheduler.release();
  }

  #late(message: unknown): void {
    deadLetter(this.callee.kernel, { to: this.callee.label, kind: "reply", message, why: "late" });
  }
}

/** A call that has no answer yet, as a promise takes it; apart, since a `from` may not be a thenable. */
class Later {
  readonly #call: PendingCall;

  constructor(call: PendingCall) {
    this.#call = call;
  }

  // biome-ignore lint/suspicious/noThenProperty: a promise that is resolved with it waits for the call
  then(resolve: (value: unknown) => void, reject: (error: unknown) => void): void {
    this.#call.listen(resolve, reject);
  }
}

/**
 * Asks `callee` through `door`.
 *
 * @param options - as a user gave them; anything but an object is taken as none
 */
export function ask(
  callee: Process,
  door: Door,
  input: unknown,
  options: CallOptions | undefined,
): Promise<unknown> {
  const { kernel } = callee;
  const caller = callerOf(kernel);
  if (callee.status !== "running" && callee.status !== "starting") return Promise.reject(goneError(callee));
  if (door.behaviour !== callee.behaviour) return Promise.reject(wrongActor(callee, door));
  if (kernel.zombies > 0 && isDetached(kernel)) return Promise.reject(detachedError(callee));
  let checked = input;
  if (door.schema !== undefined) {
    const verdict = checkAtDoor(callee.label, door, input);
    if (verdict.error !== undefined) return Promise.reject(verdict.error);
    checked = verdict.value;
  }
  if (kernel.freezes) freezePlain(checked);
  if (callee.queued >= callee.mark && !makeRoom(callee)) return Promise.reject(overloaded(callee));
  const timeoutMs = options?.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  if (typeof options === "object" && options !== null) {
    try {
      checkWaitOptions("call", options, CALL_NAMES);
    } catch (error) {
      return Promise.reject(error);
    }
  }
  const call = new PendingCall(callee, caller, timeoutMs);
  const answer = kernel.runtime.scheduler.promise(call);
  if (options?.signal !== undefined) call.abortWith(options.signal);
  if (!call.withdrawn) {
    kernel.tracing?.carryCall(call, callee, door.name);
    callee.enqueue(door, checked, call);
  }
  return answer;
}

/** Tells `callee` through `door`; what cannot be delivered is a dead letter, never a throw. */
export function tell(callee: Process, door: Door, input: unknown): void {
  const { kernel } = callee;
  const why = whyNot(callee, door);
  if (why !== undefined) return deadLetter(kernel, { to: callee.label, kind: "cast", message: input, why });
  let checked = input;
  if (door.schema !== undefined) {
    const verdict = checkAtDoor(callee.label, door, input);
    if (verdict.error !== undefined) {
      return deadLetter(kernel, { to: callee.label, kind: "cast", message: input, why: "badMessage" });
    }
    checked = verdict.value;
  }
  if (kernel.freezes) freezePlain(checked);
  if (callee.queued >= callee.mark && !makeRoom(callee)) {
    return deadLetter(kernel, { to: callee.label, kind: "cast", message: input, why: "overloaded" });
  }
  callee.enqueue(door, checked, kernel.tracing?.carry(callee, "cast", door.name));
}

/** Sends a raw message; one that comes by an alias through the door of its own. */
export function send(target: Process, message: unknown, door: Door = INFO, aliased?: AliasMark): void {
  const { kernel } = target;
  if (
    (target.status !== "running" && target.status !== "starting") ||
    (kernel.zombies > 0 && isDetached(kernel))
  ) {
    const why = target.status === "stopping" ? "stopping" : target.status === "dead" ? "dead" : "detached";
    return deadLetter(kernel, { to: target.label, kind: "message", message, why });
  }
  if (kernel.freezes) freezePlain(message);
  if (target.queued >= target.mark && !makeRoom(target)) {
    return deadLetter(kernel, { to: target.label, kind: "message", message, why: "overloaded" });
  }
  const carried = kernel.tracing?.carry(target, "message", "info");
  if (aliased !== undefined) aliased.carried = carried;
  target.enqueue(door, message, aliased ?? carried);
}

/** A dead letter before it is counted. */
export type Letter = Omit<DeadLetter, "count">;

/** Counts a message that nobody will handle, and tells of it. */
export function deadLetter(kernel: Kernel, { to, kind, message, why }: Letter): void {
  kernel.deadLetters += 1;
  if (!kernel.telemetry.heard("message:dead")) return;
  // Field by field: a spread that adds a property takes many times as long.
  kernel.telemetry.emit("message:dead", { to, kind, message, why, count: kernel.deadLetters });
}

/** The calls that `process` has and whose callers still wait, in its mailbox or open; O(messages). */
export function unansweredOf(process: Process): PendingCall[] {
  const calls = [...(process.ties?.open ?? [])] as PendingCall[];
  const { mailbox } = process;
  if (mailbox !== undefined)
    for (let at = mailbox.peekOther(0); at >= 0; at = mailbox.peekOther(at + 1))
      if (mailbox.door.kind === "call") calls.push(mailbox.call as PendingCall);
  return calls.filter(({ settled }) => !settled);
}

/** The process whose handler is asking: known by context, or by the slice that runs. */
export function callerOf(kernel: Kernel): Process | undefined {
  const owner = kernel.runtime.attribution.current() as Process | undefined;
  if (owner === undefined) return kernel.running;
  return owner.kernel === kernel ? owner : undefined;
}

/** Is it known for certain whether code is this process's, after an `await` as well? */
export function isAttributed({ kernel, behaviour }: Process): boolean {
  return !behaviour.infrastructure && kernel.runtime.attribution !== noAttribution;
}

/** `true` in the context of a process that has died: a handler that runs on after its end. */
export function isDetached(kernel: Kernel): boolean {
  const owner = kernel.runtime.attribution.current() as Process | undefined;
  return owner !== undefined && owner.kernel === kernel && owner.status === "dead";
}

/** What a caller of a process that takes no messages gets. */
export function goneError(callee: Process): ActorError {
  if (callee.status === "stopping" && callee.reason !== undefined) {
    return new ExitedError(callee.label, callee.reason, "no");
  }
  return new ActorError("ERR_NOPROC", "no", `${callee.label} is dead; the request was not handled`);
}

export function detachedError(callee: Process): ActorError {
  return new ActorError(
    "ERR_DETACHED",
    "no",
    `this handler's process has died, so that its call to ${callee.label} is refused`,
  );
}

function wrongActor(callee: Process, door: Door): ActorError {
  return new ActorError(
    "ERR_WRONG_ACTOR",
    "no",
    `${callee.label} is not a ${door.behaviour?.name ?? "process of that definition"}: it does not answer ${door.name}`,
  );
}

function overloaded(callee: Process): ActorError {
  return new ActorError(
    "ERR_OVERLOADED",
    "no",
    `the mailbox of ${callee.label} is full (${callee.queued} waiting); the request was not handled`,
  );
}

function whyNot(callee: Process, door: Door): DeadLetter["why"] | undefined {
  if (callee.status === "stopping" || callee.status === "dead") return callee.status;
  if (door.behaviour !== callee.behaviour) return "wrongActor";
  return callee.kernel.zombies > 0 && isDetached(callee.kernel) ? "detached" : undefined;
}

/** The mailbox has reached its mark: tells of it, or sheds as its policy says. @returns may one more come? */
function makeRoom(process: Process): boolean {
  const options = process.behaviour.mailbox;
  if (options === undefined || !("capacity" in options)) {
    const { pid, label, queued, kernel } = process;
    process.mark *= 10;
    kernel.telemetry.emit("mailbox:high", { pid, label, queued });
    return true;
  }
  return options.policy === "dropOldest" && shedOldest(process);
}

/** Sheds the oldest message that is neither a signal nor a `down`; O(messages before it). */
function shedOldest(process: Process): boolean {
  const mailbox = process.mailbox as Mailbox;
  for (let index = 0; mailbox.peek(index); index += 1) {
    const { kind } = mailbox.door;
    if (kind !== "call" && kind !== "cast" && kind !== "info" && kind !== "alias") continue;
    const full = overloaded(process);
    mailbox.takeAt(index);
    const { payload, call } = mailbox;
    if (kind === "call") (call as PendingCall).shed(full);
    else
      deadLetter(process.kernel, {
        to: process.label,
        kind: kind === "cast" ? kind : "message",
        message: payload,
        why: "overloaded",
      });
    return true;
  }
  return false;
}

type Verdict =
  | { readonly value: unknown; readonly error?: undefined }
  | { readonly value?: undefined; readonly error: ActorError };

/** Runs the schema in the sender's turn. */
function checkAtDoor(target: string, door: Door, input: unknown): Verdict {
  try {
    const result = (door.schema as NonNullable<Door["schema"]>)["~standard"].validate(input);
    if (isThenable(result)) {
      // Its outcome is of no use, and must not come up as an unhandled rejection.
      result.then(undefined, () => undefined);
      return {
        error: new ActorError(
          "ERR_ASYNC_SCHEMA",
          "no",
          `the schema of ${door.name} is asynchronous; only synchronous ones can stand at the door of ${target}`,
        ),
      };
    }
    if (result.issues !== undefined) return { error: new BadMessageError(target, door.name, result.issues) };
    return { value: result.value };
  } catch (error) {
    return { error: new BadMessageError(target, door.name, [{ message: describe(error) }]) };
  }
}
