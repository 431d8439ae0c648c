import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Member } from "../../../src/pools/strategies/strategy.ts";
import { weighted } from "../../../src/pools/strategies/weighted.ts";
import { leave, member, pickerOf, strategyContract } from "../../contracts/strategy.contract.ts";

strategyContract("weighted", weighted);

const withWeights = (...weights: readonly unknown[]): Member[] =>
  weights.map((weight, serial) => member(serial, 0, weight));

describe("weighted", () => {
  it("B8 spreads the turns of the heavy ones: five, one and one", () => {
    const picker = pickerOf(weighted(), withWeights(5, 1, 1));
    const round = (): unknown[] => Array.from({ length: 7 }, () => picker.pick()?.pid.serial);
    expect([round(), round()]).toEqual([
      [0, 0, 1, 0, 2, 0, 0],
      [0, 0, 1, 0, 2, 0, 0],
    ]);
  });

  it("gives each member exactly its weight of every round, whatever the weights", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 8 }), (weights) => {
        const group = withWeights(...weights);
        const picker = pickerOf(weighted(), group);
        const all = weights.reduce((sum, weight) => sum + weight, 0);
        const round = Array.from({ length: all }, () => picker.pick());
        for (const [at, weight] of weights.entries())
          expect(round.filter((picked) => picked === group[at])).toHaveLength(weight);
        if (all === 0) expect(picker.pick()).toBeUndefined();
      }),
    );
  });

  it("shares the turns of who left among the others", () => {
    const group = withWeights(8, 2, 1);
    const picker = pickerOf(weighted(), group);
    picker.pick();
    leave(picker, group, group[0]!);
    const picks = Array.from({ length: 30 }, () => picker.pick()?.pid.serial);
    expect([
      picks.filter((serial) => serial === 1).length,
      picks.filter((serial) => serial === 2).length,
    ]).toEqual([20, 10]);
  });

  it("takes weights from wherever it is told to", () => {
    const group = [member(0, 0, { cores: 1 }), member(1, 0, { cores: 3 })];
    const picker = pickerOf(
      weighted(({ value }) => (value as { cores: number }).cores),
      group,
    );
    expect([1, 2, 3, 4].map(() => picker.pick()?.pid.serial)).toEqual([1, 0, 1, 1]);
  });

  it.each([Number.NaN, -1, Number.POSITIVE_INFINITY, "3", null])("refuses %s as a weight", (weight) => {
    expect(() => pickerOf(weighted(), withWeights(1, weight))).toThrow(
      /the weight of member 1 is .+: it must be a number of at least 0/,
    );
  });
});
