import { describe, expect, it } from "vitest";
import { keepsPick, shareAt } from "../../src/pools/slow-start.ts";

describe("shareAt", () => {
  it.each([
    { ageMs: 0, share: 0.1 },
    { ageMs: 50, share: 0.1 },
    { ageMs: 300, share: 0.3 },
    { ageMs: 1_000, share: 1 },
    { ageMs: 9_999, share: 1 },
  ])("is $share after $ageMs of 1,000 ms", ({ ageMs, share }) => {
    expect(shareAt(ageMs, 1_000)).toBe(share);
  });
});

describe("keepsPick", () => {
  it.each([
    { ageMs: 0, kept: 10 },
    { ageMs: 250, kept: 25 },
    { ageMs: 500, kept: 50 },
    { ageMs: 1_000, kept: 100 },
  ])("keeps $kept of 100 picks at the age of $ageMs of 1,000 ms, spread evenly", ({ ageMs, kept }) => {
    const warmth = { sinceMs: 7, credit: 0 };
    const picks = Array.from({ length: 100 }, () => keepsPick(warmth, 7 + ageMs, 1_000));
    expect(picks.filter(Boolean).length).toBeGreaterThanOrEqual(kept - 1);
    expect(picks.filter(Boolean).length).toBeLessThanOrEqual(kept);
    const half = picks.slice(0, 50).filter(Boolean).length;
    expect(Math.abs(half - kept / 2)).toBeLessThanOrEqual(1);
  });
});
