import { describe, expect, it } from "vitest";
import { testSystem } from "../../src/testing/test-system.ts";
import { expectNothingLeft, outcomeOf, poolOf } from "./workshop.ts";

describe("Closing", () => {
  it.each(["throws", "rejects"] as const)(
    "PF16 forgets a resource whose closing %s, and tells of it",
    async (closes) => {
      await using system = testSystem();
      const { pool, workshop } = poolOf(system, 1, { name: "tools" });
      const failures: unknown[] = [];
      system.telemetry.on("cleanup:failed", (event) => failures.push(event));
      workshop.closes = closes;
      await (await pool.checkout()).checkin("discard");
      await system.settle();
      expect(failures).toMatchObject([{ label: "tools", error: { message: "tool 1 cannot be closed" } }]);
      expect(pool.stats()).toMatchObject({ idle: 0, lent: 0, starting: 0, closing: 0, waiting: 0 });
    },
  );

  it("HK1 NP17 PF16 PF35 waits for one that never settles as long as it may, and keeps nobody else waiting", async () => {
    await using system = testSystem();
    const { pool, workshop } = poolOf(system, 2, { closeTimeoutMs: 1_000 });
    const failures: { error: unknown }[] = [];
    system.telemetry.on("cleanup:failed", (event) => failures.push(event));
    workshop.closes = "held";
    await (await pool.checkout()).checkin("discard");
    const second = outcomeOf(pool.checkout());
    const third = outcomeOf(pool.checkout());
    await system.settle();
    expect(second.now).toMatchObject({ resource: { serial: 2 } });
    expect([third.now, pool.stats().closing]).toEqual(["pending", 1]);
    await system.advance(1_000);
    expect(third.now).toMatchObject({ resource: { serial: 3 } });
    expect(failures).toMatchObject([{ error: { message: expect.stringContaining("within 1000 ms") } }]);
  });

  it("runs no closer inside the call that gives back", async () => {
    await using system = testSystem();
    const { pool, workshop } = poolOf(system, 1);
    workshop.closes = "atOnce";
    const lease = await pool.checkout();
    void lease.checkin("discard");
    expect([workshop.closed.length, pool.stats().closing]).toEqual([0, 1]);
    await system.settle();
    expect([workshop.closed.length, pool.stats().closing]).toEqual([1, 0]);
  });

  it("PF15 close waits for what is being closed already", async () => {
    await using system = testSystem();
    const { pool, workshop } = poolOf(system, 1);
    workshop.closes = "held";
    await (await pool.checkout()).checkin("discard");
    const closed = outcomeOf(pool.close());
    await system.settle();
    expect(closed.now).toBe("pending");
    workshop.closings[0]?.succeed();
    await system.settle();
    expect(closed.now).toBeUndefined();
    expectNothingLeft(system, pool);
  });
});
