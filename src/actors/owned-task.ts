/**
 * The right to the outcome of a task: who has it, how it is waited for, and that it is handed out once.
 *
 * @module
 */

import { ActorError, ExitedError, InvalidOptionsError } from "../core/errors.ts";
import { type ExitReason, KILLED, SHUTDOWN } from "../core/exit-reason.ts";
import type { Pid } from "../core/pid.ts";
import { checkTimeout } from "./deadlines.ts";
import { afterEnd, takeCrash } from "./death.ts";
import type { Self, System } from "./definition.ts";
import { demonitor, monitorFromOutside, sendExit, unlink } from "./links.ts";
import { type Kernel, type Monitor, type Process, processOf } from "./process.ts";
import { callerOf, DEFAULT_TIMEOUT_MS, isAttributed, isDetached } from "./sending.ts";
import { kernelOf } from "./system.ts";
import { checkWaitOptions, type TaskWaitOptions } from "./task-options.ts";
import { type Awaitable, waitForTasks } from "./task-wait.ts";

/** What a task came to. */
export type TaskOutcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly reason: ExitReason };

/** Work that runs as a process, and the right to its outcome. */
export interface Task<T> {
  /** Its process; `undefined` for a completed one. */
  readonly pid: Pid | undefined;
  /**
   * Waits for the value, and takes it.
   *
   * When the time is up the task is given up: it runs on, and its outcome is dropped. A linked owner that
   * does not trap ends by the task's own crash before its wait is told.
   *
   * @throws ActorError (as a rejection) `ERR_EXITED` with the reason when the task crashed, `ERR_TASK_TIMEOUT`,
   *   `ERR_NOT_OWNER`, `ERR_TASK_TAKEN`, `ERR_CALL_CYCLE` when the task waits for its owner
   * @follows Elixir `Task.await/2`; the exit is a rejection, which a process may catch
   */
  result(options?: TaskWaitOptions): Promise<T>;
  /**
   * Looks for the outcome, and takes it when it is there.
   *
   * @returns the outcome, `undefined` while there is none
   * @throws ActorError `ERR_NOT_OWNER`, `ERR_TASK_TAKEN`
   * @follows Elixir `Task.yield/2` with a timeout of 0
   */
  poll(): TaskOutcome<T> | undefined;
  /**
   * Waits for the outcome, and takes it; may be repeated until it is there.
   *
   * @returns the outcome, `undefined` when the time is up
   * @follows Elixir `Task.yield/2`
   */
  yield(options?: TaskWaitOptions): Promise<TaskOutcome<T> | undefined>;
  /**
   * Ends the task: cuts the link, aborts its `self.signal`, lets it finish for so many milliseconds, then kills
   * it. `"brutalKill"` kills it at once.
   *
   * @param timeoutMs - milliseconds, 5,000 when absent, or `"brutalKill"`
   * @returns `undefined` when it ended as it was told to; its outcome when it had, or made, one; the reason
   *   `killed` when it did not end in time; `noproc` when the outcome was taken before
   * @follows Elixir `Task.shutdown/2`; a task there is cut off, here it may finish, as with any shutdown
   */
  shutdown(timeoutMs?: number | "brutalKill"): Promise<TaskOutcome<T> | undefined>;
  /**
   * Cuts the link and gives up the outcome; the task runs on.
   *
   * @returns the outcome if it was there
   * @follows Elixir `Task.ignore/1`
   */
  ignore(): TaskOutcome<T> | undefined;
}

/** Who may wait for a task. */
export interface Ownership {
  readonly kernel: Kernel;
  /** `undefined` for plain code. */
  readonly process: Process | undefined;
  readonly self: Self | undefined;
  readonly system: System;
}

/** Tells a `self` from a system. */
export function ownershipOf(owner: Self | System): Ownership {
  if (typeof owner === "object" && owner !== null) {
    if ("pid" in owner) {
      const process = processOf(owner.pid);
      return { kernel: process.kernel, process, self: owner, system: owner.system };
    }
    const kernel = kernelOf(owner);
    if (kernel !== undefined) return { kernel, process: undefined, self: undefined, system: owner };
  }
  throw new InvalidOptionsError("a task's owner", ["must be the self of a process, or a system"]);
}

/** A task as its makers see it: what came of it, and who may have that. */
export class OwnedTask<T> implements Task<T>, Awaitable {
  readonly owner: Ownership;
  process: Process | undefined = undefined;
  onThere: (() => void) | undefined = undefined;
  #monitor: Monitor | undefined = undefined;
  #returned: { readonly value: T } | undefined = undefined;
  #outcome: TaskOutcome<T> | undefined = undefined;
  /** The outcome has been handed out, or nobody will ask for it. */
  #isTaken = false;

  constructor(owner: Ownership) {
    this.owner = owner;
  }

  get pid(): Pid | undefined {
    return this.process?.pid;
  }

  get isThere(): boolean {
    return this.#outcome !== undefined;
  }

  /** It ended without a value. */
  get hasFailed(): boolean {
    return this.#outcome?.ok === false;
  }

  /** Its work has come to a value; that counts when the process ends with it. */
  returned(value: T): void {
    this.#returned = { value };
  }

  watch(process: Process, linked: boolean, onEnd?: (reason: ExitReason) => void): void {
    this.process = process;
    this.#monitor = monitorFromOutside(process, (reason) => {
      const returned = reason.kind === "normal" ? this.#returned : undefined;
      this.#outcome = returned === undefined ? { ok: false, reason } : { ok: true, value: returned.value };
      onEnd?.(reason);
      const owner = linked && reason.kind !== "normal" ? this.owner.process : undefined;
      if (owner === undefined || this.onThere === undefined) this.onThere?.();
      else afterSignals(owner, () => this.onThere?.());
    });
  }

  arrive(outcome: TaskOutcome<T>): void {
    this.#outcome = outcome;
    this.onThere?.();
  }

  result(options: TaskWaitOptions = {}): Promise<T> {
    return this.#wait("result", options, (timedOut, timeoutMs) => {
      if (!timedOut) return this.takeValue();
      this.giveUp();
      throw this.timeoutError(timeoutMs);
    });
  }

  poll(): TaskOutcome<T> | undefined {
    this.checkTurn("poll");
    return this.isThere ? this.take() : undefined;
  }

  yield(options: TaskWaitOptions = {}): Promise<TaskOutcome<T> | undefined> {
    return this.#wait("yield", options, (timedOut) => (timedOut ? undefined : this.take()));
  }

  async shutdown(timeoutMs: number | "brutalKill" = DEFAULT_TIMEOUT_MS): Promise<TaskOutcome<T> | undefined> {
    if (timeoutMs !== "brutalKill") checkTimeout("shutdown", timeoutMs);
    this.checkOwner("shutdown");
    if (this.#isTaken) return { ok: false, reason: { kind: "noproc" } };
    this.checkTurn("shutdown");
    const { process } = this;
    if (process === undefined || this.isThere) return this.take();
    this.#unlink();
    if (timeoutMs === "brutalKill") return this.#kill(process, "killed");
    sendExit(process, process.parent ?? process.kernel.root, SHUTDOWN, false);
    const late: unique symbol = Symbol("late");
    const ended = await waitForTasks<TaskOutcome<T> | undefined | typeof late>(this.owner.kernel, [this], {
      timeoutMs,
      isEnough: () => this.isThere,
      finish: (timedOut) => (timedOut ? late : this.#takeUnless("shutdown")),
    });
    return ended === late ? this.#kill(process, "shutdown") : ended;
  }

  ignore(): TaskOutcome<T> | undefined {
    this.checkTurn("ignore");
    this.#unlink();
    if (this.isThere) return this.take();
    this.giveUp();
    return undefined;
  }

  /** @throws ActorError `ERR_NOT_OWNER`, `ERR_DETACHED` for an owner that has died, `ERR_TASK_TAKEN` */
  checkTurn(what: string): void {
    this.checkOwner(what);
    const why = this.#isTaken ? "has been taken or given up" : "is being waited for by another call";
    if (!this.#isTaken && this.onThere === undefined) return;
    const text = `${what}: the outcome of ${this.label} ${why}; a task answers once`;
    throw new ActorError("ERR_TASK_TAKEN", "no", text);
  }

  checkOwner(what: string): void {
    const { kernel, process } = this.owner;
    const caller = callerOf(kernel);
    // Without attribution nobody knows whose code goes on after an await.
    if (caller !== process && (caller !== undefined || (process !== undefined && isAttributed(process)))) {
      const owner = process === undefined ? "plain code" : process.label;
      const text = `${what}: ${this.label} belongs to ${owner}, and only its owner may ask for its outcome`;
      throw new ActorError("ERR_NOT_OWNER", "no", text);
    }
    if (process !== undefined && isDetached(kernel)) throw afterEnd(process, "waits for no task");
  }

  get label(): string {
    return this.process?.label ?? "a completed task";
  }

  /** Hands out the outcome. */
  take(): TaskOutcome<T> {
    this.#isTaken = true;
    return this.#outcome as TaskOutcome<T>;
  }

  takeValue(): T {
    const outcome = this.take();
    if (outcome.ok) return outcome.value;
    throw new ExitedError(this.label, outcome.reason, "unknown");
  }

  /** What comes from now on is dropped. */
  giveUp(): void {
    this.#isTaken = true;
    if (this.#monitor !== undefined) demonitor(this.#monitor, false);
  }

  timeoutError(timeoutMs: number): ActorError {
    const text = `${this.label} had no result within ${timeoutMs} ms; it may still do its work`;
    return new ActorError("ERR_TASK_TIMEOUT", "unknown", text);
  }

  async #wait<R>(
    what: string,
    options: TaskWaitOptions,
    finish: (timedOut: boolean, timeoutMs: number) => R,
  ): Promise<R> {
    checkWaitOptions(what, options);
    const { timeoutMs = DEFAULT_TIMEOUT_MS } = options;
    this.checkTurn(what);
    return await waitForTasks(this.owner.kernel, [this], {
      timeoutMs,
      isEnough: () => this.isThere,
      finish: (timedOut) => finish(timedOut, timeoutMs),
    });
  }

  #kill(process: Process, asked: ExitReason["kind"]): Promise<TaskOutcome<T> | undefined> {
    killTask(process);
    return waitForTasks(this.owner.kernel, [this], {
      timeoutMs: Number.POSITIVE_INFINITY,
      isEnough: () => this.isThere,
      finish: () => this.#takeUnless(asked),
    });
  }

  /** An end that was asked for is no outcome. */
  #takeUnless(asked: ExitReason["kind"]): TaskOutcome<T> | undefined {
    const outcome = this.take();
    return outcome.ok || outcome.reason.kind !== asked ? outcome : undefined;
  }

  #unlink(): void {
    if (this.process !== undefined && this.owner.process !== undefined)
      unlink(this.process, this.owner.process);
  }
}

/** The exit of a linked task acts before `then`: an owner that does not trap ends by the task's own reason. */
export function afterSignals(owner: Process, then: () => void): void {
  owner.kernel.runtime.scheduler.ready({
    run: () => {
      if (owner.signals !== undefined) afterSignals(owner, then);
      else then();
      return 1;
    },
  });
}

/** Kills a task whose owner wants it dead: that is no crash to be reported. */
export function killTask(process: Process): void {
  process.supervised = true;
  // A supervisor would report it.
  process.watch({ stopping: () => undefined, died: () => void takeCrash(process) });
  sendExit(process, undefined, KILLED, true);
}
