import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { MUTANTS } from "./mutants.ts";
import { SUITES } from "./suites.ts";

/** Those of all suites. */
const all = Object.values(SUITES).flatMap(({ mutants }) => Object.entries(mutants));

describe("MUTANTS", () => {
  it("has the bugs that every process model has had", () => {
    expect(Object.keys(MUTANTS)).toEqual(
      expect.arrayContaining([
        "SF18 a stale timer reaches the next incarnation",
        "a late reply goes into the mailbox",
        "a name is free only after the down",
        "an exit signal waits behind messages",
        "terminate runs twice",
      ]),
    );
  });

  it.each(all)("%s: changes what the sources say today", (_name, edits) => {
    expect(edits.length).toBeGreaterThan(0);
    for (const { file, find, replace } of edits) {
      expect(readFileSync(file, "utf8")).toContain(find);
      expect(replace).not.toBe(find);
    }
  });
});
