import { explore } from "troupe/testing";
import { describe, expect, it } from "vitest";
import { depthOf } from "../depth.ts";
import { POOL_SCENARIOS } from "./pool-scenarios.ts";

/** Together more than 400; `npm run explore -- --suite pools` plays as many as it is told. */
const RUNS = 60;

describe("checkout pools in every order", () => {
  it.each(Object.entries(POOL_SCENARIOS))("%s", { timeout: 60_000 }, async (name, scenario) => {
    await explore(name, scenario, { runs: depthOf(RUNS) });
  });

  it("are explored in at least 400 runs together", () => {
    expect(Object.keys(POOL_SCENARIOS).length * RUNS).toBeGreaterThanOrEqual(400);
  });
});
