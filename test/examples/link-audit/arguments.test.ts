import { describe, expect, it } from "vitest";
import { readArguments } from "../../../examples/link-audit/arguments.ts";

describe("readArguments", () => {
  it("audits the project's own documentation when nothing is given", () => {
    expect(readArguments([])).toEqual({
      kind: "audit",
      settings: {
        input: undefined,
        json: false,
        chaos: false,
        external: false,
        seed: 1,
        timeoutMs: 10_000,
        maxBytes: 10_485_760,
        maxPages: 100_000,
      },
    });
  });

  it("reads an input and options in any order", () => {
    const command = readArguments([
      "--json",
      "docs",
      "--chaos",
      "--seed=7",
      "--timeout-ms",
      "250",
      "--external",
    ]);
    expect(command).toMatchObject({
      kind: "audit",
      settings: { input: "docs", json: true, chaos: true, external: true, seed: 7, timeoutMs: 250 },
    });
  });

  it.each([["--help"], ["-h"]])("shows its help for %s", (option) => {
    expect(readArguments([option, "docs"])).toEqual({ kind: "help" });
  });

  it.each([
    [["--shiny"], "unknown option --shiny"],
    [["-x"], "unknown option -x"],
    [["a", "b"], "one folder or URL, not 2: a b"],
    [["--seed", "many"], '--seed needs a whole number, not "many"'],
    [["--timeout-ms", "0"], '--timeout-ms needs a whole number, not "0"'],
    [[""], "an empty folder or URL"],
    [["--json", ""], "an empty folder or URL"],
    [["--timeout-ms"], "--timeout-ms needs a whole number"],
    [["--seed", "--json"], "--seed needs a whole number"],
    [["--max-pages", "-1"], "--max-pages needs a whole number"],
    [["--json=yes"], "--json takes no value"],
    [["--help=yes"], "--help takes no value"],
    [["--seed", ""], '--seed needs a whole number, not ""'],
  ])("refuses %j in one line", (argv, why) => {
    expect(readArguments(argv)).toEqual({ kind: "refused", why });
  });
});
