import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { backoffMs } from "../../src/core/backoff.ts";
import { seededRandom } from "../../src/core/random.ts";

const least = { next: () => 0 };
const most = { next: () => 0.999_999 };

describe("backoffMs", () => {
  it("begins at minMs and doubles up to maxMs", () => {
    const waits = [1, 2, 3, 4, 5, 6].map((attempt) => backoffMs({ minMs: 50, maxMs: 500 }, attempt, least));
    expect(waits).toEqual([50, 100, 200, 400, 500, 500]);
  });

  it("grows by the factor that is given, not at all by 1", () => {
    const waits = (factor: number) =>
      [1, 2, 3].map((attempt) => backoffMs({ minMs: 10, maxMs: 1_000, factor }, attempt, least));
    expect(waits(3)).toEqual([10, 30, 90]);
    expect(waits(1)).toEqual([10, 10, 10]);
  });

  it.each([
    { jitter: 0, shortest: 1_000 },
    { jitter: 0.5, shortest: 500 },
    { jitter: 1, shortest: 0 },
  ])("leaves the share $jitter of a wait to chance, and only shortens it", ({ jitter, shortest }) => {
    const backoff = { minMs: 1_000, maxMs: 1_000, jitter };
    expect(backoffMs(backoff, 1, least)).toBe(1_000);
    expect(backoffMs(backoff, 1, most)).toBe(shortest);
  });

  it("is whole milliseconds from 0 to maxMs for any number of attempts", () => {
    const backoffs = fc.record({
      minMs: fc.nat(1_000),
      maxMs: fc.integer({ min: 1_000, max: 60_000 }),
      factor: fc.double({ min: 1, max: 10, noNaN: true }),
      jitter: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(backoffs, fc.integer({ min: 1, max: 100_000 }), fc.integer(), (backoff, attempt, seed) => {
        const waitMs = backoffMs(backoff, attempt, seededRandom(seed));
        expect(Number.isInteger(waitMs)).toBe(true);
        expect(waitMs).toBeGreaterThanOrEqual(0);
        expect(waitMs).toBeLessThanOrEqual(backoff.maxMs);
      }),
    );
  });
});
