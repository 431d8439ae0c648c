/**
 * The report of a restart that failed: there is no crash to report, since the process never ran.
 *
 * @module
 */

import { behaviourOf } from "../actors/behaviour.ts";
import { ancestorsOf } from "../actors/callers.ts";
import { shownError } from "../actors/redaction.ts";
import { LAUNCH } from "../core/child-spec.ts";
import type { ExitReason } from "../core/exit-reason.ts";
import type { CrashReport } from "../telemetry/events.ts";
import type { Child } from "./child.ts";
import type { Overseer } from "./overseer.ts";

/** What a person reads about a child that could not be started again. */
export function startReport(child: Child, overseer: Overseer, reason: ExitReason): CrashReport {
  return {
    pid: child.pid ?? overseer.process.pid,
    label: `child "${child.id}" of ${overseer.label}`,
    reason:
      reason.kind === "error" ? { kind: "error", error: shownBy(child, overseer, reason.error) } : reason,
    doing: "starting again",
    lastMessage: undefined,
    state: undefined,
    ancestors: [overseer.label, ...ancestorsOf(overseer.process).map(String)],
    restart: undefined,
    fate: "restarted",
  };
}

/** An actor's `redact` has a say before the actor runs. */
function shownBy(child: Child, overseer: Overseer, error: unknown): unknown {
  const launch = child.spec?.[LAUNCH];
  if (launch?.kind !== "actor") return error;
  const { kernel, label } = overseer;
  return shownError({ label, kernel, behaviour: behaviourOf(launch.definition) }, error);
}
