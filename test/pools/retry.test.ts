import { describe, expect, it } from "vitest";
import { ActorError, type ErrorCode, type Handled } from "../../src/core/errors.ts";
import { isMemberFailure, mayAskAnother, verdictOn } from "../../src/pools/retry.ts";

const errorOf = (code: ErrorCode, handled: Handled = "no") => new ActorError(code, handled, "of a test");

describe("verdictOn", () => {
  it.each([
    { error: errorOf("ERR_EXITED"), verdict: "failed" },
    { error: errorOf("ERR_CALL_TIMEOUT", "unknown"), verdict: "failed" },
    { error: errorOf("ERR_DISCONNECTED"), verdict: "failed" },
    { error: errorOf("ERR_OVERLOADED"), verdict: "failed" },
    { error: errorOf("ERR_ABORTED"), verdict: "neutral" },
    { error: errorOf("ERR_BAD_MESSAGE"), verdict: "neutral" },
    { error: errorOf("ERR_CALL_CYCLE"), verdict: "neutral" },
    { error: errorOf("ERR_CHECKOUT_TIMEOUT"), verdict: "answered" },
    { error: new Error("no such page"), verdict: "answered" },
    { error: undefined, verdict: "answered" },
  ] as const)("of $error is $verdict", ({ error, verdict }) => {
    expect(verdictOn(error, isMemberFailure)).toBe(verdict);
  });

  it("asks its user about all but what has nothing to do with the member", () => {
    const isFailure = (): boolean => true;
    expect(verdictOn(new Error("503"), isFailure)).toBe("failed");
    expect(verdictOn(errorOf("ERR_ABORTED"), isFailure)).toBe("neutral");
  });
});

describe("mayAskAnother", () => {
  const table = [
    { code: "ERR_EXITED", handled: "no", isLost: true, plain: true, idempotent: true },
    { code: "ERR_EXITED", handled: "no", isLost: false, plain: false, idempotent: true },
    { code: "ERR_EXITED", handled: "unknown", isLost: true, plain: false, idempotent: true },
    { code: "ERR_NOPROC", handled: "no", isLost: true, plain: true, idempotent: true },
    { code: "ERR_NOPROC", handled: "no", isLost: false, plain: false, idempotent: true },
    { code: "ERR_DISCONNECTED", handled: "no", isLost: false, plain: true, idempotent: true },
    { code: "ERR_DISCONNECTED", handled: "unknown", isLost: false, plain: false, idempotent: true },
    { code: "ERR_OVERLOADED", handled: "no", isLost: false, plain: true, idempotent: true },
  ] as const;

  it.each(table)(
    "of $code, handled $handled, its member lost $isLost: $plain, when idempotent $idempotent",
    ({ code, handled, isLost, plain, idempotent }) => {
      const failed = { error: errorOf(code, handled), verdict: "failed" as const, isLost };
      expect(mayAskAnother({ ...failed, idempotent: false })).toBe(plain);
      expect(mayAskAnother({ ...failed, idempotent: true })).toBe(idempotent);
    },
  );

  it.each(["answered", "neutral"] as const)("never of what %s", (verdict) => {
    const failed = { error: errorOf("ERR_DISCONNECTED"), isLost: true, idempotent: true };
    expect(mayAskAnother({ ...failed, verdict })).toBe(false);
  });

  it("of an error of the user's own only when it is idempotent", () => {
    const failed = { error: new Error("503"), verdict: "failed" as const, isLost: false };
    expect(mayAskAnother({ ...failed, idempotent: false })).toBe(false);
    expect(mayAskAnother({ ...failed, idempotent: true })).toBe(true);
  });
});
