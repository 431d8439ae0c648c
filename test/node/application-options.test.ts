import { describe, expect, it } from "vitest";
import { checkApplicationOptions, checkRunOptions } from "../../src/node/application-options.ts";

const root = (): never => {
  throw new Error("not asked");
};

function faults(options: object): readonly string[] {
  try {
    checkApplicationOptions(options as never);
    return [];
  } catch (error) {
    return (error as { readonly faults: readonly string[] }).faults;
  }
}

describe("checkApplicationOptions", () => {
  it("lets pass what a system takes as well", () => {
    expect(faults({ root, name: "shop", logger: false, deadlineMs: Number.POSITIVE_INFINITY })).toEqual([]);
  });

  it.each([
    [
      {},
      "root must be a supervisor, a child spec, something that knows its own, or a function that makes one",
    ],
    [
      { root: "shop" },
      "root must be a supervisor, a child spec, something that knows its own, or a function that makes one",
    ],
    [{ root, deadlineMs: -1 }, "deadlineMs must be milliseconds, a number of at least 0 or Infinity"],
    [
      { root, signals: ["SIGKILL"] },
      "signals.0 must be a signal that a process can listen to, such as SIGINT",
    ],
    [{ root, signals: ["INT"] }, "signals.0 must be a signal that a process can listen to, such as SIGINT"],
    [{ root, exitCode: 3 }, "exitCode must be a function"],
    [{ root, deadline: 5 }, 'unknown option "deadline"'],
  ])("refuses %j", (options, fault) => {
    expect(faults(options)).toEqual([fault]);
  });
});

describe("checkRunOptions", () => {
  it("lists all faults at once", () => {
    expect(() => checkRunOptions({ exit: () => undefined })).not.toThrow();
    expect(() => checkRunOptions({ exit: 1, onStart: () => undefined } as never)).toThrow(
      expect.objectContaining({ faults: ["exit must be a function", 'unknown option "onStart"'] }),
    );
  });
});
