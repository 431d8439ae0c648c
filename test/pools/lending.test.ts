import { describe, expect, it } from "vitest";
import type { Lease } from "../../src/pools/lease.ts";
import { testSystem } from "../../src/testing/test-system.ts";
import { expectConserved, expectNothingLeft, outcomeOf, poolOf, type Tool } from "./workshop.ts";

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
    expect(pool.stats()).toEqual({ idle: 2, lent: 0, starting: 0, closing: 0, waiting: 0 });
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
