import { describe, expect, it } from "vitest";
import {
  checkStreamOptions,
  checkTaskOptions,
  checkWaitOptions,
  checkYieldManyOptions,
} from "../../src/actors/task-options.ts";

describe("options of tasks", () => {
  it.each([
    ["a task", () => checkTaskOptions({ linked: 1 } as never), ["linked"]],
    ["a wait", () => checkWaitOptions("result", { timeoutMs: -1 }), ["timeoutMs"]],
    [
      "yieldMany",
      () => checkYieldManyOptions({ limit: 0, onTimeout: "exit" } as never),
      ["limit", "onTimeout"],
    ],
    [
      "a stream",
      () => checkStreamOptions({ maxConcurrency: 0, ordered: 1 } as never),
      ["maxConcurrency", "ordered"],
    ],
  ])("of %s are refused with all faults at once", (_what, check, faulty) => {
    try {
      check();
    } catch (error) {
      const { faults } = error as { readonly faults: readonly string[] };
      expect(faults.map((fault) => fault.split(" ")[0])).toEqual(faulty);
      return;
    }
    expect.unreachable("nothing was refused");
  });

  it("take Infinity for no limit", () => {
    expect(() => checkWaitOptions("result", { timeoutMs: Number.POSITIVE_INFINITY })).not.toThrow();
  });
});
