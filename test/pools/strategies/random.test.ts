import { describe, expect, it } from "vitest";
import { random } from "../../../src/pools/strategies/random.ts";
import { members, pickerOf, strategyContract } from "../../contracts/strategy.contract.ts";

strategyContract("random", random);

describe("random", () => {
  it("B4 picks each of four members about as often", () => {
    const group = members(0, 0, 0, 0);
    const picker = pickerOf(random(), group);
    const picks = new Map(group.map((member) => [member, 0]));
    for (let pick = 0; pick < 4_000; pick += 1) {
      const picked = picker.pick()!;
      picks.set(picked, picks.get(picked)! + 1);
    }
    for (const count of picks.values()) expect(count).toBeGreaterThan(900);
  });

  it("repeats its picks with the same chance", () => {
    const group = members(0, 0, 0, 0, 0);
    const once = pickerOf(random(), group, 3);
    const again = pickerOf(random(), group, 3);
    for (let pick = 0; pick < 50; pick += 1) expect(once.pick()).toBe(again.pick());
  });
});
