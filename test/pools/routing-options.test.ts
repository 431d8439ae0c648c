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

  it("watches calls only where an option needs to know how they end", () => {
    const plain = [{}, { strategy: random(), waitMs: 5, maxWaiting: 1 }, { slowStartMs: 0 }];
    const watching = [
      { maxRunning: 1 },
      { maxRetries: 0 },
      { hedgeMs: 1 },
      { slowStartMs: 1 },
      { ejection: {} },
    ];
    expect(plain.map((given) => routingSettings(given).watches)).toEqual([false, false, false]);
    expect(new Set(watching.map((given) => routingSettings(given).watches))).toEqual(new Set([true]));
    expect(routingSettings({ overrun: { warnMs: 5 } }).watches).toBe(true);
  });

  it("names all faults at once", () => {
    const given = { maxRunning: 0, hedgeMs: -1, ejections: {} } as never;
    expect(() => routingSettings(given)).toThrow(
      'createRoutingPool: maxRunning must be a whole number of at least 1; hedgeMs must be milliseconds, a number of at least 0; unknown option "ejections"',
    );
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
    { given: { maxRunning: 0 }, fault: "maxRunning must be a whole number of at least 1" },
    { given: { maxRetries: 0.5 }, fault: "maxRetries must be a whole number of at least 0" },
    { given: { hedgeMs: Number.NaN }, fault: "hedgeMs must be milliseconds" },
    { given: { slowStartMs: Number.POSITIVE_INFINITY }, fault: "slowStartMs must be milliseconds" },
    { given: { ejection: { after: 3 } }, fault: 'ejection: unknown option "after"' },
    { given: { ejection: { maxEjectedShare: 1 } }, fault: "maxEjectedShare must be a share between 0 and 1" },
    { given: { overrun: { maxWarnings: 3 } }, fault: "overrun.warnMs must be milliseconds" },
    { given: { isFailure: "never" }, fault: "isFailure must be a function" },
  ])("refuses $given", ({ given, fault }) => {
    expect(() => routingSettings(given as never)).toThrow(fault);
  });
});
