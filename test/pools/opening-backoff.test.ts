import { describe, expect, it } from "vitest";
import { openingWaitMs } from "../../src/pools/opening-backoff.ts";

describe("openingWaitMs", () => {
  it.each([
    { failures: 1, waitMs: 100 },
    { failures: 2, waitMs: 200 },
    { failures: 6, waitMs: 3_200 },
    { failures: 7, waitMs: 5_000 },
    { failures: 5_000, waitMs: 5_000 },
  ])("is $waitMs ms after $failures failures without chance", ({ failures, waitMs }) => {
    expect(openingWaitMs({}, failures, 0)).toBe(waitMs);
  });

  it("leaves half of the wait to chance", () => {
    expect(openingWaitMs({ minMs: 1_000, maxMs: 1_000 }, 1, 0.999_999)).toBe(500);
  });

  it("takes limits of one's own", () => {
    expect([1, 2, 3].map((failures) => openingWaitMs({ minMs: 10, maxMs: 25 }, failures, 0))).toEqual([
      10, 20, 25,
    ]);
  });
});
