import { describe, expect, it } from "vitest";
import { routingSettings } from "../../src/pools/routing-options.ts";
import { random } from "../../src/pools/strategies/random.ts";

describe("routingSettings", () => {
  it("fills in what is absent", () => {
    expect(routingSettings({})).toMatchObject({
      waitMs: 0,
      maxWaiting: 1_000,
      strategy: { create: expect.any(Function) },
    });
  });

  it("keeps what is given", () => {
    const given = { strategy: random(), waitMs: 5, maxWaiting: 0 };
    expect(routingSettings(given)).toMatchObject(given);
  });

  it.each([
    {
      given: { strategy: "random" },
      fault: "createRoutingPool: strategy must be what leastBusy() or another strategy makes",
    },
    {
      given: { strategy: {} },
      fault: "createRoutingPool: strategy must be what leastBusy() or another strategy makes",
    },
    { given: { waitMs: -1 }, fault: "waitMs must be milliseconds" },
    { given: { wait: 1 }, fault: 'unknown option "wait"' },
  ])("refuses $given", ({ given, fault }) => {
    expect(() => routingSettings(given as never)).toThrow(fault);
  });
});
