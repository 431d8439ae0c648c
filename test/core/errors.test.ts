import { describe, expect, expectTypeOf, it } from "vitest";
import {
  ActorError,
  BadMessageError,
  CallCycleError,
  CallTimeoutError,
  ExitedError,
  InvalidOptionsError,
  isActorError,
  StartError,
  toError,
} from "../../src/core/errors.ts";
import type { ExitReason } from "../../src/core/exit-reason.ts";
import { HOSTILE_VALUES } from "../contracts/hostile-values.ts";

const boom = new RangeError("boom");
const crash: ExitReason = { kind: "error", error: boom };

const ERRORS = [
  {
    error: new ExitedError("counter (pid 7)", crash, "unknown"),
    name: "ExitedError",
    code: "ERR_EXITED",
    handled: "unknown",
    message:
      "counter (pid 7) exited (RangeError: boom) before it answered; the request may have been handled",
    fields: { reason: crash, cause: boom },
  },
  {
    error: new ExitedError("counter (pid 7)", { kind: "shutdown" }, "no"),
    name: "ExitedError",
    code: "ERR_EXITED",
    handled: "no",
    message: "counter (pid 7) exited (shutdown) before it answered; the request was not handled",
    fields: { reason: { kind: "shutdown" }, cause: undefined },
  },
  {
    error: new CallTimeoutError("counter (pid 7)", 50),
    name: "CallTimeoutError",
    code: "ERR_CALL_TIMEOUT",
    handled: "unknown",
    message: "counter (pid 7) did not reply within 50 ms; the request may still be handled",
    fields: { target: "counter (pid 7)", timeoutMs: 50 },
  },
  {
    error: new CallCycleError(["a (pid 1)", "b (pid 2)", "a (pid 1)"]),
    name: "CallCycleError",
    code: "ERR_CALL_CYCLE",
    handled: "no",
    message:
      "this call waits for itself: a (pid 1) → b (pid 2) → a (pid 1); answer later (reply(promise, state)), or ask with self.request",
    fields: { circle: ["a (pid 1)", "b (pid 2)", "a (pid 1)"] },
  },
  {
    error: new BadMessageError("counter (pid 7)", "add", [
      { message: "not a number" },
      { message: "too small" },
    ]),
    name: "BadMessageError",
    code: "ERR_BAD_MESSAGE",
    handled: "no",
    message: "counter (pid 7) does not accept this input for add: not a number; too small",
    fields: { issues: [{ message: "not a number" }, { message: "too small" }] },
  },
  {
    error: new InvalidOptionsError("createPool", ["size must be at least 1", 'unknown option "sise"']),
    name: "InvalidOptionsError",
    code: "ERR_INVALID_OPTIONS",
    handled: "no",
    message: 'createPool: size must be at least 1; unknown option "sise"',
    fields: { faults: ["size must be at least 1", 'unknown option "sise"'] },
  },
  {
    error: new StartError("counter", crash),
    name: "StartError",
    code: "ERR_START_FAILED",
    handled: "no",
    message: "counter did not start: RangeError: boom",
    fields: { reason: crash, cause: boom },
  },
  {
    error: new ActorError("ERR_OVERLOADED", "no", "the mailbox is full", { cause: boom }),
    name: "ActorError",
    code: "ERR_OVERLOADED",
    handled: "no",
    message: "the mailbox is full",
    fields: { cause: boom },
  },
] as const;

describe.each(ERRORS)("$name: $message", ({ error, name, code, handled, message, fields }) => {
  it("has a code, says whether a retry is safe, and keeps its cause", () => {
    expect({ name: error.name, code: error.code, handled: error.handled, message: error.message }).toEqual({
      name,
      code,
      handled,
      message,
    });
    expect(error).toMatchObject(fields);
    expect(error).toBeInstanceOf(ActorError);
  });

  it("begins its stack with its name", () => {
    expect(error.stack?.startsWith(`${name}: ${message}`)).toBe(true);
    expect(Object.keys(error)).not.toContain("name");
  });

  it("is told by isActorError, with its code and without", () => {
    expect(isActorError(error)).toBe(true);
    expect(isActorError(error, code)).toBe(true);
    expect(isActorError(error, "ERR_NOPROC")).toBe(false);
  });
});

describe("isActorError", () => {
  it.each([[boom], [{ code: "ERR_EXITED" }], ["ERR_EXITED"], [null], [undefined], [7]])(
    "of %j is false",
    (other) => {
      expect(isActorError(other)).toBe(false);
    },
  );

  it("knows the errors of another loaded copy of the library", () => {
    const foreign = Object.assign(new Error("from afar"), {
      [Symbol.for("troupe.ActorError")]: true,
      code: "ERR_EXITED",
    });
    expect(isActorError(foreign, "ERR_EXITED")).toBe(true);
  });

  it("narrows to the error of a code", () => {
    const narrowed = (error: unknown) => {
      if (isActorError(error, "ERR_EXITED")) expectTypeOf(error).toEqualTypeOf<ExitedError>();
      if (isActorError(error, "ERR_CALL_TIMEOUT")) expectTypeOf(error.timeoutMs).toEqualTypeOf<number>();
      if (isActorError(error, "ERR_NOPROC")) expectTypeOf(error.code).toEqualTypeOf<"ERR_NOPROC">();
      if (isActorError(error)) expectTypeOf(error.handled).toEqualTypeOf<"no" | "unknown">();
      // @ts-expect-error a code that no error has
      return isActorError(error, "ERR_EXTIED");
    };
    expect(narrowed(ERRORS[0].error)).toBe(false);
  });

  it.each(HOSTILE_VALUES)("SF31 answers for $what without throwing", ({ make }) => {
    expect(isActorError(make())).toBe(false);
  });
});

describe("toError", () => {
  it("leaves an error as it is", () => {
    expect(toError(boom)).toBe(boom);
  });

  it("makes one of anything else, which is its cause", () => {
    expect(toError("a string")).toMatchObject({ message: 'thrown: "a string"', cause: "a string" });
    expect(toError(undefined)).toBeInstanceOf(Error);
  });

  it.each(HOSTILE_VALUES)("SF31 shows $what", ({ make }) => {
    expect(toError(make())).toBeInstanceOf(Object);
  });
});
