import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { noAttribution } from "../../src/core/attribution.ts";
import { hostMacrotask } from "../../src/core/runtime-host.ts";
import { Driver } from "../../src/testing/driver.ts";
import { ManualClock } from "../../src/testing/manual-clock.ts";
import { firstOracle, type Oracle } from "../../src/testing/oracle.ts";
import { SimScheduler } from "../../src/testing/sim-scheduler.ts";
import { clockContract } from "../contracts/clock.contract.ts";

clockContract("ManualClock", () => {
  const clock = new ManualClock(firstOracle);
  const macrotask = hostMacrotask();
  const scheduler = new SimScheduler(firstOracle, noAttribution, macrotask);
  const parts = {
    clock,
    scheduler,
    oracle: firstOracle,
    attribution: noAttribution,
    macrotask,
    maxSteps: 100,
  };
  const driver = new Driver(parts);
  return { clock, pass: (ms) => driver.advance(ms) };
});

describe("ManualClock", () => {
  it("begins at 0 and stands still", () => {
    const clock = new ManualClock(firstOracle);
    clock.setTimer(() => undefined, 5);
    expect(clock.now()).toBe(0);
  });

  it.each([-1, 9.5, Number.NaN])("refuses to go back, or nowhere: %s", (atMs) => {
    const clock = new ManualClock(firstOracle);
    clock.moveTo(10);
    expect(() => clock.moveTo(atMs)).toThrow(RangeError);
    expect(clock.now()).toBe(10);
    clock.moveTo(10);
  });

  it("takes nothing before its time", () => {
    const clock = new ManualClock(firstOracle);
    expect(clock.takeDue()).toBeUndefined();
    clock.setTimer(() => undefined, 5);
    expect(clock.takeDue()).toBeUndefined();
    expect(clock.nextDueAtMs).toBe(5);
    clock.moveTo(5);
    expect(clock.takeDue()?.dueAtMs).toBe(5);
    expect(clock.nextDueAtMs).toBeUndefined();
  });

  it("lets the oracle choose among the timers of one moment, and only there", () => {
    const asked: [number, string][] = [];
    const last: Oracle = {
      choose: (n, label) => {
        asked.push([n, label]);
        return n - 1;
      },
    };
    const clock = new ManualClock(last);
    const fired: string[] = [];
    for (const label of ["a", "b", "c"]) clock.setTimer(() => fired.push(label), 5);
    clock.setTimer(() => fired.push("later"), 6);
    clock.moveTo(10);
    for (let timer = clock.takeDue(); timer !== undefined; timer = clock.takeDue()) timer.fire();
    expect(fired).toEqual(["c", "b", "a", "later"]);
    expect(asked).toEqual([
      [3, "timer"],
      [2, "timer"],
    ]);
  });

  it("hands out what is left in order, whatever was set and cleared", () => {
    const delays = fc.array(fc.record({ delayMs: fc.integer({ min: 0, max: 9 }), cleared: fc.boolean() }));
    fc.assert(
      fc.property(delays, (timers) => {
        const clock = new ManualClock(firstOracle);
        const set = timers.map(({ delayMs }) => clock.setTimer(() => undefined, delayMs));
        for (const [index, timer] of set.entries()) if (timers[index]!.cleared) timer.cancel();
        clock.moveTo(10);
        const taken = [];
        for (let timer = clock.takeDue(); timer !== undefined; timer = clock.takeDue()) taken.push(timer);
        const left = set.filter((_, index) => !timers[index]!.cleared);
        expect(taken).toEqual(left.sort((a, b) => a.dueAtMs - b.dueAtMs || a.serial - b.serial));
      }),
    );
  });
});
