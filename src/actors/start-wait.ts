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
import type { Starter } from "./launch.ts";
import { monitorFromOutside, sendExit, unlink } from "./links.ts";
import { type Kernel, type Process, processOf, type Wait } from "./process.ts";
import { callerOf } from "./sending.ts";
import { beginWaitFirst, endWait, lookAtWaits } from "./waits.ts";

/** A start that somebody has asked for: mostly it is over at once, and nobody has to wait. */
export class Start implements Starter {
  #outcome: StartOutcome | undefined = undefined;
  #wait: StartWait | undefined = undefined;

  came(outcome: StartOutcome): void {
    if (this.#wait === undefined) this.#outcome = outcome;
    else this.#wait.settle(outcome);
  }

  /** A promise of the process, asked for once; `callee` is what is known of it. */
  promise(
    kernel: Kernel,
    label: string,
    callee: Process | undefined,
    timeoutMs: number | undefined,
  ): Promise<Pid> {
    const outcome = this.#outcome;
    if (outcome?.kind === "started") return Promise.resolve(outcome.pid);
    if (outcome !== undefined) return Promise.reject(startFailure(label, outcome));
    this.#wait = new StartWait(kernel, label, callee, timeoutMs);
    return this.#wait.promise;
  }
}

/** Whoever asked for a start waits for it: an edge, and plain code keeps the host alive. */
class StartWait implements Wait {
  readonly promise: Promise<Pid>;
  readonly caller: Process | undefined;
  /** Not known while a function of the user's makes it: then there is no edge. */
  readonly callee: Process;
  settled = false;
  /** Its time is up: what it comes to now is killed. */
  #late = false;
  readonly #limit: Deadline;
  readonly #kernel: Kernel;
  #started!: (pid: Pid) => void;
  #failed!: (error: unknown) => void;
  readonly #label: string;

  constructor(
    kernel: Kernel,
    label: string,
    callee: Process | undefined,
    timeoutMs = Number.POSITIVE_INFINITY,
  ) {
    this.promise = new Promise((started, failed) => {
      this.#started = started;
      this.#failed = failed;
    });
    this.#kernel = kernel;
    this.#label = label;
    this.callee = callee as Process;
    this.caller = callerOf(kernel);
    this.#limit = new Deadline(() => this.#expire(timeoutMs));
    kernel.deadlines.arm(this.#limit, timeoutMs);
    const { scheduler } = kernel.runtime;
    if (this.caller === undefined) scheduler.hold();
    else if (callee !== undefined && !kernel.edgeless) {
      beginWaitFirst(kernel, this);
      scheduler.ready({
        run: () => {
          lookAtWaits(kernel);
          return 1;
        },
      });
    }
  }

  /** The child whose `init` can never end goes with the refusal. */
  refuse(circle: readonly Process[]): void {
    const names = circle.map((process) => process.label).join(" → ");
    sendExit(this.callee, undefined, KILLED, true);
    this.#end(() =>
      this.#failed(new ActorError("ERR_CALL_CYCLE", "unknown", `this start waits for itself: ${names}`)),
    );
  }

  /** Told once it is dead, so that its names are free again. */
  #expire(timeoutMs: number): void {
    this.#late = true;
    const callee = this.callee as Process | undefined;
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
    this.#kernel.deadlines.cancel(this.#limit);
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

/** What somebody who asked for a start gets when there is no process. */
export function startFailure(label: string, outcome: Exclude<StartOutcome, { kind: "started" }>): ActorError {
  if (outcome.kind === "ignored") {
    return new ActorError("ERR_IGNORED", "no", `${label} answered ignore(): there is no process`);
  }
  const { reason } = outcome;
  if (reason.kind === "error" && isActorError(reason.error, "ERR_NAME_TAKEN")) return reason.error;
  return new StartError(label, reason);
}
