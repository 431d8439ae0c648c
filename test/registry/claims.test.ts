import { describe, expect, it } from "vitest";
import type { Pid } from "../../src/core/pid.ts";
import { duplicateKeys, uniqueKeys } from "../../src/registry/admission.ts";
import type { Claims } from "../../src/registry/claims.ts";
import { keysOf, valuesOf } from "../../src/registry/contents.ts";
import { createRegistry } from "../../src/registry/create-registry.ts";
import { testSystem } from "../../src/testing/test-system.ts";
import { kill, lingerer, people, person } from "./people.ts";
import { claims, enter, watchersOf } from "./table.ts";

const values = (table: Claims<string>, key: unknown): string[] => table.lookup(key).map(({ value }) => value);

describe("Claims.transfer", () => {
  it("moves an entry to another key and another owner in one step", async () => {
    await using system = testSystem();
    const table = claims(system);
    const [pool, borrower] = people(system, 2) as [Pid, Pid];
    const idle = enter(table, ["pool", "idle"], pool, "socket");
    const lent = table.transfer(idle, { key: ["pool", "lent"], pid: borrower });
    expect(lent).toEqual({ pid: borrower, value: "socket" });
    expect(table.lookup(["pool", "idle"])).toEqual([]);
    expect(table.lookup(["pool", "lent"])).toEqual([lent]);
    expect([keysOf(table, pool), keysOf(table, borrower), table.count]).toEqual([[], [["pool", "lent"]], 1]);
    await kill(pool);
    expect(table.count).toBe(1);
    await kill(borrower);
    expect(table.count).toBe(0);
  });

  it("moves an entry once: the entry of before is void", async () => {
    await using system = testSystem();
    const table = claims(system);
    const [ann, bob] = people(system, 2) as [Pid, Pid];
    const first = enter(table, "a", ann);
    const second = table.transfer(first, { key: "b" });
    expect(table.transfer(first, { key: "c", pid: bob })).toBeUndefined();
    expect(table.remove(first)).toBe(false);
    expect(table.lookup("b")).toEqual([second]);
  });

  it("puts an entry at the end of its key, also of the one it had", async () => {
    await using system = testSystem();
    const table = claims(system);
    const ann = person(system);
    const [a] = ["a", "b", "c"].map((value) => enter(table, "key", ann, value));
    table.transfer(a!, { value: "A" });
    expect(values(table, "key")).toEqual(["b", "c", "A"]);
    expect(valuesOf(table, "key", ann)).toEqual(["b", "c", "A"]);
  });

  it("takes a value away that may be absent", async () => {
    await using system = testSystem();
    const names = createRegistry<string, string | undefined>(system, { keys: "unique" });
    const ann = person(system);
    names.register("a", ann, "A");
    expect(names.transfer(names.lookup("a")[0]!, { value: undefined })).toEqual({
      pid: ann,
      value: undefined,
    });
    expect(names.values("a", ann)).toEqual([undefined]);
  });

  it("changes nothing when the new owner takes no messages any more", async () => {
    await using system = testSystem();
    const table = claims(system);
    const [ann, dead] = people(system, 2) as [Pid, Pid];
    const entry = enter(table, "a", ann);
    await kill(dead);
    const slow = await lingerer(system);
    await slow.stop();
    for (const pid of [dead, slow.pid]) {
      expect(() => table.transfer(entry, { key: "b", pid })).toThrow(
        expect.objectContaining({ code: "ERR_NOPROC" }),
      );
    }
    expect(table.lookup("a")).toEqual([entry]);
    expect([table.count, table.lookup("b")]).toEqual([1, []]);
    await slow.letGo();
  });

  it("takes back what a process that is stopping still holds", async () => {
    await using system = testSystem();
    const table = claims(system);
    const pool = person(system);
    const borrower = await lingerer(system);
    const told: string[] = [];
    table.members("lent").observe({ left: ({ value }) => told.push(value) });
    const lent = enter(table, "lent", borrower.pid, "socket");
    await borrower.stop();
    expect([table.lookup("lent"), table.count]).toEqual([[], 1]);
    table.transfer(lent, { key: "idle", pid: pool });
    await borrower.letGo();
    expect([values(table, "idle"), told]).toEqual([["socket"], ["socket"]]);
  });

  it("leaves an entry where it is when the unique key it is to have is taken", async () => {
    await using system = testSystem();
    const table = claims(system, uniqueKeys);
    const [ann, bob] = people(system, 2) as [Pid, Pid];
    const entry = enter(table, "a", ann);
    enter(table, "b", bob);
    expect(table.transfer(entry, { key: "b" })).toBeUndefined();
    expect(table.lookup("a")).toEqual([entry]);
    expect(table.transfer(entry, { key: "c" })).toEqual({ pid: ann, value: "" });
    expect([table.lookup("a").length, table.lookup("b").length, table.lookup("c").length]).toEqual([0, 1, 1]);
  });

  it("knows entries of its own only", async () => {
    await using system = testSystem();
    const [mine, other] = [claims(system), claims(system)];
    const ann = person(system);
    enter(mine, "a", ann);
    const foreign = enter(other, "a", ann);
    expect(mine.transfer(foreign, { key: "b" })).toBeUndefined();
    expect(mine.remove(foreign)).toBe(false);
    expect([mine.count, other.count]).toEqual([1, 1]);
  });
});

describe("Claims.remove", () => {
  it("R36 takes away one of several entries of a process and counts the rest", async () => {
    await using system = testSystem();
    const table = claims(system);
    const ann = person(system);
    const entries = ["a", "b", "c"].map((value) => enter(table, "key", ann, value));
    expect(table.remove(entries[1]!)).toBe(true);
    expect([values(table, "key"), keysOf(table, ann), table.count]).toEqual([["a", "c"], ["key", "key"], 2]);
  });
});

describe("Claims.remove", () => {
  it("does nothing for what is gone, and no transfer brings it back", async () => {
    await using system = testSystem();
    const table = claims(system);
    const ann = person(system);
    const [gone, kept] = ["gone", "kept"].map((value) => enter(table, "key", ann, value));
    expect([table.remove(gone!), table.remove(gone!)]).toEqual([true, false]);
    expect(table.transfer(gone!, { key: "other" })).toBeUndefined();
    expect([table.lookup("key"), table.lookup("other"), table.count]).toEqual([[kept], [], 1]);
  });
});

describe("Claims.members", () => {
  it("tells who joins, who leaves and who is lost, once all tables agree", async () => {
    await using system = testSystem();
    const table = claims(system);
    const told: string[] = [];
    const members = table.members("key");
    const look = (): string => `${values(table, "key").join("")}|${table.count}|${members.size}`;
    members.observe({
      joined: ({ value }) => told.push(`+${value} ${look()}`),
      left: ({ value }) => told.push(`-${value} ${look()}`),
      lost: ({ value }, reason) => told.push(`!${value} ${reason.kind} ${look()}`),
    });
    const [ann, bob] = people(system, 2) as [Pid, Pid];
    enter(table, "key", ann, "a");
    const b = enter(table, "key", bob, "b");
    enter(table, "key", ann, "c");
    table.transfer(b, { key: "other" });
    await kill(ann);
    expect(told).toEqual([
      "+a a|1|1",
      "+b ab|2|2",
      "+c abc|3|3",
      "-b ac|3|2",
      "-a |3|0",
      "-c |3|0",
      "!a killed |1|0",
      "!c killed |1|0",
    ]);
  });

  it("RF12 goes on when its key has been empty", async () => {
    await using system = testSystem();
    const table = claims(system);
    const members = table.members("key");
    for (const value of ["a", "b"]) {
      const pid = person(system);
      enter(table, "key", pid, value);
      expect(members.at(0)?.value).toBe(value);
      await kill(pid);
      expect(members.size).toBe(0);
    }
  });

  it("lets an observer enter, move and remove what it likes", async () => {
    await using system = testSystem();
    const table = claims(system);
    const [pool, borrower] = people(system, 2) as [Pid, Pid];
    const kept = enter(table, "idle", borrower, "kept");
    table.members("lent").observe({
      lost: ({ value }) => {
        if (value !== "one") return;
        table.remove(kept);
        enter(table, "lent", pool, "again");
        enter(table, "idle", pool, "new");
      },
    });
    enter(table, "lent", borrower, "one");
    await kill(borrower);
    expect([values(table, "lent"), values(table, "idle"), table.count]).toEqual([["again"], ["new"], 2]);
  });
});

describe("maxKeys", () => {
  it.each([
    ["unique", uniqueKeys],
    ["duplicate", duplicateKeys],
  ])("counts the different keys that are taken (%s)", async (_, admission) => {
    await using system = testSystem();
    const table = claims(system, admission, 2);
    const ann = person(system);
    const a = enter(table, "a", ann);
    expect(table.slots.reserve("b", {}, "child")).toBe(true);
    expect(table.slots.reserve("c", {}, "child")).toBe(false);
    expect(() => table.register("c", ann, "")).toThrow(
      expect.objectContaining({ code: "ERR_REGISTRY_FULL", handled: "no" }),
    );
    expect([table.count, table.lookup("c"), watchersOf(ann)]).toEqual([1, [], 1]);
    expect(table.transfer(a, { key: "c" })).toBeDefined();
    table.unregister("c", ann);
    expect(table.register("d", ann, "").ok).toBe(true);
  });

  it("frees the keys of the dead", async () => {
    await using system = testSystem();
    const table = claims(system, duplicateKeys, 3);
    for (let round = 0; round < 3; round += 1) {
      const [ann, bob] = people(system, 2) as [Pid, Pid];
      for (const key of ["a", "b", "c"]) for (const pid of [ann, bob]) enter(table, `${key}${round}`, pid);
      await kill(ann);
      expect(table.count).toBe(3);
      await kill(bob);
    }
    expect(table.count).toBe(0);
  });
});

describe("Claims", () => {
  it("RF25 keeps nothing of a key that nobody has, is promised, waits for or watches", async () => {
    await using system = testSystem();
    const table = claims(system, uniqueKeys);
    const [ann, bob] = people(system, 2) as [Pid, Pid];
    const reservation = {};
    for (const key of ["a", ["b"], ["b", 1]]) {
      const entry = enter(table, key, ann);
      table.transfer(entry, { key: [key, "moved"] });
      enter(table, key, bob);
    }
    const members = table.members("watched");
    const forget = table.slots.onRegister("awaited", () => undefined);
    table.slots.onRegister("taken", () => undefined);
    table.slots.reserve("promised", reservation, "child");
    enter(table, "taken", bob);
    expect(table.slots.size).toBe(10);
    await kill(bob);
    table.unregister(["a", "moved"], ann);
    await kill(ann);
    expect(table.slots.size).toBe(3);
    members.close();
    forget();
    table.slots.release("promised", reservation);
    expect([table.slots.size, table.count]).toEqual([0, 0]);
  });

  it("R17 RF5 keeps nothing of a try that failed", async () => {
    await using system = testSystem();
    const table = claims(system, uniqueKeys);
    const [ann, bob] = people(system, 2) as [Pid, Pid];
    enter(table, "key", ann);
    for (let i = 0; i < 1_000; i += 1) expect(table.register("key", bob, "").ok).toBe(false);
    expect([watchersOf(bob), keysOf(table, bob), table.count]).toEqual([0, [], 1]);
    await kill(ann);
    expect(table.register("key", bob, "").ok).toBe(true);
  });

  it("RF3 forgets with a process what was its own, not what another has taken since", async () => {
    await using system = testSystem();
    const table = claims(system, uniqueKeys);
    const [ann, bob] = people(system, 2) as [Pid, Pid];
    enter(table, "key", ann);
    table.unregister("key", ann);
    enter(table, "key", bob);
    await kill(ann);
    expect(table.lookup("key")).toEqual([{ pid: bob, value: "" }]);
  });

  it("answers whose claims it has cleared", async () => {
    await using system = testSystem();
    const table = claims(system);
    const [ann, bob, eve] = people(system, 3) as [Pid, Pid, Pid];
    for (const pid of [ann, ann, bob, eve]) enter(table, "key", pid);
    table.unregister("key", eve);
    expect(table.clear()).toEqual([ann, bob]);
    expect([table.count, table.lookup("key")]).toEqual([0, []]);
    await kill(ann);
    expect(table.count).toBe(0);
  });

  it("refuses what is no pid, and a pid of another system", async () => {
    await using system = testSystem();
    await using elsewhere = testSystem();
    const table = claims(system);
    const invalid = expect.objectContaining({ code: "ERR_INVALID_OPTIONS" });
    for (const given of [undefined, null, {}, "pid", 7]) {
      expect(() => table.register("key", given as unknown as Pid, "")).toThrow(invalid);
    }
    expect(() => table.register("key", person(elsewhere), "")).toThrow(/belongs to another system/);
    expect(table.count).toBe(0);
  });
});
