import { describe, expect, it } from "vitest";
import { createCheckoutPool } from "../../src/pools/checkout-pool.ts";
import { testSystem } from "../../src/testing/test-system.ts";
import { Borrower } from "./workshop.ts";

describe("faults of a resource", () => {
  it("PF26 a fault in its own context takes it away, and harms neither borrower nor pool", async () => {
    await using system = testSystem();
    const strays: (() => void)[] = [];
    const faults: unknown[] = [];
    system.telemetry.on("resource:fault", (event) => faults.push(event));
    let serial = 0;
    const pool = createCheckoutPool(system, {
      size: 1,
      name: "tools",
      resource: {
        open: () => {
          const gate = new Promise<void>((resolve) => strays.push(resolve));
          void gate.then(() => Promise.reject(new Error("stray")));
          serial += 1;
          return { serial };
        },
      },
    });
    const borrower = await system.start(Borrower, pool);
    await borrower.call.take();
    strays[0]?.();
    await system.settle();
    expect(faults).toMatchObject([{ pool: "tools", error: { message: "stray" } }]);
    await borrower.call.giveAll();
    await system.settle();
    expect(pool.stats()).toMatchObject({ idle: 0, lent: 0 });
    expect(await borrower.call.take()).toBe(2);
    await borrower.call.giveAll();
    strays[1]?.();
    await system.settle();
    expect(pool.stats().idle).toBe(0);
    expect(system.crashes).toEqual([]);
  });
});
