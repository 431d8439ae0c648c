import { describe, expect, it } from "vitest";
import { admitRecord, type LogPeriod, type LogVerdict } from "../../src/telemetry/log-limit.ts";

const LIMIT = { maxRecords: 2, periodMs: 1_000 };

describe("admitRecord", () => {
  const period = (beganAtMs: number, written: number, heldBack: number): LogPeriod => ({
    beganAtMs,
    written,
    heldBack,
  });

  it.each<[string, LogPeriod | undefined, number, LogVerdict]>([
    [
      "the first of all begins a period",
      undefined,
      70,
      { written: true, missed: 0, period: period(70, 1, 0) },
    ],
    [
      "one within the limit is written",
      period(70, 1, 0),
      71,
      { written: true, missed: 0, period: period(70, 2, 0) },
    ],
    [
      "one beyond it is held back",
      period(70, 2, 0),
      71,
      { written: false, missed: 0, period: period(70, 2, 1) },
    ],
    ["and counted", period(70, 2, 480), 1_069.9, { written: false, missed: 0, period: period(70, 2, 481) }],
    [
      "the end of a period is not part of it",
      period(70, 2, 481),
      1_070,
      { written: true, missed: 481, period: period(1_070, 1, 0) },
    ],
    [
      "one long after misses nothing when nothing was held back",
      period(70, 2, 0),
      9_000,
      { written: true, missed: 0, period: period(9_000, 1, 0) },
    ],
    [
      "a clock that stands still lets the limit through, no more",
      period(0, 2, 0),
      0,
      { written: false, missed: 0, period: period(0, 2, 1) },
    ],
  ])("%s", (_what, before, nowMs, verdict) => {
    expect(admitRecord(before, nowMs, LIMIT)).toEqual(verdict);
  });

  it("writes at most the limit in each period, and every record is written or told of", () => {
    let before: LogPeriod | undefined;
    let [written, missed] = [0, 0];
    for (let nowMs = 0; nowMs < 10_000; nowMs += 1) {
      const verdict = admitRecord(before, nowMs, LIMIT);
      written += verdict.written ? 1 : 0;
      missed += verdict.missed;
      before = verdict.period;
    }
    expect([written, missed + (before?.heldBack ?? 0)]).toEqual([20, 9_980]);
  });
});
