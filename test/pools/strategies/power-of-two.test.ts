import { describe, expect, it } from "vitest";
import { powerOfTwo } from "../../../src/pools/strategies/power-of-two.ts";
import type { Member } from "../../../src/pools/strategies/strategy.ts";
import { member, members, pickerOf, strategyContract } from "../../contracts/strategy.contract.ts";

strategyContract("powerOfTwo", powerOfTwo);

describe("powerOfTwo", () => {
  it("B8 takes the less busy of two different members, and never the busiest of all", () => {
    const group = members(9, 3, 5, 1);
    const picker = pickerOf(powerOfTwo(), group);
    const picks = new Map<Member, number>(group.map((each) => [each, 0]));
    for (let pick = 0; pick < 6_000; pick += 1) {
      const picked = picker.pick()!;
      picks.set(picked, picks.get(picked)! + 1);
    }
    const [busiest, third, second, idlest] = [group[0]!, group[2]!, group[1]!, group[3]!].map(
      (m) => picks.get(m)!,
    );
    // Of the six pairs the idlest wins three, the next two, the next one.
    expect(busiest).toBe(0);
    expect(
      [third! / 1_000, second! / 2_000, idlest! / 3_000].map((share) => Math.abs(share - 1) < 0.1),
    ).toEqual([true, true, true]);
  });

  it("counts what runs as well as what waits", () => {
    const [waits, runs] = [member(0, 1), { ...member(1, 0), running: 2 }];
    const picker = pickerOf(powerOfTwo(), [waits, runs]);
    for (let pick = 0; pick < 20; pick += 1) expect(picker.pick()).toBe(waits);
  });

  it("gives equals the same chance", () => {
    const group = members(1, 1, 1);
    const picker = pickerOf(powerOfTwo(), group);
    const picks = Array.from({ length: 3_000 }, () => picker.pick());
    for (const each of group) expect(picks.filter((picked) => picked === each).length).toBeGreaterThan(900);
  });
});
