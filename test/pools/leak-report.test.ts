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
});
