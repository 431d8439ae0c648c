import { describe, expect, it } from "vitest";
import { latenessOf, tooLate } from "../../soak/interval.ts";

describe("latenessOf", () => {
  it("tells the middle, the 99th of a hundred and the latest; early is not late", () => {
    const gapsMs = Array.from({ length: 100 }, (_, at) => 10 + at);
    expect(latenessOf([...gapsMs, 4, 5])).toEqual({ p50: 48, p99: 98, most: 99, ticks: 102 });
  });
});

describe("tooLate", () => {
  it.each([
    { p99: 20, most: 50, faults: [] },
    { p99: 21, most: 50, faults: ["a load: p99 21.0 ms late, over 20"] },
    { p99: 1, most: 51, faults: ["a load: up to 51.0 ms late, over 50"] },
  ])("of p99 $p99 and at most $most: $faults", ({ p99, most, faults }) => {
    expect(tooLate("a load", { p50: 0, p99, most, ticks: 9 })).toEqual(faults);
  });
});
