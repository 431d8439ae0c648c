import { describe, expect, it } from "vitest";
import { latencyTablesOf, time } from "../../../benchmarks/latency/report.ts";

const even = (value: number) => ({ p50: value, p99: value * 2, p999: value * 3, max: value * 4 });

describe("latencyTablesOf", () => {
  it("prints the loads, the event loop, and what a hostile actor does", () => {
    const text = latencyTablesOf({
      loads: [
        {
          share: 0.1,
          capacity: 1_234_567,
          perSecond: 123_456.7,
          capacityAfter: 1_200_000,
          tries: 1,
          ...even(0.01),
        },
        { share: 0.5, capacity: 1_200_000, perSecond: 600_000, capacityAfter: 600_000, tries: 2, ...even(1) },
        {
          share: 0.9,
          capacity: 1_200_000,
          perSecond: 1_080_000,
          capacityAfter: 999_999,
          tries: 3,
          ...even(2),
        },
      ],
      loopDelay: even(1.5),
      hostile: { handling: 4, receiving: 5, dying: 20 },
    });
    const cells = text
      .split("\n")
      .filter((line) => line.startsWith("|") && !line.startsWith("| --"))
      .map((line) =>
        line
          .split("|")
          .slice(1, -1)
          .map((cell) => cell.trim()),
      );
    expect(cells).toContainEqual([
      "10 % of capacity",
      "1,234,567, 1,200,000",
      "123,457",
      "10.0 µs",
      "20.0 µs",
      "30.0 µs",
      "40.0 µs",
    ]);
    expect(cells.map(([first]) => first)).toContain("50 % of capacity, try 2");
    expect(cells).toContainEqual([
      "90 % of capacity, not sustained in 3 tries",
      "1,200,000, 999,999",
      "1,080,000",
      "2.00 ms",
      "4.00 ms",
      "6.00 ms",
      "8.00 ms",
    ]);
    expect(cells).toContainEqual([
      "the event loop, actors always busy",
      "1.50 ms",
      "3.00 ms",
      "4.50 ms",
      "6.00 ms",
    ]);
    expect(cells).toContainEqual(["is killed", "20.0 ms"]);
  });
});

describe("time", () => {
  it.each([
    [0.0123, "12.3 µs"],
    [0.999, "999 µs"],
    [1, "1.00 ms"],
    [123.4, "123 ms"],
    [1_234.5, "1,235 ms"],
  ])("%d ms is %s", (ms, text) => {
    expect(time(ms)).toBe(text);
  });
});
