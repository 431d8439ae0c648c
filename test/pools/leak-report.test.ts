import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import type { SystemEvents } from "../../src/telemetry/events.ts";
import { testSystem } from "../../src/testing/test-system.ts";
import { poolOf } from "./workshop.ts";

/** Collects all that nobody can reach. */
function collectGarbage(): void {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
}

describe("LeakReport", () => {
  it("tells of a lease that plain code forgot, not of one that it has given back or handed on", async () => {
    await using system = testSystem();
    const { pool } = poolOf(system, 3, { name: "tools" });
    const leaked = new Promise<SystemEvents["lease:leaked"]>((resolve) => {
      system.telemetry.on("lease:leaked", resolve);
    });
    const others: unknown[] = [];
    const heir = system.spawn(async (self) => void (await self.receive()));
    system.telemetry.on("lease:leaked", (event) => others.push(event));
    const borrow = async (): Promise<void> => {
      const [kept, forgotten] = [await pool.checkout(), await pool.checkout()];
      expect([kept.resource.serial, forgotten.resource.serial]).toEqual([1, 2]);
      await kept.checkin();
      (await pool.checkout()).transfer(heir);
    };
    await borrow();
    // Seen twice, so that the collector is asked to watch it.
    await system.advance(2_700);
    collectGarbage();
    expect(await leaked).toEqual({ pool: "tools", heldMs: 2_700 });
    expect(others).toHaveLength(1);
    expect(pool.stats()).toMatchObject({ idle: 0, lent: 2 });
  });

  it("tells of a forgotten lease though somebody has kept one that was given back", async () => {
    await using system = testSystem();
    const { pool } = poolOf(system, 1, { name: "tools" });
    const leaked = new Promise<SystemEvents["lease:leaked"]>((resolve) => {
      system.telemetry.on("lease:leaked", resolve);
    });
    const kept = await pool.checkout();
    await kept.checkin();
    const borrow = async (): Promise<void> => {
      expect((await pool.checkout()).resource.serial).toBe(1);
    };
    await borrow();
    await system.advance(2_700);
    collectGarbage();
    expect(await leaked).toMatchObject({ pool: "tools" });
    expect(() => kept.resource).toThrow("has ended");
  });
});
