/**
 * Calls that run longer than they should: told of again and again, each time after twice as long, and in the end
 * the member that runs them is killed, where its pool says so.
 *
 * @module
 */

import { Deadline } from "../actors/deadlines.ts";
import { sendExit } from "../actors/links.ts";
import type { Process } from "../actors/process.ts";
import { KILLED } from "../core/exit-reason.ts";
import type { OverrunOptions } from "./routing-options.ts";

/**
 * Watches one call, for as long as its caller waits.
 *
 * @param pool - for the event
 * @returns a function that ends it
 * @follows wpool `overrun_warning` and `max_overrun_warnings`
 */
export function watchOverruns(
  pool: string,
  member: Process,
  call: string,
  { warnMs, maxWarnings }: Required<OverrunOptions>,
): () => void {
  const { deadlines, telemetry, root } = member.kernel;
  let ranMs = 0;
  let nextMs = warnMs;
  let warnings = 0;
  const limit = new Deadline(() => {
    ranMs += nextMs;
    nextMs *= 2;
    warnings += 1;
    const killed = warnings >= maxWarnings;
    telemetry.emit("pool:overrun", { pool, pid: member.pid, call, ranMs, killed });
    if (killed) sendExit(member, root, KILLED, true);
    else deadlines.arm(limit, nextMs);
  });
  deadlines.arm(limit, nextMs);
  return () => deadlines.cancel(limit);
}
