import { describe, expect, it } from "vitest";
import { checkExploreOptions, type ExploreOptions } from "../../src/testing/explore-options.ts";

describe("checkExploreOptions", () => {
  it("says what stands for what is absent", () => {
    const { runs, seed, maxSteps, strategies } = checkExploreOptions({});
    expect({ runs, seed, maxSteps }).toEqual({ runs: 200, seed: 1, maxSteps: 20_000 });
    expect(strategies).toEqual(expect.arrayContaining(["random", { pct: 1 }, { pct: 2 }, { pct: 3 }]));
  });

  it("takes one strategy or several", () => {
    expect(checkExploreOptions({ strategy: { dfs: 8 } }).strategies).toEqual([{ dfs: 8 }]);
    expect(checkExploreOptions({ strategy: ["random", { pct: 1 }] }).strategies).toEqual([
      "random",
      { pct: 1 },
    ]);
  });

  it.each([
    { runs: 0 },
    { seed: -1 },
    { maxSteps: 1.5 },
    { strategy: "fair" },
    { strategy: { pct: 0 } },
    { strategy: [] },
    { run: 5 },
  ])("refuses %j", (options) => {
    expect(() => checkExploreOptions(options as ExploreOptions)).toThrow(/^explore: /);
  });
});
