import { describe, expect, it } from "vitest";
import { isThenable } from "../../src/core/thenable.ts";

describe("isThenable", () => {
  it.each([
    ["a promise", Promise.resolve(), true],
    // biome-ignore lint/suspicious/noThenProperty: that is the subject
    ["anything with a then method", { then: () => undefined }, true],
    // biome-ignore lint/suspicious/noThenProperty: that is the subject
    ["a then that is no method", { then: true }, false],
    ["null", null, false],
    ["undefined", undefined, false],
    ["a string", "then", false],
  ])("of %s is right", (_what, value, expected) => {
    expect(isThenable(value)).toBe(expected);
  });
});
