import { describe, expect, it } from "vitest";
import { bundle } from "../../benchmarks/contender/bundle.ts";
import { faultsOf, lineOf, type Weighed } from "../../scripts/size.ts";

const program: Weighed = { imports: ["createSystem", "defineActor"], limitBytes: 31_000 };

describe("faultsOf", () => {
  it.each([
    [{ bytes: 31_000, outside: ["node:async_hooks"] }, []],
    [{ bytes: 31_001, outside: [] }, [/heavier than it may be/]],
    [{ bytes: 9, outside: ["node:net", "node:async_hooks", "pg"] }, [/imports node:net/, /imports pg/]],
  ])("of %j are %j", (weight, faults) => {
    const found = faultsOf(program, weight);
    expect(found).toHaveLength(faults.length);
    for (const [at, fault] of faults.entries()) expect(found[at]).toMatch(fault);
  });
});

describe("lineOf", () => {
  it("says what is imported, what it weighs, and what it may weigh", () => {
    expect(lineOf(program, { bytes: 29_732, outside: [] })).toBe(
      "29,732 bytes (limit 31,000): createSystem, defineActor",
    );
  });
});

describe("bundle", () => {
  it("weighs what is used, with its packages, and names what it needs of Node", async () => {
    const all = await bundle('export * from "node:fs"; export * from "eventemitter3";');
    const few = await bundle('export const answer = 42; import { readFileSync } from "node:fs";');
    expect(all.outside).toContain("node:fs");
    expect(all.bytes).toBeGreaterThan(1_000);
    expect(few.bytes).toBeLessThan(100);
  });
});
