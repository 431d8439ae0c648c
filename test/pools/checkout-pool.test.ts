import { describe, expect, expectTypeOf, it } from "vitest";
import { reply } from "../../src/actors/answers.ts";
import { defineActor } from "../../src/actors/define-actor.ts";
import type { Pid } from "../../src/core/pid.ts";
import { type CheckoutPool, createCheckoutPool } from "../../src/pools/checkout-pool.ts";
import type { Lease } from "../../src/pools/lease.ts";
import { supervisor } from "../../src/supervisor/supervisor.ts";
import { testSystem } from "../../src/testing/test-system.ts";
import { expectNothingLeft, outcomeOf, type Tool, Workshop } from "./workshop.ts";

const Idler = defineActor({ name: "idler", init: () => 0, calls: { ping: (state) => reply("pong", state) } });

describe("createCheckoutPool", () => {
  it("opens nothing before somebody needs it", async () => {
    await using system = testSystem();
    const workshop = new Workshop();
    const pool = createCheckoutPool(system, { size: 3, resource: workshop.resource });
    await system.settle();
    expect(workshop.attempts).toBe(0);
    await pool.use((tool) => expect(tool.serial).toBe(1));
    expect(pool.stats()).toMatchObject({ idle: 1, lent: 0, starting: 0, closing: 0, waiting: 0 });
  });

  it("NP4 PB1 lends what is idle again instead of opening another", async () => {
    await using system = testSystem();
    const workshop = new Workshop();
    const pool = createCheckoutPool(system, { size: 3, resource: workshop.resource });
    for (let i = 0; i < 5; i += 1) await pool.use(() => undefined);
    expect(workshop.opened.length).toBe(1);
  });

  it.each([
    { order: "lifo", serial: 2 },
    { order: "fifo", serial: 1 },
  ] as const)("PB8 lends the idle resource that is next in $order order", async ({ order, serial }) => {
    await using system = testSystem();
    const pool = createCheckoutPool(system, { size: 2, order, resource: new Workshop().resource });
    const [first, second] = [await pool.checkout(), await pool.checkout()];
    await first.checkin();
    await second.checkin();
    expect((await pool.checkout()).resource.serial).toBe(serial);
  });

  it("NP1 lists all faults of its options at once", () => {
    const system = testSystem();
    const wrong = { size: 0, maxOverflo: 1, order: "random", resource: { open: 1 } };
    expect(() => createCheckoutPool(system, wrong as never)).toThrow(
      'createCheckoutPool: size must be a whole number of at least 1; order must be one of "lifo", "fifo"; resource.open must be a function; unknown option "maxOverflo"',
    );
  });

  it("types what it lends", () => {
    const system = testSystem();
    const tools = createCheckoutPool(system, { size: 1, resource: new Workshop().resource });
    const idlers = createCheckoutPool(system, { size: 1, worker: Idler.child() });
    expectTypeOf(tools).toEqualTypeOf<CheckoutPool<Tool>>();
    expectTypeOf(idlers.checkout).returns.resolves.toEqualTypeOf<Lease<Pid<typeof Idler>>>();
  });
});

describe("CheckoutPool.use", () => {
  it("NP5 answers what the borrower answers", async () => {
    await using system = testSystem();
    const pool = createCheckoutPool(system, { size: 1, resource: new Workshop().resource });
    expect(await pool.use(async (tool) => tool.serial * 10)).toBe(10);
  });

  it("PB10 gives back what its borrower throws over, and rejects with what was thrown", async () => {
    await using system = testSystem();
    const workshop = new Workshop();
    const pool = createCheckoutPool(system, {
      size: 1,
      resource: { ...workshop.resource, check: () => true },
    });
    const broken = pool.use(() => {
      throw new RangeError("mine");
    });
    await expect(broken).rejects.toThrow("mine");
    expect(pool.stats()).toMatchObject({ idle: 1, lent: 0 });
    expect(workshop.closed).toEqual([]);
  });

  it("NP12 closes what its borrower threw over when nothing can tell whether it is still fit", async () => {
    await using system = testSystem();
    const workshop = new Workshop();
    const pool = createCheckoutPool(system, { size: 1, resource: workshop.resource });
    await expect(pool.use(() => Promise.reject(new RangeError("mine")))).rejects.toThrow("mine");
    await system.settle();
    expect(workshop.closed.map(({ serial }) => serial)).toEqual([1]);
    expect(pool.stats()).toMatchObject({ idle: 0, lent: 0, closing: 0 });
  });

  it("takes a verdict from its borrower first", async () => {
    await using system = testSystem();
    const workshop = new Workshop();
    const pool = createCheckoutPool(system, { size: 1, resource: workshop.resource });
    const late: unknown[] = [];
    system.telemetry.on("lease:late", (event) => late.push(event));
    await pool.use((_tool, lease) => lease.checkin("discard"));
    await system.settle();
    expect(workshop.closed.length).toBe(1);
    expect(late).toEqual([]);
  });
});

describe("CheckoutPool.tryCheckout", () => {
  it("PB2 takes what is idle, and neither opens nor waits", async () => {
    await using system = testSystem();
    const workshop = new Workshop();
    const pool = createCheckoutPool(system, { size: 1, resource: workshop.resource });
    expect(pool.tryCheckout()).toBeUndefined();
    await pool.use(() => undefined);
    const lease = pool.tryCheckout();
    expect(lease?.resource.serial).toBe(1);
    expect(pool.tryCheckout()).toBeUndefined();
    expect(workshop.attempts).toBe(1);
    await lease?.checkin();
  });

  it("goes behind who waits already", async () => {
    await using system = testSystem();
    const pool = createCheckoutPool(system, { size: 1, resource: new Workshop().resource });
    const lease = await pool.checkout();
    const waiting = pool.checkout();
    await lease.checkin();
    expect(pool.tryCheckout()).toBeUndefined();
    await (await waiting).checkin();
  });
});

describe("CheckoutPool.stats", () => {
  it("PB6 is a frozen snapshot", async () => {
    await using system = testSystem();
    const pool = createCheckoutPool(system, { size: 1, resource: new Workshop().resource });
    const lease = await pool.checkout();
    const before = pool.stats();
    await lease.checkin();
    expect(before.lent).toBe(1);
    expect(Object.isFrozen(before)).toBe(true);
  });
});

describe("CheckoutPool.child", () => {
  it("hands the start of its process to a supervisor", async () => {
    await using system = testSystem();
    const pool = createCheckoutPool(system, { size: 1, name: "tools", resource: new Workshop().resource });
    const spec = pool.child();
    await expect(pool.checkout()).rejects.toMatchObject({ code: "ERR_NOT_RUNNING", handled: "no" });
    await system.start(supervisor({ strategy: "oneForOne", children: [spec] }));
    expect(await pool.use((tool) => tool.serial)).toBe(1);
  });

  it("keeps loans valid and counted while its process is down, refuses waiters, and never doubles", async () => {
    await using system = testSystem();
    const workshop = new Workshop();
    const pool = createCheckoutPool(system, { size: 2, name: "tools", resource: workshop.resource });
    const tree = await system.start(supervisor({ strategy: "oneForOne", children: [pool.child()] }));
    const lent = await pool.checkout();
    const rest = await pool.checkout();
    await rest.checkin();
    await pool.checkout();
    const waiter = pool.checkout();
    const [child] = await tree.call.whichChildren();
    (child!.pid as Pid).exit("kill");
    await expect(waiter).rejects.toMatchObject({ code: "ERR_NOT_RUNNING", handled: "no" });
    await system.settle();
    expect(pool.stats()).toMatchObject({ idle: 0, lent: 2, starting: 0, closing: 0 });
    const next = outcomeOf(pool.checkout({ timeoutMs: 50 }));
    await system.settle();
    expect(next.now).toBe("pending");
    expect(lent.resource.serial).toBe(1);
    await lent.checkin();
    await system.settle();
    expect(workshop.closed.map(({ serial }) => serial)).toEqual([1]);
    expect(next.now).toMatchObject({ resource: { serial: 3 } });
    expect(workshop.most).toBe(2);
  });

  it("closes what is idle when its process dies", async () => {
    await using system = testSystem();
    const workshop = new Workshop();
    const pool = createCheckoutPool(system, { size: 2, resource: workshop.resource });
    const tree = await system.start(supervisor({ strategy: "oneForOne", children: [pool.child()] }));
    await pool.use(() => undefined);
    const [child] = await tree.call.whichChildren();
    (child!.pid as Pid).exit("kill");
    await system.settle();
    expect(workshop.live).toBe(0);
    expect(await pool.use((tool) => tool.serial)).toBe(2);
  });

  it("NP14 DB18 waits for the closing of what is idle when its supervisor stops it", async () => {
    const system = testSystem();
    const workshop = new Workshop();
    const pool = createCheckoutPool(system, { size: 2, resource: workshop.resource });
    const tree = await system.start(supervisor({ strategy: "oneForOne", children: [pool.child()] }));
    await pool.use(() => undefined);
    workshop.closes = "held";
    const stopped = outcomeOf(tree.stop());
    await system.settle();
    expect(stopped.now).toBe("pending");
    workshop.closings[0]?.succeed();
    await system.settle();
    expect(stopped.now).toBeUndefined();
    expectNothingLeft(system, pool);
  });
});

describe("resize", () => {
  it("serves who waits when it grows, and closes what is too much when it shrinks", async () => {
    await using system = testSystem();
    const workshop = new Workshop();
    const pool = createCheckoutPool(system, { size: 1, resource: workshop.resource });
    const process = await system.start(pool);
    const first = await pool.checkout();
    const second = outcomeOf(pool.checkout());
    await system.settle();
    expect(second.now).toBe("pending");
    await process.call.resize(2);
    await system.settle();
    expect(second.now).toMatchObject({ resource: { serial: 2 } });
    await first.checkin();
    expect(pool.stats()).toMatchObject({ idle: 1, lent: 1 });
    await process.call.resize(1);
    await system.settle();
    expect(pool.stats()).toMatchObject({ idle: 0, lent: 1 });
    await (second.now as Lease<Tool>).checkin();
    expect(pool.stats()).toMatchObject({ idle: 1, lent: 0 });
  });

  it("refuses a size that is none, and goes on", async () => {
    await using system = testSystem();
    const pool = createCheckoutPool(system, { size: 1, resource: new Workshop().resource });
    const process = await system.start(pool);
    await expect(process.call.resize(0)).rejects.toMatchObject({ code: "ERR_INVALID_OPTIONS" });
    expect(await pool.use((tool) => tool.serial)).toBe(1);
  });
});
