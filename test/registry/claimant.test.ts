import { describe, expect, it } from "vitest";
import { kernelOf } from "../../src/actors/system.ts";
import type { Pid } from "../../src/core/pid.ts";
import { checkClaimant } from "../../src/registry/claimant.ts";
import { testSystem } from "../../src/testing/test-system.ts";
import { kill, lingerer, person } from "./people.ts";

describe("checkClaimant", () => {
  it("R68 takes any process of the system that takes messages", async () => {
    await using system = testSystem();
    expect(() => checkClaimant(kernelOf(system), person(system), "names")).not.toThrow();
  });

  it.each([undefined, null, 7, "ann", {}])("refuses %j, which is no pid", async (given) => {
    await using system = testSystem();
    expect(() => checkClaimant(kernelOf(system), given as unknown as Pid, "names")).toThrow(
      expect.objectContaining({ code: "ERR_INVALID_OPTIONS", handled: "no" }),
    );
  });

  it("refuses a process of another system", async () => {
    await using system = testSystem();
    await using other = testSystem();
    expect(() => checkClaimant(kernelOf(system), person(other), "names")).toThrow(
      /belongs to another system/,
    );
  });

  it("RF11 refuses who is stopping or dead, and says which", async () => {
    await using system = testSystem();
    const slow = await lingerer(system);
    await slow.stop();
    const check = (): void => checkClaimant(kernelOf(system), slow.pid, "names");
    expect(check).toThrow(/is stopping: it cannot be registered in names/);
    await slow.letGo();
    expect(check).toThrow(expect.objectContaining({ code: "ERR_NOPROC", handled: "no" }));
    await kill(slow.pid);
  });
});
