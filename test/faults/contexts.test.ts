import { beforeAll, describe, expect, it } from "vitest";
import { outcomeOf, run } from "./run.ts";

interface Outcome {
  readonly seen: Readonly<Record<string, boolean>>;
  readonly isForgotten: boolean;
}

let outcome: Outcome;

beforeAll(async () => {
  outcome = outcomeOf(await run("contexts", [], ["--expose-gc"]));
});

describe("an actor that a request of the host's started, asked and told", () => {
  it.each([
    "init",
    "init after an await",
    "init under a supervisor",
    "call",
    "asynchronous call",
    "asynchronous call after an await",
    "cast",
    "message",
    "continue",
    "idle",
    "terminate",
    "raw timer",
    "neutral timer",
    "emitter's listener",
    "abort listener",
    "closer",
    "bare process",
    "bare process after a receive",
    "telemetry listener",
    "logger",
  ])("does not see the request's AsyncLocalStorage in: %s", (where) => {
    expect(outcome.seen[where]).toBe(false);
  });

  it("leaves the request its own context", () => {
    expect(outcome.seen["the request itself, after all that"]).toBe(true);
  });

  it("does not keep the request's store in memory, nor do the deadlines armed in it", () => {
    expect(outcome.isForgotten).toBe(true);
  });
});
