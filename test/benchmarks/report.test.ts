import { describe, expect, it } from "vitest";
import { describeMachine } from "../../benchmarks/machine.ts";
import type { RowFigures } from "../../benchmarks/measure.ts";
import { machineLine, reportOf, tableOf } from "../../benchmarks/report.ts";
import { rows } from "../../benchmarks/rows.ts";

const even = (value: number) => ({ median: value, min: value, max: value });
const rowOf = (id: string) => rows.find((row) => row.id === id)!;
const figures: readonly RowFigures[] = [
  {
    row: rowOf("call"),
    troupe: { median: 2e6, min: 1.8e6, max: 2.1e6 },
    peers: {
      otp: { figure: even(5e5), ratio: { median: 4, min: 3.6, max: 4.2 } },
      nact: { figure: even(4e5), ratio: even(5) },
    },
    variants: {
      "node26 handlersOnly": {
        troupe: even(3e6),
        peers: { otp: { figure: even(5e5), ratio: even(6) } },
      },
    },
  },
  {
    row: rowOf("heap-per-actor"),
    troupe: even(400),
    peers: { otp: { figure: even(2_700), ratio: even(6.75) } },
    variants: {},
  },
];
const machine = describeMachine(
  { rounds: 5, roundMs: 500 },
  { troupe: "0.1.0", otp: "25", elixir: undefined },
);

describe("reportOf", () => {
  it("has the shape that machines read", () => {
    const skipped = [{ row: "lookup", peer: "otp", reason: "`elixir` is not on the path" }];
    const report = JSON.parse(JSON.stringify(reportOf(machine, figures, skipped)));
    expect(report.rows).toEqual([
      {
        id: "call",
        unit: "operations/s",
        troupe: { median: 2e6, min: 1.8e6, max: 2.1e6 },
        peers: { otp: even(5e5), nact: even(4e5) },
        ratios: { otp: 4, nact: 5 },
        variants: {
          "node26 handlersOnly": { troupe: even(3e6), peers: { otp: even(5e5) }, ratios: { otp: 6 } },
        },
      },
      {
        id: "heap-per-actor",
        unit: "bytes",
        troupe: even(400),
        peers: { otp: even(2_700) },
        ratios: { otp: 6.75 },
        variants: {},
      },
    ]);
    expect(report.skipped).toEqual(skipped);
    expect(report.machine).toMatchObject({
      node: process.versions.node,
      rounds: 5,
      versions: { troupe: "0.1.0", otp: "25" },
    });
  });
});

describe("tableOf", () => {
  it("prints a line for each row and peer, ours once, then its variants, in columns of one width", () => {
    const lines = tableOf(figures).split("\n");
    expect(new Set(lines.map((line) => line.length)).size).toBe(1);
    const cells = lines.map((line) =>
      line
        .split("|")
        .map((cell) => cell.trim())
        .slice(1, -1),
    );
    expect([cells[0], ...cells.slice(2)]).toEqual([
      ["row", "troupe", "peer", "the peer's", "ratio"],
      ["call", "2.00 M/s (1.80 M/s–2.10 M/s)", "otp", "500 k/s (500 k/s–500 k/s)", "4.00 (3.60–4.20)"],
      ["", "", "nact", "400 k/s (400 k/s–400 k/s)", "5.00 (5.00–5.00)"],
      [
        "call, node26 handlersOnly",
        "3.00 M/s (3.00 M/s–3.00 M/s)",
        "otp",
        "500 k/s (500 k/s–500 k/s)",
        "6.00 (6.00–6.00)",
      ],
      ["heap-per-actor", "400 B (400 B–400 B)", "otp", "2700 B (2700 B–2700 B)", "6.75 (6.75–6.75)"],
    ]);
  });
});

describe("rows whose figure may be 0", () => {
  const stale: RowFigures = {
    row: rowOf("stale-reads"),
    troupe: even(0),
    peers: { otp: { figure: even(303), ratio: even(Number.POSITIVE_INFINITY) } },
    variants: {},
  };

  it("have no ratio beside it", () => {
    expect(reportOf(machine, [stale], []).rows[0]).toMatchObject({ troupe: even(0), ratios: {} });
    expect(tableOf([stale])).toMatch(/\| 0 \(0–0\) +\| otp +\| 303 \(303–303\) +\| +\|$/);
  });

  it("are counts and milliseconds of whole rounds", () => {
    expect(tableOf([{ row: rowOf("mass-death"), troupe: even(8.25), peers: {}, variants: {} }])).toContain(
      "| 8.3 ms (",
    );
  });
});

describe("machineLine", () => {
  it("names versions, flags and rounds", () => {
    expect(machineLine(machine)).toMatch(
      /Node \d+[^;]*; BEAM \+S 1:1; 5 rounds of about 500 ms; troupe 0\.1\.0, otp 25$/,
    );
  });
});
