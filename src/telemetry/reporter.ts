/**
 * Writes a system's records to its logger, at most so many a second of each level, so that a crash loop
 * fills no disk and costs no turn. What is held back is counted, and the count is written when the second
 * is over.
 *
 * @module
 */

import type { Clock, Timer } from "../core/clock.ts";
import type { SystemEvents } from "./events.ts";
import { admitRecord, type LogLimit, type LogPeriod } from "./log-limit.ts";
import type { LoggedEvent, Logger, LogRecord } from "./logger.ts";
import type { Telemetry } from "./telemetry.ts";

/** At which level each event is written. */
const LEVELS: { readonly [E in LoggedEvent]: keyof Logger } = Object.freeze({
  "process:crashed": "error",
  "child:shutdownTimedOut": "error",
  "process:stopTimedOut": "error",
  "system:stopTimedOut": "error",
  "supervisor:cannotGiveUp": "warn",
  "mailbox:high": "warn",
  "fault:late": "warn",
  "cleanup:failed": "warn",
  "listener:failed": "warn",
  "lease:leaked": "warn",
  "log:heldBack": "warn",
});

/** What is being written. */
export interface Reporting {
  /** Writes what there is to say of records held back so far. */
  flush(): void;
  stop(): void;
}

/**
 * Writes every event that is worth a record to `logger`.
 *
 * @param limit - for errors, and again for warnings
 */
export function reportTo(telemetry: Telemetry, logger: Logger, clock: Clock, limit: LogLimit): Reporting {
  const gates = {
    error: new Gate("errors", telemetry, clock, limit),
    warn: new Gate("warnings", telemetry, clock, limit),
  };
  const stops = (Object.keys(LEVELS) as LoggedEvent[]).map((event) => {
    const level = LEVELS[event];
    return telemetry.on(event, (payload) => {
      const record = { ...payload, kind: event } as LogRecord;
      // What was held back is told beside the records that it counts. A logger may be asynchronous, and reject.
      return event === "log:heldBack" || gates[level].admits(record) ? logger[level](record) : undefined;
    });
  });
  return {
    flush: () => {
      gates.error.flush();
      gates.warn.flush();
    },
    stop: () => {
      gates.error.close();
      gates.warn.close();
      for (const stop of stops) stop();
    },
  };
}

/** The records of one level. */
class Gate {
  readonly #what: SystemEvents["log:heldBack"]["what"];
  readonly #telemetry: Telemetry;
  readonly #clock: Clock;
  readonly #limit: LogLimit;
  #period: LogPeriod | undefined;
  #last = "";
  /** Set while something is held back. */
  #timer: Timer | undefined;

  constructor(
    what: SystemEvents["log:heldBack"]["what"],
    telemetry: Telemetry,
    clock: Clock,
    limit: LogLimit,
  ) {
    this.#what = what;
    this.#telemetry = telemetry;
    this.#clock = clock;
    this.#limit = limit;
  }

  admits(record: LogRecord): boolean {
    const nowMs = this.#clock.now();
    const verdict = admitRecord(this.#period, nowMs, this.#limit);
    // A busy host fires its timers late: the count precedes what comes after it.
    if (verdict.missed > 0) this.flush();
    this.#period = verdict.period;
    if (verdict.written) return true;
    this.#last = subjectOf(record);
    this.#timer ??= this.#clock.setTimer(
      () => this.flush(),
      Math.max(0, verdict.period.beganAtMs + this.#limit.periodMs - nowMs),
    );
    return false;
  }

  flush(): void {
    const count = this.#period?.heldBack ?? 0;
    this.close();
    if (count === 0) return;
    const { periodMs } = this.#limit;
    this.#telemetry.emit("log:heldBack", { what: this.#what, count, periodMs, last: this.#last });
  }

  close(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#period = undefined;
  }
}

function subjectOf(record: LogRecord): string {
  switch (record.kind) {
    case "child:shutdownTimedOut":
      return `child "${record.id}" of ${record.supervisor}`;
    case "system:stopTimedOut":
      return record.system;
    case "supervisor:cannotGiveUp":
      return record.supervisor;
    case "listener:failed":
      return `a listener of ${record.event}`;
    case "lease:leaked":
      return `a lease of ${record.pool}`;
    case "log:heldBack":
      return record.last;
    default:
      return record.label;
  }
}
