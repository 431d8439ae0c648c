import { createSystem, defineActor, reply } from "troupe";
import { testSystem } from "troupe/testing";
import { describe, expect, it } from "vitest";

const Echo = defineActor({
  init: () => 0,
  calls: { same: (n, what: unknown) => reply(what, n) },
});

describe("13 · messages are shared", () => {
  it("hands the very object over, unfrozen, by default", async () => {
    await using system = createSystem({ logger: false });
    const echo = await system.start(Echo);
    const what = { deep: { list: [1] } };
    expect(await echo.call.same(what)).toBe(what);
    expect(Object.isFrozen(what)).toBe(false);
  });

  it("freezes plain objects and arrays on sending in a test system, and no instances", async () => {
    await using system = testSystem();
    const echo = await system.start(Echo);
    const map = new Map([[1, { open: true }]]);
    const buffer = Buffer.from("x");
    const what = { deep: { list: [{ n: 1 }] }, map, buffer };
    await echo.call.same(what);
    expect([what, what.deep, what.deep.list, what.deep.list[0]].every(Object.isFrozen)).toBe(true);
    expect([map, map.get(1), buffer].some(Object.isFrozen)).toBe(false);
  });

  it("survives circles", async () => {
    await using system = testSystem();
    const echo = await system.start(Echo);
    const loop: { self?: unknown } = {};
    loop.self = loop;
    expect(await echo.call.same(loop)).toBe(loop);
  });
});
