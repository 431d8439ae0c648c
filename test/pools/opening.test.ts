import { describe, expect, it } from "vitest";
import { kernelOf } from "../../src/actors/system.ts";
import type { Pid } from "../../src/core/pid.ts";
import type { Lease } from "../../src/pools/lease.ts";
import { supervisor } from "../../src/supervisor/supervisor.ts";
import { testSystem } from "../../src/testing/test-system.ts";
import { expectConserved, expectNothingLeft, outcomeOf, poolOf, type Tool } from "./workshop.ts";

describe("Openings", () => {
  it.each(["rejects", "throws"] as const)(
    "PF8 tries again with backoff when opening %s, and refuses with the cause at the deadline",
    async (opens) => {
      await using system = testSystem();
      const { pool, workshop } = poolOf(system, 1, { name: "tools", backoff: { minMs: 100, maxMs: 1_000 } });
      workshop.opens = opens;
      const failures: { retryInMs: number }[] = [];
      system.telemetry.on("pool:openFailed", (event) => failures.push(event));
      const waiter = pool.checkout({ timeoutMs: 3_000 });
      waiter.catch(() => undefined);
      await system.advance(3_000);
      await expect(waiter).rejects.toMatchObject({
        code: "ERR_CHECKOUT_TIMEOUT",
        handled: "no",
        message: expect.stringContaining("within 3000 ms; opening fails with Error: the workshop is shut"),
        cause: { message: expect.stringContaining("the workshop is shut") },
      });
      expect(workshop.attempts).toBeGreaterThanOrEqual(4);
      expect(workshop.attempts).toBeLessThanOrEqual(8);
      expect(failures.length).toBe(workshop.attempts);
      for (const [index, { retryInMs }] of failures.entries()) {
        const waitMs = Math.min(1_000, 100 * 2 ** index);
        expect(retryInMs).toBeGreaterThan(waitMs / 2 - 1);
        expect(retryInMs).toBeLessThanOrEqual(waitMs);
      }
    },
  );

  it("NP3 serves who waits when the server comes back", async () => {
    await using system = testSystem();
    const { pool, workshop } = poolOf(system, 3);
    workshop.opens = "rejects";
    const waiters = [1, 2, 3].map(() => outcomeOf(pool.checkout({ timeoutMs: 60_000 })));
    await system.advance(1_000);
    expect(waiters.map(({ now }) => now)).toEqual(["pending", "pending", "pending"]);
    workshop.opens = "later";
    await system.advance(5_000);
    for (const { now } of waiters) expect(now).toMatchObject({ resource: { serial: expect.any(Number) } });
    expectConserved(pool, 3);
  });

  it("PF39 sends one ahead after a failure, and twice as many with each that succeeds", async () => {
    await using system = testSystem();
    const { pool, workshop } = poolOf(system, 100);
    workshop.opens = "rejects";
    for (let i = 0; i < 100; i += 1) pool.checkout({ timeoutMs: 60_000 }).catch(() => undefined);
    await system.settle();
    expect(workshop.attempts).toBe(100);
    workshop.opens = "held";
    await system.advance(100);
    const underWay: number[] = [];
    for (let i = 0; i < 7; i += 1) {
      underWay.push(pool.stats().starting);
      workshop.openings[i]?.succeed({ serial: 0 });
      await system.settle();
    }
    expect(underWay).toEqual([1, 2, 4, 8, 16, 32, 64]);
    expect(pool.stats()).toMatchObject({ lent: 7, starting: 93 });
  });

  it("PF9 one failure of several keeps nobody hanging", async () => {
    await using system = testSystem();
    const { pool, workshop } = poolOf(system, 5);
    workshop.opens = "held";
    const waiters = Array.from({ length: 5 }, () => outcomeOf(pool.checkout({ timeoutMs: 10_000 })));
    await system.settle();
    for (const [index, opening] of workshop.openings.entries()) {
      if (index === 2) opening.fail(new Error("once"));
      else opening.succeed({ serial: 0 });
    }
    workshop.opens = "later";
    await system.advance(200);
    for (const { now } of waiters) expect(now).toMatchObject({ resource: { serial: expect.any(Number) } });
    expect(pool.stats().lent).toBe(5);
  });

  it("PF7 what comes too late for its waiter goes to the next, or rests", async () => {
    await using system = testSystem();
    const { pool, workshop } = poolOf(system, 1);
    workshop.opens = "held";
    const late = outcomeOf(pool.checkout({ timeoutMs: 10 }));
    await system.advance(10);
    expect(late.now).toBe("ERR_CHECKOUT_TIMEOUT");
    const next = outcomeOf(pool.checkout({ timeoutMs: 1_000 }));
    workshop.openings[0]?.succeed({ serial: 0 });
    await system.settle();
    expect(next.now).toMatchObject({ resource: { serial: 1 } });
    await (next.now as Lease<Tool>).checkin();
    expect(pool.stats()).toMatchObject({ idle: 1, starting: 0 });
  });

  it("PF11 closes what was opened after its time was up, and counts it until then", async () => {
    await using system = testSystem();
    const { pool, workshop } = poolOf(system, 1, {
      openTimeoutMs: 100,
      closeTimeoutMs: 1_000,
      backoff: { minMs: 1, maxMs: 1 },
    });
    workshop.opens = "held";
    const waiter = outcomeOf(pool.checkout({ timeoutMs: 10_000 }));
    await system.advance(100);
    expect(workshop.openings[0]?.signal?.aborted).toBe(true);
    await system.advance(500);
    expect([workshop.attempts, pool.stats().closing]).toEqual([1, 1]);
    workshop.openings[0]?.succeed({ serial: 0 });
    workshop.opens = "later";
    await system.advance(5);
    expect(workshop.closed.map(({ serial }) => serial)).toEqual([1]);
    expect(waiter.now).toMatchObject({ resource: { serial: 2 } });
    expect(workshop.most).toBe(1);
  });

  it("closes even what comes after it was forgotten", async () => {
    await using system = testSystem();
    const { pool, workshop } = poolOf(system, 1, { openTimeoutMs: 100, closeTimeoutMs: 100 });
    workshop.opens = "held";
    pool.checkout({ timeoutMs: 150 }).catch(() => undefined);
    await system.advance(1_000);
    expect(pool.stats()).toMatchObject({ starting: 0, closing: 0 });
    workshop.openings[0]?.succeed({ serial: 0 });
    await system.settle();
    expect(workshop.live).toBe(0);
  });

  it("opens nothing that is given up before its turn", async () => {
    await using system = testSystem();
    const { pool, workshop } = poolOf(system, 1);
    const waiter = outcomeOf(pool.checkout());
    const closed = outcomeOf(pool.close());
    await system.settle();
    expect([waiter.now, closed.now, workshop.attempts]).toEqual(["ERR_POOL_CLOSED", undefined, 0]);
  });

  it("PF10 gives up trying when the pool closes", async () => {
    await using system = testSystem();
    const { pool, workshop } = poolOf(system, 2);
    workshop.opens = "rejects";
    const waiter = outcomeOf(pool.checkout());
    await system.advance(120);
    await pool.close();
    const attempts = workshop.attempts;
    await system.advance(60_000);
    expect([waiter.now, workshop.attempts]).toEqual(["ERR_POOL_CLOSED", attempts]);
    expectNothingLeft(system, pool);
  });

  it("DB2 tries nothing while nobody waits, and keeps its backoff for the next", async () => {
    await using system = testSystem();
    const { pool, workshop } = poolOf(system, 1, { backoff: { minMs: 1_000, maxMs: 1_000 } });
    workshop.opens = "rejects";
    await expect(Promise.all([pool.checkout({ timeoutMs: 10 }), system.advance(10)])).rejects.toMatchObject({
      code: "ERR_CHECKOUT_TIMEOUT",
    });
    const next = outcomeOf(pool.checkout({ timeoutMs: 10_000 }));
    await system.settle();
    expect(workshop.attempts).toBe(1);
    workshop.opens = "later";
    await system.advance(1_000);
    expect(next.now).toMatchObject({ resource: { serial: 1 } });
  });

  it("PF27 has one deadline over waiting and opening", async () => {
    await using system = testSystem();
    const { pool, workshop } = poolOf(system, 1);
    const lease = await pool.checkout();
    workshop.opens = "held";
    const waiter = outcomeOf(pool.checkout({ timeoutMs: 100 }));
    await system.advance(60);
    await lease.checkin("discard");
    await system.advance(39);
    expect([waiter.now, pool.stats().starting]).toEqual(["pending", 1]);
    await system.advance(1);
    expect(waiter.now).toBe("ERR_CHECKOUT_TIMEOUT");
  });

  it("PF9 one that hangs does not keep the rest from being tried again", async () => {
    await using system = testSystem();
    const { pool, workshop } = poolOf(system, 2, { openTimeoutMs: 600_000 });
    workshop.opens = "held";
    const first = outcomeOf(pool.checkout({ timeoutMs: 60_000 }));
    const second = outcomeOf(pool.checkout({ timeoutMs: 60_000 }));
    await system.settle();
    workshop.openings[1]?.fail(new Error("refused"));
    workshop.opens = "later";
    await system.advance(1_000);
    expect(first.now).toMatchObject({ resource: { serial: 1 } });
    expect([second.now, workshop.attempts]).toEqual(["pending", 3]);
    await (first.now as Lease<Tool>).checkin();
    await system.settle();
    expect(second.now).toMatchObject({ resource: { serial: 1 } });
  });

  it("PF11 the next try does not wait until one that took too long is closed", async () => {
    await using system = testSystem();
    const { pool, workshop } = poolOf(system, 2, { openTimeoutMs: 1_000, closeTimeoutMs: 5_000 });
    workshop.opens = "held";
    const waiter = outcomeOf(pool.checkout({ timeoutMs: 60_000 }));
    await system.settle();
    workshop.opens = "later";
    await system.advance(1_300);
    expect(waiter.now).toMatchObject({ resource: { serial: 1 } });
    expect(pool.stats()).toMatchObject({ lent: 1, closing: 1 });
  });

  it("PF9 one that an earlier process of the pool has left behind holds up nobody", async () => {
    await using system = testSystem();
    const { pool, workshop } = poolOf(system, 1, { openTimeoutMs: 600_000, closeTimeoutMs: 100 });
    const tree = await system.start(supervisor({ strategy: "oneForOne", children: [pool.child()] }));
    workshop.opens = "rejects";
    const before = outcomeOf(pool.checkout({ timeoutMs: 60_000 }));
    await system.settle();
    workshop.opens = "held";
    await system.advance(200);
    expect(workshop.openings.length).toBe(1);
    const [child] = await tree.call.whichChildren();
    const process = child?.pid as Pid;
    process.exit("kill");
    await system.advance(300);
    expect(before.now).toBe("ERR_NOT_RUNNING");
    expect(kernelOf(system).deadlines.size).toBe(0);
    workshop.opens = "later";
    const after = outcomeOf(pool.checkout({ timeoutMs: 60_000 }));
    await system.advance(1_000);
    expect(after.now).toMatchObject({ resource: { serial: 1 } });
  });
});
