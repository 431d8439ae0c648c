import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { careOf, expiryOf, type LifeLimits, needsCare, nextCareAtMs } from "../../src/pools/lifetime.ts";

const never = Number.POSITIVE_INFINITY;
const limits = (some: Partial<LifeLimits>): LifeLimits => ({
  maxAgeMs: never,
  ageJitter: 0,
  maxUses: never,
  idleTimeoutMs: never,
  pingAfterMs: never,
  ...some,
});

describe("expiryOf", () => {
  it("DB14 spreads ages over the share that is left to chance", () => {
    const given = { maxAgeMs: 1_000, ageJitter: 0.5 };
    expect([0, 0.5, 0.999].map((chance) => expiryOf(given, 100, chance))).toEqual([1_100, 850, 600.5]);
    expect(expiryOf({ maxAgeMs: never, ageJitter: 0.5 }, 100, 0.5)).toBe(never);
  });
});

describe("careOf", () => {
  const idle = { idleAtMs: 100, lookedAtMs: 100, expiresAtMs: never };
  it.each([
    ["keeps what has no limit", {}, {}, 9e9, true, "keep"],
    ["PF34 closes what is spare and idle for too long", { idleTimeoutMs: 50 }, {}, 150, true, "close"],
    ["PF34 keeps what is idle for too long but not spare", { idleTimeoutMs: 50 }, {}, 9e9, false, "keep"],
    ["closes what is too old, spare or not", {}, { expiresAtMs: 150 }, 150, false, "close"],
    ["DB12 pings what nobody has looked at for long", { pingAfterMs: 50 }, {}, 150, false, "ping"],
    ["DB12 waits as long again after a ping", { pingAfterMs: 50 }, { lookedAtMs: 120 }, 169, false, "keep"],
    [
      "NP11 closes for idleness what is pinged again and again",
      { pingAfterMs: 50, idleTimeoutMs: 60 },
      { lookedAtMs: 159 },
      160,
      true,
      "close",
    ],
  ] as const)("%s", (_, given, slot, nowMs, isSpare, care) => {
    expect(careOf({ ...idle, ...slot }, limits(given), nowMs, isSpare)).toBe(care);
  });
});

describe("nextCareAtMs", () => {
  it("is when something is due first, and nothing is due before", () => {
    const times = fc.oneof(fc.integer({ min: 1, max: 100 }), fc.constant(never));
    fc.assert(
      fc.property(times, times, times, fc.boolean(), (idleTimeoutMs, pingAfterMs, expiresAtMs, isSpare) => {
        const given = limits({ idleTimeoutMs, pingAfterMs });
        const idle = { idleAtMs: 0, lookedAtMs: 0, expiresAtMs };
        const atMs = nextCareAtMs(idle, given, isSpare);
        if (atMs !== never) expect(careOf(idle, given, atMs, isSpare)).not.toBe("keep");
        expect(careOf(idle, given, Math.min(atMs, 1_000) - 0.5, isSpare)).toBe("keep");
      }),
    );
  });
});

describe("needsCare", () => {
  it("is false where nothing is ever due", () => {
    expect(needsCare(limits({ maxUses: 3 }))).toBe(false);
    for (const some of [{ maxAgeMs: 1 }, { idleTimeoutMs: 1 }, { pingAfterMs: 1 }])
      expect(needsCare(limits(some))).toBe(true);
  });
});
