import { describe, expect, it } from "vitest";
import { kernelOf } from "../../src/actors/system.ts";
import type { SimScheduler } from "../../src/testing/sim-scheduler.ts";
import { testSystem } from "../../src/testing/test-system.ts";
import { outcomeOf, poolOf } from "./workshop.ts";

const queue = { targetMs: 50, intervalMs: 1_000 };

describe("Waiting", () => {
  it("keeps the host alive as long as plain code stands in line, whoever else does", async () => {
    await using system = testSystem();
    const { pool } = poolOf(system, 1);
    const scheduler = kernelOf(system).runtime.scheduler as SimScheduler;
    const lease = await pool.checkout();
    const before = scheduler.held;
    const held = (): boolean => scheduler.held > before;
    const served: string[] = [];
    const giveUp = new AbortController();
    system.spawn(async () => void (await pool.use(() => served.push("process"))));
    await system.settle();
    expect([pool.stats().waiting, held()]).toEqual([1, false]);
    const first = pool
      .use(() => served.push("first"), { signal: giveUp.signal })
      .catch((error) => error.code);
    const second = pool.use(() => served.push("second"));
    expect(held()).toBe(true);
    giveUp.abort();
    expect([await first, held()]).toEqual(["ERR_ABORTED", true]);
    void lease.checkin();
    await second;
    expect([served, held()]).toEqual([["process", "second"], false]);
  });
});

describe("a line with a target", () => {
  it("DB5 refuses who has waited twice the target once nobody was served in time for a whole interval", async () => {
    await using system = testSystem();
    const { pool } = poolOf(system, 1, { name: "tools", queue });
    let held = await pool.checkout();
    const arrivals: { now: unknown }[] = [];
    /** Somebody comes every 100 ms, and each keeps it for 150. */
    for (let turn = 0; turn < 30; turn += 1) {
      arrivals.push(outcomeOf(pool.checkout({ timeoutMs: 60_000 })));
      await system.advance(100);
      if (turn % 3 === 0) continue;
      void held.checkin();
      await system.settle();
      const next = arrivals.findLast(({ now }) => typeof now === "object") as
        | { now: typeof held }
        | undefined;
      if (next !== undefined) held = next.now;
    }
    const { totals } = pool.stats();
    expect(totals.dropped.overloaded).toBeGreaterThan(2);
    expect(totals.granted).toBeGreaterThan(15);
    expect(pool.stats().waiting).toBeLessThan(4);
  });

  it("DB6 refuses who waits after one to two intervals when nothing comes back at all", async () => {
    await using system = testSystem();
    const { pool } = poolOf(system, 1, { name: "tools", queue });
    const lease = await pool.checkout();
    const errors: unknown[] = [];
    for (let i = 0; i < 5; i += 1)
      pool.checkout({ timeoutMs: Number.POSITIVE_INFINITY }).catch((error) => errors.push(error));
    await system.advance(999);
    expect(errors).toEqual([]);
    await system.advance(1_001);
    expect(errors.length).toBe(5);
    expect(errors[0]).toMatchObject({
      code: "ERR_OVERLOADED",
      handled: "no",
      message:
        'pool "tools" is overloaded: after 2000 ms in line nothing was lent, and for a while nobody was served within 50 ms (queue.targetMs)',
    });
    await lease.checkin();
    expect(pool.stats()).toMatchObject({ idle: 1, waiting: 0 });
  });

  it("DB5 lets a burst pass that is over within an interval", async () => {
    await using system = testSystem();
    const { pool } = poolOf(system, 1, { queue });
    const first = await pool.checkout();
    const all = Array.from({ length: 8 }, () => pool.checkout({ timeoutMs: 60_000 }));
    await system.advance(100);
    void first.checkin();
    for (const waiter of all) {
      const lease = await waiter;
      await system.advance(100);
      await lease.checkin();
    }
    expect(pool.stats().totals.dropped.overloaded).toBe(0);
  });

  it("PF48 leaves no deadline behind when nobody waits", async () => {
    await using system = testSystem();
    const { pool } = poolOf(system, 1, { queue });
    const borrower = system.spawn(async () => {
      await pool.checkout();
      await new Promise(() => undefined);
    });
    await system.settle();
    const { deadlines } = kernelOf(system);
    const before = deadlines.size;
    const waiter = pool.checkout({ timeoutMs: Number.POSITIVE_INFINITY });
    expect(deadlines.size).toBe(before + 1);
    borrower.exit("kill");
    const lease = await waiter;
    await lease.checkin("discard");
    await system.settle();
    expect([pool.stats().waiting, deadlines.size]).toEqual([0, before]);
  });

  it("DB7 maxWaiting 0 refuses at once when all are lent", async () => {
    await using system = testSystem();
    const { pool } = poolOf(system, 1, { maxWaiting: 0 });
    await pool.checkout();
    expect(await pool.checkout().catch((error) => error.code)).toBe("ERR_POOL_FULL");
  });
});

describe("checkoutTimeoutMs", () => {
  it("DB8 PF27 is the one deadline over waiting, opening and checking, where a checkout does not say its own", async () => {
    await using system = testSystem();
    const { pool, workshop } = poolOf(system, 1, { checkoutTimeoutMs: 300, openTimeoutMs: 10_000 });
    workshop.opens = "held";
    const [given, own] = [outcomeOf(pool.checkout()), outcomeOf(pool.checkout({ timeoutMs: 100 }))];
    await system.advance(100);
    expect([given.now, own.now]).toEqual(["pending", "ERR_CHECKOUT_TIMEOUT"]);
    await system.advance(200);
    expect(given.now).toBe("ERR_CHECKOUT_TIMEOUT");
  });

  it("PF37 may be longer than a host timer, and does not pass at once", async () => {
    await using system = testSystem();
    const { pool } = poolOf(system, 1, { checkoutTimeoutMs: 2 ** 31 + 5, idleTimeoutMs: 2 ** 31 + 5 });
    const lease = await pool.checkout();
    const waiter = outcomeOf(pool.checkout());
    await system.advance(2 ** 31);
    expect(waiter.now).toBe("pending");
    await system.advance(5);
    expect(waiter.now).toBe("ERR_CHECKOUT_TIMEOUT");
    await lease.checkin();
    await system.advance(2 ** 31);
    expect(pool.stats().idle).toBe(1);
    await system.advance(5);
    expect(pool.stats().idle).toBe(0);
  });
});
