import { describe, expect, it } from "vitest";
import { supervisor } from "../../src/supervisor/supervisor.ts";
import { testSystem } from "../../src/testing/test-system.ts";
import { Borrower, expectNothingLeft, outcomeOf, poolOf } from "./workshop.ts";

describe("drain", () => {
  it("PF19 serves who waits, refuses who comes, and closes what comes back", async () => {
    await using system = testSystem();
    const { pool, workshop } = poolOf(system, 1, { name: "tools" });
    const lease = await pool.checkout();
    const waiter = pool.checkout();
    const drained = outcomeOf(pool.drain());
    await expect(pool.checkout()).rejects.toMatchObject({
      code: "ERR_POOL_CLOSED",
      handled: "no",
      message: 'pool "tools" is closed: nothing is lent any more',
    });
    expect(() => pool.tryCheckout()).toThrow(expect.objectContaining({ code: "ERR_POOL_CLOSED" }));
    await lease.checkin();
    const served = await waiter;
    expect(drained.now).toBe("pending");
    await served.checkin();
    await system.settle();
    expect(drained.now).toBeUndefined();
    expect(workshop.live).toBe(0);
    expectNothingLeft(system, pool);
  });

  it("refuses who still waits when its time is up", async () => {
    await using system = testSystem();
    const { pool } = poolOf(system, 1);
    await pool.checkout();
    const waiter = outcomeOf(pool.checkout({ timeoutMs: 60_000 }));
    const drained = outcomeOf(pool.drain({ timeoutMs: 100 }));
    await system.advance(100);
    expect([waiter.now, drained.now]).toEqual(["ERR_POOL_CLOSED", "ERR_STOP_TIMEOUT"]);
    expectNothingLeft(system, pool);
  });
});

describe("close", () => {
  it("PF18 refuses all who wait, each once", async () => {
    await using system = testSystem();
    const { pool } = poolOf(system, 1);
    const lease = await pool.checkout();
    const waiters = [1, 2, 3].map(() => outcomeOf(pool.checkout()));
    const closed = outcomeOf(pool.close());
    await system.settle();
    expect(waiters.map(({ now }) => now)).toEqual(new Array(3).fill("ERR_POOL_CLOSED"));
    expect(closed.now).toBe("pending");
    await lease.checkin();
    await system.settle();
    expect(closed.now).toBeUndefined();
    expectNothingLeft(system, pool);
  });

  it("PF17 PF13 ends a pool that was never used, and nothing hangs after it", async () => {
    await using system = testSystem();
    const { pool, workshop } = poolOf(system, 1);
    await pool.close();
    await pool.close();
    await pool.drain();
    await expect(pool.checkout()).rejects.toMatchObject({ code: "ERR_POOL_CLOSED" });
    expect(workshop.attempts).toBe(0);
    expectNothingLeft(system, pool);
  });

  it("PF28 takes back what is not given back in time, and names the holders", async () => {
    await using system = testSystem();
    const { pool, workshop } = poolOf(system, 3, { name: "tools" });
    const borrower = await system.start(Borrower, pool);
    await borrower.call.take();
    await borrower.call.take();
    const lease = await pool.checkout();
    const closed = pool.close({ timeoutMs: 1_000 });
    closed.catch(() => undefined);
    await system.advance(1_000);
    await expect(closed).rejects.toMatchObject({
      code: "ERR_STOP_TIMEOUT",
      message: `pool "tools" is closed, but within 1000 ms these had not given back what they held, and have lost it: ${String(borrower)} (2) for 1000 ms, plain code for 1000 ms`,
    });
    expect(() => lease.resource).toThrow("has ended");
    await lease.checkin();
    expect(workshop.live).toBe(0);
    expectNothingLeft(system, pool);
  });

  it("cuts a drain short", async () => {
    await using system = testSystem();
    const { pool } = poolOf(system, 1);
    const lease = await pool.checkout();
    const waiter = outcomeOf(pool.checkout());
    const drained = outcomeOf(pool.drain());
    const closed = outcomeOf(pool.close());
    await system.settle();
    expect(waiter.now).toBe("ERR_POOL_CLOSED");
    await lease.checkin();
    await system.settle();
    expect([drained.now, closed.now]).toEqual([undefined, undefined]);
  });

  it("ends its process, unless a supervisor looks after that", async () => {
    await using system = testSystem();
    const alone = poolOf(system, 1).pool;
    const kept = poolOf(system, 1).pool;
    const tree = await system.start(supervisor({ strategy: "oneForOne", children: [kept.child()] }));
    const exited: string[] = [];
    system.telemetry.on("process:exited", ({ label }) => exited.push(label));
    await alone.use(() => undefined);
    await kept.use(() => undefined);
    await Promise.all([alone.close(), kept.close()]);
    await system.settle();
    expect(exited).toHaveLength(1);
    expect(await tree.call.countChildren()).toMatchObject({ active: 1 });
    await expect(kept.checkout()).rejects.toMatchObject({ code: "ERR_POOL_CLOSED" });
  });

  it("checks its options", async () => {
    await using system = testSystem();
    const { pool } = poolOf(system, 1);
    await expect(pool.close({ timeout: 5 } as never)).rejects.toMatchObject({ code: "ERR_INVALID_OPTIONS" });
    expect(await pool.use((tool) => tool.serial)).toBe(1);
  });
});
