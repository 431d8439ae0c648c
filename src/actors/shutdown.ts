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
  const { scheduler } = kernel.runtime;
  scheduler.hold();
  return new Promise((done) => {
    const settle = (): void => {
      kernel.deadlines.cancel(limit);
      scheduler.release();
      done();
    };
    const limit = new Deadline(settle);
    kernel.deadlines.arm(limit, Math.max(0, leftMs));
    process.whenOver(() => {
      if (limit.queue !== undefined || leftMs === Number.POSITIVE_INFINITY) settle();
    });
  });
}

/** Asks in order, then kills; settles when nothing of the process is left. */
export function shutDown(kernel: SystemState, process: Process, patienceMs: number): Promise<void> {
  const { scheduler } = kernel.runtime;
  scheduler.hold();
  return new Promise((done) => {
    const limit = new Deadline(() => sendExit(process, kernel.root, SHUTDOWN, true));
    kernel.deadlines.arm(limit, patienceMs);
    process.whenOver(() => {
      kernel.deadlines.cancel(limit);
      scheduler.release();
      done();
    });
    sendExit(process, process.parent ?? kernel.root, SHUTDOWN, false);
  });
}
