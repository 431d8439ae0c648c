import { describe, expect, it } from "vitest";
import type { Pid } from "../../src/core/pid.ts";
import { allClaims, entryOf, findClaims, keysOf, valuesOf } from "../../src/registry/contents.ts";
import { type TestSystem, testSystem } from "../../src/testing/test-system.ts";
import { type Lingerer, lingerer, person } from "./people.ts";
import { claims, enter } from "./table.ts";

/** Two owners under two keys, one of whom is stopping. */
async function scene(system: TestSystem) {
  const table = claims(system);
  const ann = person(system);
  const slow: Lingerer = await lingerer(system);
  for (const [key, pid, value] of [
    ["a", slow.pid, "1"],
    ["b", ann, "2"],
    ["a", ann, "3"],
    ["b", slow.pid, "4"],
    ["b", slow.pid, "5"],
  ] as const)
    enter(table, key, pid, value);
  await slow.stop();
  return { table, ann, slow: slow.pid, letGo: () => slow.letGo() };
}

describe("findClaims", () => {
  const bounds = (ann: Pid, slow: Pid) => [
    { bound: {}, values: ["3", "2"] },
    { bound: { key: "a" }, values: ["3"] },
    { bound: { key: "c" }, values: [] },
    { bound: { pid: ann }, values: ["2", "3"] },
    { bound: { pid: slow }, values: ["1", "4", "5"] },
    { bound: { key: "b", pid: slow }, values: ["4", "5"] },
    { bound: { key: "c", pid: slow }, values: [] },
    { bound: { key: undefined }, values: [] },
  ];

  it("shows of a key who takes messages, of a process all it has", async () => {
    await using system = testSystem();
    const { table, ann, slow, letGo } = await scene(system);
    for (const { bound, values } of bounds(ann, slow))
      expect(findClaims(table, bound).map(({ entry }) => entry.value)).toEqual(values);
    await letGo();
  });
});

describe("allClaims", () => {
  it("adds those of stopping owners at the end", async () => {
    await using system = testSystem();
    const { table, letGo } = await scene(system);
    expect(allClaims(table).map(({ entry }) => entry.value)).toEqual(["3", "2", "1", "4", "5"]);
    await letGo();
    expect(allClaims(table)).toHaveLength(2);
  });
});

describe("keysOf, valuesOf and entryOf", () => {
  it("R23 R24 read what one process has, also while it is stopping, and nothing of the dead", async () => {
    await using system = testSystem();
    const { table, slow, letGo } = await scene(system);
    expect(keysOf(table, slow)).toEqual(["a", "b", "b"]);
    expect(valuesOf(table, "b", slow)).toEqual(["4", "5"]);
    expect(entryOf(table, "b", slow)).toEqual({ pid: slow, value: "4" });
    await letGo();
    expect([keysOf(table, slow), valuesOf(table, "b", slow)]).toEqual([[], []]);
    expect(entryOf(table, "b", slow)).toBeUndefined();
  });
});
