import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { roundRobin } from "../../../src/pools/strategies/round-robin.ts";
import type { Member } from "../../../src/pools/strategies/strategy.ts";
import {
  join,
  leave,
  members,
  pause,
  pickerOf,
  resume,
  strategyContract,
} from "../../contracts/strategy.contract.ts";

strategyContract("roundRobin", roundRobin);

describe("roundRobin", () => {
  it("B7 goes round in the order of joining", () => {
    const picker = pickerOf(roundRobin(), members(0, 0, 0));
    expect([1, 2, 3, 4, 5].map(() => picker.pick()?.pid.serial)).toEqual([0, 1, 2, 0, 1]);
  });

  it("B7 skips nobody when the one picked last leaves", () => {
    const group = members(0, 0, 0, 0);
    const picker = pickerOf(roundRobin(), group);
    picker.pick();
    leave(picker, group, picker.pick()!);
    expect([1, 2, 3].map(() => picker.pick()?.pid.serial)).toEqual([2, 3, 0]);
  });

  it("lets a member that joins wait for its turn", () => {
    const group = members(0, 0);
    const picker = pickerOf(roundRobin(), group);
    picker.pick();
    join(picker, group, 0);
    expect([1, 2, 3].map(() => picker.pick()?.pid.serial)).toEqual([1, 0, 2]);
  });

  it("B6 gives a member that was out for a while the turn it had", () => {
    const group = members(0, 0, 0, 0);
    const picker = pickerOf(roundRobin(), group);
    const [, second, third] = group;
    pause(picker, group, third!);
    pause(picker, group, second!);
    expect([1, 2, 3].map(() => picker.pick()?.pid.serial)).toEqual([0, 3, 0]);
    resume(picker, group, second!);
    resume(picker, group, third!);
    expect([1, 2, 3, 4].map(() => picker.pick()?.pid.serial)).toEqual([1, 2, 3, 0]);
  });

  it("goes on when all have left and others come", () => {
    const group = members(0);
    const picker = pickerOf(roundRobin(), group);
    leave(picker, group, picker.pick()!);
    expect(picker.pick()).toBeUndefined();
    const fresh = join(picker, group, 0);
    expect([picker.pick(), picker.pick()]).toEqual([fresh, fresh]);
  });

  it("B7 serves all equally often, give or take one, between any two changes of the members", () => {
    const step = fc.oneof(
      {
        weight: 6,
        arbitrary: fc.record({ kind: fc.constant("pick" as const), times: fc.integer({ min: 1, max: 12 }) }),
      },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant("join" as const) }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant("leave" as const), which: fc.nat() }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant("pause" as const), which: fc.nat() }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant("resume" as const) }) },
    );
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 6 }), fc.array(step, { maxLength: 40 }), (size, steps) => {
        const group = members(...new Array<number>(size).fill(0));
        const picker = pickerOf(roundRobin(), group);
        const resting: Member[] = [];
        let serial = size;
        let served = new Map(group.map((member) => [member, 0]));
        for (const step of steps) {
          if (step.kind === "join") join(picker, group, 0, serial++);
          else if (step.kind === "pause" && group.length > 0) {
            const rester = group[step.which % group.length]!;
            pause(picker, group, rester);
            resting.push(rester);
          } else if (step.kind === "resume" && resting.length > 0) resume(picker, group, resting.shift()!);
          else if (step.kind === "leave" && group.length > 0)
            leave(picker, group, group[step.which % group.length]!);
          if (step.kind !== "pick") {
            served = new Map(group.map((member) => [member, 0]));
            continue;
          }
          for (let pick = 0; pick < step.times; pick += 1) {
            const picked = picker.pick();
            if (picked === undefined) expect(group).toEqual([]);
            else served.set(picked, served.get(picked)! + 1);
          }
          const counts = [...served.values()];
          expect(served.size).toBe(group.length);
          if (counts.length > 0) expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
        }
      }),
    );
  });
});
