import { describe, expect, it } from "vitest";
import { isOurs, TAG } from "../../../src/resources/threads/job-protocol.ts";

describe("isOurs", () => {
  it.each([
    [{ [TAG]: "ready" }, true],
    [{ [TAG]: "jobs", ids: [1], jobs: [undefined] }, true],
    [{ id: 1 }, false],
    [TAG, false],
    [null, false],
    [undefined, false],
    [[], false],
  ])("of %j is %s", (message, ours) => {
    expect(isOurs(message)).toBe(ours);
  });
});
