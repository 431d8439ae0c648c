/**
 * How many records a logger gets: the first few of each period, and a count of the rest. Plain values
 * in, plain values out; who writes has the clock.
 *
 * ```ts
 * const limit = { maxRecords: 1, periodMs: 1_000 };
 * const first = admitRecord(undefined, 0, limit);
 * first.written; //=> true
 * admitRecord(first.period, 20, limit); //=> { written: false, missed: 0, period: { beganAtMs: 0, written: 1, heldBack: 1 } }
 * ```
 *
 * @module
 */

/** The first `maxRecords` of `periodMs` milliseconds are written. */
export interface LogLimit {
  readonly maxRecords: number;
  readonly periodMs: number;
}

/** What has come since a period began, by the monotonic clock. */
export interface LogPeriod {
  readonly beganAtMs: number;
  readonly written: number;
  readonly heldBack: number;
}

/** What becomes of one record. */
export interface LogVerdict {
  readonly written: boolean;
  /** How many of a period that is over were held back, and nobody has been told. */
  readonly missed: number;
  /** To be given with the next record. */
  readonly period: LogPeriod;
}

/**
 * Decides whether a record is written; a period begins with its first record.
 *
 * @param period - of the record before; `undefined` when there was none, or when its end has been told
 * @param nowMs - monotonic milliseconds
 */
export function admitRecord(period: LogPeriod | undefined, nowMs: number, limit: LogLimit): LogVerdict {
  if (period === undefined || nowMs - period.beganAtMs >= limit.periodMs) {
    const begun = { beganAtMs: nowMs, written: 1, heldBack: 0 };
    return { written: true, missed: period?.heldBack ?? 0, period: begun };
  }
  if (period.written < limit.maxRecords)
    return { written: true, missed: 0, period: { ...period, written: period.written + 1 } };
  return { written: false, missed: 0, period: { ...period, heldBack: period.heldBack + 1 } };
}
