import { describe, expect, it } from "vitest";
import { growthRows } from "../../benchmarks/growth/rows.ts";
import { readOptions, UsageError } from "../../benchmarks/options.ts";
import { rows } from "../../benchmarks/rows.ts";

describe("readOptions", () => {
  it("asks for every row and five rounds when nothing is said", () => {
    expect(readOptions([])).toEqual({
      json: false,
      growth: false,
      plot: false,
      latency: false,
      routing: false,
      nodes: [],
      only: rows.map((row) => row.id),
      rounds: 5,
      roundMs: 500,
    });
  });

  it("keeps the order of the table, whatever the order of --only", () => {
    expect(readOptions(["--only", "lookup,count", "--json"])).toMatchObject({
      only: ["count", "lookup"],
      json: true,
    });
  });

  it("names all faults at once, and the rows there are", () => {
    const read = () => readOptions(["--only", "cuont", "--rounds", "0", "--round-ms", "soon"]);
    expect(read).toThrow(UsageError);
    expect(read).toThrow(
      /no row cuont; there are count, [\s\S]*--rounds [\s\S]*"0"[\s\S]*--round-ms [\s\S]*"soon"/,
    );
  });

  it("means growth rows where growth is asked for", () => {
    expect(readOptions(["--growth", "--plot"])).toMatchObject({
      growth: true,
      plot: true,
      only: growthRows.map((row) => row.id),
    });
    expect(() => readOptions(["--growth", "--only", "lookup"])).toThrow(
      /no row lookup; there are actors-heap, /,
    );
    expect(() => readOptions(["--plot"])).toThrow(/--growth too/);
  });

  it("takes any number of other Nodes, for rows", () => {
    expect(readOptions(["--node", "newest", "--node", "/opt/node/bin/node"])).toMatchObject({
      nodes: ["newest", "/opt/node/bin/node"],
    });
    expect(() => readOptions(["--growth", "--node", "newest"])).toThrow(/--node is for rows/);
  });

  it("takes longer parts for a tail of latencies, and shorter rounds for the many sizes of growth", () => {
    expect(readOptions(["--latency"])).toMatchObject({ latency: true, roundMs: 5_000 });
    expect(readOptions(["--growth"]).roundMs).toBe(250);
    expect(readOptions(["--latency", "--round-ms", "100"]).roundMs).toBe(100);
    expect(() => readOptions(["--latency", "--growth"])).toThrow(/say one of them/);
  });

  it("refuses an option it does not know", () => {
    expect(() => readOptions(["--round", "3"])).toThrow(UsageError);
  });
});
