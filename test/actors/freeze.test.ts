import { describe, expect, it } from "vitest";
import { freezePlain } from "../../src/actors/freeze.ts";

describe("freezePlain", () => {
  it.each([undefined, null, 1, "x", Symbol.iterator, 1n])("leaves %s as it is", (value) => {
    expect(freezePlain(value)).toBe(value);
  });

  it("freezes objects without a prototype", () => {
    const bare = Object.assign(Object.create(null), { deep: {} });
    freezePlain(bare);
    expect([Object.isFrozen(bare), Object.isFrozen(bare.deep)]).toEqual([true, true]);
  });

  it.each([
    new Map(),
    new Set(),
    new Date(0),
    Buffer.from("x"),
    new AbortController().signal,
    new (class Mine {})(),
  ])("never freezes an instance: %s", (instance) => {
    expect(Object.isFrozen(freezePlain(instance))).toBe(false);
  });

  it("does not go into an instance, and goes round circles once", () => {
    const inner = { open: true };
    const holder: Record<string, unknown> = { instance: new Map([["inner", inner]]) };
    holder["loop"] = holder;
    freezePlain(holder);
    expect([Object.isFrozen(holder), Object.isFrozen(inner)]).toEqual([true, false]);
  });

  it("survives an accessor, which it reads", () => {
    const odd = {
      get twice() {
        return [1, 1];
      },
    };
    expect(Object.isFrozen(freezePlain(odd))).toBe(true);
  });
});
