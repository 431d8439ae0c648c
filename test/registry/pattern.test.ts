import { describe, expect, expectTypeOf, it } from "vitest";
import { fits, patternFault, type ValuePattern } from "../../src/registry/pattern.ts";

class Point {
  readonly x: number;
  constructor(x: number) {
    this.x = x;
  }
  get double(): number {
    return 2 * this.x;
  }
}
const day = new Date(0);

describe("fits", () => {
  it.each([
    ["a number itself", 1, 1, true],
    ["no other number", 1, 2, false],
    ["no text of the same look", 1, "1", false],
    ["NaN itself", Number.NaN, Number.NaN, true],
    ["0 as -0", 0, -0, true],
    ["a bigint no number", 1n, 1, false],
    ["null only itself", null, undefined, false],
    ["an empty object any object", {}, { a: 1 }, true],
    ["an empty object no text", {}, "a", false],
    ["an empty object not null", {}, null, false],
    ["a part of an object", { a: 1 }, { a: 1, b: 2 }, true],
    ["no object that lacks a property", { a: 1, b: 2 }, { a: 1 }, false],
    ["a property that is there and undefined", { a: undefined }, { a: undefined }, true],
    ["no property that is absent", { a: undefined }, {}, false],
    ["what is deep inside", { a: { b: [{ c: 1 }] } }, { a: { b: [{ c: 1, d: 2 }] } }, true],
    ["a list of the same items", [1, { a: 1 }], [1, { a: 1, b: 2 }], true],
    ["no longer list", [1], [1, 2], false],
    ["no list by an object", { length: 1 }, "x", false],
    ["an instance by its properties", { x: 1, double: 2 }, new Point(1), true],
    ["an instance itself", day, day, true],
    ["no other instance that looks the same", day, new Date(0), false],
    ["a function itself only as an item", { run: fits }, { run: fits }, true],
  ])("R27 takes %s", (_, pattern, value, fitting) => {
    expect(fits(pattern, value)).toBe(fitting);
  });

  it("looks at no property of the pattern's prototype", () => {
    const bare = Object.assign(Object.create(null), { a: 1 });
    expect([fits(bare, { a: 1 }), fits(JSON.parse('{"__proto__":{"a":1}}'), { a: 1 })]).toEqual([
      true,
      false,
    ]);
  });
});

describe("patternFault", () => {
  it("is undefined for what can be compared", () => {
    expect([{ a: [1] }, [], 7, undefined, day].map((each) => patternFault(each))).toEqual(
      new Array(5).fill(undefined),
    );
  });

  it("names a pattern that contains itself", () => {
    const round: { inside?: unknown } = {};
    round.inside = [round];
    expect(patternFault(round)).toBe("where nests more than 32 deep");
  });
});

describe("ValuePattern", () => {
  it("is a part of an object, all of a list, and anything where nothing is known", () => {
    expectTypeOf<ValuePattern<{ readonly at: { x: number; y: number } }>>().toEqualTypeOf<{
      readonly at?: { readonly x?: number; readonly y?: number };
    }>();
    expectTypeOf<ValuePattern<readonly [string, number]>>().toEqualTypeOf<readonly [string, number]>();
    expectTypeOf<ValuePattern<unknown>>().toEqualTypeOf<{} | null | undefined>();
    expectTypeOf<ValuePattern<"a" | 1>>().toEqualTypeOf<"a" | 1>();
  });
});
