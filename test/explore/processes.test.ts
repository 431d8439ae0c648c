import { explore } from "troupe/testing";
import { describe, expect, it } from "vitest";
import { depthOf } from "../depth.ts";
import { SCENARIOS } from "./scenarios.ts";

/** Together more than 2,000; `npm run explore` plays as many as it is told. */
const RUNS = 210;

describe("processes, names and supervisors in every order", () => {
  it.each(Object.entries(SCENARIOS))("%s", { timeout: 60_000 }, async (name, scenario) => {
    await explore(name, scenario, { runs: depthOf(RUNS) });
  });

  it("are explored in at least 2,000 runs together", () => {
    expect(Object.keys(SCENARIOS).length * RUNS).toBeGreaterThanOrEqual(2_000);
  });
});
