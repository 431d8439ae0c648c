import { describe, expect, it } from "vitest";
import { defineActor } from "../../src/actors/define-actor.ts";
import type { Pid } from "../../src/core/pid.ts";
import { type CheckoutPoolProcess, createCheckoutPool } from "../../src/pools/checkout-pool.ts";
import type { Lease } from "../../src/pools/lease.ts";
import { supervisor } from "../../src/supervisor/supervisor.ts";
import { testSystem } from "../../src/testing/test-system.ts";
import { Borrower, expectNothingLeft, outcomeOf, poolOf, type Tool, Workshop } from "./workshop.ts";

describe("a resource that comes for nobody", () => {
  it("DB5 is closed once, when the last who waited is dropped for it and that ends a drain", async () => {
    await using system = testSystem();
    const { pool, workshop } = poolOf(system, 1, { queue: { targetMs: 5, intervalMs: 30 } });
    workshop.opens = "held";
    const first = outcomeOf(pool.checkout());
    await system.advance(60);
    const second = outcomeOf(pool.checkout());
    const drained = pool.drain();
    await system.advance(21);
    workshop.openings[0]!.succeed(undefined as never);
    await system.settle();
    await drained;
    expect([first.now, second.now]).toEqual(["ERR_OVERLOADED", "ERR_OVERLOADED"]);
    expect(pool.stats().totals).toMatchObject({ opened: 1, closed: 1 });
    expect(workshop.closed).toHaveLength(1);
  });
});

describe("a check that says yes", () => {
  it("lends nothing to whom it has aborted: what is fit stays idle, for the next", async () => {
    await using system = testSystem();
    const leaving = new AbortController();
    const asked: number[] = [];
    const pool = createCheckoutPool(system, {
      size: 1,
      resource: {
        open: () => asked.length,
        check: (serial) => {
          asked.push(serial);
          leaving.abort();
          return true;
        },
      },
    });
    await system.start(pool.child());
    const first = await pool.checkout();
    first.checkin();
    const refused = outcomeOf(pool.checkout({ signal: leaving.signal }));
    await system.settle();
    expect(refused.now).toBe("ERR_ABORTED");
    expect(pool.stats()).toMatchObject({ idle: 1, lent: 0 });
    const next = await pool.checkout();
    expect([next.resource, asked]).toEqual([0, [0, 0]]);
    next.checkin();
    expect(pool.stats().totals).toMatchObject({ opened: 1, closed: 0 });
  });
});

describe("giving back", () => {
  it("DB4 ends the loan at once: what a check gives back again meanwhile is lent to one who waits, not to two", async () => {
    await using system = testSystem();
    let lease: Lease<Tool>;
    const again = (): true => {
      void lease.checkin();
      return true;
    };
    const workshop = new Workshop();
    const checked = createCheckoutPool(system, { size: 1, resource: { ...workshop.resource, check: again } });
    lease = await checked.checkout();
    const [first, second] = [outcomeOf(checked.checkout()), outcomeOf(checked.checkout())];
    await lease.checkin();
    await system.settle();
    expect([first.now, second.now]).toMatchObject([{ resource: { serial: 1 } }, "pending"]);
  });
});

describe("a borrower's death", () => {
  it("PF24 PF32 of several resources at once makes no room before they are closed", async () => {
    await using system = testSystem();
    const { pool, workshop } = poolOf(system, 2);
    const borrower = await system.start(Borrower, pool);
    await borrower.call.take();
    await borrower.call.take();
    const waiter = outcomeOf(pool.checkout());
    workshop.closes = "held";
    borrower.exit("kill");
    await system.settle();
    expect(pool.stats()).toMatchObject({ idle: 0, lent: 0, starting: 0, closing: 2, waiting: 1 });
    workshop.closings[0]?.succeed();
    await system.settle();
    expect(waiter.now).toMatchObject({ resource: { serial: 3 } });
    expect([workshop.most, pool.stats().closing]).toEqual([2, 1]);
  });

  it("after its terminate has handed a resource on, leaves that to the new owner", async () => {
    await using system = testSystem();
    const { pool, workshop } = poolOf(system, 1);
    const heir = await system.start(Borrower, pool);
    let lease: Lease<Tool> | undefined;
    const Ending = defineActor({
      init: () => 0,
      terminate: async () => {
        lease = (await pool.checkout()).transfer(heir);
      },
    });
    await (await system.start(Ending)).stop();
    await system.settle();
    expect([workshop.closed, lease?.resource.serial]).toEqual([[], 1]);
    heir.exit("kill");
    await system.settle();
    expect(workshop.closed).toEqual([{ serial: 1 }]);
  });
});

describe("resize", () => {
  it("takes effect under load: what is too much goes when it is given back, whoever waits", async () => {
    await using system = testSystem();
    const { pool, workshop } = poolOf(system, 3);
    const tree = await system.start(supervisor({ strategy: "oneForOne", children: [pool.child()] }));
    const leases = await Promise.all([1, 2, 3].map(() => pool.checkout()));
    const waiters = [1, 2].map(() => outcomeOf(pool.checkout({ timeoutMs: 60_000 })));
    const [child] = await tree.call.whichChildren();
    const process = child?.pid as Pid<CheckoutPoolProcess>;
    await process.call.resize(1);
    for (const lease of leases) await lease.checkin();
    await system.settle();
    expect(pool.stats()).toMatchObject({ idle: 0, lent: 1, starting: 0, closing: 0, waiting: 1 });
    expect(waiters[0]?.now).toMatchObject({ resource: { serial: 3 } });
    expect(workshop.live).toBe(1);
  });
});

describe("the end of a system", () => {
  it("leaves nothing of a pool that was used by plain code and given back", async () => {
    const system = testSystem();
    const { pool, workshop } = poolOf(system, 3);
    await Promise.all([1, 2, 3].map(() => pool.use(() => undefined)));
    const stopped = system.stop();
    await system.settle();
    await stopped;
    expectNothingLeft(system, pool);
    expect(workshop.live).toBe(0);
    await expect(pool.checkout()).rejects.toMatchObject({ code: "ERR_NOT_RUNNING" });
  });
});

describe("order", () => {
  it.each(["lifo", "fifo"] as const)(
    "PB8 DB4 %s is of idle resources only: who waits is served first come, first served",
    async (order) => {
      await using system = testSystem();
      const { pool } = poolOf(system, 2, { order });
      const [first, second] = [await pool.checkout(), await pool.checkout()];
      const served: string[] = [];
      const waiting = ["a", "b", "c"].map((who) =>
        pool.use(() => void served.push(who), { timeoutMs: 60_000 }),
      );
      await first.checkin();
      await second.checkin();
      await Promise.all(waiting);
      expect(served).toEqual(["a", "b", "c"]);
    },
  );
});

describe("recycle", () => {
  it("DB13 replaces all that are open within the time, none twice, and nobody at work is disturbed", async () => {
    await using system = testSystem({ seed: 3 });
    const { pool, workshop } = poolOf(system, 8, { minSize: 8 });
    const leases = await Promise.all(Array.from({ length: 8 }, () => pool.checkout()));
    const [kept, ...others] = leases as [Lease<Tool>, ...Lease<Tool>[]];
    for (const lease of others) await lease.checkin();
    pool.recycle({ withinMs: 1_000 });
    const left: number[] = [];
    for (let i = 0; i < 4; i += 1) {
      await system.advance(250);
      left.push(workshop.closed.length);
    }
    expect([left.at(-1), new Set(left).size > 2]).toEqual([7, true]);
    expect(kept.resource.serial).toBe(1);
    await kept.checkin();
    await system.advance(60_000);
    expect([workshop.closed.length, workshop.opened.length, pool.stats().idle]).toEqual([8, 16, 8]);
  });

  it("DB13 replaces at once when no time is given", async () => {
    await using system = testSystem();
    const { pool, workshop } = poolOf(system, 1);
    await pool.use(() => undefined);
    pool.recycle();
    await system.settle();
    expect(workshop.closed.length).toBe(1);
    expect(await pool.use((tool) => tool.serial)).toBe(2);
    expect(() => pool.recycle({ withinMs: -1 })).toThrow("withinMs must be milliseconds");
  });
});
