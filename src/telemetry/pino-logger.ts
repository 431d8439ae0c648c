/**
 * Records for [pino](https://getpino.io): flat fields of plain data, and one line of text.
 *
 * @module
 */

import { formatReason } from "../core/exit-reason.ts";
import { headlineOf } from "./console-reporter.ts";
import type { Logger, LogRecord } from "./logger.ts";
import { thrownText } from "./thrown-text.ts";

/** What is used of a pino logger: two methods that take fields and a line. */
export interface PinoLike {
  error(fields: object, line: string): void;
  warn(fields: object, line: string): void;
}

/**
 * Writes to a pino logger, or a child of one. Errors go under `err`, where pino's own serializer takes them.
 *
 * ```ts
 * import { pino } from "pino";
 * import { createSystem } from "troupe";
 *
 * const lines: { readonly msg: string; readonly queued: number }[] = [];
 * const logger = pinoLogger(pino({ base: { app: "shop" } }, { write: (line) => lines.push(JSON.parse(line)) }));
 * const system = createSystem({ logger });
 * system.telemetry.emit("mailbox:high", { pid: system.spawn(() => undefined), label: "cart (pid 4)", queued: 1_000 });
 * lines[0]?.msg; //=> "cart (pid 4) has 1000 messages waiting"
 * lines[0]?.queued; //=> 1_000
 * await system.stop();
 * ```
 *
 * @returns for the option `logger` of `createSystem`
 */
export function pinoLogger(pino: PinoLike): Logger {
  return {
    error: (record) => pino.error(fieldsOf(record), lineOf(record)),
    warn: (record) => pino.warn(fieldsOf(record), lineOf(record)),
  };
}

function lineOf(record: LogRecord): string {
  return headlineOf(record).replace("[troupe] ", "");
}

function fieldsOf(record: LogRecord): object {
  switch (record.kind) {
    case "process:crashed": {
      const { kind, label, reason, doing, lastMessage, state, ancestors, restart, fate } = record;
      const crash = { kind, label, doing, lastMessage, state, ancestors, restart, fate };
      if (reason.kind === "error") return { ...crash, reason: "error", err: plainError(reason.error) };
      return { ...crash, reason: formatReason(reason) };
    }
    case "mailbox:high":
      return { kind: record.kind, label: record.label, queued: record.queued };
    case "fault:late":
    case "cleanup:failed":
    case "listener:failed":
      return { ...record, error: undefined, err: plainError(record.error) };
    default:
      return record;
  }
}

/**
 * Says of an error what may be said of it: pino's serializer writes into what it is given, which fails with a
 * frozen error, and copies every field of it, secrets too.
 */
function plainError(thrown: unknown): Error {
  const { name, message, stack } = thrownText(thrown);
  const error = new Error(message);
  // The serializer takes the type from the constructor, if there is one.
  const hidden = { name, stack, constructor: undefined };
  for (const [key, value] of Object.entries(hidden)) Object.defineProperty(error, key, { value });
  return error;
}
