import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HashRing, hashOf } from "../../../src/pools/strategies/hash-ring.ts";

const KEYS = Array.from({ length: 10_000 }, (_, index) => `customer ${index}`);

function ringOf(ids: readonly string[]): HashRing<string> {
  const ring = new HashRing<string>();
  for (const id of ids) ring.add(id, id);
  return ring;
}

const ids = (count: number): string[] => Array.from({ length: count }, (_, index) => `member ${index}`);

describe("HashRing", () => {
  it("finds nobody in an empty ring", () => {
    expect(new HashRing().find("any")).toBeUndefined();
  });

  it("gives the same key the same member, in whatever order they came", () => {
    const [one, other] = [ringOf(ids(10)), ringOf(ids(10).reverse())];
    for (const key of KEYS) expect(one.find(key)).toBe(other.find(key));
  });

  it("moves no key but those of who leaves", () => {
    const ring = ringOf(ids(10));
    const before = KEYS.map((key) => ring.find(key));
    ring.remove("member 4");
    for (const [at, key] of KEYS.entries())
      if (before[at] === "member 4") expect(ring.find(key)).not.toBe("member 4");
      else expect(ring.find(key)).toBe(before[at]);
  });

  it("moves about one key in n to who joins as the n-th, and none between the others", () => {
    const ring = ringOf(ids(9));
    const before = KEYS.map((key) => ring.find(key));
    ring.add("member 9", "member 9");
    const moved = KEYS.filter((key, at) => ring.find(key) !== before[at]);
    for (const key of moved) expect(ring.find(key)).toBe("member 9");
    expect(moved.length / KEYS.length).toBeGreaterThan(0.05);
    expect(moved.length / KEYS.length).toBeLessThan(0.15);
  });

  it("shares keys out among ten so that none has twice its part", () => {
    const ring = ringOf(ids(10));
    const parts = new Map<unknown, number>();
    for (const key of KEYS) parts.set(ring.find(key), (parts.get(ring.find(key)) ?? 0) + 1);
    expect(parts.size).toBe(10);
    for (const part of parts.values()) expect(part).toBeLessThan(2_000);
  });

  it("tells numbers, texts and tuples apart, and takes equal tuples for equal", () => {
    const ring = ringOf(ids(200));
    expect(ring.find(["a", 1])).toBe(ring.find(["a", 1]));
    const others = [["a", "1"], ["a1"], "a,1", ["a", 1, ""], [["a"], 1], "1", 1, 1n, true, "true"];
    expect(new Set(others.map((key) => ring.find(key))).size).toBeGreaterThan(8);
  });

  it.each([{}, Symbol("s"), () => 0, null, ["a", {}]])("refuses what has no value to hash: %s", (key) => {
    expect(() => ringOf(ids(2)).find(key)).toThrow("cannot be hashed by its value");
  });

  it("finds who stands next after the key, as a look at all points does", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string(), { minLength: 1, maxLength: 6 }), fc.string(), (names, key) => {
        const points = names.flatMap((id) =>
          Array.from({ length: 64 }, (_, at) => ({ id, hash: hashOf(`${at} ${id}`) })),
        );
        points.sort((a, b) => a.hash - b.hash || (a.id < b.id ? -1 : 1));
        const hash = hashOf(`string ${key.length} ${key}`);
        expect(ringOf(names).find(key)).toBe((points.find((point) => point.hash >= hash) ?? points[0])?.id);
      }),
    );
  });
});
