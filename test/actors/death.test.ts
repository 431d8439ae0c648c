import { describe, expect, it } from "vitest";
import { takeCrash } from "../../src/actors/death.ts";
import { defineActor } from "../../src/actors/define-actor.ts";
import { processOf } from "../../src/actors/process.ts";
import type { Pid } from "../../src/core/pid.ts";
import { testSystem } from "../../src/testing/test-system.ts";

const Failing = defineActor({
  init: () => 0,
  casts: {
    fail: (): number => {
      throw new Error("boom");
    },
  },
});

describe("die", () => {
  it("tells of a death before any other actor that is ready has its turn", async () => {
    await using system = testSystem();
    const pids: Pid[] = [];
    for (let at = 0; at < 3; at += 1) pids.push(await system.start(Failing));
    const deadSoFar: number[] = [];
    system.telemetry.on("process:crashed", () => {
      deadSoFar.push(pids.filter((pid) => processOf(pid).status === "dead").length);
    });
    for (const pid of pids) pid.exit("kill");
    await system.settle();
    expect(deadSoFar).toEqual([1, 2, 3]);
  });
});

describe("takeCrash", () => {
  it("has no report of a process that nobody supervises: who keeps its pid does not keep its error", async () => {
    await using system = testSystem();
    const failing = await system.start(Failing);
    failing.cast.fail();
    await failing.down();
    await system.settle();
    expect(system.crashes.map(({ pid }) => pid === failing)).toEqual([true]);
    expect(takeCrash(processOf(failing))).toBeUndefined();
  });
});
