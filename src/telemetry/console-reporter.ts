/**
 * The crash report as a person reads it: who, what became of it, the error with its stack, and what
 * it was doing.
 *
 * @module
 */

import { describe, formatReason } from "../core/exit-reason.ts";
import type { CrashReport } from "./events.ts";
import type { Telemetry } from "./telemetry.ts";

/** Where reports go: anything with `error`, such as `console` or a logger. */
export interface Logger {
  error(report: string): void;
}

/**
 * Writes every crash to `logger`, and every child that had to be killed because it did not end in time.
 *
 * @returns a function that stops it
 */
export function reportCrashes(telemetry: Telemetry, logger: Logger): () => void {
  const stops = [
    telemetry.on("process:crashed", (report) => logger.error(formatCrash(report))),
    telemetry.on("child:shutdownTimedOut", ({ supervisor, id, shutdownMs }) =>
      logger.error(
        `[troupe] child "${id}" of ${supervisor} did not end within ${shutdownMs} ms and was killed`,
      ),
    ),
  ];
  return () => {
    for (const stop of stops) stop();
  };
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
  const doing = report.doing === undefined ? "" : ` while ${report.doing}`;
  const { reason } = report;
  const what = reason.kind === "error" ? stackOf(reason.error) : formatReason(reason);
  const state = report.state === undefined ? "" : `\n    state: ${describe(report.state)}`;
  return `[troupe] ${report.label} crashed${doing}; ${fateOf(report)}\n${indent(what)}${state}`;
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
      return "it stays down";
  }
}

/** How many errors of an aggregate are shown, and how many causes of causes. */
const MAX_SHOWN = 5;

function afterRestarts(maxRestarts: number | undefined): string {
  if (maxRestarts === undefined) return "";
  if (maxRestarts === 0) return ": it forgives no crash";
  return maxRestarts === 1 ? " after 1 restart" : ` after ${maxRestarts} restarts`;
}

/** The stacks of an error, its causes and its parts, down to the user's last line; whatever was thrown. */
function stackOf(error: unknown): string {
  try {
    if (!(error instanceof Error)) return `thrown: ${describe(error)}`;
    const lines = [stackDownToUser(error), ...partsOf(error)];
    const shown = new Set<unknown>([error]);
    for (let { cause } = error; cause !== undefined && !shown.has(cause) && shown.size <= MAX_SHOWN; ) {
      lines.push(`caused by ${stackOrText(cause)}`);
      shown.add(cause);
      cause = cause instanceof Error ? cause.cause : undefined;
    }
    return lines.join("\n");
  } catch {
    return "(an error that cannot be shown)";
  }
}

function partsOf(error: Error): string[] {
  if (!(error instanceof AggregateError)) return [];
  const { errors } = error;
  const parts = errors.slice(0, MAX_SHOWN).map((part) => `one of ${errors.length}: ${stackOrText(part)}`);
  return errors.length > MAX_SHOWN ? [...parts, `and ${errors.length - MAX_SHOWN} more`] : parts;
}

function stackOrText(value: unknown): string {
  return value instanceof Error ? stackDownToUser(value) : describe(value);
}

/** Where this library lies, as a stack shows it: `src/` or the package. */
const LIBRARY = new URL("..", import.meta.url).pathname;

/**
 * A stack without the frames below the user's last one: how the library came to call a handler is no news.
 * A stack without any frame of the user's, as in a bundle of everything, stays whole.
 */
function stackDownToUser(error: Error): string {
  if (typeof error.stack !== "string" || error.stack === "") return describe(error);
  const lines = error.stack.split("\n");
  const last = lines.findLastIndex((line) => /^\s+at /.test(line) && !isInner(line));
  return last < 0 ? error.stack : lines.slice(0, last + 1).join("\n");
}

function isInner(frame: string): boolean {
  return /\(?node:/.test(frame) || frame.replaceAll("\\", "/").includes(LIBRARY);
}

function indent(text: string): string {
  return text.replaceAll(/^/gm, "    ");
}
