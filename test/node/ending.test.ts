import { describe, expect, it } from "vitest";
import { type EndCause, exitCodeOf } from "../../src/node/ending.ts";

describe("exitCodeOf", () => {
  const failed: EndCause = { kind: "failed", reason: { kind: "killed" }, story: "" };
  const notStarted: EndCause = { kind: "notStarted", error: new Error("no"), story: "" };

  it.each<[EndCause, readonly string[], number]>([
    [{ kind: "done" }, [], 0],
    [{ kind: "done" }, ["slow (pid 4)"], 1],
    [{ kind: "stopped", signal: "SIGINT" }, [], 130],
    [{ kind: "stopped", signal: "SIGTERM" }, [], 143],
    [{ kind: "stopped", signal: "SIGTERM" }, ["slow (pid 4)"], 1],
    [{ kind: "forced", signal: "SIGINT" }, ["slow (pid 4)"], 130],
    [failed, [], 1],
    [notStarted, [], 1],
  ])("of %j with leftovers %j is %d", (cause, leftovers, code) => {
    expect(exitCodeOf({ ...cause, leftovers })).toBe(code);
  });
});
