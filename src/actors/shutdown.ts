/**
 * Ending what is left when a system stops.
 *
 * @module
 */

import { SHUTDOWN } from "../core/exit-reason.ts";
import { Deadline } from "./deadlines.ts";
import type { SystemState } from "./launch.ts";
import { sendExit } from "./links.ts";
import type { Process } from "./process.ts";

/** Settles when nothing of a dead process is left, or when the time is up. */
export function overWithin(kernel: SystemState, process: Process, leftMs: number): Promise<void> {
  return untilOver(kernel, process, Math.max(0, leftMs), (settle) => settle());
}

/** Asks in order, then kills; settles when nothing of the process is left. */
export function shutDown(kernel: SystemState, process: Process, patienceMs: number): Promise<void> {
  const over = untilOver(kernel, process, patienceMs, () => sendExit(process, kernel.root, SHUTDOWN, true));
  sendExit(process, process.parent ?? kernel.root, SHUTDOWN, false);
  return over;
}

/** Settles once; `late` is called when it has taken `limitMs`, and may settle it. */
function untilOver(
  kernel: SystemState,
  process: Process,
  limitMs: number,
  late: (settle: () => void) => void,
): Promise<void> {
  const { scheduler } = kernel.runtime;
  scheduler.hold();
  return new Promise((done) => {
    let settled = false;
    const settle = (): void => {
      if (settled) return;
      settled = true;
      kernel.deadlines.cancel(limit);
      scheduler.release();
      done();
    };
    const limit = new Deadline(() => late(settle));
    kernel.deadlines.arm(limit, limitMs);
    process.whenOver(settle);
  });
}
