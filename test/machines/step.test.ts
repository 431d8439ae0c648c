import { describe, expect, it } from "vitest";
import { eventTimeout, stateTimeout, step, timeout } from "../../src/machines/step.ts";

describe("step", () => {
  it("holds the state and what is done besides", () => {
    expect(step({ state: "a" }, stateTimeout(5, "x"))).toMatchObject({
      state: { state: "a" },
      actions: [{ type: "timeout", kind: "state", delayMs: 5, content: "x" }],
    });
  });
});

describe("stateTimeout, eventTimeout and timeout", () => {
  it.each([
    ["stateTimeout", stateTimeout],
    ["eventTimeout", eventTimeout],
    ["timeout", (ms: number) => timeout("t", ms)],
  ])("%s takes milliseconds of at least 0, and Infinity", (_name, make) => {
    for (const wrong of [-1, Number.NaN, "5" as never, undefined as never])
      expect(() => make(wrong)).toThrow(RangeError);
    expect(make(0)).toMatchObject({ delayMs: 0 });
    expect(make(Number.POSITIVE_INFINITY)).toMatchObject({ delayMs: Number.POSITIVE_INFINITY });
  });
});
