import { describe, expect, it } from "vitest";
import type { InvalidOptionsError } from "../../../src/core/errors.ts";
import { type ThreadOptions, threadSettings } from "../../../src/resources/threads/thread-options.ts";

describe("threadSettings", () => {
  it("fills in what is absent and keeps what is given", () => {
    expect(threadSettings({ module: "./a.js", stuckMs: Number.POSITIVE_INFINITY, maxJobs: 2 })).toEqual({
      module: "./a.js",
      startTimeoutMs: 10_000,
      stuckMs: Number.POSITIVE_INFINITY,
      maxJobs: 2,
      abortGraceMs: 1_000,
      maxUses: Number.POSITIVE_INFINITY,
    });
  });

  it("lists all faults at once", () => {
    const given = {
      module: 7,
      stuckMs: 0,
      maxJobs: 0.5,
      maxUses: 0,
      maxHeapBytes: -1,
      abortGraceMs: -1,
      threads: 4,
      execArgv: "--import",
    };
    let caught: InvalidOptionsError | undefined;
    try {
      threadSettings(given as unknown as ThreadOptions);
    } catch (error) {
      caught = error as InvalidOptionsError;
    }
    expect(caught?.code).toBe("ERR_INVALID_OPTIONS");
    expect(caught?.faults.map((fault) => fault.split(" ")[0])).toEqual(
      expect.arrayContaining([
        "module",
        "stuckMs",
        "maxJobs",
        "maxUses",
        "maxHeapBytes",
        "abortGraceMs",
        "execArgv",
        "unknown",
      ]),
    );
  });
});
