import { describe, expect, it } from "vitest";
import type { SizeFigures } from "../../../benchmarks/growth/measure.ts";
import type { Stated } from "../../../benchmarks/growth/rows.ts";
import { verdictOf } from "../../../benchmarks/growth/verdict.ts";

const sizes = [10, 100, 1_000, 10_000, 100_000];
const even = (value: number) => ({ median: value, min: value, max: value });

/** A curve whose operation costs what `cost` says of a size. */
function curve(cost: (size: number) => number): SizeFigures[] {
  return sizes.map((size) => ({ size, cost: even(cost(size)), growth: even(cost(size) / cost(100)) }));
}

function verdict(stated: Stated, cost: (size: number) => number, memory?: (size: number) => number) {
  return verdictOf({ base: 100, sizes, stated }, curve(cost), memory && curve(memory));
}

describe("verdictOf", () => {
  it.each([
    ["O(1)", "constant", () => 50, false],
    ["O(1)", "linear", (n: number) => n, true],
    ["O(1)", "linear behind a great constant", (n: number) => 10_000 + n, true],
    ["O(1)", "logarithmic", (n: number) => Math.log(n), false],
    ["O(log n)", "logarithmic", (n: number) => Math.log(n), false],
    ["O(log n)", "linear", (n: number) => n, true],
    ["O(n)", "linear", (n: number) => n, false],
    ["O(n)", "quadratic", (n: number) => n * n, true],
    ["O(1)", "the square root", (n: number) => Math.sqrt(n), true],
  ] as const)("stated %s, measured %s", (stated, _measured, cost, isWorse) => {
    expect(verdict(stated, cost).isWorse).toBe(isWorse);
  });

  it("takes out what memory of the same size does, and never what it does less", () => {
    const root = (n: number): number => Math.sqrt(n);
    expect(verdict("O(1)", root, root)).toMatchObject({ beyond: expect.closeTo(1), isWorse: false });
    expect(verdict("O(1)", root, (n) => 1 / n)).toMatchObject({ besidePerDecade: 1, isWorse: true });
  });

  it("says how much a decade adds, from the base on", () => {
    const steps = (n: number): number => (n < 100 ? 900 : n / 100);
    expect(verdict("O(n)", steps).perDecade).toBeCloseTo(10);
  });
});
