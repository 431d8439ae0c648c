import { getEventListeners } from "node:events";
import { describe, expect, it } from "vitest";
import { kernelOf } from "../../src/actors/system.ts";
import { createCheckoutPool } from "../../src/pools/checkout-pool.ts";
import { testSystem } from "../../src/testing/test-system.ts";
import { Borrower, outcomeOf, poolOf, Workshop } from "./workshop.ts";

describe("waiting", () => {
  it("NP16 PF1 grants or refuses when a checkin and a deadline meet, and loses nothing", async () => {
    await using system = testSystem();
    const { pool } = poolOf(system, 1);
    const lease = await pool.checkout();
    const waiter = outcomeOf(pool.checkout({ timeoutMs: 100 }));
    await system.advance(100);
    expect(waiter.now).toBe("ERR_CHECKOUT_TIMEOUT");
    await lease.checkin();
    expect(pool.stats()).toMatchObject({ idle: 1, waiting: 0 });
    const served = outcomeOf(pool.checkout({ timeoutMs: 0 }));
    await system.settle();
    expect(served.now).toMatchObject({ resource: { serial: 1 } });
  });

  it("NP13 PF2 PF45 settles an aborted waiter at once, and the next one is served", async () => {
    await using system = testSystem();
    const { pool } = poolOf(system, 1);
    const lease = await pool.checkout();
    const controller = new AbortController();
    const first = outcomeOf(pool.checkout({ signal: controller.signal }));
    const second = outcomeOf(pool.checkout());
    controller.abort(new Error("enough"));
    expect(pool.stats().waiting).toBe(1);
    void lease.checkin();
    await system.settle();
    expect([first.now, second.now]).toMatchObject(["ERR_ABORTED", { resource: { serial: 1 } }]);
  });

  it("PF2 a grant that comes before the abort stands", async () => {
    await using system = testSystem();
    const { pool } = poolOf(system, 1);
    const lease = await pool.checkout();
    const controller = new AbortController();
    const waiter = outcomeOf(pool.checkout({ signal: controller.signal }));
    void lease.checkin();
    controller.abort();
    await system.settle();
    expect(waiter.now).toMatchObject({ resource: { serial: 1 } });
    expect(pool.stats()).toMatchObject({ lent: 1, waiting: 0 });
  });

  it("refuses a signal that aborts while what is idle is checked for it", async () => {
    await using system = testSystem();
    const controller = new AbortController();
    const check = (): boolean => {
      controller.abort();
      return false;
    };
    const { resource } = new Workshop();
    const pool = createCheckoutPool(system, { size: 1, resource: { ...resource, check } });
    await pool.use(() => undefined);
    const late = outcomeOf(pool.checkout({ signal: controller.signal }));
    await system.settle();
    expect([late.now, pool.stats().lent]).toEqual(["ERR_ABORTED", 0]);
  });

  it("leaves nobody in line behind a signal that cannot be listened to", async () => {
    await using system = testSystem();
    const { pool } = poolOf(system, 1);
    const lease = await pool.checkout();
    const { signal } = new AbortController();
    Object.defineProperty(signal, "addEventListener", {
      value: () => {
        throw new RangeError("no listeners here");
      },
    });
    const refused = outcomeOf(pool.checkout({ signal }));
    await system.settle();
    expect([refused.now, pool.stats().waiting]).toEqual(["ERR_INVALID_OPTIONS", 0]);
    await lease.checkin();
    expect(pool.stats()).toMatchObject({ idle: 1, lent: 0 });
  });

  it("refuses a signal that has aborted already", async () => {
    await using system = testSystem();
    const { pool, workshop } = poolOf(system, 1);
    await expect(pool.checkout({ signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: "ERR_ABORTED",
      handled: "no",
    });
    expect(workshop.attempts).toBe(0);
  });

  it("NP8 DB11 PF4 what is discarded makes room for who waits", async () => {
    await using system = testSystem();
    const { pool, workshop } = poolOf(system, 1);
    const lease = await pool.checkout();
    const waiter = outcomeOf(pool.checkout());
    await lease.checkin("discard");
    await system.settle();
    expect(waiter.now).toMatchObject({ resource: { serial: 2 } });
    expect(workshop.most).toBe(1);
  });

  it("PF31 leaves no deadline and no listener behind, however it was settled", async () => {
    await using system = testSystem();
    const { pool } = poolOf(system, 1);
    const { deadlines } = kernelOf(system);
    const lease = await pool.checkout();
    const before = deadlines.size;
    const { signal } = new AbortController();
    const waiter = pool.checkout({ signal });
    expect([deadlines.size - before, getEventListeners(signal, "abort").length]).toEqual([1, 1]);
    void lease.checkin();
    expect([deadlines.size - before, getEventListeners(signal, "abort").length]).toEqual([0, 0]);
    await (await waiter).checkin();
  });

  it("PF6 serves in the order of coming, whoever leaves in between", async () => {
    await using system = testSystem();
    const { pool } = poolOf(system, 1);
    const lease = await pool.checkout();
    const controller = new AbortController();
    const served: string[] = [];
    const wait = (name: string, signal?: AbortSignal) =>
      pool.use(() => void served.push(name), signal === undefined ? {} : { signal }).catch(() => undefined);
    const all = [wait("a"), wait("b", controller.signal), wait("c"), wait("d")];
    controller.abort();
    void lease.checkin();
    await Promise.all(all);
    expect(served).toEqual(["a", "c", "d"]);
  });

  it("PF33 keeps nothing of 10,000 waiters that timed out", async () => {
    await using system = testSystem();
    const { pool } = poolOf(system, 1);
    const lease = await pool.checkout();
    let refused = 0;
    for (let i = 0; i < 10_000; i += 1) {
      pool.checkout({ timeoutMs: 10 }).catch(() => {
        refused += 1;
      });
    }
    await system.advance(10);
    expect(refused).toBe(10_000);
    expect(pool.stats().waiting).toBe(0);
    await lease.checkin();
    expect(pool.stats().idle).toBe(1);
  });

  it("PF3 takes what is given back between two looks", async () => {
    await using system = testSystem();
    const { pool } = poolOf(system, 1);
    const lease = await pool.checkout();
    const [first, second] = [pool.checkout(), lease.checkin()];
    await second;
    expect((await first).resource.serial).toBe(1);
  });

  it("refuses more than maxWaiting at once", async () => {
    await using system = testSystem();
    const { pool } = poolOf(system, 1, { maxWaiting: 1, name: "tools" });
    await pool.checkout();
    const waiter = outcomeOf(pool.checkout());
    await expect(pool.checkout()).rejects.toMatchObject({
      code: "ERR_POOL_FULL",
      handled: "no",
      message: 'pool "tools" is full: 1 lent, 1 waiting (maxWaiting 1)',
    });
    expect(waiter.now).toBe("pending");
  });

  it("PF44 names who holds what, and the caller's own loans", async () => {
    await using system = testSystem();
    const { pool } = poolOf(system, 2, { name: "tools" });
    await pool.checkout();
    const borrower = await system.start(Borrower, pool);
    await borrower.call.take();
    const nested = borrower.call.take(undefined, { timeoutMs: 60_000 });
    nested.catch(() => undefined);
    await system.advance(5_000);
    await expect(nested).rejects.toMatchObject({ code: "ERR_EXITED" });
    const [crash] = system.crashes;
    expect(crash?.reason).toMatchObject({
      error: {
        code: "ERR_CHECKOUT_TIMEOUT",
        message: `pool "tools" had no resource to lend within 5000 ms; 2 lent to plain code for 5000 ms, ${String(borrower)} for 5000 ms; the caller itself holds 1: give back before the next checkout, or raise size`,
      },
    });
  });

  it("refuses options it does not know, all faults at once, also when something is idle", async () => {
    await using system = testSystem();
    const { pool } = poolOf(system, 1);
    await (await pool.checkout()).checkin();
    const wrong = { timeout: 50, timeoutMs: Number.NaN, signal: "now" } as never;
    await expect(pool.checkout(wrong)).rejects.toMatchObject({
      code: "ERR_INVALID_OPTIONS",
      faults: [
        "timeout is no option here; these are: timeoutMs, signal",
        "timeoutMs must be milliseconds or Infinity",
        "signal must be an AbortSignal",
      ],
    });
    expect(pool.stats()).toMatchObject({ idle: 1, lent: 0 });
  });

  it("refuses a deadline that is no number", async () => {
    await using system = testSystem();
    const { pool } = poolOf(system, 1);
    await pool.checkout();
    const { deadlines } = kernelOf(system);
    const before = deadlines.size;
    for (const timeoutMs of [Number.NaN, "50" as never])
      await expect(pool.checkout({ timeoutMs })).rejects.toMatchObject({ code: "ERR_INVALID_OPTIONS" });
    expect(pool.stats().waiting).toBe(0);
    expect(deadlines.size).toBe(before);
  });
});
