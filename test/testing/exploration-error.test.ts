import { describe, expect, it } from "vitest";
import { ExplorationError } from "../../src/testing/exploration-error.ts";
import type { Failure } from "../../src/testing/play.ts";

const failure: Failure = { kind: "thrown", error: new Error("boom") };
const outcome = (steps: number) => ({
  choices: [
    { chosen: 0, n: 2 },
    { chosen: 1, n: 2 },
  ],
  steps,
  trace: Array.from({ length: steps }, (_, i) => `${i + 1}. someone: something`),
  failure,
});

describe("ExplorationError", () => {
  it("says how to see it again", () => {
    const error = new ExplorationError('a "name"', outcome(2), failure, { seed: 7, run: 3, steps: 90 });
    expect(error.message.split("\n")).toEqual([
      'a "name": boom',
      "  seed=7 run=3 steps=90, shrunk to 2 steps and 1 choices",
      '  await replay("a \\"name\\"", "v1:1.1", scenario);',
      "  1. someone: something",
      "  2. someone: something",
    ]);
    expect(error.cause).toBe(failure.error);
    expect(error.choices).toBe(1);
  });

  it("has all of a long trace, and shows its end", () => {
    const error = new ExplorationError("long", outcome(100), failure);
    expect(error.trace).toHaveLength(100);
    expect(error.message).toContain("(40 steps before these)\n  41. someone");
    expect(error.message).not.toContain("\n  40. someone");
  });
});
