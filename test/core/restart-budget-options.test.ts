import { describe, expect, it } from "vitest";
import { InvalidOptionsError } from "../../src/core/errors.ts";
import { checkOptions } from "../../src/core/options.ts";
import { isEndless, restartBudget } from "../../src/core/restart-budget-options.ts";

function faults(given: unknown): readonly string[] {
  try {
    checkOptions("budget", restartBudget, given);
    return [];
  } catch (error) {
    if (error instanceof InvalidOptionsError) return error.faults;
    throw error;
  }
}

describe("restartBudget", () => {
  it("takes a count, its period, and what it means that it is spent", () => {
    expect(faults({ maxRestarts: 0 })).toEqual([]);
    expect(faults({ maxRestarts: Number.POSITIVE_INFINITY, periodMs: 1, whenSpent: "leave" })).toEqual([]);
  });

  it.each<[object, readonly string[]]>([
    [{}, ["maxRestarts must be a whole number of at least 0, or Infinity"]],
    [
      { maxRestarts: -1, periodMs: 0 },
      [
        "maxRestarts must be a whole number of at least 0, or Infinity",
        "periodMs must be milliseconds, a number of at least 1",
      ],
    ],
    [{ maxRestarts: 1, whenSpent: "stop" }, ['whenSpent must be one of "giveUp", "leave"']],
    [{ maxRestarts: 1, withinMs: 3 }, ['unknown option "withinMs"']],
  ])("lists all that is wrong with %j", (given, expected) => {
    expect(faults(given)).toEqual(expected);
  });
});

describe("isEndless", () => {
  it.each([
    [3, undefined, false],
    [Number.POSITIVE_INFINITY, undefined, true],
    [Number.POSITIVE_INFINITY, 0, true],
    [Number.POSITIVE_INFINITY, Number.NaN, true],
    [Number.POSITIVE_INFINITY, 1, false],
  ])("of %d restarts that wait %j ms is %j", (maxRestarts, minMs, expected) => {
    expect(isEndless(maxRestarts, minMs)).toBe(expected);
  });
});
