import fc from "fast-check";
import { createSystem } from "troupe";
import { describe, expect, it } from "vitest";
import { PartitionKeys } from "../../src/supervisor/partition-key.ts";

describe("PartitionKeys.spread", () => {
  const keys = new PartitionKeys();

  it("PS5 takes an integer as it is, without its sign", () => {
    expect([0, -0, 7, -7, 8n, -8n].map((key) => keys.spread(key))).toEqual([0, 0, 7, 7, 8, 8]);
  });

  it("PS5 answers a whole number that equal keys share", () => {
    const atom = fc.oneof(
      fc.string(),
      fc.double(),
      fc.integer(),
      fc.bigInt(),
      fc.boolean(),
      fc.constant(null),
    );
    const key = fc.oneof(atom, fc.constant(undefined), fc.array(fc.oneof(atom, fc.array(atom))));
    fc.assert(
      fc.property(key, (one) => {
        const spread = keys.spread(one);
        expect(Number.isInteger(spread) && spread >= 0).toBe(true);
        expect(keys.spread(structuredClone(one))).toBe(spread);
      }),
    );
  });

  it("PS5 deals out processes that follow each other evenly", async () => {
    await using system = createSystem();
    const pids = [1, 2, 3, 4].map(() => system.spawn((self) => self.receive().then(() => undefined)));
    expect(new Set(pids.map((pid) => keys.spread(pid) % 4)).size).toBe(4);
  });

  it("PS5 spreads text over all partitions, none with twice its share", () => {
    const counts = new Array<number>(16).fill(0);
    for (let i = 0; i < 16_000; i += 1)
      counts[keys.spread(`user:${i}`) % 16] = (counts[keys.spread(`user:${i}`) % 16] ?? 0) + 1;
    expect(Math.min(...counts)).toBeGreaterThan(500);
    expect(Math.max(...counts)).toBeLessThan(2_000);
  });

  it("tells objects apart by identity, and tuples by value", () => {
    const one = {};
    const other = () => one;
    expect(keys.spread(one)).toBe(keys.spread(one));
    expect(keys.spread(one)).not.toBe(keys.spread(other));
    expect(keys.spread(["page", 3])).toBe(keys.spread(["page", 3]));
    expect(keys.spread(["page", 3])).not.toBe(keys.spread(["page", "3"]));
    expect(keys.spread(Symbol.for("a"))).toBe(keys.spread(Symbol.for("a")));
  });

  it("refuses a tuple that contains itself", () => {
    const circular: unknown[] = [];
    circular.push(circular);
    expect(() => keys.spread(circular)).toThrow(expect.objectContaining({ code: "ERR_INVALID_OPTIONS" }));
  });
});
