import { describe, expect, it } from "vitest";
import { figureOf, median, ratiosOf } from "../../benchmarks/figure.ts";

describe("median", () => {
  it.each([
    [[3], 3],
    [[9, 1, 5], 5],
    [[4, 1, 3, 2], 2.5],
    [[10, 9, 100], 10],
  ])("of %j is %d", (values, expected) => {
    expect(median(values)).toBe(expected);
  });

  it("refuses to speak of no rounds", () => {
    expect(() => median([])).toThrow(RangeError);
  });
});

describe("figureOf", () => {
  it("keeps the middle and both ends, and leaves the rounds in their order", () => {
    const rounds = [5, 2, 9];
    expect(figureOf(rounds)).toEqual({ median: 5, min: 2, max: 9 });
    expect(rounds).toEqual([5, 2, 9]);
  });
});

describe("ratiosOf", () => {
  it("divides pair by pair, not median by median", () => {
    const pairs = [
      { ours: 10, theirs: 10 },
      { ours: 30, theirs: 10 },
      { ours: 40, theirs: 20 },
    ];
    expect(ratiosOf(pairs, "more")).toEqual({ median: 2, min: 1, max: 3 });
  });

  it("is above 1 for fewer bytes as for more operations", () => {
    const pairs = [{ ours: 200, theirs: 800 }];
    expect(ratiosOf(pairs, "less").median).toBe(4);
    expect(ratiosOf(pairs, "more").median).toBe(0.25);
  });
});
