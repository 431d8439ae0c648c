import { explore } from "troupe/testing";
import { describe, it } from "vitest";
import { depthOf } from "../depth.ts";
import { MACHINE_SCENARIOS } from "./machine-scenarios.ts";

/** `npm run explore -- --suite machines` plays as many as it is told. */
const RUNS = 100;

describe("machines in every order", () => {
  it.each(Object.entries(MACHINE_SCENARIOS))("%s", { timeout: 60_000 }, async (name, scenario) => {
    await explore(name, scenario, { runs: depthOf(RUNS) });
  });
});
