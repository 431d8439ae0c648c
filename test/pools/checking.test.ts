import { describe, expect, it } from "vitest";
import { type CheckoutPool, createCheckoutPool } from "../../src/pools/checkout-pool.ts";
import type { Lease } from "../../src/pools/lease.ts";
import { type TestSystem, testSystem } from "../../src/testing/test-system.ts";
import { expectNothingLeft, outcomeOf, type Tool, Workshop } from "./workshop.ts";

/** A pool of one whose check is told what to answer. */
function checked(
  system: TestSystem,
  check: (tool: Tool) => boolean | Promise<boolean>,
  checkTimeoutMs = 1_000,
) {
  const workshop = new Workshop();
  const resource = { ...workshop.resource, check };
  return { workshop, pool: createCheckoutPool(system, { size: 1, checkTimeoutMs, resource }) };
}

describe("checkSlot", () => {
  it("asks nothing of what has just been opened", async () => {
    await using system = testSystem();
    const { pool } = checked(system, () => false);
    expect(await pool.use((tool) => tool.serial)).toBe(1);
  });

  it.each([
    { says: "no", check: () => false },
    { says: "no later", check: async () => false },
    {
      says: "nothing but an error",
      check: () => {
        throw new Error("cannot tell");
      },
    },
    { says: "nothing but an error later", check: () => Promise.reject(new Error("cannot tell")) },
  ])("replaces a resource whose check says $says", async ({ check }) => {
    await using system = testSystem();
    const { pool, workshop } = checked(system, check);
    await pool.use(() => undefined);
    expect(await pool.use((tool) => tool.serial)).toBe(2);
    await system.settle();
    expect(workshop.closed.map(({ serial }) => serial)).toEqual([1]);
    expect(workshop.most).toBe(1);
  });

  it("lends at once what is found fit at once", async () => {
    await using system = testSystem();
    const { pool } = checked(system, () => true);
    await pool.use(() => undefined);
    expect(pool.tryCheckout()?.resource.serial).toBe(1);
  });

  it("has nothing to try when the check takes time, but the resource stays", async () => {
    await using system = testSystem();
    const { pool } = checked(system, async () => true);
    await pool.use(() => undefined);
    expect(pool.tryCheckout()).toBeUndefined();
    await system.settle();
    expect(pool.stats()).toMatchObject({ idle: 1, starting: 0 });
  });

  it("PF47 asks before a resource goes straight to who waits", async () => {
    await using system = testSystem();
    const asked: number[] = [];
    const { pool } = checked(system, async ({ serial }) => asked.push(serial) > 0);
    const lease = await pool.checkout();
    const waiter = pool.checkout();
    await lease.checkin();
    expect((await waiter).resource.serial).toBe(1);
    expect(asked).toEqual([1]);
  });

  it("PF12 keeps what was found fit when its waiter has gone", async () => {
    await using system = testSystem();
    let say!: (fit: boolean) => void;
    const { pool } = checked(
      system,
      () =>
        new Promise((resolve) => {
          say = resolve;
        }),
    );
    await pool.use(() => undefined);
    const waiter = outcomeOf(pool.checkout({ timeoutMs: 50 }));
    await system.advance(50);
    expect([waiter.now, pool.stats().starting]).toEqual(["ERR_CHECKOUT_TIMEOUT", 1]);
    say(true);
    await system.settle();
    expect(pool.stats()).toMatchObject({ idle: 1, starting: 0 });
  });

  it("PF38 takes silence for no when its time is up", async () => {
    await using system = testSystem();
    const { pool, workshop } = checked(system, () => new Promise(() => undefined), 500);
    await pool.use(() => undefined);
    const waiter = outcomeOf(pool.checkout());
    await system.advance(500);
    expect(waiter.now).toMatchObject({ resource: { serial: 2 } });
    expect(workshop.closed.map(({ serial }) => serial)).toEqual([1]);
    await (waiter.now as Lease<Tool>).checkin();
  });

  it("may close the pool it is asked for", async () => {
    await using system = testSystem();
    const workshop = new Workshop();
    let closed: Promise<void> | undefined;
    const pool: CheckoutPool<Tool> = createCheckoutPool(system, {
      size: 1,
      resource: {
        ...workshop.resource,
        check: () => {
          closed = pool.close();
          return true;
        },
      },
    });
    await pool.use(() => undefined);
    await expect(pool.checkout()).rejects.toMatchObject({ code: "ERR_POOL_CLOSED" });
    await closed;
    expect(workshop.live).toBe(0);
    expectNothingLeft(system, pool);
  });

  it("PF26 a stray fault while it looks ends it: another is opened where there is room", async () => {
    await using system = testSystem();
    const workshop = new Workshop();
    let fault!: () => void;
    const faulty = new Promise<void>((resolve) => {
      fault = resolve;
    });
    const pool = createCheckoutPool(system, {
      size: 2,
      resource: {
        ...workshop.resource,
        check: () => {
          void faulty.then(() => {
            throw new Error("stray");
          });
          return new Promise<boolean>(() => undefined);
        },
      },
    });
    await pool.use(() => undefined);
    let taken: unknown = "never told";
    system.telemetry.on("resource:fault", () => {
      taken = pool.tryCheckout();
    });
    const waiter = outcomeOf(pool.checkout({ timeoutMs: 60_000 }));
    workshop.closes = "held";
    const told = new Promise((resolve) => system.telemetry.on("resource:fault", resolve));
    fault();
    await told;
    await system.settle();
    expect(waiter.now).toMatchObject({ resource: { serial: 2 } });
    expect(taken).toBeUndefined();
    expect(pool.stats()).toMatchObject({ lent: 1, closing: 1 });
    workshop.closings[0]?.succeed();
  });
});
