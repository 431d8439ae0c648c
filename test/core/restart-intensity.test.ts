import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import {
  chargeRestart,
  mostRestarts,
  type RestartIntensity,
  recordRestart,
  restartHistory,
  wholeBudget,
} from "../../src/core/restart-intensity.ts";

/** Feeds restarts in order; answers the verdict on each. */
function verdicts(limit: RestartIntensity, restartsAtMs: readonly number[]): boolean[] {
  const history = restartHistory();
  return restartsAtMs.map((nowMs) => recordRestart(history, nowMs, limit));
}

describe("recordRestart", () => {
  it("gives up on the first restart when none are forgiven", () => {
    expect(verdicts({ maxRestarts: 0, periodMs: 5_000 }, [0])).toEqual([true]);
  });

  it("SUP24 forgives maxRestarts inside one window, not one more", () => {
    expect(verdicts({ maxRestarts: 3, periodMs: 5_000 }, [0, 1, 2, 3])).toEqual([false, false, false, true]);
  });

  it.each([
    { atMs: 5_000, exceeded: true, why: "a restart exactly one period old still counts" },
    { atMs: 5_001, exceeded: false, why: "a restart older than the period is forgotten" },
  ])("$why", ({ atMs, exceeded }) => {
    expect(verdicts({ maxRestarts: 1, periodMs: 5_000 }, [0, atMs]).at(-1)).toBe(exceeded);
    expect(verdicts({ maxRestarts: 3, periodMs: 5_000 }, [0, 1, 2, atMs]).at(-1)).toBe(exceeded);
  });

  it("SF3 counts time, not restarts: any number of them is forgiven when they are far enough apart", () => {
    const apart = Array.from({ length: 99 }, (_, index) => index * 2_501);
    expect(verdicts({ maxRestarts: 2, periodMs: 5_000 }, apart)).not.toContain(true);
  });

  it("keeps no more than the window holds", () => {
    const history = restartHistory();
    for (let nowMs = 0; nowMs < 10_000; nowMs += 1)
      recordRestart(history, nowMs, { maxRestarts: 1e9, periodMs: 9 });
    expect(Array.from({ length: history.length }, (_, place) => history.at(place))).toEqual([
      9_990, 9_991, 9_992, 9_993, 9_994, 9_995, 9_996, 9_997, 9_998, 9_999,
    ]);
  });

  it("looks at no restart that it does not forget, but the oldest that it keeps, however many are forgiven", () => {
    const history = restartHistory();
    const looked = vi.spyOn(history, "at");
    for (let nowMs = 0; nowMs < 1_000; nowMs += 1)
      recordRestart(history, nowMs, { maxRestarts: 1e9, periodMs: 1e6 });
    expect(looked).toHaveBeenCalledTimes(1_000);
    recordRestart(history, 2e6, { maxRestarts: 1e9, periodMs: 1e6 });
    expect([history.length, looked.mock.calls.length]).toEqual([1, 2_001]);
  });

  it("exceeds exactly when that is more than maxRestarts", () => {
    const limits = fc.record({ maxRestarts: fc.nat(5), periodMs: fc.integer({ min: 1, max: 50 }) });
    fc.assert(
      fc.property(limits, fc.array(fc.nat(30), { maxLength: 40 }), (limit, gapsMs) => {
        let nowMs = 0;
        const atMs = gapsMs.map((gapMs) => (nowMs += gapMs));
        const expected = atMs.map((now, index) => {
          const inside = atMs.slice(0, index + 1).filter((at) => now - at <= limit.periodMs);
          return inside.length > limit.maxRestarts;
        });
        expect(verdicts(limit, atMs)).toEqual(expected);
      }),
    );
  });
});

describe("chargeRestart", () => {
  it.each([
    { whenSpent: undefined, last: "giveUp" },
    { whenSpent: "giveUp", last: "giveUp" },
    { whenSpent: "leave", last: "leave" },
  ] as const)("SF5 says $last once a budget with whenSpent: $whenSpent is spent", ({ whenSpent, last }) => {
    const budget = wholeBudget({ maxRestarts: 2, periodMs: 10, ...(whenSpent && { whenSpent }) });
    const history = restartHistory();
    const sentences = [0, 1, 2, 20].map((nowMs) => chargeRestart(history, nowMs, budget));
    expect(sentences).toEqual(["restart", "restart", last, "restart"]);
  });
});

describe("mostRestarts", () => {
  const limit = { maxRestarts: 3, periodMs: 5_000 };
  const every = (ms: number) => ({ minMs: ms, maxMs: ms, jitter: 0 });

  it.each([
    { backoffs: [], most: 0, why: "nobody fails" },
    { backoffs: [undefined], most: 4, why: "a child without backoff reaches any limit" },
    { backoffs: [every(0)], most: 4, why: "a wait of nothing is none" },
    { backoffs: [every(1_666)], most: 4, why: "three waits fit into the period" },
    { backoffs: [every(1_667)], most: 3, why: "three waits are longer than the period" },
    { backoffs: [every(5_000)], most: 2, why: "a wait as long as the period still counts" },
    { backoffs: [every(5_001)], most: 1, why: "a wait longer than the period" },
    { backoffs: [every(5_001), every(5_001), every(5_001)], most: 3, why: "each child has its first" },
    { backoffs: [every(5_001), every(1_667)], most: 4, why: "children fail side by side" },
    { backoffs: [{ minMs: 1_000, maxMs: 60_000, jitter: 0 }], most: 3, why: "waits double" },
    {
      backoffs: [{ minMs: 1_000, maxMs: 60_000, jitter: 0, resetAfterMs: 500 }],
      most: 4,
      why: "health comes soon",
    },
    { backoffs: [{ minMs: 6_000, maxMs: 6_000 }], most: 2, why: "jitter shortens a wait by a fifth" },
  ])("SF8 counts $most where $why", ({ backoffs, most }) => {
    expect(mostRestarts(limit, backoffs)).toBe(most);
  });

  it.each([
    { backoff: { minMs: 100, maxMs: 1_000, jitter: 1 }, most: Number.MAX_SAFE_INTEGER },
    { backoff: { minMs: 0, maxMs: 1_000 }, most: Number.MAX_SAFE_INTEGER },
    { backoff: { minMs: 1, maxMs: 4, jitter: 0 }, most: 2.5e14 + 2 },
    { backoff: { minMs: 2, maxMs: 4, factor: 1, jitter: 0 }, most: 5e14 + 1 },
  ])("SF8 counts $most at once for $backoff, whatever the limit", ({ backoff, most }) => {
    const vast = { maxRestarts: Number.MAX_SAFE_INTEGER - 1, periodMs: 1e15 };
    expect(mostRestarts(vast, [backoff])).toBe(most);
  });
});
