import { describe, expect, it } from "vitest";
import { type Growing, measureGrowth } from "../../../benchmarks/growth/measure.ts";
import type { GrowthRow } from "../../../benchmarks/growth/rows.ts";
import type { Contender } from "../../../benchmarks/measure.ts";

const row: GrowthRow = {
  id: "growing",
  work: "",
  of: "things",
  sizes: [100, 1_000, 10_000],
  base: 1_000,
  stated: "O(n)",
};

/** A contender whose operation takes as many nanoseconds as it has things, on a machine that is slower each time round. */
function linear(log: string[], failing?: number): Growing {
  let slowness = 0;
  const contender: Contender = {
    name: "linear",
    open: async ({ size = 0 }) => ({
      round: async (operations) => {
        log.push(`${size}: ${operations}`);
        if (size === row.sizes[0]) slowness += 1;
        if (size === failing) throw new Error("one is missing");
        return 1e9 / (size * slowness);
      },
      close: async () => void log.push(`${size} closed`),
    }),
  };
  return { contender, id: row.id, isShared: false };
}

describe("measureGrowth", () => {
  it("goes through all sizes in each round, and compares with the base of the same round", async () => {
    const log: string[] = [];
    const { contenders } = await measureGrowth(row, [linear(log)], { rounds: 3, roundMs: 1 });
    expect(contenders["linear"]?.map(({ size, growth }) => [size, growth.median])).toEqual([
      [100, expect.closeTo(0.1)],
      [1_000, 1],
      [10_000, expect.closeTo(10)],
    ]);
    const sizes = log.map((line) => line.split(/[: ]/)[0]);
    expect(sizes.slice(-12)).toEqual(Array(4).fill(["100", "1000", "10000"]).flat());
    expect(log.slice(-3)).toEqual(["100 closed", "1000 closed", "10000 closed"]);
  });

  it("answers nanoseconds an operation", async () => {
    const { contenders } = await measureGrowth(row, [linear([])], { rounds: 1, roundMs: 1 });
    const { cost } = contenders["linear"]![1]!;
    expect(cost.median % 1_000).toBeCloseTo(0);
    expect(cost.median).toBeGreaterThanOrEqual(1_000);
  });

  it("fails, and closes all, when any round has lost something", async () => {
    const log: string[] = [];
    const measured = measureGrowth(row, [linear(log, 1_000)], { rounds: 1, roundMs: 1 });
    await expect(measured).rejects.toThrow("one is missing");
    expect(log.slice(-2)).toEqual(["1000 closed", "100 closed"]);
  });

  it("measures whoever is shared once for all rows with the same sizes and base", async () => {
    const log: string[] = [];
    const shared = { ...linear(log), isShared: true };
    const known = new Map();
    const first = await measureGrowth(row, [shared], { rounds: 1, roundMs: 1 }, known);
    const opened = log.length;
    const second = await measureGrowth({ ...row, id: "other" }, [shared], { rounds: 1, roundMs: 1 }, known);
    expect([log.length, second.contenders["linear"]]).toEqual([opened, first.contenders["linear"]]);
    await measureGrowth({ ...row, sizes: [1_000, 10_000] }, [shared], { rounds: 1, roundMs: 1 }, known);
    expect(log.length).toBeGreaterThan(opened);
  });

  it("weighs each size in one round of as many operations", async () => {
    const asked: string[] = [];
    const heavy: Contender = {
      name: "heavy",
      open: async ({ unit, size = 0 }) => ({
        round: async (operations) => {
          asked.push(`${unit} ${operations}`);
          return size / 10;
        },
        close: async () => undefined,
      }),
    };
    const { contenders } = await measureGrowth(
      { ...row, unit: "bytes" },
      [{ contender: heavy, id: row.id, isShared: false }],
      { rounds: 5, roundMs: 1 },
    );
    expect(asked).toEqual(["bytes 100", "bytes 1000", "bytes 10000"]);
    expect(contenders["heavy"]?.map(({ cost, growth }) => [cost.median, growth.median])).toEqual([
      [10, 0.1],
      [100, 1],
      [1_000, 10],
    ]);
  });
});
