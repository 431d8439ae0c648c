import { describe, expect, it } from "vitest";
import type { Outcome } from "./programs/stage.ts";
import { outcomeOf, run } from "./run.ts";

interface Outcomes {
  readonly lateTimer: Outcome;
  readonly twoFaults: Outcome;
  readonly faultAndThrow: Outcome;
  readonly lateReply: Outcome;
  readonly detached: object;
  readonly afterStop: object;
  readonly inInit: object;
}

const modes = ["throw", "strict"] as const;
const [thrown, strict] = await Promise.all(
  modes.map(async (mode) => outcomeOf<Outcomes>(await run("dead", [], [`--unhandled-rejections=${mode}`]))),
);
const outcomes = { throw: thrown, strict };

describe.each(modes)("a process that has died, under --unhandled-rejections=%s", (mode) => {
  const { lateTimer, twoFaults, faultAndThrow, lateReply, detached, afterStop, inInit } = outcomes[
    mode
  ] as Outcomes;

  it("fails in a timer: told as fault:late, not to its successor and not to Node", () => {
    expect(lateTimer).toEqual({
      a: "killed, restarted",
      b: "lives",
      heard: ["a: killed"],
      late: ["Error: boom"],
    });
  });

  it.each([
    { what: "of two faults at once", outcome: twoFaults },
    { what: "of a throw and a fault at once", outcome: faultAndThrow },
  ])("ends by the first $what, and the second is told as fault:late", ({ outcome }) => {
    expect(outcome).toEqual({
      a: "Error: boom, restarted",
      b: "lives",
      heard: ["a: Error: boom"],
      late: ["Error: second"],
    });
  });

  it("had promised an answer that rejects now: told as fault:late", () => {
    expect(lateReply).toEqual({ a: "lives", b: "lives", heard: [], late: ["Error: boom"] });
  });

  it("SF30 left a handler running: its sends are refused, its rejection is dropped, and then no zombie is left", () => {
    expect(detached).toEqual({
      reason: "killed",
      zombies: [1, 0],
      refused: ["ERR_DETACHED"],
      heardByB: 0,
      letters: ["cast: detached", "message: detached"],
      late: [],
    });
  });

  it("fails after its system has stopped: told as fault:late", () => {
    expect(afterStop).toEqual({ late: ["player (pid 1): Error: boom"] });
  });

  it("failed while its init was awaited: the start fails, and terminate does not run", () => {
    expect(inInit).toEqual({
      failure: "StartError: slow did not start: Error: boom",
      terminated: false,
      late: [],
    });
  });
});
