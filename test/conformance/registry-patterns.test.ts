import { describe, expect, it } from "vitest";
import { isWildcard, whereOf } from "./registry-patterns.ts";

const one = { $: 1 };

describe("whereOf", () => {
  it.each([["red"], [5], [null], [["idle", 3]]])("gives %j as it stands", (pattern) => {
    expect(whereOf(pattern)).toBe(pattern);
  });

  it.each([
    [{ _: true }, [], ["red", 5, 1, null, [1], [2, 2], "blue", ["idle", 3]]],
    [[one, one], [], [[2, 2]]],
    [["idle", one], [[">", one, 2]], [["idle", 3]]],
    [one, [["is_integer", one]], [5, 1]],
    [
      one,
      [
        ["is_binary", one],
        ["=/=", one, "red"],
      ],
      ["blue"],
    ],
    // number < null < list < text, and shorter lists before longer ones
    [one, [[">", one, 1]], ["red", 5, null, [1], [2, 2], "blue", ["idle", 3]]],
    [one, [["=<", one, [1]]], [5, 1, null, [1]]],
    [one, [["==", one, 5]], [5]],
  ] as const)("%j with %j takes %j", (pattern, guards, taken) => {
    const where = whereOf(pattern, guards) as (value: unknown) => boolean;
    const values = ["red", 5, 1, null, [1], [2, 2], "blue", ["idle", 3]];
    expect(new Set(values.filter(where))).toEqual(new Set(taken));
  });

  it("throws for a guard that it does not know", () => {
    const where = whereOf(one, [["is_map", one]]) as (value: unknown) => boolean;
    expect(() => where(1)).toThrow(/guard is_map is unknown/);
  });
});

describe("isWildcard", () => {
  it("is true of that alone", () => {
    expect([{ _: true }, one, "_", ["_"], null].map(isWildcard)).toEqual([true, false, false, false, false]);
  });
});
