/**
 * How an application ends, and the exit code that says so.
 *
 * ```ts
 * import { type Ending, exitCodeOf } from "troupe/node";
 *
 * const stopped: Ending = { kind: "stopped", signal: "SIGTERM", leftovers: [] };
 * exitCodeOf(stopped); //=> 143
 * exitCodeOf({ kind: "done", leftovers: [] }); //=> 0
 * ```
 *
 * @module
 */

import { constants } from "node:os";
import type { ExitReason } from "../core/exit-reason.ts";

/** What brought an application to its end. */
export type EndCause =
  /** Its root ended in order, or `stop` was called. */
  | { readonly kind: "done" }
  /** A signal stopped it. */
  | { readonly kind: "stopped"; readonly signal: NodeJS.Signals }
  /** A second signal came while it stopped. */
  | { readonly kind: "forced"; readonly signal: NodeJS.Signals }
  /** Its root crashed, was killed, or gave up; `story` says what led to it, in lines for people. */
  | { readonly kind: "failed"; readonly reason: ExitReason; readonly story: string }
  /** Its root did not start; `story` says why. */
  | { readonly kind: "notStarted"; readonly error: unknown; readonly story: string };

/** How an application has ended: by what, and which processes did not end with it. */
export type Ending = EndCause & {
  /** Labels of the processes that had to be killed at the deadline, or were left when it was forced. */
  readonly leftovers: readonly string[];
};

/**
 * The exit code of an ending: 0 when it is done; 128 and the number of the signal that stopped or forced it,
 * as a shell says of a program that a signal has ended (130, 143); 1 for everything that went wrong, processes
 * left at the deadline included.
 *
 * @example
 * ```ts
 * exitCodeOf({ kind: "stopped", signal: "SIGINT", leftovers: [] }); //=> 130
 * exitCodeOf({ kind: "stopped", signal: "SIGINT", leftovers: ["slow (pid 4)"] }); //=> 1
 * ```
 */
export function exitCodeOf(ending: Ending): number {
  if (ending.kind === "forced") return signalCode(ending.signal);
  if (ending.kind === "failed" || ending.kind === "notStarted" || ending.leftovers.length > 0) return 1;
  return ending.kind === "stopped" ? signalCode(ending.signal) : 0;
}

function signalCode(signal: NodeJS.Signals): number {
  return 128 + constants.signals[signal];
}
