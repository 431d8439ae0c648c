import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { backoffMs } from "../../src/resources/backoff.ts";

describe("backoffMs", () => {
  it.each([
    [{ minMs: 100, maxMs: 1_000, jitter: 0 }, 1, 100],
    [{ minMs: 100, maxMs: 1_000, jitter: 0 }, 4, 800],
    [{ minMs: 100, maxMs: 1_000, jitter: 0 }, 5, 1_000],
    [{ minMs: 100, maxMs: 1_000, jitter: 0, factor: 3 }, 3, 900],
    [{ minMs: 100, maxMs: 1_000, jitter: 0, factor: 1 }, 9, 100],
    [{ minMs: 100, maxMs: 1_000 }, 1_000_000, 750],
  ])("of %j after %i failures is %i ms", (backoff, failures, expected) => {
    expect(backoffMs(backoff, failures, 0.5)).toBe(expected);
  });

  it("stays between nothing and the longest wait, and never shrinks with failures", () => {
    const milliseconds = fc.integer({ min: 1, max: 100_000 });
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    const chance = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });
    const failures = fc.integer({ min: 1, max: 10_000 });
    fc.assert(
      fc.property(
        milliseconds,
        milliseconds,
        share,
        chance,
        failures,
        (minMs, moreMs, jitter, drawn, failed) => {
          const backoff = { minMs, maxMs: minMs + moreMs, jitter };
          const waitMs = backoffMs(backoff, failed, drawn);
          expect(waitMs).toBeGreaterThanOrEqual(0);
          expect(waitMs).toBeLessThanOrEqual(backoff.maxMs);
          expect(backoffMs(backoff, failed + 1, drawn)).toBeGreaterThanOrEqual(waitMs);
        },
      ),
    );
  });
});
