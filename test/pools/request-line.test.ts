import { describe, expect, it } from "vitest";
import { HandleProcess } from "../../src/actors/handle-process.ts";
import { kernelOf } from "../../src/actors/system.ts";
import { ActorError } from "../../src/core/errors.ts";
import { RequestLine, type Waiting } from "../../src/pools/request-line.ts";
import type { SimScheduler } from "../../src/testing/sim-scheduler.ts";
import { type TestSystem, testSystem } from "../../src/testing/test-system.ts";
import { outcomeOf } from "./workshop.ts";

/** A line for members that the test hands out. */
function lineIn(system: TestSystem, maxWaiting = 10) {
  const members: string[] = [];
  const told = { patienceMs: Number.POSITIVE_INFINITY };
  const line = new RequestLine<Waiting, string>({
    registry: new HandleProcess(system, { name: "connections" }),
    label: "upstream",
    maxWaiting,
    get hasMembers() {
      return members.length > 0;
    },
    grant: () => members.shift(),
    patienceMs: () => told.patienceMs,
    tooLate: (_request, waitedMs) => new ActorError("ERR_NO_MEMBER", "no", `waited ${waitedMs} ms`),
  });
  const wait = (timeoutMs = 100, signal?: AbortSignal) =>
    outcomeOf(line.wait({ beganAtMs: system.nowMs, timeoutMs, signal }, false));
  const come = (...names: string[]): void => {
    members.push(...names);
    line.wake();
  };
  return { line, wait, come, told };
}

function expectNothingKept(system: TestSystem): void {
  const { deadlines, runtime, plainWaits } = kernelOf(system);
  const { held } = runtime.scheduler as SimScheduler;
  expect([deadlines.size, held, plainWaits.size]).toEqual([0, 0, 0]);
}

describe("RequestLine", () => {
  it("serves who has waited longest, as many as there are members for", async () => {
    await using system = testSystem();
    const { line, wait, come } = lineIn(system);
    const waits = [wait(), wait(), wait()];
    come("a", "b");
    await system.settle();
    expect([waits.map(({ now }) => now), line.size]).toEqual([["a", "b", "pending"], 1]);
    come("c");
    await system.settle();
    expect([waits[2]!.now, line.size]).toEqual(["c", 0]);
    expectNothingKept(system);
  });

  it("WP2 skips whom its deadline has ended, and gives the member to the next", async () => {
    await using system = testSystem();
    const { wait, come } = lineIn(system);
    const [hasty, patient] = [wait(50), wait(100)];
    await system.advance(50);
    expect(hasty.now).toBe("ERR_NO_MEMBER");
    come("a");
    await system.settle();
    expect(patient.now).toBe("a");
    expectNothingKept(system);
  });

  it("PF45 ends a wait in the turn in which its caller aborts", async () => {
    await using system = testSystem();
    const { line, wait, come } = lineIn(system);
    const controller = new AbortController();
    const [aborted, next] = [wait(100, controller.signal), wait()];
    controller.abort();
    expect(line.size).toBe(1);
    come("a");
    await system.settle();
    expect([aborted.now, next.now]).toEqual(["ERR_ABORTED", "a"]);
  });

  it("ends a wait whose patience is over, or becomes so", async () => {
    await using system = testSystem();
    const { line, wait, told } = lineIn(system);
    told.patienceMs = 30;
    const impatient = wait();
    await system.advance(30);
    expect(impatient.now).toBe("ERR_NO_MEMBER");
    told.patienceMs = Number.POSITIVE_INFINITY;
    const [early, late] = [wait(), wait()];
    await system.advance(10);
    told.patienceMs = 10;
    line.review();
    await system.settle();
    expect([early.now, late.now, line.size]).toEqual(["ERR_NO_MEMBER", "ERR_NO_MEMBER", 0]);
    expectNothingKept(system);
  });

  it("refuses one too many, but nobody who comes back, and who has aborted", async () => {
    await using system = testSystem();
    const { line, wait, come } = lineIn(system, 1);
    const first = wait();
    const request = { beganAtMs: 0, timeoutMs: 100, signal: undefined };
    expect(() => line.wait(request, false)).toThrow("1 calls wait for a member of upstream already");
    const back = outcomeOf(line.wait(request, true));
    expect(() => line.wait({ ...request, signal: AbortSignal.abort() }, true)).toThrow("was aborted");
    come("a", "b");
    await system.settle();
    expect([first.now, back.now]).toEqual(["a", "b"]);
  });

  it("refuses all at once", async () => {
    await using system = testSystem();
    const { line, wait } = lineIn(system);
    const waits = [wait(), wait()];
    line.refuse(() => new ActorError("ERR_POOL_CLOSED", "no", "closed"));
    await system.settle();
    expect(waits.map(({ now }) => now)).toEqual(["ERR_POOL_CLOSED", "ERR_POOL_CLOSED"]);
    expectNothingKept(system);
  });

  it("gives no member to a process that died while it waited", async () => {
    await using system = testSystem();
    const { line, wait, come } = lineIn(system);
    const caller = system.spawn(async () => {
      await line.wait({ beganAtMs: 0, timeoutMs: 100, signal: undefined }, false);
    });
    await system.settle();
    const next = wait();
    caller.exit("kill");
    await caller.down();
    expect(line.size).toBe(1);
    come("a");
    await system.settle();
    expect(next.now).toBe("a");
  });
});
