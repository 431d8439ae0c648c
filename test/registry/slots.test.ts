import { describe, expect, it } from "vitest";
import type { Pid } from "../../src/core/pid.ts";
import { uniqueKeys } from "../../src/registry/admission.ts";
import type { Entry } from "../../src/registry/entry.ts";
import { testSystem } from "../../src/testing/test-system.ts";
import { kill, lingerer, people, person } from "./people.ts";
import { claims, enter } from "./table.ts";

describe("Slots.reserve", () => {
  it("keeps a key for who has the reservation", async () => {
    await using system = testSystem();
    const table = claims(system, uniqueKeys);
    const [ann, bob] = people(system, 2) as [Pid, Pid];
    const reservation = {};
    expect(table.slots.reserve("name", reservation, "child")).toBe(true);
    expect(table.slots.reserve("name", reservation, "child")).toBe(true);
    expect(table.slots.reserve("name", {}, "other")).toBe(false);
    expect(table.register("name", ann, "")).toEqual({ ok: false, reservedFor: "child" });
    expect(table.register("name", bob, "", reservation).ok).toBe(true);
    await kill(bob);
    expect(table.register("name", ann, "")).toEqual({ ok: false, reservedFor: "child" });
    table.slots.release("name", {});
    expect(table.register("name", ann, "").ok).toBe(false);
    table.slots.release("name", reservation);
    expect(table.register("name", ann, "").ok).toBe(true);
    expect(table.slots.reserve("name", reservation, "child")).toBe(false);
  });
});

describe("Slots.onRegister", () => {
  it("calls back once, in the turn in which somebody takes the key", async () => {
    await using system = testSystem();
    const table = claims(system, uniqueKeys);
    const [ann, bob] = people(system, 2) as [Pid, Pid];
    const found: Pid[] = [];
    const forget = table.slots.onRegister("name", (pid) => found.push(pid));
    table.slots.onRegister("name", () => found.push(bob))();
    enter(table, "name", ann);
    expect(found).toEqual([ann]);
    table.unregister("name", ann);
    enter(table, "name", bob);
    forget();
    expect([found, table.lookup("name").length]).toEqual([[ann], 1]);
  });
});

describe("Slots.onFree", () => {
  it("calls back once, when the last claim to a key has gone, not when it is hidden", async () => {
    await using system = testSystem();
    const table = claims(system);
    const slow = await lingerer(system);
    const ann = person(system);
    for (const pid of [slow.pid, ann]) enter(table, "key", pid);
    const free: boolean[] = [];
    table.slots.onFree("key", () => free.push(table.slots.isTaken("key")));
    await kill(ann);
    await slow.stop();
    expect([table.lookup("key"), table.slots.isTaken("key"), free]).toEqual([[], true, []]);
    await slow.letGo();
    expect([table.slots.isTaken("key"), free, table.slots.size]).toEqual([false, [false], 0]);
  });

  it("waits for the end of a promise too, and keeps nothing when it is forgotten", async () => {
    await using system = testSystem();
    const table = claims(system, uniqueKeys);
    const reservation = {};
    table.slots.reserve("key", reservation, "child");
    const free: string[] = [];
    table.slots.onFree("key", () => free.push("heard"));
    table.slots.onFree("key", () => free.push("forgotten"))();
    table.slots.onFree("other", () => free.push("other"))();
    expect(table.slots.size).toBe(1);
    table.slots.release("key", reservation);
    expect([free, table.slots.size]).toEqual([["heard"], 0]);
  });
});

describe("Slots.entries", () => {
  it("R63 answers what is shown now, whatever has changed since it was asked", async () => {
    await using system = testSystem();
    const table = claims(system, uniqueKeys);
    const [ann, bob] = people(system, 2) as [Pid, Pid];
    const slow = await lingerer(system);
    const shown = (): unknown[] => table.slots.entries("name").map(({ pid, value }) => [pid, value]);
    expect(shown()).toEqual([]);
    const first = enter(table, "name", ann, "one");
    expect([shown(), table.slots.entries("name")]).toEqual([[[ann, "one"]], table.lookup("name")]);
    const second = table.update(first, "two") as Entry<string>;
    expect(shown()).toEqual([[ann, "two"]]);
    const third = table.transfer(second, { pid: bob }) as Entry<string>;
    expect(shown()).toEqual([[bob, "two"]]);
    table.transfer(third, { key: "other" });
    expect([shown(), table.slots.entries("other").length]).toEqual([[], 1]);
    enter(table, "name", slow.pid);
    expect(shown()).toEqual([[slow.pid, ""]]);
    await slow.stop();
    expect([shown(), table.slots.isTaken("name")]).toEqual([[], true]);
    await slow.letGo();
    enter(table, "name", ann, "again");
    expect(shown()).toEqual([[ann, "again"]]);
    await kill(ann);
    expect([shown(), table.slots.size]).toEqual([[], 1]);
  });

  it("answers the same array until something changes, and tuples by what is in them", async () => {
    await using system = testSystem();
    const table = claims(system);
    const [ann, bob] = people(system, 2) as [Pid, Pid];
    for (const key of ["room", Number.NaN, Symbol.iterator, 7n, ["room", 1]]) {
      enter(table, key, ann);
      const before = table.slots.entries(key);
      expect(table.slots.entries(key)).toBe(before);
      enter(table, key, bob);
      expect([before.length, table.slots.entries(key).length]).toEqual([1, 2]);
    }
    expect(table.slots.entries(["room", 1])).toBe(table.slots.entries(["room", 1]));
    expect(table.slots.entries(["room", 2])).toEqual([]);
  });

  it("keeps nothing of a key that is gone, or was never there", async () => {
    await using system = testSystem();
    const table = claims(system);
    const ann = person(system);
    for (let key = 0; key < 1_000; key += 1) {
      enter(table, key, ann);
      table.slots.entries(key);
      table.unregister(key, ann);
      table.slots.entries(-key);
    }
    expect([table.slots.size, table.slots.answered]).toEqual([0, 0]);
  });
});
