import { describe, expect, it } from "vitest";
import { createCheckoutPool } from "../../src/pools/checkout-pool.ts";
import { testSystem } from "../../src/testing/test-system.ts";
import { fill, outcomeOf, poolOf, type Tool, Workshop } from "./workshop.ts";

describe("looking for an idle resource", () => {
  it("NP7 NP15 goes on to the next idle one when a check says no or throws", async () => {
    await using system = testSystem();
    const workshop = new Workshop();
    const check = ({ serial }: Tool): boolean => {
      if (serial === 3) throw new Error("nobody knows");
      return serial === 1;
    };
    const pool = createCheckoutPool(system, { size: 3, resource: { ...workshop.resource, check } });
    const leases = await Promise.all([1, 2, 3].map(() => pool.checkout()));
    for (const lease of leases) await lease.checkin();
    expect(pool.tryCheckout()?.resource.serial).toBe(1);
    await system.settle();
    expect([pool.stats(), workshop.live]).toMatchObject([{ idle: 0, lent: 1, closing: 0 }, 1]);
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
