import { describe, expect, it } from "vitest";
import type { System } from "../../src/actors/definition.ts";
import { kernelOf } from "../../src/actors/system.ts";
import type { CheckoutPoolLimits } from "../../src/pools/checkout-options.ts";
import { createCheckoutPool } from "../../src/pools/checkout-pool.ts";
import { testSystem } from "../../src/testing/test-system.ts";
import { fill, outcomeOf, poolOf, type Tool, Workshop } from "./workshop.ts";

/** A pool whose resources are pinged as told. */
function pinged(
  system: System,
  ping: (tool: Tool) => boolean | Promise<boolean>,
  more: Partial<CheckoutPoolLimits> = {},
) {
  const workshop = new Workshop();
  const resource = { ...workshop.resource, ping };
  return { workshop, pool: createCheckoutPool(system, { size: 2, pingAfterMs: 1_000, resource, ...more }) };
}

describe("idle resources", () => {
  it("PF34 go when nobody has wanted them for long, but for the smallest number", async () => {
    await using system = testSystem();
    const { pool, workshop } = poolOf(system, 3, { minSize: 1, idleTimeoutMs: 1_000 });
    await fill(pool, 3);
    await system.advance(999);
    expect(pool.stats()).toMatchObject({ idle: 3 });
    await system.advance(1);
    expect(pool.stats()).toMatchObject({ idle: 1 });
    await system.advance(600_000);
    expect([pool.stats().idle, workshop.closed.map(({ serial }) => serial)]).toEqual([1, [1, 2]]);
    expect(await pool.use((tool) => tool.serial)).toBe(3);
  });

  it("PF34 count from their last loan", async () => {
    await using system = testSystem();
    const { pool } = poolOf(system, 2, { idleTimeoutMs: 1_000 });
    await fill(pool, 2);
    await system.advance(600);
    await pool.use(() => undefined);
    await system.advance(600);
    expect(pool.stats()).toMatchObject({ idle: 1 });
    await system.advance(400);
    expect(pool.stats()).toMatchObject({ idle: 0 });
  });

  it("PF48 leave no deadline behind when the last of them has gone", async () => {
    await using system = testSystem();
    const { pool } = poolOf(system, 2, { idleTimeoutMs: 5_000, pingAfterMs: 700 });
    await fill(pool, 2);
    expect(kernelOf(system).deadlines.size).toBeGreaterThan(0);
    await system.advance(10_000);
    expect([pool.stats().idle, kernelOf(system).deadlines.size]).toEqual([0, 0]);
  });

  it("DB12 NP11 are pinged after a while, one half at a time, stay in their order, and are not refreshed by it", async () => {
    await using system = testSystem();
    const asked: string[] = [];
    const { pool } = pinged(
      system,
      async ({ serial }) => {
        asked.push(`${serial} of ${pool.stats().idle} idle`);
        return true;
      },
      { size: 4, order: "fifo", idleTimeoutMs: 3_500 },
    );
    await fill(pool, 4);
    await system.advance(1_000);
    expect(asked).toEqual(["1 of 3 idle", "2 of 2 idle"]);
    await system.advance(1);
    expect(asked.length).toBe(4);
    expect((await pool.checkout()).resource.serial).toBe(1);
    await system.advance(2_500);
    expect(pool.stats()).toMatchObject({ idle: 0, lent: 1 });
  });

  it("DB12 go when a ping says no, throws, or takes too long", async () => {
    await using system = testSystem();
    const answers = [
      () => false,
      () => Promise.reject(new Error("gone")),
      () => new Promise<boolean>(() => undefined),
    ];
    for (const [at, answer] of answers.entries()) {
      const { pool, workshop } = pinged(system, answer, { name: `pool ${at}`, checkTimeoutMs: 200 });
      await fill(pool, 1);
      await system.advance(1_200);
      expect([pool.stats().idle, workshop.live]).toEqual([0, 0]);
    }
  });

  it("PF38 a ping that hangs keeps nobody waiting where another can be opened", async () => {
    await using system = testSystem();
    const { pool } = pinged(system, () => new Promise<boolean>(() => undefined));
    await fill(pool, 1);
    await system.advance(1_000);
    expect(pool.stats()).toMatchObject({ starting: 1, idle: 0 });
    const taken = outcomeOf(pool.checkout());
    await system.settle();
    expect(taken.now).toMatchObject({ resource: { serial: 2 } });
  });

  it("PF38 a ping that hangs is waited for no longer than the deadline of who waits", async () => {
    await using system = testSystem();
    const { pool } = pinged(system, () => new Promise<boolean>(() => undefined), { size: 1 });
    await fill(pool, 1);
    await system.advance(1_000);
    const waiter = outcomeOf(pool.checkout({ timeoutMs: 100 }));
    await system.advance(100);
    expect(waiter.now).toBe("ERR_CHECKOUT_TIMEOUT");
  });

  it("go to who has come meanwhile when their ping is answered", async () => {
    await using system = testSystem();
    let say!: (isThere: boolean) => void;
    const { pool } = pinged(system, () => new Promise<boolean>((resolve) => (say = resolve)), { size: 1 });
    await fill(pool, 1);
    await system.advance(1_000);
    const waiter = outcomeOf(pool.checkout());
    say(true);
    await system.settle();
    expect(waiter.now).toMatchObject({ resource: { serial: 1 } });
    expect(pool.stats()).toMatchObject({ lent: 1, starting: 0, waiting: 0 });
  });
});
