import { inspect } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isActorError } from "../../src/core/errors.ts";
import { formatKey, KeyMap, ownKey } from "../../src/registry/key.ts";
import { isCollected } from "./collected.ts";

const mark = Symbol("mark");
const thing = {};

describe("KeyMap", () => {
  it.each(
    titled([
      ["a", "a"],
      [Number.NaN, Number.NaN],
      [0, -0],
      [10n, BigInt("10")],
      [mark, mark],
      [thing, thing],
      ["__proto__", "__proto__"],
      [[], []],
      [
        ["page", 3],
        ["page", 3],
      ],
      [
        [Number.NaN, -0, 1n, mark, thing],
        [Number.NaN, 0, 1n, mark, thing],
      ],
      [["a", ["b", ["c"]]], Object.freeze(["a", ["b", ["c"]]])],
      [
        [null, undefined, true],
        [null, undefined, true],
      ],
    ]),
  )("RF27 finds what was put under $title", ({ one: put, other: asked }) => {
    const map = new KeyMap<string>();
    map.set(put, "found");
    expect(map.get(asked)).toBe("found");
    expect(map.size).toBe(1);
    expect(map.delete(asked)).toBe(true);
    expect(map.get(put)).toBeUndefined();
    expect(map.size).toBe(0);
  });

  it.each(
    titled([
      [1n, 1],
      [1, "1"],
      ["", 0],
      [{}, {}],
      [Symbol("a"), Symbol("a")],
      [["a", "b"], "a,b"],
      [["a", "b"], ["a,b"]],
      [["a"], "a"],
      [["a"], [["a"]]],
      [[["a"], "b"], [["a", "b"]]],
      [
        ["a", ["b"]],
        [["a"], "b"],
      ],
      [[], [[]]],
      [["a", undefined], ["a"]],
      [
        [1, 2],
        [1, 2n],
      ],
      [[thing], [{}]],
      ["__proto__", "constructor"],
    ]),
  )("R15 tells apart $title", ({ one, other }) => {
    const map = new KeyMap<string>();
    map.set(one, "one");
    expect(map.get(other)).toBeUndefined();
    map.set(other, "other");
    expect([map.get(one), map.get(other), map.size]).toEqual(["one", "other", 2]);
    expect(map.delete(one)).toBe(true);
    expect(map.get(other)).toBe("other");
  });

  it("keeps a tuple and its beginnings apart", () => {
    const map = new KeyMap<string>();
    map.set(["a", "b"], "long");
    expect(map.delete(["a"])).toBe(false);
    map.set(["a"], "short");
    map.delete(["a", "b"]);
    expect(map.get(["a"])).toBe("short");
  });

  it("holds on to nothing of a tuple that was deleted", async () => {
    const map = new KeyMap<string>();
    map.set(["a", "kept"], "kept");
    const put = (taken: boolean): WeakRef<object> => {
      const element = {};
      map.set(["a", element, "b"], "gone");
      if (taken) map.delete(["a", element, "b"]);
      return new WeakRef(element);
    };
    expect([await isCollected(() => put(true)), await isCollected(() => put(false))]).toEqual([true, false]);
    expect(map.get(["a", "kept"])).toBe("kept");
  });

  it("leaves the prototype of all objects alone", () => {
    const map = new KeyMap<string>();
    map.set("__proto__", "mine");
    map.set(["__proto__", "polluted"], "mine too");
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
    expect(Object.getPrototypeOf({})).toBe(Object.prototype);
  });

  it("answers as a list searched from front to back does", () => {
    const element = fc.oneof(fc.constantFrom<unknown>("a", "b", 0, -0, Number.NaN, 1n, 1, mark, thing, null));
    const { key } = fc.letrec((tie) => ({
      key: fc.oneof({ depthSize: "small" }, element, fc.array(tie("key"), { maxLength: 3 })),
    }));
    const step = fc.record({ does: fc.constantFrom("set", "delete", "get"), key });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const map = new KeyMap<number>();
        let list: { key: unknown; value: number }[] = [];
        for (const [at, { does, key }] of steps.entries()) {
          const known = list.find((each) => same(each.key, key));
          if (does === "get") expect(map.get(key)).toBe(known?.value);
          else if (does === "delete") {
            expect(map.delete(key)).toBe(known !== undefined);
            list = list.filter((each) => each !== known);
          } else {
            map.set(key, at);
            if (known) known.value = at;
            else list.push({ key, value: at });
          }
          expect(map.size).toBe(list.length);
        }
        for (const { key, value } of list) expect(map.get(key)).toBe(value);
      }),
    );
  });
});

describe("ownKey", () => {
  it("keeps a tuple as it was, at every depth", () => {
    const inner = ["b"];
    const key = ["a", inner];
    const kept = ownKey(key);
    key[0] = "changed";
    inner.push("more");
    expect(kept).toEqual(["a", ["b"]]);
    expect(() => (kept as unknown[][])[1]?.push("x")).toThrow(TypeError);
  });

  it("answers anything but a tuple as it is", () => {
    expect(ownKey(thing)).toBe(thing);
    expect(Object.isFrozen(thing)).toBe(false);
  });

  it("refuses a tuple that contains itself", () => {
    const key: unknown[] = ["a"];
    key.push(key);
    expect(() => ownKey(key)).toThrow(expect.objectContaining({ code: "ERR_INVALID_OPTIONS" }));
    expect(isActorError(caught(() => ownKey(key)))).toBe(true);
  });
});

describe("formatKey", () => {
  it.each(
    titled([
      ["hits", "hits"],
      [7, "7"],
      [7n, "7n"],
      [Symbol("s"), "Symbol(s)"],
      [["page", 3n, ["x"]], '["page", 3n, ["x"]]'],
      [{ a: 1 }, '{"a":1}'],
    ]),
  )("shows $title", ({ one: key, other: text }) => {
    expect(formatKey(key)).toBe(text);
  });
});

/** Pairs with a title: symbols do not go into one by themselves. */
function titled(pairs: readonly (readonly [unknown, unknown])[]) {
  return pairs.map(([one, other]) => ({ title: `${inspect(one)} and ${inspect(other)}`, one, other }));
}

/** Structural equality, said in the plainest way. */
function same(one: unknown, other: unknown): boolean {
  if (Array.isArray(one) && Array.isArray(other)) {
    return one.length === other.length && one.every((element, at) => same(element, other[at]));
  }
  return Object.is(one, other) || one === other;
}

function caught(run: () => unknown): unknown {
  try {
    run();
    return undefined;
  } catch (error) {
    return error;
  }
}
