/**
 * Ending a process from outside, and waiting for its end.
 *
 * @module
 */

import { ActorError, ExitedError } from "../core/errors.ts";
import { type ExitReason, KILLED, NOPROC, type ReasonInput, toExitReason } from "../core/exit-reason.ts";
import { noOptions } from "../core/options.ts";
import type { StopOptions } from "../core/pid.ts";
import { STOP } from "./behaviour.ts";
import { checkTimeout, Deadline } from "./deadlines.ts";
import { killAll, livingFrom } from "./leftovers.ts";
import { monitorFromOutside, sendExit } from "./links.ts";
import type { Process, Wait } from "./process.ts";
import { callerOf } from "./sending.ts";
import { beginWait, endWait } from "./waits.ts";

/** Sends an exit signal as plain code does; only its own is known to a process for its own. */
export function exitProcess(process: Process, reason: ReasonInput | "kill"): void {
  if (reason === "kill") return sendExit(process, undefined, KILLED, true);
  const from = callerOf(process.kernel) === process ? process : undefined;
  sendExit(process, from, toExitReason(reason), false);
}

/** Holds the host alive while plain code waits. */
export function downOf(process: Process): Promise<ExitReason> {
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

export function stopProcess(process: Process, options: StopOptions): Promise<void> {
  const error = noOptions("stop", options);
  if (error !== undefined) return Promise.reject(error);
  const { reason = "normal", timeoutMs = Number.POSITIVE_INFINITY, deadlineMs } = options;
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
    if (deadlineMs !== undefined) checkTimeout("stop", deadlineMs);
    const request = new StopRequest(process, toExitReason(reason), timeoutMs, done, failed);
    if (deadlineMs !== undefined) killAfter(process, deadlineMs);
    if (process.status !== "stopping") process.enqueueForSuspended(STOP, request, undefined);
  });
}

/** However deep what hangs: all that is left then is named and killed. */
function killAfter(process: Process, deadlineMs: number): void {
  const { kernel, pid, label } = process;
  const limit = new Deadline(() => {
    const left = livingFrom(process);
    const leftovers = left.map((one) => one.label);
    if (left.length > 0) kernel.telemetry.emit("process:stopTimedOut", { pid, label, deadlineMs, leftovers });
    killAll(kernel, left);
  });
  kernel.deadlines.arm(limit, deadlineMs);
  process.whenOver(() => kernel.deadlines.cancel(limit));
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

  refuse(circle: readonly Process[]): void {
    this.withdrawn = true;
    const names = circle.map((process) => process.label).join(" → ");
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
