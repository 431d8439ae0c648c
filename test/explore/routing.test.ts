import { readFileSync } from "node:fs";
import { explore } from "troupe/testing";
import { describe, expect, it } from "vitest";
import { depthOf } from "../depth.ts";
import { ROUTING_MUTANTS } from "./routing-mutants.ts";
import { ROUTING_SCENARIOS } from "./routing-scenarios.ts";

/** `npm run explore -- --suite pools` plays as many as it is told. */
const RUNS = 100;

describe("routing pools in every order", () => {
  it.each(Object.entries(ROUTING_SCENARIOS))("%s", { timeout: 60_000 }, async (name, scenario) => {
    await explore(name, scenario, { runs: depthOf(RUNS) });
  });
});

describe("ROUTING_MUTANTS", () => {
  it.each(Object.entries(ROUTING_MUTANTS))("%s: changes what the sources say today", (_name, edits) => {
    for (const { file, find, replace } of edits) {
      expect(readFileSync(file, "utf8")).toContain(find);
      expect(replace).not.toBe(find);
    }
  });
});
