import { describe, expect, it } from "vitest";
import { stackOf, thrownText } from "../../src/telemetry/thrown-text.ts";
import { HOSTILE_VALUES } from "../contracts/hostile-values.ts";

const HUGE = 10_000_000;

describe("thrownText", () => {
  it("has name, message and the stack with the user's own line", () => {
    const { name, message, stack } = thrownText(new RangeError("too much"));
    expect([name, message]).toEqual(["RangeError", "too much"]);
    expect(stack.split("\n")[0]).toBe("RangeError: too much");
    expect(stack).toContain("thrown-text.test.ts");
  });

  it.each(HOSTILE_VALUES)("SF31 makes plain strings of $what", ({ make }) => {
    const { name, message, stack } = thrownText(make());
    expect([typeof name, typeof message, typeof stack]).toEqual(["string", "string", "string"]);
    expect(name).not.toBe("");
    expect(stack).not.toBe("");
  });

  it("SF31 shortens a message of megabytes, and keeps the frames", () => {
    const { message, stack } = thrownText(new Error("x".repeat(HUGE)));
    expect(message.length).toBeLessThan(10_000);
    expect(stack.length).toBeLessThan(10_000);
    expect(stack).toContain("thrown-text.test.ts");
  });

  it("SF31 shortens a string of megabytes that was thrown", () => {
    expect(thrownText("x".repeat(HUGE)).message).toMatch(/^"x{499}…$/);
  });
});

describe("stackOf", () => {
  it.each<[string, unknown, string]>([
    ["undefined", undefined, "thrown: undefined"],
    ["null", null, "thrown: null"],
    ["a string", "out of paper", 'thrown: "out of paper"'],
    ["a symbol", Symbol("s"), "thrown: Symbol(s)"],
    ["a bigint", 7n, "thrown: 7"],
    ["a plain object", { code: 7 }, 'thrown: {"code":7}'],
    ["a circular object", circular(), "thrown: (a value that cannot be shown)"],
    ["a revoked proxy", revoked(), "(an error that cannot be shown)"],
    ["an error whose stack throws", throwing("stack"), "(an error that cannot be shown)"],
  ])("SF31 shows %s readably", (_what, thrown, text) => {
    expect(stackOf(thrown)).toBe(text);
  });

  it("SF31 shows each of a circle of causes once", () => {
    const [one, other] = [new Error("one"), new Error("other")];
    one.cause = other;
    other.cause = one;
    expect(stackOf(one).match(/Error: (one|other)/g)).toEqual(["Error: one", "Error: other"]);
  });
});

function circular(): object {
  const object: Record<string, unknown> = {};
  object["self"] = object;
  return object;
}

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

function throwing(key: string): Error {
  return Object.defineProperty(new Error("x"), key, {
    get: () => {
      throw new Error("hands off");
    },
  });
}
