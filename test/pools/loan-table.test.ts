import { describe, expect, it } from "vitest";
import { defineActor } from "../../src/actors/define-actor.ts";
import { testSystem } from "../../src/testing/test-system.ts";
import { Borrower, outcomeOf, poolOf } from "./workshop.ts";

describe("a borrower's death", () => {
  it("PF32 closes what it held, and a new resource goes to who waits", async () => {
    await using system = testSystem();
    const { pool, workshop } = poolOf(system, 1);
    const borrower = await system.start(Borrower, pool);
    await borrower.call.take();
    const waiter = outcomeOf(pool.checkout());
    borrower.exit("kill");
    await system.settle();
    expect(workshop.closed.map(({ serial }) => serial)).toEqual([1]);
    expect(waiter.now).toMatchObject({ resource: { serial: 2 } });
    expect(workshop.most).toBe(1);
  });

  it("is heard in its own turn: who hears of it finds the loan gone", async () => {
    await using system = testSystem();
    const { pool } = poolOf(system, 1);
    const borrower = await system.start(Borrower, pool);
    await borrower.call.take();
    let seen: unknown;
    const watcher = system.spawn(async (self) => {
      self.monitor(borrower);
      await self.receive();
      seen = pool.stats();
    });
    await system.settle();
    borrower.exit("kill");
    await watcher.down();
    expect(seen).toMatchObject({ lent: 0 });
  });

  it("takes its place in the line away", async () => {
    await using system = testSystem();
    const { pool } = poolOf(system, 1);
    const lease = await pool.checkout();
    const borrower = await system.start(Borrower, pool);
    borrower.call.take().catch(() => undefined);
    await system.settle();
    const behind = outcomeOf(pool.checkout());
    expect(pool.stats().waiting).toBe(2);
    borrower.exit("kill");
    await system.settle();
    expect(pool.stats().waiting).toBe(1);
    await lease.checkin();
    await system.settle();
    expect(behind.now).toMatchObject({ resource: { serial: 1 } });
  });

  it("loses nothing when it comes in the turn in which it is served", async () => {
    await using system = testSystem();
    const { pool, workshop } = poolOf(system, 1);
    const lease = await pool.checkout();
    const borrower = await system.start(Borrower, pool);
    borrower.call.take().catch(() => undefined);
    await system.settle();
    borrower.exit("kill");
    void lease.checkin();
    await system.settle();
    expect(pool.stats()).toEqual({ idle: 0, lent: 0, starting: 0, closing: 0, waiting: 0 });
    expect(workshop.live).toBe(0);
  });

  it("PF31 leaves no watcher behind after many waits that were served", async () => {
    await using system = testSystem();
    const { pool } = poolOf(system, 1);
    const borrower = await system.start(Borrower, pool);
    for (let i = 0; i < 5; i += 1) {
      const lease = await pool.checkout();
      const taken = borrower.call.take();
      await system.settle();
      await lease.checkin();
      await taken;
      await borrower.call.giveAll();
    }
    expect(pool.stats()).toMatchObject({ idle: 1, lent: 0, waiting: 0 });
    borrower.exit("kill");
    await system.settle();
    expect(pool.stats()).toMatchObject({ idle: 1, lent: 0 });
  });

  it("still lends to a process whose terminate needs a resource, and takes that back too", async () => {
    await using system = testSystem();
    const { pool, workshop } = poolOf(system, 1);
    const seen: string[] = [];
    const Flusher = defineActor({
      init: () => 0,
      terminate: async () => {
        const lease = await pool.checkout();
        seen.push(`wrote with ${lease.resource.serial}`);
      },
    });
    const flusher = await system.start(Flusher);
    await flusher.stop();
    await system.settle();
    expect(seen).toEqual(["wrote with 1"]);
    expect(pool.stats()).toMatchObject({ lent: 0, closing: 0 });
    expect(workshop.live).toBe(0);
  });
});
