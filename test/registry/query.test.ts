import { describe, expect, expectTypeOf, it, onTestFinished, vi } from "vitest";
import type { System } from "../../src/actors/definition.ts";
import type { Pid } from "../../src/core/pid.ts";
import { createRegistry } from "../../src/registry/create-registry.ts";
import type { KeyedEntry } from "../../src/registry/entry.ts";
import { KeyMap } from "../../src/registry/key.ts";
import { checkQuery } from "../../src/registry/query.ts";
import type { DuplicateRegistry, UniqueRegistry } from "../../src/registry/registry.ts";
import { testSystem } from "../../src/testing/test-system.ts";
import { lingerer, people, person } from "./people.ts";

const KINDS = ["unique", "duplicate"] as const;
interface Seat {
  readonly row: number;
  readonly free: boolean;
}

function seatsOf(system: System): DuplicateRegistry<string, Seat> {
  return createRegistry<string, Seat>(system, { keys: "duplicate" });
}

function registry<V>(
  system: System,
  kind: (typeof KINDS)[number],
): UniqueRegistry<string, V> | DuplicateRegistry<string, V> {
  return kind === "unique"
    ? createRegistry<string, V>(system, { keys: kind })
    : createRegistry<string, V>(system, { keys: kind });
}

describe("checkQuery", () => {
  it("names every fault at once", () => {
    const round: unknown[] = [];
    round.push(round);
    expect(() => checkQuery("entries", { keys: "a", pid: "ann", where: round })).toThrow(
      expect.objectContaining({
        code: "ERR_INVALID_OPTIONS",
        faults: [
          'unknown option "keys"',
          expect.stringMatching(/^pid must be a pid, not /),
          "where nests more than 32 deep",
        ],
      }),
    );
  });

  it.each([undefined, null, "a", ["a"]])("refuses %j, which is no query", (given) => {
    expect(() => checkQuery("entries", given)).toThrow(/takes \{ key, pid, where \}/);
  });
});

describe.each(KINDS)("Registry.entries with %s keys", (kind) => {
  it("R28 finds all entries, those of one key, of one process, and of one value", async () => {
    await using system = testSystem();
    const names = registry<number>(system, kind);
    const [ann, bob] = people(system, 2) as [Pid, Pid];
    names.register("a", ann, 1);
    names.register("b", bob, 2);
    names.register("c", ann, 2);
    const [a, b, c] = [
      { key: "a", pid: ann, value: 1 },
      { key: "b", pid: bob, value: 2 },
      { key: "c", pid: ann, value: 2 },
    ];
    expect(names.entries()).toEqual([a, b, c]);
    expect(names.entries({ key: "b" })).toEqual([b]);
    expect(names.entries({ pid: ann })).toEqual([a, c]);
    expect(names.entries({ key: "c", pid: ann })).toEqual([c]);
    expect(names.entries({ key: "c", pid: bob })).toEqual([]);
    expect(names.entries({ where: 2 })).toEqual([b, c]);
    expect(names.entries({ pid: ann, where: (value) => value > 1 })).toEqual([c]);
    expect(names.entries({ where: (_value, pid, key) => pid === ann && key < "b" })).toEqual([a]);
    for (const key of ["x", "_", "$1"]) expect(names.entries({ key })).toEqual([]);
    expect([names.countMatch(), names.countMatch({ where: 2 }), names.countMatch({ key: "x" })]).toEqual([
      3, 2, 0,
    ]);
    expectTypeOf(names.entries()).toEqualTypeOf<readonly KeyedEntry<string, number>[]>();
  });

  it("R63 shows nobody who is stopping", async () => {
    await using system = testSystem();
    const names = registry<number>(system, kind);
    const slow = await lingerer(system);
    names.register("a", slow.pid, 1);
    await slow.stop();
    expect([names.entries(), names.entries({ key: "a" }), names.entries({ pid: slow.pid })]).toEqual([
      [],
      [],
      [],
    ]);
    expect([names.match("a", 1), names.countMatch(), names.count()]).toEqual([[], 0, 1]);
    await slow.letGo();
  });

  it("takes a part that is there as bound, also when it is undefined", async () => {
    await using system = testSystem();
    const names = registry<number | undefined>(system, kind);
    const [ann, bob] = people(system, 2) as [Pid, Pid];
    names.register("a", ann, 1);
    names.register("b", bob, undefined);
    expect(names.entries({ key: undefined as never })).toEqual([]);
    expect(() => names.entries({ pid: undefined as never })).toThrow(/pid must be a pid/);
    expect(names.entries({ where: undefined }).map(({ key }) => key)).toEqual(["b"]);
  });

  it("RF26 looks at nothing that is not under the key or of the process", async () => {
    await using system = testSystem();
    const names = registry<number>(system, kind);
    const [ann, bob] = people(system, 2) as [Pid, Pid];
    for (let i = 0; i < 1_000; i += 1) names.register(`key ${i}`, ann, i);
    names.register("mine", bob, 7);
    const seen: unknown[] = [];
    const where = (value: number): boolean => seen.push(value) > 0;
    // All keys of a registry are to be had in this way only.
    const allKeys = vi.spyOn(KeyMap.prototype, "values");
    onTestFinished(() => allKeys.mockRestore());
    expect(names.entries({ key: "mine", where })).toHaveLength(1);
    expect(names.match("mine", where)).toHaveLength(1);
    expect(names.countMatch({ pid: bob, where })).toBe(1);
    expect(names.entries({ key: "key 9", pid: bob, where })).toEqual([]);
    expect(names.unregisterMatch({ pid: bob, where })).toBe(1);
    expect([seen, allKeys.mock.calls]).toEqual([[7, 7, 7, 7], []]);
    names.entries();
    expect(allKeys.mock.calls).toHaveLength(1);
  });

  it("gives frozen entries, which move as those of a lookup do", async () => {
    await using system = testSystem();
    const names = registry<number>(system, kind);
    const [ann, bob] = people(system, 2) as [Pid, Pid];
    names.register("a", ann, 1);
    const found = names.entries();
    expect([Object.isFrozen(found), Object.isFrozen(found[0])]).toEqual([true, true]);
    expect(names.transfer(found[0]!, { key: "b", pid: bob })).toEqual({ pid: bob, value: 1 });
    expect(names.transfer(found[0]!, { key: "c" })).toBeUndefined();
    expect(names.entries()).toEqual([{ key: "b", pid: bob, value: 1 }]);
  });

  it("R9 throws while the registry is not running; taking away does not", async () => {
    await using system = testSystem();
    const names = registry<number>(system, kind);
    const ann = person(system);
    names.child();
    const notRunning = expect.objectContaining({ code: "ERR_NOT_RUNNING", handled: "no" });
    for (const use of [() => names.entries(), () => names.match("a", 1), () => names.countMatch()]) {
      expect(use).toThrow(notRunning);
    }
    expect(names.unregisterMatch({ pid: ann })).toBe(0);
  });

  it("lets through what a function throws, and nothing has changed", async () => {
    await using system = testSystem();
    const names = registry<number>(system, kind);
    const ann = person(system);
    names.register("a", ann, 1);
    const raise = (): never => {
      throw new RangeError("mine");
    };
    expect(() => names.entries({ where: raise })).toThrow(RangeError);
    expect(() => names.unregisterMatch({ pid: ann, where: raise })).toThrow(RangeError);
    expect(names.count()).toBe(1);
  });
});

describe("Registry.entries with structural keys", () => {
  it("R15 R30 finds all of them, and takes no key for a pattern", async () => {
    await using system = testSystem();
    const names = createRegistry<string | readonly (string | number)[], number>(system, { keys: "unique" });
    const ann = person(system);
    const keys = ["_", ["_", 1], ["_"], [], ["$1", 1], "$1"];
    for (const [value, key] of keys.entries()) names.register(key, ann, value);
    expect(names.entries({ key: "_" }).map(({ value }) => value)).toEqual([0]);
    expect(names.entries({ key: ["_", 1] }).map(({ value }) => value)).toEqual([1]);
    expect(new Set(names.entries().map(({ key }) => key))).toEqual(new Set(keys));
  });
});

describe("Registry.match", () => {
  it("R26 R27 finds those of a key whose value fits, in registration order", async () => {
    await using system = testSystem();
    const seats = seatsOf(system);
    const [ann, bob] = people(system, 2) as [Pid, Pid];
    seats.register("stalls", ann, { row: 3, free: true });
    seats.register("stalls", bob, { row: 1, free: true });
    seats.register("stalls", ann, { row: 2, free: false });
    seats.register("circle", bob, { row: 1, free: true });
    expect(seats.match("stalls", { free: true }).map(({ value }) => value.row)).toEqual([3, 1]);
    expect(seats.match("stalls", ({ row }) => row > 1).map(({ value }) => value.row)).toEqual([3, 2]);
    expect(seats.match("stalls", { row: 9 })).toEqual([]);
    expect(seats.countMatch({ key: "stalls", where: { row: 1, free: true } })).toBe(1);
    expect(seats.match("stalls", { row: 1 })[0]).toBe(seats.lookup("stalls")[1]);
    // @ts-expect-error a part of the value has its types
    expect(seats.match("stalls", { row: "1" })).toEqual([]);
  });
});

describe("Registry.unregisterMatch", () => {
  it("R35 R36 takes away those of one process that fit, and counts the rest exactly", async () => {
    await using system = testSystem();
    const groups = createRegistry<string, number>(system, { keys: "duplicate" });
    const [ann, bob] = people(system, 2) as [Pid, Pid];
    for (const value of [1, 2, 3]) groups.register("a", ann, value);
    groups.register("a", bob, 3);
    groups.register("b", ann, 3);
    expect(groups.unregisterMatch({ key: "a", pid: ann, where: (value) => value > 1 })).toBe(2);
    expect(groups.lookup("a").map(({ value }) => value)).toEqual([1, 3]);
    expect([groups.count(), groups.keys(ann), groups.values("a", ann)]).toEqual([3, ["a", "b"], [1]]);
    expect(groups.unregisterMatch({ pid: ann })).toBe(2);
    expect([groups.unregisterMatch({ pid: ann }), groups.count()]).toEqual([0, 1]);
  });

  it("R37 asks whose entries they are to be", async () => {
    await using system = testSystem();
    const groups = createRegistry<string, number>(system, { keys: "duplicate" });
    groups.register("a", person(system), 1);
    // @ts-expect-error without a process it would take away everybody's
    expect(() => groups.unregisterMatch({ key: "a" })).toThrow(/pid is required/);
    expect(groups.count()).toBe(1);
  });

  it("counts what it took away, whatever a function did meanwhile", async () => {
    await using system = testSystem();
    const groups = createRegistry<string, number>(system, { keys: "duplicate" });
    const ann = person(system);
    for (const value of [1, 2, 3]) groups.register("a", ann, value);
    const where = (value: number): boolean => {
      if (value === 1) groups.unregister("a", ann);
      return true;
    };
    expect([groups.unregisterMatch({ pid: ann, where }), groups.count(), groups.lookup("a")]).toEqual([
      0,
      0,
      [],
    ]);
  });
});
