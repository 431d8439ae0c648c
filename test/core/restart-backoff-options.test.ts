import { describe, expect, it } from "vitest";
import { InvalidOptionsError } from "../../src/core/errors.ts";
import { checkOptions } from "../../src/core/options.ts";
import { restartBackoff } from "../../src/core/restart-backoff-options.ts";

function faults(given: unknown): readonly string[] {
  try {
    checkOptions("backoff", restartBackoff, given);
    return [];
  } catch (error) {
    if (error instanceof InvalidOptionsError) return error.faults;
    throw error;
  }
}

describe("restartBackoff", () => {
  it("takes waits, how they grow, and when they begin anew", () => {
    expect(faults({ minMs: 0, maxMs: 0 })).toEqual([]);
    expect(
      faults({ minMs: 1, maxMs: 9, factor: 1.5, jitter: 1, resetAfterMs: Number.POSITIVE_INFINITY }),
    ).toEqual([]);
  });

  it.each<[object, readonly string[]]>([
    [{ maxMs: 5 }, ["minMs must be milliseconds, a number of at least 0"]],
    [{ minMs: 5, maxMs: 4 }, ["maxMs must not be less than minMs"]],
    [
      { minMs: 0, maxMs: 0, factor: 0.5, jitter: 2 },
      ["factor must be a number of at least 1", "jitter must be a number from 0 to 1"],
    ],
    [
      { minMs: 0, maxMs: 0, resetAfterMs: -1 },
      ["resetAfterMs must be milliseconds, a number of at least 0 or Infinity"],
    ],
    [{ minMs: 0, maxMs: 0, max: 3 }, ['unknown option "max"']],
  ])("lists all that is wrong with %j", (given, expected) => {
    expect(faults(given)).toEqual(expected);
  });
});
