import { describe, expect, it } from "vitest";
import { defineActor } from "../../src/actors/define-actor.ts";
import { checkoutSettings, closeTimeoutOf } from "../../src/pools/checkout-options.ts";

const resource = { open: () => 0 };

describe("checkoutSettings", () => {
  it("fills in what is absent", () => {
    expect(checkoutSettings({ size: 3, resource } as never)).toMatchObject({
      size: 3,
      maxOverflow: 0,
      maxWaiting: Number.POSITIVE_INFINITY,
      name: "pool",
      order: "lifo",
      openTimeoutMs: 15_000,
      closeTimeoutMs: 5_000,
    });
  });

  it.each([
    { given: { resource }, fault: "size must be a whole number of at least 1" },
    { given: { size: 1.5, resource }, fault: "size must be a whole number of at least 1" },
    {
      given: { size: 1, maxWaiting: -1, resource },
      fault: "maxWaiting must be a whole number of at least 0, or Infinity",
    },
    {
      given: { size: 1, closeTimeoutMs: Number.POSITIVE_INFINITY, resource },
      fault: "closeTimeoutMs must be milliseconds",
    },
    { given: { size: 1, backoff: { minMs: 0 }, resource }, fault: "backoff.minMs must be milliseconds" },
    { given: { size: 1, minSize: 2, resource }, fault: "minSize is 2, more than size, which is 1" },
    {
      given: { size: 1, ageJitter: 1.1, resource },
      fault: "ageJitter must be a share, a number from 0 to 1",
    },
    { given: { size: 1, queue: { target: 5 }, resource }, fault: 'queue: unknown option "target"' },
    { given: { size: 1, maxUses: 0, resource }, fault: "maxUses" },
    { given: { size: 1, idleTimeoutMs: Number.NaN, resource }, fault: "idleTimeoutMs must be milliseconds" },
    { given: { size: 1 }, fault: "resource" },
    { given: { size: 1, worker: {} }, fault: "worker must be a child spec: SomeActor.child(…)" },
    {
      given: { size: 1, worker: defineActor({ init: () => 0 }).child(), resource },
      fault: 'unknown option "resource"',
    },
  ])("refuses $given", ({ given, fault }) => {
    expect(() => checkoutSettings(given as never)).toThrow(fault);
  });

  it("PF48 takes 0 for nobody may wait, and Infinity for everybody", () => {
    expect(checkoutSettings({ size: 1, maxWaiting: 0, resource } as never).maxWaiting).toBe(0);
    expect(
      checkoutSettings({ size: 1, maxWaiting: Number.POSITIVE_INFINITY, resource } as never).maxWaiting,
    ).toBe(Number.POSITIVE_INFINITY);
  });
});

describe("closeTimeoutOf", () => {
  it("is 5,000 ms unless something else is said", () => {
    expect([closeTimeoutOf("pool.close", {}), closeTimeoutOf("pool.close", { timeoutMs: 7 })]).toEqual([
      5_000, 7,
    ]);
  });

  it("refuses what is no time", () => {
    expect(() => closeTimeoutOf("pool.close", { timeoutMs: -1 })).toThrow(
      "pool.close: timeoutMs must be milliseconds",
    );
  });
});
