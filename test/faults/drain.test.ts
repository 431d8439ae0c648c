import { beforeAll, describe, expect, it } from "vitest";
import { outcomeOf, run } from "./run.ts";

interface Outcome {
  readonly had: readonly string[];
  readonly ofTurns: readonly string[];
  readonly listeners: object;
  readonly ofListeners: readonly string[];
}

let outcome: Outcome;

beforeAll(async () => {
  outcome = outcomeOf(await run("drain"));
});

describe("an exception out of a turn", () => {
  it("keeps nobody from the next turn, in the same drain, in a later one and in a macrotask", () => {
    expect(outcome.had).toEqual(["first", "second", "long", "third, as a macrotask", "fourth", "fifth"]);
  });

  it("comes to the host, once each", () => {
    expect(outcome.ofTurns).toEqual(["out of a turn", "out of a turn"]);
  });
});

describe("a listener or a logger that throws", () => {
  it("harms no actor, comes to nobody as a fault, and is told of", () => {
    expect(outcome.listeners).toEqual({
      reason: "Error: boom",
      answer: 0,
      told: [
        "fault:late: Error: out of a listener",
        "fault:late: Error: out of the logger",
        "message:dead: Error: out of a listener",
        "process:crashed: Error: out of a listener",
        "process:crashed: Error: out of the logger",
        "process:exited: Error: out of a listener",
        "process:started: Error: out of a listener",
      ],
    });
    expect(outcome.ofListeners).toEqual([]);
  });
});
