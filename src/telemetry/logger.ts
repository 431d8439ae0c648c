/**
 * The logger port: where a system writes what somebody should read. Two levels and one record each
 * time; {@link consoleLogger} is the default, {@link pinoLogger} stands beside it, and one of your own
 * is two functions.
 *
 * ```ts
 * import { createSystem, defineActor, formatRecord } from "troupe";
 *
 * const seen: string[] = [];
 * const system = createSystem({ logger: { error: (record) => seen.push(formatRecord(record)), warn: () => undefined } });
 * const Weary = defineActor({ name: "weary", init: () => 0, casts: { work: () => { throw new Error("no more"); } } });
 * const weary = await system.start(Weary);
 * weary.cast.work();
 * await weary.down();
 * await system.stop();
 * seen[0]?.split("\n")[0]; //=> "[troupe] weary (pid 1) crashed while handling work(); it stays down"
 * ```
 *
 * @module
 */

import type { SystemEvents } from "./events.ts";

/** What there is to say: an event of the system with its name as `kind`. A crash brings its whole report. */
export type LogRecord = { readonly [E in LoggedEvent]: { readonly kind: E } & SystemEvents[E] }[LoggedEvent];

/** The events that are written; all others are for those who listen to telemetry. */
export type LoggedEvent =
  | "process:crashed"
  | "child:shutdownTimedOut"
  | "process:stopTimedOut"
  | "system:stopTimedOut"
  | "supervisor:cannotGiveUp"
  | "mailbox:high"
  | "fault:late"
  | "cleanup:failed"
  | "listener:failed"
  | "lease:leaked"
  | "log:heldBack";

/** Where records go. What it throws or rejects with is a `listener:failed` event and harms nobody. */
export interface Logger {
  /** Something has ended that should not have. */
  error(record: LogRecord): void;
  /** Something wants to be looked at. */
  warn(record: LogRecord): void;
}
