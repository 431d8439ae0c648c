import { describe, expect, it } from "vitest";
import { type Pid, portOf } from "../../src/core/pid.ts";
import type { Entry } from "../../src/registry/entry.ts";
import { testSystem } from "../../src/testing/test-system.ts";
import { kill, people, person } from "./people.ts";
import { claims, enter, watchersOf } from "./table.ts";

describe("Owners", () => {
  it("R16 watches who has entries, and of the others at most the one that gave up its last", async () => {
    await using system = testSystem();
    const table = claims(system);
    const crowd = people(system, 10);
    for (const pid of crowd) {
      enter(table, "key", pid);
      enter(table, "other", pid);
    }
    expect(crowd.map(watchersOf)).toEqual(crowd.map(() => 1));
    for (const pid of crowd) {
      table.unregister("key", pid);
      table.unregister("other", pid);
    }
    expect(crowd.map(watchersOf).filter((watchers) => watchers > 0)).toEqual([1]);
    table.clear();
    expect(crowd.map(watchersOf)).toEqual(crowd.map(() => 0));
  });

  it("R16 stops watching who has handed on all he had", async () => {
    await using system = testSystem();
    const table = claims(system);
    const crowd = people(system, 10);
    let entry = enter(table, "key", crowd[0]!);
    for (const pid of crowd) entry = table.transfer(entry, { pid }) as Entry<string>;
    // The last has the entry, the one before him gave up his last.
    expect(crowd.map(watchersOf)).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 1, 1]);
  });

  it("R16 goes on watching who has come back, whoever gives up his last then", async () => {
    await using system = testSystem();
    const table = claims(system);
    const [ann, bob] = people(system, 2) as [Pid, Pid];
    enter(table, "a", ann);
    table.unregister("a", ann);
    enter(table, "b", ann);
    enter(table, "a", bob);
    table.unregister("a", bob);
    expect(table.owners.get(ann)?.size).toBe(1);
    await kill(ann);
    expect([table.lookup("b"), table.count]).toEqual([[], 0]);
  });

  it("names those who have claims, in the order in which they came to have some", async () => {
    await using system = testSystem();
    const table = claims(system);
    const [ann, bob, eve] = people(system, 3) as [Pid, Pid, Pid];
    for (const pid of [bob, eve, ann, bob]) enter(table, "key", pid);
    table.unregister("key", eve);
    expect(table.owners.all().map(({ pid, size }) => [pid, size])).toEqual([
      [bob, 2],
      [ann, 1],
    ]);
  });

  it("finds each registry's own, whoever else watches the process, and nobody for what is no pid", async () => {
    await using system = testSystem();
    const [one, two] = [claims(system), claims(system)];
    const ann = person(system);
    const others = { stopping: () => undefined, died: () => undefined };
    portOf(ann).watch(others);
    expect(one.owners.get(ann)).toBe(undefined);
    enter(one, "a", ann);
    portOf(ann).watch({ ...others });
    enter(two, "b", ann);
    enter(two, "c", ann);
    expect([one.owners.get(ann)?.size, two.owners.get(ann)?.size]).toEqual([1, 2]);
    expect(watchersOf(ann)).toBe(4);
    for (const stranger of [undefined, null, "ann", {}]) {
      expect(one.owners.get(stranger as unknown as Pid)).toBe(undefined);
      expect(one.unregister("a", stranger as unknown as Pid)).toBe(false);
    }
    await kill(ann);
    expect([one.owners.get(ann), one.owners.all(), two.count]).toEqual([undefined, [], 0]);
  });
});
