/**
 * Waiting for a start, for ever or for so long. A synchronous `init` is over before anybody could lose
 * patience; one that awaits is killed when its time is up.
 *
 * @module
 */

import type { StartOutcome } from "../core/child-spec.ts";
import { ActorError, isActorError, StartError } from "../core/errors.ts";
import { KILLED } from "../core/exit-reason.ts";
import type { Pid } from "../core/pid.ts";
import { Deadline } from "./deadlines.ts";
import { monitorFromOutside, sendExit, unlink } from "./links.ts";
import { type Kernel, type Process, processOf, type Wait } from "./process.ts";
import { beginWaitFirst, endWait, lookAtWaits } from "./waits.ts";

/** Whoever asked for a start waits for it: an edge, and plain code keeps the host alive. */
export class StartWait implements Wait {
  readonly caller: Process | undefined;
  callee!: Process;
  settled = false;
  /** Its time is up: what it comes to now is killed. */
  #late = false;
  #limit: Deadline | undefined;
  readonly #kernel: Kernel;
  readonly #started: (pid: Pid) => void;
  readonly #failed: (error: unknown) => void;
  readonly #label: string;

  constructor(
    kernel: Kernel,
    caller: Process | undefined,
    started: (pid: Pid) => void,
    failed: (error: unknown) => void,
    label: string,
  ) {
    this.caller = caller;
    this.#kernel = kernel;
    this.#started = started;
    this.#failed = failed;
    this.#label = label;
    if (caller === undefined) kernel.runtime.scheduler.hold();
  }

  /** A start that is over already waits for nobody. */
  begin(callee: Process): void {
    this.callee = callee;
    const kernel = this.#kernel;
    if (this.settled || this.caller === undefined || kernel.edgeless) return;
    beginWaitFirst(kernel, this);
    kernel.runtime.scheduler.ready({
      run: () => {
        lookAtWaits(kernel);
        return 1;
      },
    });
  }

  /** The child whose `init` can never end goes with the refusal. */
  refuse(circle: readonly Process[]): void {
    const names = circle.map((process) => process.label).join(" → ");
    sendExit(this.callee, undefined, KILLED, true);
    this.#end(() =>
      this.#failed(new ActorError("ERR_CALL_CYCLE", "unknown", `this start waits for itself: ${names}`)),
    );
  }

  /** Gives the start so many milliseconds; for one that is not over yet. */
  limit(timeoutMs: number, callee: Process | undefined): void {
    if (this.settled || timeoutMs === Number.POSITIVE_INFINITY) return;
    this.#limit = new Deadline(() => this.#expire(timeoutMs, callee));
    this.#kernel.deadlines.arm(this.#limit, timeoutMs);
  }

  /** Told once it is dead, so that its names are free again. */
  #expire(timeoutMs: number, callee: Process | undefined): void {
    this.#late = true;
    const late = new ActorError(
      "ERR_START_TIMEOUT",
      "unknown",
      `${callee?.label ?? this.#label} did not start within ${timeoutMs} ms and was killed; what its init has begun may run on`,
    );
    const over = (): void => this.#end(() => this.#failed(late));
    if (callee === undefined) return over();
    kill(callee);
    monitorFromOutside(callee, over);
  }

  settle(outcome: StartOutcome): void {
    if (this.#late) {
      if (outcome.kind === "started") kill(processOf(outcome.pid));
      return;
    }
    this.#end(() => {
      if (outcome.kind === "started") this.#started(outcome.pid);
      else this.#failed(startFailure(this.#label, outcome));
    });
  }

  #end(how: () => void): void {
    if (this.settled) return;
    this.settled = true;
    if (this.#limit !== undefined) this.#kernel.deadlines.cancel(this.#limit);
    if (this.caller === undefined) this.#kernel.runtime.scheduler.release();
    else endWait(this);
    how();
  }
}

/** Whoever started it lives on, linked or not. */
function kill(process: Process): void {
  if (process.parent !== undefined) unlink(process, process.parent);
  sendExit(process, undefined, KILLED, true);
}

/** What a start that is over already has come to. */
export function startedAs(label: string, outcome: StartOutcome): Promise<Pid> {
  return outcome.kind === "started"
    ? Promise.resolve(outcome.pid)
    : Promise.reject(startFailure(label, outcome));
}

/** What somebody who asked for a start gets when there is no process. */
export function startFailure(label: string, outcome: Exclude<StartOutcome, { kind: "started" }>): ActorError {
  if (outcome.kind === "ignored") {
    return new ActorError("ERR_IGNORED", "no", `${label} answered ignore(): there is no process`);
  }
  const { reason } = outcome;
  if (reason.kind === "error" && isActorError(reason.error, "ERR_NAME_TAKEN")) return reason.error;
  return new StartError(label, reason);
}
