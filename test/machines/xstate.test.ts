import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createActor, createMachine, fromPromise } from "xstate";
import { isEvent, isStateMachine, sameValue } from "../../src/machines/xstate.ts";

describe("isEvent", () => {
  it.each([{ type: "go" }, { type: "go", by: 1 }])("takes %j", (event) => {
    expect(isEvent(event)).toBe(true);
  });

  it.each([undefined, null, "go", 1, {}, { type: 1 }, []])("does not take %j", (message) => {
    expect(isEvent(message)).toBe(false);
  });
});

describe("isStateMachine", () => {
  it("takes what createMachine answers, and nothing else of XState's", () => {
    const machine = createMachine({});
    expect(isStateMachine(machine)).toBe(true);
    for (const other of [fromPromise(async () => 1), createActor(machine), {}, null, undefined, "machine"])
      expect(isStateMachine(other)).toBe(false);
  });
});

describe("sameValue", () => {
  const value = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: "small" },
      fc.constantFrom("a", "b"),
      fc.dictionary(fc.constantFrom("x", "y"), tie("value"), { maxKeys: 2 }),
    ),
  })).value;

  it("says of two values of states whether they are written alike, whatever the order of their keys", () => {
    const sorted = (one: unknown): unknown =>
      typeof one === "object" && one !== null
        ? Object.entries(one)
            .sort(([a], [b]) => (a < b ? -1 : 1))
            .map(([key, inside]) => [key, sorted(inside)])
        : one;
    fc.assert(
      fc.property(value, value, (one, other) => {
        expect(sameValue(one, other)).toBe(JSON.stringify(sorted(one)) === JSON.stringify(sorted(other)));
        expect(sameValue(one, structuredClone(one))).toBe(true);
      }),
    );
  });
});
