/**
 * Names: resolved at each use through a name service, so that they outlive restarts.
 *
 * @module
 */

import { NAME_PORT } from "../core/child-spec.ts";
import { ActorError, CallTimeoutError } from "../core/errors.ts";
import { type ExitReason, NOPROC, type ReasonInput } from "../core/exit-reason.ts";
import type { NamePort } from "../core/name.ts";
import type { CallOptions, Name, Pid, StopOptions } from "../core/pid.ts";
import { INSPECT } from "./address.ts";
import type { CompiledBehaviour, Door, FaceTarget } from "./behaviour.ts";
import { checkWaitOptions, Deadline } from "./deadlines.ts";
import { downOf, exitProcess, stopProcess } from "./ending.ts";
import { type Kernel, type Process, processOf } from "./process.ts";
import { ask, CALL_NAMES, callerOf, DEFAULT_TIMEOUT_MS, deadLetter, send, tell } from "./sending.ts";

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
    checkWaitOptions("call", options, CALL_NAMES);
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
    const { aborts, deadlines, runtime, plainWaits } = this.#kernel;
    const caller = callerOf(this.#kernel);
    return new Promise((found, failed) => {
      let unlisten: (() => void) | undefined;
      const over = (settle: () => void): void => {
        deadlines.cancel(waiting);
        forget();
        unlisten?.();
        if (caller === undefined) {
          plainWaits.delete(ending);
          runtime.scheduler.release();
        } else if (caller.status !== "dead") caller.unwatch(ending);
        settle();
      };
      const waiting = new Deadline(() =>
        over(() => failed(isWholeDeadline ? new CallTimeoutError(this.toString(), waitMs) : this.#nobody())),
      );
      const aborted = (): void => over(() => failed(this.#aborted(signal?.reason)));
      const ending = {
        stopped: () => over(() => failed(this.#ended("ERR_NOT_RUNNING", "its system has been stopped"))),
        stopping: () => undefined,
        died: () => over(() => failed(this.#ended("ERR_DETACHED", "the process that called has died"))),
      };
      const forget = this[NAME_PORT].onRegister((pid) => over(() => found(pid)));
      deadlines.arm(waiting, waitMs);
      if (caller === undefined) {
        runtime.scheduler.hold();
        plainWaits.add(ending);
      } else caller.watch(ending);
      if (signal === undefined) return;
      if (signal.aborted) return aborted();
      try {
        unlisten = aborts.listen("call", signal, aborted);
      } catch (error) {
        over(() => failed(error));
      }
    });
  }

  #nobody(): ActorError {
    return new ActorError(
      "ERR_NOPROC",
      "no",
      `nobody is registered as ${this.toString()}; the request was not handled`,
    );
  }

  #ended(code: "ERR_NOT_RUNNING" | "ERR_DETACHED", why: string): ActorError {
    return new ActorError(code, "no", `the call to ${this.toString()} is over: ${why}; it was not handled`);
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
