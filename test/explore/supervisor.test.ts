import { readFileSync } from "node:fs";
import { explore } from "troupe/testing";
import { describe, expect, it } from "vitest";
import { depthOf } from "../depth.ts";
import { SUPERVISOR_MUTANTS } from "./supervisor-mutants.ts";
import { SUPERVISOR_SCENARIOS } from "./supervisor-scenarios.ts";

/** `npm run explore -- --suite supervisor` plays as many as it is told. */
const RUNS = 150;

describe("supervisors in every order", () => {
  it.each(Object.entries(SUPERVISOR_SCENARIOS))("%s", { timeout: 60_000 }, async (name, scenario) => {
    await explore(name, scenario, { runs: depthOf(RUNS) });
  });
});

describe("SUPERVISOR_MUTANTS", () => {
  it.each(Object.entries(SUPERVISOR_MUTANTS))("%s: changes what the sources say today", (_name, edits) => {
    for (const { file, find, replace } of edits) {
      expect(readFileSync(file, "utf8")).toContain(find);
      expect(replace).not.toBe(find);
    }
  });
});
