import { explore } from "troupe/testing";
import { describe, expect, it } from "vitest";
import { depthOf } from "../depth.ts";
import { REGISTRY_SCENARIOS } from "./registry-scenarios.ts";

/** Together more than 1,000; `npm run explore -- --suite registry` plays as many as it is told. */
const RUNS = 150;

describe("registries in every order", () => {
  it.each(Object.entries(REGISTRY_SCENARIOS))("%s", { timeout: 60_000 }, async (name, scenario) => {
    await explore(name, scenario, { runs: depthOf(RUNS) });
  });

  it("are explored in at least 1,000 runs together", () => {
    expect(Object.keys(REGISTRY_SCENARIOS).length * RUNS).toBeGreaterThanOrEqual(1_000);
  });
});
