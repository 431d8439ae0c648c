import { describe, expect, it } from "vitest";
import type { System } from "../../src/actors/definition.ts";
import { kernelOf } from "../../src/actors/system.ts";
import type { CheckoutPoolLimits } from "../../src/pools/checkout-options.ts";
import { createCheckoutPool } from "../../src/pools/checkout-pool.ts";
import { supervisor } from "../../src/supervisor/supervisor.ts";
import { testSystem } from "../../src/testing/test-system.ts";
import { outcomeOf, poolOf, type Tool, Workshop } from "./workshop.ts";

/** Opens `count` at once and gives them back, the first first. */
async function fill(pool: ReturnType<typeof poolOf>["pool"], count: number): Promise<void> {
  const leases = await Promise.all(Array.from({ length: count }, () => pool.checkout()));
  for (const lease of leases) await lease.checkin();
}

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

describe("resources that are worn out", () => {
  it("go after maxUses loans, and another comes for who waits", async () => {
    await using system = testSystem();
    const { pool, workshop } = poolOf(system, 1, { maxUses: 2 });
    const serials: number[] = [];
    for (let i = 0; i < 5; i += 1) {
      await pool.use((tool) => void serials.push(tool.serial));
      await system.settle();
    }
    expect([serials, workshop.live]).toEqual([[1, 1, 2, 2, 3], 1]);
  });

  it("DB14 PF25 go when they are too old: idle ones at once, lent ones when they come back, and nobody hangs", async () => {
    await using system = testSystem();
    const { pool, workshop } = poolOf(system, 2, { maxAgeMs: 1_000, ageJitter: 0 });
    await fill(pool, 2);
    const lease = await pool.checkout();
    await system.advance(1_000);
    expect(pool.stats()).toMatchObject({ idle: 0, lent: 1 });
    await lease.checkin();
    await system.settle();
    expect([pool.stats().idle, workshop.live]).toEqual([0, 0]);
    expect(await pool.use((tool) => tool.serial)).toBe(3);
  });

  it("DB14 PF39 do not all go at once", async () => {
    await using system = testSystem({ seed: 7 });
    const { pool } = poolOf(system, 10, { maxAgeMs: 1_000, ageJitter: 0.5 });
    await fill(pool, 10);
    const left: number[] = [];
    for (let i = 0; i < 5; i += 1) {
      await system.advance(i === 0 ? 600 : 100);
      left.push(pool.stats().idle);
    }
    expect(left.at(-1)).toBe(0);
    expect(new Set(left).size).toBeGreaterThan(3);
  });
});

describe("minSize", () => {
  it("PB1 opens so many when the pool's process starts, and others for those that end", async () => {
    await using system = testSystem();
    const { pool, workshop } = poolOf(system, 3, { minSize: 2, maxUses: 1 });
    await system.start(supervisor({ strategy: "oneForOne", children: [pool.child()] }));
    await system.settle();
    expect(pool.stats()).toMatchObject({ idle: 2, lent: 0 });
    await pool.use(() => undefined);
    await system.settle();
    expect([pool.stats().idle, workshop.opened.length]).toEqual([2, 3]);
  });

  it("PF8 DB1 goes on trying with backoff while the server is down, though nobody waits", async () => {
    await using system = testSystem();
    const { pool, workshop } = poolOf(system, 2, { minSize: 2, backoff: { minMs: 100, maxMs: 400 } });
    workshop.opens = "rejects";
    await system.start(supervisor({ strategy: "oneForOne", children: [pool.child()] }));
    await system.advance(4_000);
    expect(workshop.attempts).toBeGreaterThan(5);
    expect(workshop.attempts).toBeLessThan(30);
    workshop.opens = "later";
    await system.advance(400);
    expect(pool.stats()).toMatchObject({ idle: 2 });
  });

  it("PF17 closes what was opened before anybody asked", async () => {
    await using system = testSystem();
    const { pool, workshop } = poolOf(system, 2, { minSize: 2 });
    await system.start(supervisor({ strategy: "oneForOne", children: [pool.child()] }));
    await system.settle();
    await pool.close();
    expect(workshop.live).toBe(0);
  });
});

describe("checkAfterIdleMs", () => {
  it("spares the check of what was lent a moment ago, but not of what goes straight to who waits", async () => {
    await using system = testSystem();
    let checks = 0;
    const workshop = new Workshop();
    const resource = { ...workshop.resource, check: () => ++checks > 0 };
    const pool = createCheckoutPool(system, { size: 1, checkAfterIdleMs: 500, resource });
    await pool.use(() => undefined);
    await system.advance(499);
    const lease = await pool.checkout();
    expect(checks).toBe(0);
    const waiter = outcomeOf(pool.checkout());
    await lease.checkin();
    await system.settle();
    expect([checks, waiter.now]).toMatchObject([1, { resource: { serial: 1 } }]);
    await (waiter.now as typeof lease).checkin();
    await system.advance(500);
    await pool.use(() => undefined);
    expect(checks).toBe(2);
  });
});
