import { describe, expect, it } from "vitest";
import { POOLS, simulate } from "../../benchmarks/routing/simulation.ts";
import { PLANS, routingTable } from "../../benchmarks/routing/table.ts";

const REQUESTS = 6_000;

/** Milliseconds within which 99 in 100 are answered, by pool. */
async function p99Of(plan: string, pools: readonly string[]): Promise<number[]> {
  const times: number[] = [];
  for (const name of pools) {
    const { p99Ms } = await simulate(POOLS[name]!(), { ...PLANS[plan]!, requests: REQUESTS });
    times.push(p99Ms);
  }
  return times;
}

describe("simulate", () => {
  it("has the strategies in their order: random, round-robin, power of two, least busy, one line", {
    timeout: 60_000,
  }, async () => {
    const times = await p99Of("load 0.8", [
      "random",
      "round-robin",
      "power of two",
      "least busy",
      "one line",
    ]);
    expect(times).toEqual(times.toSorted((one, other) => other - one));
  });

  it("has random and round-robin pile up behind one slow member, and the others not", {
    timeout: 60_000,
  }, async () => {
    const blind = await p99Of("one 5× slower, load 0.8", ["random", "round-robin"]);
    const seeing = await p99Of("one 5× slower, load 0.8", ["power of two", "least busy", "one line"]);
    expect(seeing).toEqual(seeing.toSorted((one, other) => other - one));
    expect(Math.min(...blind)).toBeGreaterThan(10 * Math.max(...seeing));
    const [ewma] = await p99Of("one 5× slower, load 0.8", ["peak EWMA"]);
    expect(ewma).toBeLessThan(seeing[0]!);
  });

  it("answers the same for the same seed, and something else for another", async () => {
    const plan = { ...PLANS["load 0.8"]!, requests: 500 };
    const pool = POOLS.random!;
    expect(await simulate(pool(), plan)).toEqual(await simulate(pool(), plan));
    expect(await simulate(pool(), { ...plan, seed: 2 })).not.toEqual(await simulate(pool(), plan));
  });
});

describe("routingTable", () => {
  it("has a line for each pool and a column for each plan", { timeout: 60_000 }, async () => {
    const lines = (await routingTable(200)).split("\n");
    expect(lines).toHaveLength(2 + Object.keys(POOLS).length);
    expect(lines[0]).toBe("| p50 / p99 in ms | load 0.8 | load 0.5 | one 5× slower, load 0.8 |");
    for (const line of lines.slice(2)) expect(line).toMatch(/^\| [^|]+ \|( (\d+ \/ \d+|diverges) \|){3}$/);
  });
});
