/**
 * How a process ends of its own: it is stopping, `terminate` runs, it is dead.
 *
 * @module
 */

import type { ExitReason } from "../core/exit-reason.ts";
import { isThenable } from "../core/thenable.ts";
import { Deadline } from "./deadlines.ts";
import { beginStopping, detachHandler, die, reasonOfThrow } from "./death.ts";
import type { Doing } from "./doing.ts";
import type { Process } from "./process.ts";
import { suspendOn } from "./suspension.ts";

/** What else belongs to an end. */
interface Ending {
  /** Done between `terminate` and death. */
  readonly last?: () => void;
  /** It was the parent's will, and the parent bounds it. */
  readonly byParent?: boolean;
}

/** An end that is nobody else's matter. */
const OWN: Ending = Object.freeze({});

/** The end with `terminate`: stopping, `terminate`, dead. */
export function stopWith(process: Process, reason: ExitReason, cause: Doing, ending = OWN): void {
  if (process.status === "dead") return;
  beginStopping(process, reason);
  const { terminate } = process.behaviour;
  if (terminate === undefined) return end(process, reason, cause, ending);
  let terminating: unknown;
  try {
    terminating = terminate(
      process.state as never,
      reason,
      process.kernel.selfOf(process, undefined) as never,
    );
  } catch (thrown) {
    return end(process, reasonOfThrow(thrown), "terminating", ending);
  }
  if (isThenable(terminating)) awaitTerminate(process, terminating, reason, cause, ending);
  else end(process, reason, cause, ending);
}

/** Apart, so that its closures cost nothing where `terminate` awaits nothing. */
function awaitTerminate(
  process: Process,
  terminating: PromiseLike<unknown>,
  reason: ExitReason,
  cause: Doing,
  ending: Ending,
): void {
  const over = (): void => end(process, reason, cause, ending);
  if (ending.byParent !== true) boundTerminate(process, over);
  suspendOn(process, terminating, over, (thrown) =>
    end(process, reasonOfThrow(thrown), "terminating", ending),
  );
}

function end(process: Process, reason: ExitReason, cause: Doing, { last }: Ending): void {
  last?.();
  die(process, reason, cause);
}

/** Its own code failed: `terminate` runs where it may, once and after `init`, and it ends with what was thrown. */
export function fall(process: Process, thrown: unknown, what: Doing): void {
  const reason = reasonOfThrow(thrown);
  if (process.status === "running") stopWith(process, reason, what);
  else die(process, reason, what);
}

/** An asynchronous `terminate` of a supervised process may not keep its next incarnation waiting for ever. */
function boundTerminate(process: Process, end: () => void): void {
  if (!process.supervised) return;
  const { kernel } = process;
  const limit = new Deadline(() => {
    if (process.status !== "stopping") return;
    const error = new Error(`terminate did not settle within ${process.graceMs} ms and is not waited for`);
    kernel.telemetry.emit("cleanup:failed", { label: process.label, what: "terminate", error });
    end();
  });
  kernel.deadlines.arm(limit, process.graceMs);
  process.timers().add({ cancel: () => kernel.deadlines.cancel(limit) });
}

/** A stray fault or a failed late reply ends the process; a handler that awaits is detached. */
export function fallByFault(process: Process, thrown: unknown, what: Doing): void {
  if (process.busy) detachHandler(process);
  fall(process, thrown, what);
}
