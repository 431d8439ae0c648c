/**
 * The report of a restart that failed: there is no crash to report, since the process never ran.
 *
 * @module
 */

import type { ExitReason } from "../core/exit-reason.ts";
import type { CrashReport } from "../telemetry/events.ts";
import type { Child } from "./child.ts";
import type { Overseer } from "./overseer.ts";

/** What a person reads about a child that could not be started again. */
export function startReport(child: Child, overseer: Overseer, reason: ExitReason): CrashReport {
  return {
    pid: child.pid ?? overseer.process.pid,
    label: `child "${child.id}" of ${overseer.label}`,
    reason,
    doing: "starting again",
    state: undefined,
    restart: undefined,
    fate: "restarted",
  };
}
