import { describe, expect, it } from "vitest";
import {
  describe as describeValue,
  type ExitReason,
  errorReason,
  formatReason,
  isOrderly,
  KILLED,
  NOPROC,
  NORMAL,
  type ReasonInput,
  SHUTDOWN,
  toExitReason,
} from "../../src/core/exit-reason.ts";
import { HOSTILE_VALUES } from "../contracts/hostile-values.ts";

const boom = new RangeError("boom");
const NOCONNECTION: ExitReason = { kind: "noconnection" };

describe("toExitReason", () => {
  it.each<[ReasonInput, ExitReason]>([
    ["normal", NORMAL],
    ["shutdown", SHUTDOWN],
    [boom, { kind: "error", error: boom }],
    [KILLED, KILLED],
    [
      { kind: "shutdown", detail: "upgrade" },
      { kind: "shutdown", detail: "upgrade" },
    ],
    [
      { kind: "error", error: "a string" },
      { kind: "error", error: "a string" },
    ],
  ])("of %j is %j", (input, reason) => {
    expect(toExitReason(input)).toEqual(reason);
  });

  it.each([
    ["kill", '"normal", "shutdown", an Error or { kind: … }, not "kill"'],
    ["", 'not ""'],
    [{ kind: "crashed" }, "not object"],
    [{}, "not object"],
    [null, "not object"],
    [undefined, "not undefined"],
    [7, "not number"],
    [Symbol("s"), "not symbol"],
  ])("refuses %s, and says what it takes", (input, text) => {
    expect(() => toExitReason(input as never)).toThrow(TypeError);
    expect(() => toExitReason(input as never)).toThrow(text);
  });
});

describe("errorReason", () => {
  it.each([[boom], ["a string"], [undefined], [null]])("keeps %s as it was thrown", (thrown) => {
    expect(errorReason(thrown)).toEqual({ kind: "error", error: thrown });
  });
});

describe("isOrderly", () => {
  it.each<[ExitReason, boolean]>([
    [NORMAL, true],
    [SHUTDOWN, true],
    [{ kind: "shutdown", detail: boom }, true],
    [KILLED, false],
    [NOPROC, false],
    [NOCONNECTION, false],
    [{ kind: "error", error: boom }, false],
    [{ kind: "error", error: undefined }, false],
  ])("of %j is %s", (reason, orderly) => {
    expect(isOrderly(reason)).toBe(orderly);
  });
});

describe("formatReason", () => {
  it.each<[ExitReason, string]>([
    [NORMAL, "normal"],
    [SHUTDOWN, "shutdown"],
    [{ kind: "shutdown", detail: { for: "upgrade" } }, 'shutdown ({"for":"upgrade"})'],
    [KILLED, "killed"],
    [NOPROC, "noproc"],
    [NOCONNECTION, "noconnection"],
    [{ kind: "error", error: boom }, "RangeError: boom"],
    [{ kind: "error", error: undefined }, "undefined"],
  ])("of %j is %s", (reason, text) => {
    expect(formatReason(reason)).toBe(text);
  });

  it.each(HOSTILE_VALUES)("SF31 shows $what in one line", ({ make }) => {
    expect(formatReason(errorReason(make()))).toMatch(/^.+$/);
    expect(formatReason({ kind: "shutdown", detail: make() })).toMatch(/^shutdown/);
  });
});

describe("describe", () => {
  it.each([
    [boom, "RangeError: boom"],
    ["text", '"text"'],
    [7, "7"],
    [7n, "7"],
    [null, "null"],
    [undefined, "undefined"],
    [Symbol("s"), "Symbol(s)"],
    [function named() {}, "function named"],
    [() => undefined, "function (anonymous)"],
    [{ a: [1] }, '{"a":[1]}'],
    [{ toJSON: () => undefined }, "[object Object]"],
  ])("of %s is %s", (value, text) => {
    expect(describeValue(value)).toBe(text);
  });

  it("puts a message of several lines into one", () => {
    expect(describeValue(new Error("expected:\n  1\n\ngot:\n  2"))).toBe("Error: expected: 1 got: 2");
  });

  it("cuts what is long", () => {
    expect(describeValue("x".repeat(500))).toBe(`"${"x".repeat(499)}…`);
    expect(describeValue(new Error("x".repeat(10_000))).length).toBe(501);
    expect(describeValue("x".repeat(498))).toBe(`"${"x".repeat(498)}"`);
  });

  it.each(HOSTILE_VALUES)("SF31 survives $what", ({ make }) => {
    expect(describeValue(make())).toMatch(/^.+$/);
  });
});
