import { describe, expect, it } from "vitest";
import { driftOf, growthIn, leftOver, percent, type Sample } from "../../soak/flatness.ts";

const samples = (heaps: readonly number[], counts: (at: number) => Sample["counts"] = () => ({})): Sample[] =>
  heaps.map((heapBytes, at) => ({ heapBytes, counts: counts(at) }));

describe("driftOf", () => {
  it.each([
    { heaps: [], drift: 0 },
    { heaps: [100], drift: 0 },
    { heaps: [100, 100, 100, 100], drift: 0 },
    { heaps: [100, 101, 102, 103, 104], drift: 4 / 102 },
    { heaps: [104, 103, 102, 101, 100], drift: -4 / 102 },
    { heaps: [100, 100, 900, 100, 100, 100, 100], drift: 0 },
  ])("of $heaps is $drift", ({ heaps, drift }) => {
    expect(driftOf(heaps)).toBeCloseTo(drift, 10);
  });
});

describe("growthIn", () => {
  it("lets pass a heap that stays within 2 %, or shrinks", () => {
    expect(growthIn(samples([100, 101, 100, 101, 101]))).toEqual([]);
    expect(growthIn(samples([120, 115, 110, 105, 100]))).toEqual([]);
  });

  it("tells of a heap that grows by more", () => {
    expect(growthIn(samples([100, 101, 102, 103, 104]))).toEqual(["the heap grew by +3.9 %"]);
  });

  it("tells of each count that rises, and of none that comes back", () => {
    const counts = (at: number) => ({ processes: 7 + (at % 2), timers: at, waiters: at === 3 ? 1 : 0 });
    expect(growthIn(samples([100, 100, 100, 100], counts))).toEqual([
      "timers: at most 1 in the first half, 3 in the second",
      "waiters: at most 0 in the first half, 1 in the second",
    ]);
  });
});

describe("leftOver", () => {
  it("names what is there that was not, and nothing that has gone", () => {
    expect(leftOver({ timers: 1, pipes: 3 }, { timers: 2, pipes: 2, zombies: 1, processes: 0 })).toEqual([
      "timers: 1 at the start, 2 at the end",
      "zombies: 0 at the start, 1 at the end",
    ]);
  });
});

describe("percent", () => {
  it.each([
    [0.0312, "+3.1 %"],
    [-0.2, "-20.0 %"],
    [0, "+0.0 %"],
  ])("shows %d as %s", (part, text) => {
    expect(percent(part)).toBe(text);
  });
});
