import { describe, expect, it } from "vitest";
import type { Lease } from "../../src/pools/lease.ts";
import { supervisor } from "../../src/supervisor/supervisor.ts";
import { testSystem } from "../../src/testing/test-system.ts";
import { expectConserved, outcomeOf, poolOf, type Tool } from "./workshop.ts";

describe("overflow", () => {
  it("PB3 PB4 opens beyond size while there is demand, and closes that when nobody waits", async () => {
    await using system = testSystem();
    const { pool, workshop } = poolOf(system, 1, { maxOverflow: 1 });
    const [first, second] = [await pool.checkout(), await pool.checkout()];
    expect(pool.stats()).toMatchObject({ lent: 2 });
    const third = outcomeOf(pool.checkout());
    await first.checkin();
    await system.settle();
    expect(third.now).toMatchObject({ resource: { serial: 1 } });
    await second.checkin();
    await system.settle();
    expect(workshop.closed.map(({ serial }) => serial)).toEqual([2]);
    await (third.now as Lease<Tool>).checkin();
    expect(pool.stats()).toMatchObject({ idle: 1, lent: 0 });
  });

  it("PF24 a burst never makes more than size and maxOverflow", async () => {
    await using system = testSystem();
    const { pool, workshop } = poolOf(system, 2, { maxOverflow: 1 });
    await Promise.all(
      Array.from({ length: 20 }, () =>
        pool.use(async () => {
          expectConserved(pool, 3);
          await null;
        }),
      ),
    );
    await system.settle();
    expect(workshop.most).toBe(3);
    expect(pool.stats()).toMatchObject({ idle: 2, lent: 0, starting: 0, closing: 0, waiting: 0 });
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
