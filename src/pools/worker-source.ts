/**
 * Actors to lend: each is started from the pool's spec, as a child of the pool's process, and stopped when
 * the pool has no use for it.
 *
 * @module
 */

import { Deadline } from "../actors/deadlines.ts";
import { takeCrash } from "../actors/death.ts";
import { type SystemState, startSpec } from "../actors/launch.ts";
import { sendExit, unlink } from "../actors/links.ts";
import { type Process, processOf } from "../actors/process.ts";
import type { ChildSpec, ShutdownMs, StartOutcome } from "../core/child-spec.ts";
import { ActorError, StartError } from "../core/errors.ts";
import { type ExitReason, KILLED, SHUTDOWN } from "../core/exit-reason.ts";
import { isTaking, type Pid } from "../core/pid.ts";
import type { Source } from "./source.ts";

/**
 * A source of workers. They are no links of the pool's process: if that dies, those that are lent stay with
 * their borrowers, as other resources do.
 *
 * @param keeper - the pool's process, while it runs
 * @follows poolboy; there a worker's death is a message to the pool, here it is heard in the same turn
 */
export function workerSource<A>(
  kernel: SystemState,
  spec: ChildSpec<A>,
  keeper: () => Process | undefined,
): Source<Pid<A>> {
  return {
    open: async ({ signal }) => {
      const pid = await start(kernel, spec, keeper(), signal);
      const { status, reason } = processOf(pid);
      // It may have died since: that is a start that failed, and the next try waits.
      if (status === "dead") throw new StartError(spec.id, reason as ExitReason);
      return pid as Pid<A>;
    },
    check: isTaking,
    close: (pid) => shutDown(processOf(pid), spec.shutdownMs),
    watch: (pid, ended) => {
      if (isTaking(pid)) processOf(pid).watch({ stopping: ended, died: () => undefined });
      else ended();
    },
  };
}

function start(
  kernel: SystemState,
  spec: ChildSpec,
  parent: Process | undefined,
  signal: AbortSignal,
): Promise<Pid> {
  return new Promise((started, failed) => {
    const came = (outcome: StartOutcome): void => {
      if (outcome.kind === "started") {
        const worker = processOf(outcome.pid);
        // One that a function of the user's started has been adopted, with a link.
        if (parent !== undefined) unlink(worker, parent);
        worker.watch({ stopping: () => undefined, died: () => reportCrash(worker) });
        started(outcome.pid);
      } else if (outcome.kind === "failed") failed(new StartError(spec.id, outcome.reason));
      else
        failed(new ActorError("ERR_IGNORED", "no", `${spec.id} answered ignore(): there is nothing to lend`));
    };
    const process = startSpec(kernel, spec, { parent, linked: false, supervised: true }, { came });
    const giveUp = (): void => {
      if (process?.status === "starting") sendExit(process, process.parent, KILLED, true);
    };
    signal.addEventListener("abort", giveUp, { once: true });
  });
}

/** Asks in order, then kills; settles when nothing of it is left. */
function shutDown(process: Process, shutdownMs: ShutdownMs): Promise<void> {
  const { deadlines, root } = process.kernel;
  return new Promise((done) => {
    const limit = new Deadline(() => sendExit(process, root, KILLED, true));
    if (typeof shutdownMs === "number") deadlines.arm(limit, shutdownMs);
    process.whenOver(() => {
      deadlines.cancel(limit);
      done();
    });
    if (shutdownMs === "brutalKill") sendExit(process, root, KILLED, true);
    else sendExit(process, process.parent ?? root, SHUTDOWN, false);
  });
}

/** A worker's parent reports its crashes; user code hears of them after the turn of the death. */
function reportCrash(process: Process): void {
  const { kernel } = process;
  const crash = takeCrash(process);
  if (crash === undefined) return;
  kernel.runtime.scheduler.ready({
    run: () => {
      kernel.telemetry.emit("process:crashed", crash);
      return 1;
    },
  });
}
