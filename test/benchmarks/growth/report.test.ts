import { describe, expect, it } from "vitest";
import type { GrowthFigures } from "../../../benchmarks/growth/measure.ts";
import { plotOf } from "../../../benchmarks/growth/plot.ts";
import {
  growthReportOf,
  growthTableOf,
  short,
  sizeText,
  unitOf,
  verdictTableOf,
} from "../../../benchmarks/growth/report.ts";
import { growthRows } from "../../../benchmarks/growth/rows.ts";
import { describeMachine } from "../../../benchmarks/machine.ts";

const even = (value: number) => ({ median: value, min: value, max: value });
const row = {
  ...growthRows.find(({ id }) => id === "registry-growth-lookup")!,
  sizes: [100, 1_000, 1_000_000],
};
const figures: GrowthFigures = {
  row,
  contenders: {
    troupe: [
      { size: 100, cost: even(20), growth: even(0.8) },
      { size: 1_000, cost: even(25), growth: even(1) },
      { size: 1_000_000, cost: { median: 1_500, min: 1_000, max: 2_000 }, growth: even(60) },
    ],
    map: [
      { size: 100, cost: even(8), growth: even(0.8) },
      { size: 1_000, cost: even(10), growth: even(1) },
      { size: 1_000_000, cost: even(80), growth: even(8) },
    ],
  },
};

const linearly = row.sizes.map((size) => ({ size, cost: even(size), growth: even(size / 1_000) }));

describe("growthTableOf", () => {
  it("prints a line for each contender and size, in columns of one width", () => {
    const lines = growthTableOf([figures]).split("\n");
    expect(new Set(lines.map((line) => line.length)).size).toBe(1);
    const cells = lines.map((line) => line.split("|").map((cell) => cell.trim()));
    expect(cells.slice(2).map((line) => line.slice(1, -1))).toEqual([
      [`\`${row.id}\``, "troupe", "10² keys", "20.0 ns (20.0 ns–20.0 ns)", "0.80 (0.80–0.80)"],
      ["", "", "10³ keys", "25.0 ns (25.0 ns–25.0 ns)", "1"],
      ["", "", "10⁶ keys", "1,500 ns (1,000 ns–2,000 ns)", "60.00 (60.00–60.00)"],
      ["", "map", "10² keys", "8.00 ns (8.00 ns–8.00 ns)", "0.80 (0.80–0.80)"],
      ["", "", "10³ keys", "10.0 ns (10.0 ns–10.0 ns)", "1"],
      ["", "", "10⁶ keys", "80.0 ns (80.0 ns–80.0 ns)", "8.00 (8.00–8.00)"],
    ]);
  });
});

describe("verdictTableOf", () => {
  it("holds each curve against what is stated and against memory", () => {
    const linear = { ...figures, row: { ...row, id: "creeping" }, contenders: { troupe: linearly } };
    const cells = verdictTableOf([figures, linear])
      .split("\n")
      .map((line) => line.split("|").map((cell) => cell.trim()));
    expect(cells.slice(2).map((line) => line.slice(1, -1))).toEqual([
      [`\`${row.id}\``, "O(1)", "3.91", "map: 2.00", "1.96", "as stated"],
      ["`creeping`", "O(1)", "10.00", "", "10.00", "worse"],
    ]);
  });
});

describe("unitOf", () => {
  it("is nanoseconds, and bytes for a weight", () => {
    expect([unitOf({}), unitOf({ unit: "bytes" })]).toEqual(["ns", "B"]);
  });
});

describe("sizeText and short", () => {
  it.each([
    [100, "10²"],
    [1e6, "10⁶"],
    [1e12, "10¹²"],
    [150_000, "150,000"],
  ])("%d is %s", (size, text) => {
    expect(sizeText(size)).toBe(text);
  });

  it("has three digits that mean something", () => {
    expect([1.234, 12.34, 123.4, 12_345].map(short)).toEqual(["1.23", "12.3", "123", "12,345"]);
  });
});

describe("growthReportOf", () => {
  it("has the shape that machines read", () => {
    const report = growthReportOf(describeMachine({ rounds: 5, roundMs: 500 }, {}), [figures]);
    expect(JSON.parse(JSON.stringify(report)).growth).toEqual([
      {
        id: row.id,
        of: "keys",
        base: 1_000,
        unit: "ns",
        stated: "O(1)",
        contenders: figures.contenders,
        verdict: {
          perDecade: expect.closeTo(60 ** (1 / 3)),
          besidePerDecade: expect.closeTo(2),
          beyond: expect.closeTo(60 ** (1 / 3) / 2),
          isWorse: false,
        },
      },
    ]);
  });
});

describe("plotOf", () => {
  const svg = plotOf(figures);
  const lines = [...svg.matchAll(/<polyline [^>]*points="([^"]*)"/g)].map(([, points = ""]) =>
    points.split(" ").map((point) => point.split(",").map(Number) as [number, number]),
  );

  it("draws a line for each contender through all its sizes, which climbs where the time does", () => {
    expect(lines.map((points) => points.length)).toEqual([2, 3, 3]);
    const [first, second, last] = lines[1]!;
    expect([first![0] < second![0], second![0] < last![0]]).toEqual([true, true]);
    expect([first![1] > second![1], second![1] > last![1]]).toEqual([true, true]);
  });

  it("draws where ours would go if it cost what is stated, from the base on", () => {
    const [stated] = lines;
    const climbing = plotOf({ ...figures, row: { ...row, stated: "O(n)" } });
    const [, points = ""] = climbing.match(/<polyline [^>]*stroke-dasharray[^>]*points="([^"]*)"/) ?? [];
    const [from, to] = points.split(" ").map((point) => point.split(",").map(Number));
    expect(stated!.map(([, y]) => y)).toEqual([stated![0]![1], stated![0]![1]]);
    expect(from![1]).toBeGreaterThan(to![1]!);
  });

  it("keeps everything inside, and names what it shows", () => {
    for (const [x, y] of lines.flat()) expect([x >= 0 && x <= 720, y >= 0 && y <= 400]).toEqual([true, true]);
    for (const text of [row.id, "10⁶", "keys", "troupe", "map", "stated O(1)", "10 ns", "1 µs"])
      expect(svg).toContain(text);
    expect(svg.startsWith("<svg ")).toBe(true);
    expect(svg.endsWith("</svg>\n")).toBe(true);
  });

  it("keeps the names of lines that end together apart", () => {
    const same = { ...figures, contenders: { troupe: linearly, one: linearly, other: linearly } };
    const places = [...plotOf(same).matchAll(/<text x="598" y="([\d.]+)"/g)].map(([, y]) => Number(y));
    expect(places).toHaveLength(4);
    for (const [at, y] of places.slice(1).entries()) expect(places[at]! - y).toBeGreaterThanOrEqual(14);
  });
});
