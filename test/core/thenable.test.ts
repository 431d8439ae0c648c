import { describe, expect, it } from "vitest";
import { isThenable } from "../../src/core/thenable.ts";

describe("isThenable", () => {
  it.each([
    ["a promise", Promise.resolve(), true],
    ["anything with a then method", { then: () => undefined }, true],
    ["a then that is no method", { then: true }, false],
    ["null", null, false],
    ["undefined", undefined, false],
    ["a string", "then", false],
  ])("of %s is right", (_what, value, expected) => {
    expect(isThenable(value)).toBe(expected);
  });
});
