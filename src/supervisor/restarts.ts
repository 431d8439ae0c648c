/**
 * The restarts of one supervisor: each is counted, told, and given its delay.
 *
 * @module
 */

import { backoffMs } from "../core/backoff.ts";
import type { ExitReason } from "../core/exit-reason.ts";
import type { Pid } from "../core/pid.ts";
import type { RestartBackoff } from "../core/restart-backoff-options.ts";
import {
  mostRestarts,
  type RestartHistory,
  type RestartIntensity,
  recordRestart,
} from "../core/restart-intensity.ts";
import type { CrashReport } from "../telemetry/events.ts";
import type { Child } from "./child.ts";
import type { Overseer } from "./overseer.ts";

/** One count for all children. */
export class Restarts {
  readonly #overseer: Overseer;
  readonly #limit: RestartIntensity;
  readonly #backoff: RestartBackoff | undefined;
  #history: RestartHistory = [];

  constructor(overseer: Overseer, limit: RestartIntensity, backoff: RestartBackoff | undefined) {
    this.#overseer = overseer;
    this.#limit = limit;
    this.#backoff = backoff;
  }

  /**
   * Counts one more restart, and tells of it.
   *
   * @param crash - what the child's end looked like; absent when it ended in order
   * @returns milliseconds until the child may start, `undefined` when the supervisor has to give up
   */
  count(child: Child, reason: ExitReason, crash: CrashReport | undefined): number | undefined {
    const { telemetry, runtime } = this.#overseer.kernel;
    const { maxRestarts, periodMs } = this.#limit;
    const { history, exceeded } = recordRestart(this.#history, runtime.clock.now(), this.#limit);
    this.#history = history;
    const attempt = history.length;
    if (crash !== undefined) {
      const fate = exceeded ? "supervisor gives up" : "restarted";
      telemetry.emit("process:crashed", { ...crash, restart: { attempt, maxRestarts }, fate });
    }
    const which = { supervisor: this.#overseer.label, id: child.id, pid: child.pid, reason, maxRestarts };
    if (exceeded) {
      telemetry.emit("supervisor:gaveUp", { ...which, periodMs });
      return undefined;
    }
    const delayMs = this.#delayOf(child);
    telemetry.emit("child:restarting", { ...which, attempt, delayMs });
    return delayMs;
  }

  /** Tells, before anything has failed, when a limit was set that cannot be reached. */
  tellWhenEndless(children: readonly Child[]): void {
    const { maxRestarts, periodMs } = this.#limit;
    const restarting = children.filter(({ restart }) => restart !== "temporary");
    if (restarting.length === 0 || maxRestarts === Number.POSITIVE_INFINITY) return;
    const backoffs = restarting.map(({ spec }) => spec?.backoff ?? this.#backoff);
    const most = mostRestarts(this.#limit, backoffs);
    if (most > maxRestarts) return;
    const { telemetry } = this.#overseer.kernel;
    const limit = { maxRestarts, periodMs, mostRestarts: most };
    telemetry.emit("supervisor:cannotGiveUp", { supervisor: this.#overseer.label, ...limit });
  }

  /** Tells that a child is back. */
  done(child: Child, pid: Pid): void {
    const { kernel, label } = this.#overseer;
    kernel.telemetry.emit("child:restarted", { supervisor: label, id: child.id, pid });
  }

  /** Waits grow with the restarts of this very child, and are forgotten when it has run for long enough. */
  #delayOf(child: Child): number {
    const backoff = child.spec?.backoff ?? this.#backoff;
    if (backoff === undefined) return 0;
    const { random } = this.#overseer.kernel.runtime;
    if (child.ranMs > (backoff.resetAfterMs ?? this.#limit.periodMs)) child.restarts = 0;
    child.restarts += 1;
    return backoffMs(backoff, child.restarts, random);
  }
}
