/**
 * Records as a person reads them. A crash: who, what became of it, the error with its stack, and what it
 * was doing.
 *
 * @module
 */

import { describe, formatReason } from "../core/exit-reason.ts";
import type { CrashReport, SystemEvents } from "./events.ts";
import type { Logger, LogRecord } from "./logger.ts";
import { stackOf } from "./thrown-text.ts";

/** Writes records to the console as text, both levels to standard error. Every system's logger, if it has no other. */
export const consoleLogger: Logger = Object.freeze({
  error: (record: LogRecord) => console.error(formatRecord(record)),
  warn: (record: LogRecord) => console.warn(formatRecord(record)),
});

/**
 * A record as lines of text.
 *
 * @example
 * ```ts
 * formatRecord({ kind: "child:shutdownTimedOut", supervisor: "app (pid 1)", id: "slow", shutdownMs: 50, leftovers: ["slow (pid 2)"] });
 * //=> '[troupe] child "slow" of app (pid 1) did not end within 50 ms and was killed'
 * ```
 */
export function formatRecord(record: LogRecord): string {
  if (record.kind === "process:crashed") return formatCrash(record);
  const headline = headlineOf(record);
  return "error" in record ? `${headline}\n${indent(stackOf(record.error))}` : headline;
}

/**
 * A crash as lines of text.
 *
 * @example
 * ```ts no-run a report needs a pid
 * formatCrash(report).split("\n")[0]; //=> "[troupe] counter (pid 7) crashed while handling add(500); restart 1 of 3"
 * ```
 */
export function formatCrash(report: CrashReport): string {
  const { reason } = report;
  const what = reason.kind === "error" ? stackOf(reason.error) : formatReason(reason);
  const state = report.state === undefined ? "" : `\n    state: ${describe(report.state)}`;
  return `${crashHeadline(report)}\n${indent(what)}${state}`;
}

/** The first line of a record: who, and what became of it. */
export function headlineOf(record: LogRecord): string {
  switch (record.kind) {
    case "process:crashed":
      return crashHeadline(record);
    case "child:shutdownTimedOut":
      return `[troupe] child "${record.id}" of ${record.supervisor} did not end within ${record.shutdownMs} ms and was killed${alongOf(record.leftovers)}`;
    case "process:stopTimedOut":
      return `[troupe] ${record.label} did not stop within ${record.deadlineMs} ms; killed: ${listed(record.leftovers)}`;
    case "system:stopTimedOut":
      return `[troupe] ${record.system} did not stop within ${record.deadlineMs} ms; killed: ${listed(record.leftovers)}`;
    case "supervisor:cannotGiveUp":
      return `[troupe] ${record.supervisor} never gives up${record.id === undefined ? "" : ` over "${record.id}"`}: with its backoff at most ${record.mostRestarts} restarts come within ${record.periodMs} ms, and it forgives ${record.maxRestarts}; say maxRestarts: Infinity if that is meant`;
    case "mailbox:high":
      return `[troupe] ${record.label} has ${record.queued} messages waiting`;
    case "fault:late":
      return `[troupe] a fault of ${record.label} came up after its end`;
    case "cleanup:failed":
      return `[troupe] ${record.label}: ${record.what} failed`;
    case "listener:failed":
      return `[troupe] ${listenerOf(record)} of ${record.event} failed${record.detached === true ? " and is told no more" : ""}`;
    case "lease:leaked":
      return `[troupe] a lease of ${record.pool} was lost ${Math.round(record.heldMs)} ms after it had been lent`;
    case "log:heldBack":
      return `[troupe] ${record.count} more ${record.what} within ${record.periodMs} ms were held back, the last about ${record.last}`;
  }
}

/** Beyond so many a list is a count. */
const MAX_LISTED = 10;

function listed(labels: readonly string[]): string {
  const more = labels.length - MAX_LISTED;
  return `${labels.slice(0, MAX_LISTED).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

/** A worker is left alone; of a supervisor it says what hung. */
function alongOf(leftovers: readonly string[]): string {
  return leftovers.length < 2 ? "" : `; left of its tree: ${listed(leftovers)}`;
}

function listenerOf({ id }: SystemEvents["listener:failed"]): string {
  return id === undefined ? "a listener" : `handler "${id}"`;
}

function crashHeadline(report: CrashReport): string {
  const doing = report.doing === undefined ? "" : ` while ${report.doing}`;
  return `[troupe] ${report.label} crashed${doing}; ${fateOf(report)}`;
}

function fateOf(report: CrashReport): string {
  const count =
    report.restart === undefined ? "" : ` ${report.restart.attempt} of ${report.restart.maxRestarts}`;
  switch (report.fate) {
    case "restarted":
      return `restart${count}`;
    case "supervisor gives up":
      return `its supervisor gives up${afterRestarts(report.restart?.maxRestarts)}`;
    case "stays down":
      return `it stays down${afterRestarts(report.restart?.maxRestarts || undefined)}`;
  }
}

function afterRestarts(maxRestarts: number | undefined): string {
  if (maxRestarts === undefined) return "";
  if (maxRestarts === 0) return ": it forgives no crash";
  return maxRestarts === 1 ? " after 1 restart" : ` after ${maxRestarts} restarts`;
}

function indent(text: string): string {
  return text.replaceAll(/^/gm, "    ");
}
