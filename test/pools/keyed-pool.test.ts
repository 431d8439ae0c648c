import { describe, expect, it } from "vitest";
import { kernelOf } from "../../src/actors/system.ts";
import type { Pid } from "../../src/core/pid.ts";
import { createKeyedPool } from "../../src/pools/keyed-pool.ts";
import type { KeyedPoolOptions } from "../../src/pools/keyed-pool-options.ts";
import { supervisor } from "../../src/supervisor/supervisor.ts";
import { type TestSystem, testSystem } from "../../src/testing/test-system.ts";
import { Borrower, outcomeOf } from "./workshop.ts";

/** Connections of hosts, those that are open by host. */
function hostsOf(system: TestSystem, more: Partial<KeyedPoolOptions<string, { host: string }>> = {}) {
  const live: string[] = [];
  const hosts = createKeyedPool(system, {
    size: 2,
    name: "hosts",
    resource: (host: string) => ({
      open: () => {
        live.push(host);
        return { host };
      },
      close: () => void live.splice(live.indexOf(host), 1),
    }),
    ...more,
  });
  return { hosts, live };
}

describe("createKeyedPool", () => {
  it("HK2 HK3 has a pool for each key, on demand, and each its own resources and limits", async () => {
    await using system = testSystem();
    const { hosts, live } = hostsOf(system, { size: 1 });
    expect(hosts.keys()).toEqual([]);
    const a = await hosts.checkout("a");
    const full = outcomeOf(hosts.checkout("a", { timeoutMs: 100 }));
    expect(await hosts.use("b", ({ host }) => host)).toBe("b");
    await system.advance(100);
    expect(full.now).toBe("ERR_CHECKOUT_TIMEOUT");
    expect([hosts.keys(), live]).toEqual([
      ["a", "b"],
      ["a", "b"],
    ]);
    expect([hosts.stats("a"), hosts.stats("b"), hosts.stats("c")]).toMatchObject([
      { lent: 1, totals: { timedOut: 1 } },
      { idle: 1 },
      undefined,
    ]);
    await a.checkin();
  });

  it("takes tuples by what is in them", async () => {
    await using system = testSystem();
    const pool = createKeyedPool(system, {
      size: 1,
      resource: ([host, port]: readonly [string, number]) => ({ open: () => ({ at: `${host}:${port}` }) }),
    });
    expect(await pool.use(["a", 80], ({ at }) => at)).toBe("a:80");
    expect(await pool.use(["a", 80], ({ at }) => at)).toBe("a:80");
    expect([pool.keys(), pool.stats(["a", 80])?.totals.opened]).toEqual([[["a", 80]], 1]);
  });

  it("closes and forgets a pool that nobody has used for long, not one that is in use", async () => {
    await using system = testSystem();
    const { hosts, live } = hostsOf(system, { retireAfterMs: 1_000 });
    await hosts.use("a", () => undefined);
    const held = await hosts.checkout("b");
    await system.advance(600);
    await hosts.use("c", () => undefined);
    await system.advance(400);
    expect([hosts.keys(), live]).toEqual([
      ["b", "c"],
      ["b", "c"],
    ]);
    await system.advance(600);
    expect(hosts.keys()).toEqual(["b"]);
    await held.checkin();
    await system.advance(2_000);
    expect([hosts.keys(), live, kernelOf(system).deadlines.size]).toEqual([[], [], 0]);
    expect(await hosts.use("a", ({ host }) => host)).toBe("a");
  });

  it("makes room for another key by the one at rest that was not used for longest, or refuses", async () => {
    await using system = testSystem();
    const { hosts, live } = hostsOf(system, { maxKeys: 2 });
    await hosts.use("a", () => undefined);
    await hosts.use("b", () => undefined);
    const held = await hosts.checkout("a");
    const other = await hosts.checkout("c");
    await system.settle();
    expect([hosts.keys(), live]).toEqual([
      ["a", "c"],
      ["a", "c"],
    ]);
    await expect(hosts.checkout("d")).rejects.toMatchObject({
      code: "ERR_POOL_FULL",
      message: 'pool "hosts" has 2 keys (maxKeys), all of them in use: there is no room for d',
    });
    await held.checkin();
    expect(await hosts.use("d", ({ host }) => host)).toBe("d");
    await other.checkin();
  });

  it("PF32 takes back what a borrower held that dies", async () => {
    await using system = testSystem();
    const { hosts, live } = hostsOf(system);
    const pool = { checkout: () => hosts.checkout("a") } as never;
    const borrower = await system.start(Borrower, pool);
    borrower.call.take().catch(() => undefined);
    await system.settle();
    expect(hosts.stats("a")).toMatchObject({ lent: 1 });
    borrower.exit("kill");
    await system.settle();
    expect([hosts.stats("a"), live]).toMatchObject([{ lent: 0, idle: 0 }, []]);
  });

  it("keeps loans of all keys through the death of its process, and closes them when they come back", async () => {
    await using system = testSystem();
    const { hosts, live } = hostsOf(system);
    const tree = await system.start(supervisor({ strategy: "oneForOne", children: [hosts.child()] }));
    const [a, b] = [await hosts.checkout("a"), await hosts.checkout("b")];
    await hosts.use("a", () => undefined);
    const [child] = await tree.call.whichChildren();
    (child!.pid as Pid).exit("kill");
    await system.settle();
    expect([a.resource.host, b.resource.host, live.toSorted()]).toEqual(["a", "b", ["a", "b"]]);
    expect(await hosts.use("a", ({ host }) => host)).toBe("a");
    await a.checkin();
    await b.checkin();
    await system.settle();
    expect([hosts.stats("a"), hosts.stats("b"), live]).toMatchObject([{ idle: 1 }, { idle: 0 }, ["a"]]);
  });

  it("PF28 ends all its pools within one deadline, and names who had not given back, pool by pool", async () => {
    await using system = testSystem();
    const { hosts, live } = hostsOf(system);
    await hosts.checkout("a");
    await hosts.checkout("b");
    await hosts.use("c", () => undefined);
    const closed = hosts.close({ timeoutMs: 500 }).catch((error) => error);
    await expect(hosts.checkout("c")).rejects.toMatchObject({ code: "ERR_POOL_CLOSED" });
    await system.advance(500);
    expect(await closed).toMatchObject({ code: "ERR_STOP_TIMEOUT" });
    expect((await closed).message.match(/pool "hosts (a|b)" is closed.*plain code/g)).toHaveLength(2);
    expect(live).toEqual([]);
  });

  it("refuses what is wrong, all faults at once", async () => {
    await using system = testSystem();
    const wrong = { size: 0, maxKeys: 0, minSize: 1, resource: {} } as never;
    expect(() => createKeyedPool(system, wrong)).toThrow(
      expect.objectContaining({
        code: "ERR_INVALID_OPTIONS",
        faults: expect.objectContaining({ length: 4 }),
      }),
    );
  });
});
