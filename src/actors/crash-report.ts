/**
 * The report of one crash. What a definition's `redact` says may be shown is shown, and nothing else of
 * state and messages.
 *
 * @module
 */

import { describe, type ExitReason } from "../core/exit-reason.ts";
import type { CrashReport } from "../telemetry/events.ts";
import { ancestorsOf } from "./callers.ts";
import { type Doing, doingText } from "./doing.ts";
import type { Process } from "./process.ts";
import { shownError, shownPart } from "./redaction.ts";

/** Reports that `process` ends with `reason`; its state is still there. */
export function crashReport(process: Process, reason: ExitReason, doing: Doing): CrashReport {
  const lastMessage = shownMessage(process, doing);
  return {
    pid: process.pid,
    label: process.label,
    reason: reason.kind === "error" ? shownReason(process, reason) : reason,
    doing: lastMessage === undefined ? doingText(doing) : lastMessage.text,
    lastMessage: lastMessage?.shown,
    state: process.state === undefined ? undefined : shownPart(process, "state", process.state),
    ancestors: ancestorsOf(process).map(String),
    restart: undefined,
    fate: "stays down",
  };
}

function shownReason(process: Process, reason: ExitReason & { readonly kind: "error" }): ExitReason {
  const error = shownError(process, reason.error);
  return Object.is(error, reason.error) ? reason : { kind: "error", error };
}

/** The message in its handler, and the words that show as much of it. */
function shownMessage(
  process: Process,
  doing: Doing,
): { readonly shown: unknown; readonly text: string } | undefined {
  if (typeof doing !== "object" || process.behaviour.redact?.message === undefined) return undefined;
  const message = shownPart(process, "message", doing.input, doing.name);
  return {
    shown: message,
    text: `handling ${doing.name}(${message === undefined ? "" : describe(message)})`,
  };
}
