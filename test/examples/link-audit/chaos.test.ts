import { createRegistry, defineActor, dynamicSupervisor, supervisor } from "troupe";
import { testSystem } from "troupe/testing";
import { describe, expect, it } from "vitest";
import { Chaos, createRandom, formatToll } from "../../../examples/link-audit/chaos.ts";

/** An actor named like one of the audit's. */
function actor(name: string) {
  return defineActor({ name, init: () => 0 });
}

const Page = actor("page");
const Connection = actor("http2-connection");
const Reader = actor("reader");
const Bystander = actor("bystander");

async function start(seed: number) {
  const system = testSystem();
  const names = createRegistry(system, { keys: "unique", name: "names" });
  await system.start(supervisor({ strategy: "oneForOne", maxRestarts: 1_000, children: [names] }));
  const chaos = await system.start(Chaos, { seed, pagesPerKill: 4 });
  const children = await system.start(dynamicSupervisor({ maxRestarts: 1_000 }));
  return { system, chaos, children };
}

describe("Chaos", () => {
  it("waits for pages, then kills one of each kind first", async () => {
    const { system, chaos, children } = await start(1);
    await using _ = system;
    await children.call.startChild(Connection);
    await children.call.startChild(Reader);
    await system.settle();
    expect(await chaos.call.toll()).toEqual({
      killed: { page: 0, connection: 0, registry: 0, thread: 0 },
      restarts: 0,
    });
    await children.call.startChild(Page);
    await system.settle();
    const { killed, restarts } = await chaos.call.toll();
    expect(killed).toEqual({ page: 1, connection: 1, registry: 1, thread: 1 });
    expect(restarts).toBeGreaterThanOrEqual(4);
  });

  it("kills once for so many pages, and nobody but its victims", async () => {
    const { system, chaos, children } = await start(1);
    await using _ = system;
    const bystander = await children.call.startChild(Bystander);
    for (const other of [Connection, Connection, Reader, Reader]) await children.call.startChild(other);
    for (let page = 0; page < 80; page += 1) await children.call.startChild(Page);
    await system.settle();
    const { killed } = await chaos.call.toll();
    const all = killed.page + killed.connection + killed.registry + killed.thread;
    // Each page that is killed comes back, and counts as one more that started.
    expect(all).toBeGreaterThanOrEqual(4 + 80 / 4);
    expect(all).toBeLessThanOrEqual(4 + (80 + killed.page) / 4);
    expect(await children.call.terminateChild(bystander)).toBe(true);
  });

  it("chooses by its seed", async () => {
    const tolls = await Promise.all(
      [1, 1, 2].map(async (seed) => {
        const { system, chaos, children } = await start(seed);
        await using _ = system;
        for (const other of [Connection, Reader]) await children.call.startChild(other);
        for (let page = 0; page < 200; page += 1) await children.call.startChild(Page);
        await system.settle();
        return (await chaos.call.toll()).killed;
      }),
    );
    expect(tolls[1]).toEqual(tolls[0]);
    expect(tolls[2]).not.toEqual(tolls[0]);
  });

  it("owes a kill until there is a victim", async () => {
    const { system, chaos, children } = await start(1);
    await using _ = system;
    await children.call.startChild(Page);
    await system.settle();
    expect((await chaos.call.toll()).killed).toMatchObject({ connection: 0, thread: 0 });
    await children.call.startChild(Reader);
    await system.settle();
    expect((await chaos.call.toll()).killed).toMatchObject({ connection: 0, thread: 1 });
  });
});

describe("createRandom", () => {
  it("depends on the seed alone, and stays between 0 and 1", () => {
    const draws = (seed: number) => Array.from({ length: 1_000 }, createRandom(seed));
    expect(draws(7)).toEqual(draws(7));
    expect(draws(7)).not.toEqual(draws(8));
    expect(Math.min(...draws(7))).toBeGreaterThanOrEqual(0);
    expect(Math.max(...draws(7))).toBeLessThan(1);
  });
});

describe("formatToll", () => {
  it.each([
    [
      5,
      4,
      2,
      1,
      9,
      "killed 12 processes (5 pages, 4 connections, 2 registries, 1 thread); 9 restarts followed",
    ],
    [1, 0, 1, 0, 1, "killed 2 processes (1 page, 0 connections, 1 registry, 0 threads); 1 restart followed"],
    [1, 0, 0, 0, 0, "killed 1 process (1 page, 0 connections, 0 registries, 0 threads); 0 restarts followed"],
    [
      1_999,
      1,
      0,
      2,
      0,
      "killed 2,002 processes (1,999 pages, 1 connection, 0 registries, 2 threads); 0 restarts followed",
    ],
  ])("counts by kind: %d, %d, %d, %d", (page, connection, registry, thread, restarts, line) => {
    expect(formatToll({ killed: { page, connection, registry, thread }, restarts })).toBe(`chaos: ${line}`);
  });
});
