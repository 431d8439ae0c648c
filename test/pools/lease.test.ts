import { describe, expect, it } from "vitest";
import { defineActor } from "../../src/actors/define-actor.ts";
import type { Pid } from "../../src/core/pid.ts";
import { testSystem } from "../../src/testing/test-system.ts";
import { Borrower, poolOf } from "./workshop.ts";

describe("Lease", () => {
  it("PF20 PB5 a second checkin changes nothing, and is told", async () => {
    await using system = testSystem();
    const { pool } = poolOf(system, 1, { name: "tools" });
    const late: unknown[] = [];
    system.telemetry.on("lease:late", (event) => late.push(event));
    const lease = await pool.checkout();
    await lease.checkin();
    const next = await pool.checkout();
    await lease.checkin();
    await lease.checkin("discard");
    expect(pool.stats()).toMatchObject({ idle: 0, lent: 1 });
    expect(next.resource.serial).toBe(1);
    expect(late).toEqual([{ pool: "tools" }, { pool: "tools" }]);
  });

  it("DB10 PF21 shows nothing once it has been given back", async () => {
    await using system = testSystem();
    const { pool } = poolOf(system, 1);
    const lease = await pool.checkout();
    await lease.checkin();
    const next = await pool.checkout();
    expect(() => lease.resource).toThrow(expect.objectContaining({ code: "ERR_LEASE_ENDED" }));
    expect(() => lease.transfer({} as Pid)).toThrow(expect.objectContaining({ code: "ERR_LEASE_ENDED" }));
    expect(next.resource.serial).toBe(1);
  });

  it("gives back at the end of its block, and does not mind having been given back", async () => {
    await using system = testSystem();
    const { pool } = poolOf(system, 1);
    const late: unknown[] = [];
    system.telemetry.on("lease:late", (event) => late.push(event));
    {
      await using lease = await pool.checkout();
      expect(lease.resource.serial).toBe(1);
    }
    expect(pool.stats().idle).toBe(1);
    {
      await using lease = await pool.checkout();
      await lease.checkin();
    }
    expect([pool.stats().idle, late]).toEqual([1, []]);
  });

  it("NP9 transfer hands the loan on: from then on the new owner's death ends it", async () => {
    await using system = testSystem();
    const { pool, workshop } = poolOf(system, 2);
    const [first, second] = [await system.start(Borrower, pool), await system.start(Borrower, pool)];
    const lease = (await pool.checkout()).transfer(first).transfer(second);
    first.exit("kill");
    await system.settle();
    expect(lease.resource.serial).toBe(1);
    second.exit("kill");
    await system.settle();
    expect(workshop.closed.length).toBe(1);
    expect(() => lease.resource).toThrow("has ended");
  });

  it("ends with its transfer: neither a block, nor use, nor a checkin takes back what was handed on", async () => {
    await using system = testSystem();
    const { pool } = poolOf(system, 2, { name: "tools" });
    const late: unknown[] = [];
    system.telemetry.on("lease:late", (event) => late.push(event));
    const heir = await system.start(Borrower, pool);
    const fromUse = await pool.use((_tool, lease) => lease.transfer(heir));
    {
      await using lease = await pool.checkout();
      lease.transfer(heir);
      expect(() => lease.resource).toThrow(expect.objectContaining({ code: "ERR_LEASE_ENDED" }));
      expect(() => lease.transfer(heir)).toThrow(expect.objectContaining({ code: "ERR_LEASE_ENDED" }));
      await lease.checkin();
    }
    expect([pool.stats(), late]).toMatchObject([{ idle: 0, lent: 2 }, [{ pool: "tools" }]]);
    await fromUse.checkin();
    expect(pool.stats()).toMatchObject({ idle: 1, lent: 1 });
    heir.exit("kill");
    await system.settle();
    expect(pool.stats()).toMatchObject({ idle: 1, lent: 0 });
  });

  it("keeps the loan when transfer finds nobody", async () => {
    await using system = testSystem();
    const { pool } = poolOf(system, 1);
    const borrower = await system.start(Borrower, pool);
    await borrower.stop();
    const lease = await pool.checkout();
    expect(() => lease.transfer(borrower)).toThrow(
      expect.objectContaining({ code: "ERR_NOPROC", handled: "no" }),
    );
    await lease.checkin();
    expect(pool.stats().idle).toBe(1);
  });

  it("lends nothing to a handler whose process has died", async () => {
    await using system = testSystem();
    const { pool } = poolOf(system, 1);
    let proceed!: () => void;
    let late: Promise<unknown> | undefined;
    const Slow = defineActor({
      init: () => 0,
      casts: {
        work: async (state) => {
          await new Promise<void>((resolve) => {
            proceed = resolve;
          });
          late = pool.checkout().catch((error) => error.code);
          return state;
        },
      },
    });
    const slow = await system.start(Slow);
    slow.cast.work();
    await system.settle();
    slow.exit("kill");
    await system.settle();
    proceed();
    await system.settle();
    expect(await late).toBe("ERR_DETACHED");
    expect(pool.stats().lent).toBe(0);
  });
});
