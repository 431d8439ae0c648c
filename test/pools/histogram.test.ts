import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { WaitHistogram } from "../../src/pools/histogram.ts";

function histogramOf(...waitsMs: readonly number[]): WaitHistogram {
  const histogram = new WaitHistogram();
  for (const waitedMs of waitsMs) histogram.record(waitedMs);
  return histogram;
}

describe("WaitHistogram", () => {
  it("says nothing of waits before the first", () => {
    const none = { count: 0, meanMs: 0, maxMs: 0, p50Ms: 0, p99Ms: 0, buckets: [] };
    expect(histogramOf().snapshot()).toEqual(none);
  });

  it.each([
    { waitedMs: 0, upToMs: 1 },
    { waitedMs: 1, upToMs: 1 },
    { waitedMs: 1.1, upToMs: 2 },
    { waitedMs: 50, upToMs: 50 },
    { waitedMs: 50_000, upToMs: 50_000 },
    { waitedMs: 50_001, upToMs: Number.POSITIVE_INFINITY },
  ])("puts $waitedMs ms among those up to $upToMs", ({ waitedMs, upToMs }) => {
    expect(histogramOf(waitedMs).snapshot().buckets).toEqual([{ upToMs, count: 1 }]);
  });

  it("answers quantiles that are no less than the true ones and no more than the longest wait", () => {
    const waits = fc.array(fc.integer({ min: 0, max: 100_000 }), { minLength: 1 });
    fc.assert(
      fc.property(waits, (given) => {
        const { count, maxMs, p50Ms, p99Ms } = histogramOf(...given).snapshot();
        const sorted = given.toSorted((one, other) => one - other);
        expect(count).toBe(given.length);
        expect(maxMs).toBe(sorted.at(-1));
        for (const [share, answered] of [
          [0.5, p50Ms],
          [0.99, p99Ms],
        ] as const) {
          expect(answered).toBeGreaterThanOrEqual(sorted[Math.ceil(share * count) - 1]!);
          expect(answered).toBeLessThanOrEqual(maxMs);
        }
      }),
    );
  });

  it("gives snapshots that stay as they are", () => {
    const histogram = histogramOf(3);
    const before = histogram.snapshot();
    histogram.record(900);
    expect(before).toMatchObject({ count: 1, maxMs: 3 });
    expect(histogram.snapshot()).toMatchObject({ count: 2, maxMs: 900, meanMs: 451.5 });
  });
});
