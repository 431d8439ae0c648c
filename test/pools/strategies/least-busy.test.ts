import { describe, expect, it } from "vitest";
import { leastBusy } from "../../../src/pools/strategies/least-busy.ts";
import type { Member } from "../../../src/pools/strategies/strategy.ts";
import { leave, members, pickerOf, strategyContract } from "../../contracts/strategy.contract.ts";

strategyContract("leastBusy", leastBusy);

describe("leastBusy", () => {
  it.each([
    { loads: [2, 0, 1], picked: 1 },
    { loads: [5, 4, 3], picked: 2 },
    { loads: [1, 2, 3], picked: 0 },
  ])("B8 picks the member with the fewest requests of $loads", ({ loads, picked }) => {
    expect(pickerOf(leastBusy(), members(...loads)).pick()?.pid.serial).toBe(picked);
  });

  it("counts what runs as well as what waits", () => {
    const group = [
      { ...members(1)[0]!, running: 3 },
      { ...members(2)[0]!, running: 0 },
    ];
    expect(pickerOf(leastBusy(), group).pick()?.queued).toBe(2);
  });

  it("lets equals take turns", () => {
    const picker = pickerOf(leastBusy(), members(1, 1, 1));
    expect([1, 2, 3, 4].map(() => picker.pick()?.pid.serial)).toEqual([0, 1, 2, 0]);
  });

  it("spreads a burst evenly over members that were idle", () => {
    const group = members(0, 0, 0).map((member) => ({ ...member })) as {
      -readonly [K in keyof Member]: Member[K];
    }[];
    const picker = pickerOf(leastBusy(), group);
    for (let request = 0; request < 9; request += 1) {
      const picked = picker.pick() as { queued: number };
      picked.queued += 1;
    }
    expect(group.map(({ queued }) => queued)).toEqual([3, 3, 3]);
  });

  it("knows who became idle, and who got messages past the pool", () => {
    const group = members(1, 1, 1).map((member) => ({ ...member })) as {
      -readonly [K in keyof Member]: Member[K];
    }[];
    const picker = pickerOf(leastBusy(), group);
    group[2]!.queued = 0;
    picker.eased?.(group[2]!);
    expect(picker.pick()).toBe(group[2]);
    group[2]!.queued = 7;
    expect([1, 2, 3].map(() => picker.pick()?.pid.serial)).toEqual([0, 1, 0]);
  });

  it("goes on when the one picked last has left", () => {
    const group = members(0, 0, 0);
    const picker = pickerOf(leastBusy(), group);
    picker.pick();
    picker.pick();
    leave(picker, group, picker.pick()!);
    expect([1, 2].map(() => picker.pick()?.pid.serial).sort()).toEqual([0, 1]);
  });
});
