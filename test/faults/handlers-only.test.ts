import { describe, expect, it } from "vitest";
import { outcomeOf, run } from "./run.ts";

describe('a system with faults: "handlersOnly"', () => {
  it("ends an actor by what its handlers throw or reject with, and leaves the rest to the host", async () => {
    expect(outcomeOf(await run("handlers-only", ["listens"]))).toEqual({
      throws: "Error: boom",
      rejects: "Error: boom",
      promise: "rejected: Error: boom; lives",
      timer: "thrown: boom; lives",
    });
  });

  it("ends the process where the host does not listen", async () => {
    const { status, stdout, stderr } = await run("handlers-only");
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toMatch(/^Error: boom$/m);
  });
});
