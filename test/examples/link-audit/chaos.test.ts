import { createRegistry, defineActor, dynamicSupervisor, supervisor } from "troupe";
import { testSystem } from "troupe/testing";
import { describe, expect, it } from "vitest";
import { Chaos, type ChaosOptions, createRandom, formatToll } from "../../../examples/link-audit/chaos.ts";

/** An actor named like one of the audit's. */
function actor(name: string) {
  return defineActor({ name, init: () => 0 });
}

const Page = actor("page");
const Connection = actor("http2-connection");
const Reader = actor("reader");
const Database = actor("database");
const Bystander = actor("bystander");

async function start(seed: number, more: Partial<ChaosOptions> = {}) {
  const system = testSystem();
  const names = createRegistry(system, { keys: "unique", name: "names" });
  await system.start(supervisor({ strategy: "oneForOne", maxRestarts: 1_000, children: [names] }));
  const chaos = await system.start(Chaos, {
    seed,
    pagesPerKill: 4,
    clients: new Set<never>(),
    killsServer: false,
    ...more,
  });
  const children = await system.start(dynamicSupervisor({ maxRestarts: 1_000 }));
  return { system, chaos, children };
}

describe("Chaos", () => {
  it("waits for pages, then kills one of each kind first", async () => {
    const cut: string[] = [];
    const { system, chaos, children } = await start(1, {
      clients: new Set([{ exit: (how) => cut.push(how) }]),
    });
    await using _ = system;
    for (const other of [Connection, Reader, Database]) await children.call.startChild(other);
    await system.settle();
    expect(await chaos.call.toll()).toEqual({
      killed: { page: 0, connection: 0, registry: 0, thread: 0, pool: 0, client: 0, server: 0 },
      restarts: 0,
    });
    await children.call.startChild(Page);
    await system.settle();
    const { killed, restarts } = await chaos.call.toll();
    expect(killed).toEqual({ page: 1, connection: 1, registry: 1, thread: 1, pool: 1, client: 1, server: 0 });
    expect(cut).toEqual(["kill"]);
    expect(restarts).toBeGreaterThanOrEqual(4);
  });

  it("kills once for so many pages, and nobody but its victims", async () => {
    const { system, chaos, children } = await start(1, { clients: new Set([{ exit: () => undefined }]) });
    await using _ = system;
    const bystander = await children.call.startChild(Bystander);
    for (const other of [Connection, Connection, Reader, Reader, Database, Database])
      await children.call.startChild(other);
    for (let page = 0; page < 80; page += 1) await children.call.startChild(Page);
    await system.settle();
    const { killed } = await chaos.call.toll();
    const all = Object.values(killed).reduce((sum, kills) => sum + kills);
    // Each page that is killed comes back, and counts as one more that started.
    expect(all).toBeGreaterThanOrEqual(6 + 80 / 4);
    expect(all).toBeLessThanOrEqual(6 + (80 + killed.page) / 4);
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
  it("counts by kind", () => {
    const killed = { page: 1_999, connection: 4, registry: 2, thread: 1, pool: 0, client: 3, server: 1 };
    const kinds =
      "1,999 pages, 4 connections, 2 registries, 1 thread, 0 pools, 3 database clients, 1 database";
    const line = `chaos: killed 2,010 (${kinds}); 1 restart followed`;
    expect(formatToll({ killed, restarts: 1 })).toBe(line);
  });
});
