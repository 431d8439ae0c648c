/**
 * Ending a process from outside, and waiting for its end.
 *
 * @module
 */

import { ActorError, ExitedError } from "../core/errors.ts";
import { type ExitReason, KILLED, NOPROC, type ReasonInput, toExitReason } from "../core/exit-reason.ts";
import type { StopOptions } from "../core/pid.ts";
import { STOP } from "./behaviour.ts";
import { checkWaitOptions, Deadline } from "./deadlines.ts";
import { killAll, livingFrom } from "./leftovers.ts";
import { monitorFromOutside, sendExit } from "./links.ts";
import type { Process, StopAsked } from "./process.ts";
import { callerOf, PendingCall } from "./sending.ts";

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

const STOP_NAMES: readonly string[] = ["reason", "timeoutMs", "deadlineMs"];

export function stopProcess(process: Process, options: StopOptions): Promise<void> {
  let request: StopRequest;
  try {
    checkWaitOptions("stop", options, STOP_NAMES);
    if (process.over)
      throw new ActorError("ERR_NOPROC", "no", `${process.label} is dead: there is nothing to stop`);
    const { reason = "normal", timeoutMs = Number.POSITIVE_INFINITY } = options;
    // Whatever a dead one died of: what it owned is still being closed.
    const wanted = process.status === "dead" ? process.reason : toExitReason(reason);
    request = new StopRequest(process, wanted ?? NOPROC, timeoutMs);
  } catch (thrown) {
    return Promise.reject(thrown);
  }
  const ended = process.kernel.runtime.scheduler.promise(request) as Promise<void>;
  if (process.status === "dead") return ended;
  if (options.deadlineMs !== undefined) killAfter(process, options.deadlineMs);
  if (process.status !== "stopping") process.enqueueForSuspended(STOP, request, undefined);
  return ended;
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

/**
 * A request to end, in its place in the mailbox: a call whose answer is that nothing of the process is left. Mostly that
 * is so when the turn is over, and nobody has to be told of it.
 */
class StopRequest extends PendingCall implements StopAsked {
  readonly reason: ExitReason;

  constructor(callee: Process, reason: ExitReason, timeoutMs: number) {
    super(callee, callerOf(callee.kernel), timeoutMs);
    this.reason = reason;
  }

  override take(): unknown {
    if (this.callee.over) this.#ended(this.callee.reason as ExitReason);
    return super.take();
  }

  override listen(resolve: (value: unknown) => void, reject: (error: unknown) => void): void {
    super.listen(resolve, reject);
    this.callee.whenOver((actual) => this.#ended(actual));
  }

  override expire(): void {
    const { label } = this.callee;
    const text = `${label} did not end within ${this.timeoutMs} ms; it has been asked to and may still end`;
    this.deny(new ActorError("ERR_STOP_TIMEOUT", "unknown", text));
  }

  /** Its place in the mailbox means nothing any more. */
  override refuse(circle: readonly Process[]): void {
    this.withdrawn = true;
    const names = circle.map((process) => process.label).join(" → ");
    this.deny(new ActorError("ERR_CALL_CYCLE", "no", `this stop waits for itself: ${names}`));
  }

  #ended(actual: ExitReason): void {
    if (isSameEnd(actual, this.reason)) this.fulfil(undefined);
    else this.deny(new ExitedError(this.callee.label, actual, "unknown"));
  }
}

/** Another error than the one it was to end with is not what was asked for. */
function isSameEnd(actual: ExitReason, asked: ExitReason): boolean {
  if (actual.kind === "error") return asked.kind === "error" && Object.is(actual.error, asked.error);
  if (actual.kind === "shutdown") return asked.kind === "shutdown" && Object.is(actual.detail, asked.detail);
  return actual.kind === asked.kind;
}
