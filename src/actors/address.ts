/**
 * Addresses: a {@link PidAddress} is one incarnation, a {@link NameAddress} is resolved at each use.
 *
 * @module
 */

import { NAME_PORT } from "../core/child-spec.ts";
import { ActorError, CallTimeoutError, ExitedError } from "../core/errors.ts";
import { describe, type ExitReason, NOPROC, type ReasonInput, toExitReason } from "../core/exit-reason.ts";
import type { NamePort } from "../core/name.ts";
import { type CallOptions, type Name, type Pid, PORT, type StopOptions } from "../core/pid.ts";
import { type CompiledBehaviour, type Door, type FaceTarget, STOP } from "./behaviour.ts";
import { checkTimeout, Deadline } from "./deadlines.ts";
import { monitorFromOutside, sendExit } from "./links.ts";
import { type Kernel, type Process, processOf, type Wait } from "./process.ts";
import { ask, callerOf, DEFAULT_TIMEOUT_MS, deadLetter, send, tell } from "./sending.ts";
import { beginWait, endWait } from "./waits.ts";

/** How `console.log` shows an address. */
const INSPECT = Symbol.for("nodejs.util.inspect.custom");

/** One incarnation; keeps nothing of a dead process's state alive. */
export class PidAddress implements FaceTarget {
  readonly [PORT]: Process;
  #calls: object | undefined;
  #casts: object | undefined;

  constructor(process: Process) {
    this[PORT] = process;
  }

  get kind(): "pid" {
    return "pid";
  }

  get serial(): number {
    return this[PORT].serial;
  }

  get call(): object {
    this.#calls ??= new this[PORT].behaviour.Calls(this);
    return this.#calls;
  }

  get cast(): object {
    this.#casts ??= new this[PORT].behaviour.Casts(this);
    return this.#casts;
  }

  ask(door: Door, input: unknown, options: unknown): Promise<unknown> {
    return ask(this[PORT], door, input, options as CallOptions | undefined);
  }

  tell(door: Door, input: unknown): void {
    tell(this[PORT], door, input);
  }

  send(message: unknown): void {
    send(this[PORT], message);
  }

  stop(options: StopOptions = {}): Promise<void> {
    return stopProcess(this[PORT], options);
  }

  exit(reason: ReasonInput | "kill"): void {
    exitProcess(this[PORT], reason);
  }

  down(): Promise<ExitReason> {
    return downOf(this[PORT]);
  }

  toString(): string {
    return this[PORT].label;
  }

  [INSPECT](): string {
    return `#${this[PORT].label}`;
  }
}

/** Sends an exit signal as plain code does; only its own is known to a process for its own. */
function exitProcess(process: Process, reason: ReasonInput | "kill"): void {
  if (reason === "kill") return sendExit(process, undefined, { kind: "killed" }, true);
  const from = callerOf(process.kernel) === process ? process : undefined;
  sendExit(process, from, toExitReason(reason), false);
}

/** Holds the host alive while plain code waits. */
function downOf(process: Process): Promise<ExitReason> {
  const { scheduler } = process.kernel.runtime;
  const holds = callerOf(process.kernel) === undefined;
  if (holds) scheduler.hold();
  return new Promise((settle) => {
    monitorFromOutside(process, (reason) => {
      if (holds) scheduler.release();
      settle(reason);
    });
  });
}

function stopProcess(
  process: Process,
  { reason = "normal", timeoutMs = Number.POSITIVE_INFINITY }: StopOptions,
): Promise<void> {
  if (process.status === "dead") {
    if (process.over) {
      return Promise.reject(
        new ActorError("ERR_NOPROC", "no", `${process.label} is dead: there is nothing to stop`),
      );
    }
    // Whatever it died of: what it owned is still being closed.
    const died = process.reason ?? NOPROC;
    return new Promise((done, failed) => void new StopRequest(process, died, timeoutMs, done, failed));
  }
  return new Promise((done, failed) => {
    checkTimeout("stop", timeoutMs);
    const request = new StopRequest(process, toExitReason(reason), timeoutMs, done, failed);
    if (process.status !== "stopping") process.enqueue(STOP, request, undefined);
  });
}

/** A request to end, in its place in the mailbox; settles when nothing of the process is left. */
class StopRequest implements Wait {
  readonly caller: Process | undefined;
  readonly callee: Process;
  readonly reason: ExitReason;
  readonly #deadline = new Deadline(() => this.#expire());
  settled = false;
  /** It has been refused: its place in the mailbox means nothing any more. */
  withdrawn = false;
  readonly #holds: boolean;
  readonly #done: () => void;
  readonly #failed: (error: unknown) => void;
  readonly #timeoutMs: number;

  constructor(
    callee: Process,
    reason: ExitReason,
    timeoutMs: number,
    done: () => void,
    failed: (error: unknown) => void,
  ) {
    const { kernel } = callee;
    this.callee = callee;
    this.caller = callerOf(kernel);
    this.reason = reason;
    this.#done = done;
    this.#failed = failed;
    this.#timeoutMs = timeoutMs;
    this.#holds = this.caller === undefined;
    if (this.#holds) kernel.runtime.scheduler.hold();
    else if (!kernel.edgeless) beginWait(kernel, this);
    kernel.deadlines.arm(this.#deadline, timeoutMs);
    callee.whenOver((actual) => {
      if (isSameEnd(actual, reason)) this.#settle(this.#done);
      else this.#settle(() => this.#failed(new ExitedError(callee.label, actual, "unknown")));
    });
  }

  refuse(circle: readonly Process[] | ExitReason): void {
    // The mailbox is emptied because the process stops anyway: its end is waited for all the same.
    if (!Array.isArray(circle)) return;
    this.withdrawn = true;
    const names = (circle as readonly Process[]).map((process) => process.label).join(" → ");
    this.#settle(() =>
      this.#failed(new ActorError("ERR_CALL_CYCLE", "no", `this stop waits for itself: ${names}`)),
    );
  }

  #expire(): void {
    const { label } = this.callee;
    const text = `${label} did not end within ${this.#timeoutMs} ms; it has been asked to and may still end`;
    this.#settle(() => this.#failed(new ActorError("ERR_STOP_TIMEOUT", "unknown", text)));
  }

  #settle(how: () => void): void {
    if (this.settled) return;
    this.settled = true;
    const { kernel } = this.callee;
    kernel.deadlines.cancel(this.#deadline);
    if (this.#holds) kernel.runtime.scheduler.release();
    else endWait(this);
    how();
  }
}

/** Another error than the one it was to end with is not what was asked for. */
function isSameEnd(actual: ExitReason, asked: ExitReason): boolean {
  if (actual.kind === "error") return asked.kind === "error" && Object.is(actual.error, asked.error);
  if (actual.kind === "shutdown") return asked.kind === "shutdown" && Object.is(actual.detail, asked.detail);
  return actual.kind === asked.kind;
}

/** Resolved at each use through a name service. */
export class NameAddress implements FaceTarget {
  readonly [NAME_PORT]: NamePort;
  readonly #kernel: Kernel;
  readonly #behaviour: CompiledBehaviour;
  readonly #waitMs: number;
  #calls: object | undefined;
  #casts: object | undefined;

  /** @param waitMs - milliseconds a call waits for somebody to take the name */
  constructor(kernel: Kernel, behaviour: CompiledBehaviour, port: NamePort, waitMs: number) {
    this[NAME_PORT] = port;
    this.#kernel = kernel;
    this.#behaviour = behaviour;
    this.#waitMs = waitMs;
  }

  get kind(): "name" {
    return "name";
  }

  get call(): object {
    this.#calls ??= new this.#behaviour.Calls(this);
    return this.#calls;
  }

  get cast(): object {
    this.#casts ??= new this.#behaviour.Casts(this);
    return this.#casts;
  }

  whereis(): Pid | undefined {
    return this[NAME_PORT].whereis();
  }

  ask(door: Door, input: unknown, options: unknown): Promise<unknown> {
    try {
      const pid = this[NAME_PORT].whereis();
      if (pid !== undefined) return ask(processOf(pid), door, input, options as CallOptions | undefined);
    } catch (error) {
      return Promise.reject(error);
    }
    if (this.#waitMs <= 0) return Promise.reject(this.#nobody());
    return this.#askLater(door, input, (options as CallOptions | undefined) ?? {});
  }

  tell(door: Door, input: unknown): void {
    const process = this.#find();
    if (process !== undefined) tell(process, door, input);
    else this.#dead("cast", input);
  }

  send(message: unknown): void {
    const process = this.#find();
    if (process !== undefined) send(process, message);
    else this.#dead("message", message);
  }

  stop(options: StopOptions = {}): Promise<void> {
    const process = this.#find();
    return process === undefined ? Promise.reject(this.#nobody()) : stopProcess(process, options);
  }

  exit(reason: ReasonInput | "kill"): void {
    const process = this.#find();
    if (process !== undefined) exitProcess(process, reason);
  }

  down(): Promise<ExitReason> {
    const process = this.#find();
    return process === undefined ? Promise.resolve(NOPROC) : downOf(process);
  }

  toString(): string {
    return this[NAME_PORT].label;
  }

  [INSPECT](): string {
    return `#${this[NAME_PORT].label}`;
  }

  #find(): Process | undefined {
    try {
      const pid = this[NAME_PORT].whereis();
      return pid === undefined ? undefined : processOf(pid);
    } catch {
      // The name service is down: for a message that is the same as nobody there.
      return undefined;
    }
  }

  /** One deadline over waiting for the name and for the answer. */
  async #askLater(door: Door, input: unknown, options: CallOptions): Promise<unknown> {
    const { timeoutMs = DEFAULT_TIMEOUT_MS, signal } = options;
    checkTimeout("call", timeoutMs);
    const kernel = this.#kernel;
    const { edgeless } = kernel;
    const { clock } = kernel.runtime;
    const startedAtMs = clock.now();
    const pid = await this.#appears(Math.min(this.#waitMs, timeoutMs), timeoutMs <= this.#waitMs, signal);
    const leftMs = timeoutMs - (clock.now() - startedAtMs);
    const was = kernel.edgeless;
    kernel.edgeless = edgeless;
    try {
      return ask(processOf(pid), door, input, { ...options, timeoutMs: Math.max(0, leftMs) });
    } finally {
      kernel.edgeless = was;
    }
  }

  #appears(waitMs: number, isWholeDeadline: boolean, signal: AbortSignal | undefined): Promise<Pid> {
    const { deadlines, runtime } = this.#kernel;
    const holds = callerOf(this.#kernel) === undefined;
    if (holds) runtime.scheduler.hold();
    return new Promise((found, failed) => {
      const over = (settle: () => void): void => {
        deadlines.cancel(waiting);
        forget();
        signal?.removeEventListener("abort", aborted);
        if (holds) runtime.scheduler.release();
        settle();
      };
      const waiting = new Deadline(() =>
        over(() => failed(isWholeDeadline ? new CallTimeoutError(this.toString(), waitMs) : this.#nobody())),
      );
      const aborted = (): void => over(() => failed(this.#aborted(signal?.reason)));
      const forget = this[NAME_PORT].onRegister((pid) => over(() => found(pid)));
      deadlines.arm(waiting, waitMs);
      if (signal?.aborted === true) aborted();
      else signal?.addEventListener("abort", aborted, { once: true });
    });
  }

  #nobody(): ActorError {
    return new ActorError(
      "ERR_NOPROC",
      "no",
      `nobody is registered as ${this.toString()}; the request was not handled`,
    );
  }

  #aborted(cause: unknown): ActorError {
    const text = `the call to ${this.toString()} was aborted by its caller`;
    return new ActorError("ERR_ABORTED", "no", text, { cause });
  }

  #dead(kind: "cast" | "message", message: unknown): void {
    deadLetter(this.#kernel, { to: this.toString(), kind, message, why: "noname" });
  }
}

/** A typed name over any name service. */
export function createName<A>(
  kernel: Kernel,
  behaviour: CompiledBehaviour,
  port: NamePort,
  options: { readonly waitMs?: number } = {},
): Name<A> {
  return new NameAddress(kernel, behaviour, port, options.waitMs ?? 0) as unknown as Name<A>;
}

/** For messages: how an address or anything else is shown. */
export function labelOf(value: unknown): string {
  return value instanceof PidAddress || value instanceof NameAddress ? value.toString() : describe(value);
}
