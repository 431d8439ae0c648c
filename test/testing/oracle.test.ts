import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { firstOracle, oracleRandom, seededOracle } from "../../src/testing/oracle.ts";

describe("firstOracle", () => {
  it("always chooses what happens without any chance", () => {
    expect([1, 2, 100].map((n) => firstOracle.choose(n, "turn"))).toEqual([0, 0, 0]);
  });
});

describe("seededOracle", () => {
  it("chooses one of the outcomes, the same ones for the same seed", () => {
    fc.assert(
      fc.property(fc.nat(), fc.array(fc.integer({ min: 1, max: 1_000 })), (seed, widths) => {
        const [oracle, again] = [seededOracle(seed), seededOracle(seed)];
        for (const n of widths) {
          const chosen = oracle.choose(n, "turn");
          expect(chosen).toBe(again.choose(n, "turn"));
          expect(Number.isInteger(chosen) && chosen >= 0 && chosen < n).toBe(true);
        }
      }),
    );
  });

  it("reaches every outcome", () => {
    const oracle = seededOracle(1);
    const chosen = new Set(Array.from({ length: 200 }, () => oracle.choose(5, "turn")));
    expect([...chosen].sort()).toEqual([0, 1, 2, 3, 4]);
  });

  it("chooses otherwise for another seed", () => {
    const run = (seed: number): string => {
      const oracle = seededOracle(seed);
      return Array.from({ length: 20 }, () => oracle.choose(2, "turn")).join("");
    };
    expect(new Set([1, 2, 3, 4, 5].map(run)).size).toBe(5);
  });
});

describe("oracleRandom", () => {
  it("asks the oracle for every number", () => {
    const asked: unknown[] = [];
    const choose = (n: number, label: string): number => {
      asked.push(label);
      return n - 1;
    };
    const drawn = oracleRandom({ choose }).next();
    expect(asked).toEqual(["random"]);
    expect(drawn).toBeLessThan(1);
    expect(drawn).toBeGreaterThan(0.999);
    expect(oracleRandom(firstOracle).next()).toBe(0);
  });
});
