import { describe, expect, it } from "vitest";
import { canonical, differences } from "./compare.ts";

describe("differences", () => {
  it("finds none where only the order of keys differs", () => {
    expect(differences({ a: 1, b: [2] }, { b: [2], a: 1 })).toEqual([]);
  });

  it("names the place of each", () => {
    expect(differences({ a: { b: 1 }, c: 2 }, { a: { b: 3 }, d: 4 })).toEqual([
      { at: ["a", "b"], recorded: 1, played: 3 },
      { at: ["c"], recorded: 2, played: undefined },
      { at: ["d"], recorded: undefined, played: 4 },
    ]);
  });

  it("aligns lists: one item too many is one difference, and so is one too few", () => {
    expect(differences([1, 2, 3], [1, 9, 2, 3])).toEqual([{ at: [1], recorded: undefined, played: 9 }]);
    expect(differences([1, 9, 2, 3], [1, 2, 3])).toEqual([{ at: [1], recorded: 9, played: undefined }]);
  });

  it("takes what is left over at the same place for one item that changed", () => {
    expect(differences([1, [0, "a"], 3], [1, [0, "b"], 3])).toEqual([
      { at: [1], recorded: [0, "a"], played: [0, "b"] },
    ]);
  });

  it("goes into records of a list", () => {
    expect(differences([{ step: 1, is: "x" }], [{ step: 1, is: "y" }])).toEqual([
      { at: [0, "is"], recorded: "x", played: "y" },
    ]);
  });
});

describe("canonical", () => {
  it("tells null from nothing, and a number from its text", () => {
    expect(canonical(null)).not.toBe(canonical(undefined));
    expect(canonical(1)).not.toBe(canonical("1"));
  });
});
