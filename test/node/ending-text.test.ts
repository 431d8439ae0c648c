import { describe, expect, it } from "vitest";
import { ExitedError, StartError } from "../../src/core/errors.ts";
import { endingText, leftoversText, startStory, stoppingText } from "../../src/node/ending-text.ts";

describe("stoppingText", () => {
  it("says how long it may take", () => {
    expect(stoppingText("shop", "SIGINT", 50)).toBe(
      "[troupe] shop: SIGINT, stops in order within 50 ms; another signal ends it at once",
    );
    expect(stoppingText("shop", "SIGINT", Number.POSITIVE_INFINITY)).not.toContain("within");
  });
});

describe("leftoversText", () => {
  it("names each on a line of its own", () => {
    expect(leftoversText("shop", ["a (pid 1)", "b (pid 2)"], 50)).toBe(
      "[troupe] shop: not ended within 50 ms, and killed:\n    a (pid 1)\n    b (pid 2)",
    );
  });
});

describe("endingText", () => {
  it("is empty for an end in order", () => {
    expect(endingText("shop", { kind: "done", leftovers: [] }, 0)).toBe("");
    expect(endingText("shop", { kind: "stopped", signal: "SIGINT", leftovers: [] }, 130)).toBe("");
  });

  it("says of a forced end with nothing left only that it was one", () => {
    const text = endingText("shop", { kind: "forced", signal: "SIGINT", leftovers: [] }, 130);
    expect(text).toBe("[troupe] shop: SIGINT again, ended at once");
  });
});

describe("startStory", () => {
  it("goes down to the error that was the reason", () => {
    const thrown = new RangeError("no");
    const inner = new StartError('child "b" of a', { kind: "error", error: thrown });
    const story = startStory(new StartError("a", { kind: "shutdown", detail: inner })).split("\n");
    expect(story.slice(0, 3)).toEqual(["a did not start", 'child "b" of a did not start', "RangeError: no"]);
  });

  it("stops where there is no further cause", () => {
    expect(startStory(new StartError("a", { kind: "killed" }))).toContain("a did not start: killed");
    expect(startStory("thrown by hand")).toBe('thrown: "thrown by hand"');
    expect(startStory(new ExitedError("a", { kind: "killed" }, "no"))).toContain("ExitedError");
  });
});
