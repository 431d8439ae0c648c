import { describe, expect, it } from "vitest";
import type { ExitReason } from "../../src/core/exit-reason.ts";
import { type AutoShutdown, endsSupervisor, isRestarted } from "../../src/core/restart-policy.ts";

const REASONS: readonly ExitReason[] = [
  { kind: "normal" },
  { kind: "shutdown" },
  { kind: "shutdown", detail: "moving house" },
  { kind: "killed" },
  { kind: "noproc" },
  { kind: "noconnection" },
  { kind: "error", error: new Error("boom") },
];

describe("isRestarted", () => {
  it.each(REASONS)("SUP16 restarts a permanent child after $kind", (reason) => {
    expect(isRestarted("permanent", reason)).toBe(true);
  });

  it.each(REASONS)(
    "SUP17 restarts a transient child after $kind only when that is no orderly end",
    (reason) => {
      expect(isRestarted("transient", reason)).toBe(reason.kind !== "normal" && reason.kind !== "shutdown");
    },
  );

  it.each(REASONS)("SUP18 never restarts a temporary child, not after $kind", (reason) => {
    expect(isRestarted("temporary", reason)).toBe(false);
  });
});

describe("endsSupervisor", () => {
  const active = { significant: true, active: true };
  const ended = { significant: true, active: false };
  const plain = { significant: false, active: true };

  it.each<[AutoShutdown, boolean, readonly (typeof active)[], boolean, string]>([
    ["never", true, [], false, "automatic shutdown is off"],
    ["anySignificant", true, [active, active], true, "SUP38 the first significant child is enough"],
    ["anySignificant", false, [active], false, "a child that is not significant changes nothing"],
    ["allSignificant", true, [active, ended], false, "SUP39 another significant child is active"],
    ["allSignificant", true, [ended, ended], true, "SUP39 it was the last active one"],
    ["allSignificant", true, [plain], true, "children that are not significant do not count"],
    ["allSignificant", false, [ended], false, "the child that ended is not significant"],
  ])("%s, significant %s, others %j → %#: $4", (autoShutdown, significant, others, ends) => {
    expect(endsSupervisor(autoShutdown, { significant }, others)).toBe(ends);
  });
});
