import { describe, expect, it } from "vitest";
import { latencyOver } from "../../../benchmarks/work/troupe/latency.ts";

describe("latencyOver", () => {
  it("has every call answered, at three shares of what it found just before to be the capacity", async () => {
    const { loads, loopDelay, hostile } = await latencyOver(20, 5_000);
    expect(loads.map(({ share, perSecond, capacity }) => [share, perSecond / capacity])).toEqual([
      [0.1, expect.closeTo(0.1)],
      [0.5, expect.closeTo(0.5)],
      [0.9, expect.closeTo(0.9)],
    ]);
    for (const { perSecond, capacityAfter, tries } of loads)
      expect(capacityAfter >= perSecond || tries === 3).toBe(true);
    for (const { p50, p99, p999, max } of [...loads, loopDelay])
      expect([p50, p99, p999, max]).toEqual([p50, p99, p999, max].sort((one, other) => one - other));
    for (const longest of Object.values(hostile)) expect(longest).toBeGreaterThanOrEqual(0);
  });
});
