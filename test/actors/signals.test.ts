import { describe, expect, it } from "vitest";
import { deathReason, exitEffect } from "../../src/actors/signals.ts";
import type { ExitReason } from "../../src/core/exit-reason.ts";

const NORMAL: ExitReason = { kind: "normal" };
const SHUTDOWN: ExitReason = { kind: "shutdown" };
const DETAILED: ExitReason = { kind: "shutdown", detail: "upgrade" };
const BOOM: ExitReason = { kind: "error", error: new Error("boom") };
const KILLED: ExitReason = { kind: "killed" };

describe("exitEffect", () => {
  it.each([
    // reason, trapping, fromParent → effect
    [NORMAL, false, false, "ignore"],
    [NORMAL, false, true, "ignore"],
    [NORMAL, true, false, "message"],
    [NORMAL, true, true, "terminate"],
    [SHUTDOWN, false, false, "die"],
    [SHUTDOWN, false, true, "finish"],
    [DETAILED, false, true, "finish"],
    [SHUTDOWN, true, false, "message"],
    [SHUTDOWN, true, true, "terminate"],
    [BOOM, false, false, "die"],
    [BOOM, false, true, "die"],
    [BOOM, true, false, "message"],
    [BOOM, true, true, "terminate"],
    [KILLED, false, false, "die"],
    [KILLED, true, false, "message"],
  ] as const)("%j, trapping %s, from the parent %s → %s", (reason, trapping, fromParent, effect) => {
    expect(exitEffect({ reason, kill: false, trapping, fromParent, hasCallbacks: true })).toBe(effect);
  });

  it.each([true, false])("P6 a kill ends it, trapping %s", (trapping) => {
    expect(exitEffect({ reason: KILLED, kill: true, trapping, fromParent: true, hasCallbacks: true })).toBe(
      "die",
    );
  });

  it("P5 a normal exit that a process sends itself ends it, unless it traps", () => {
    const own = { reason: NORMAL, kill: false, fromParent: false, fromSelf: true, hasCallbacks: true };
    expect(exitEffect({ ...own, trapping: false })).toBe("die");
    expect(exitEffect({ ...own, trapping: true })).toBe("message");
  });

  it("a bare process that traps gets its parent's exit as a message", () => {
    const signal = { reason: SHUTDOWN, kill: false, trapping: true, fromParent: true, hasCallbacks: false };
    expect(exitEffect(signal)).toBe("message");
  });
});

describe("deathReason", () => {
  it("is killed for a kill, and the reason as sent for the rest", () => {
    expect(deathReason({ reason: BOOM, kill: true })).toEqual(KILLED);
    expect(deathReason({ reason: BOOM, kill: false })).toBe(BOOM);
  });
});
