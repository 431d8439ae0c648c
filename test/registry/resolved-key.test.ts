import { describe, expect, expectTypeOf, it } from "vitest";
import { claimsOf, createRegistry } from "../../src/registry/create-registry.ts";
import type { ResolvedKey } from "../../src/registry/registry.ts";
import { testSystem } from "../../src/testing/test-system.ts";
import { kill, people, person } from "./people.ts";

describe("Registry.resolve", () => {
  it("does what the registry does with its key", async () => {
    await using system = testSystem();
    const rooms = createRegistry<readonly [string, number], string>(system, { keys: "duplicate" });
    const [ann, bob] = [person(system), person(system)];
    const room = rooms.resolve(["room", 1]);
    expectTypeOf(room).toEqualTypeOf<ResolvedKey<readonly [string, number], string>>();
    expect(room.lookup()).toEqual([]);
    expect(room.register(ann, "Ann")).toEqual({ ok: true, entry: { pid: ann, value: "Ann" } });
    rooms.register(["room", 1], bob, "Bob");
    expect(room.lookup()).toBe(rooms.lookup(["room", 1]));
    const dispatched: unknown[] = [];
    room.dispatch((entries) => dispatched.push(...entries));
    expect(dispatched).toEqual(room.lookup());
    expect([room.unregister(ann), room.unregister(ann), rooms.count()]).toEqual([true, false, 1]);
  });

  it("answers with the holder of a unique key", async () => {
    await using system = testSystem();
    const names = createRegistry(system, { keys: "unique" });
    const [ann, bob] = people(system, 2);
    const name = names.resolve("a");
    name.register(ann!);
    expect(name.register(bob!)).toEqual({ ok: false, holder: { pid: ann, value: undefined } });
  });

  it("finds its key again after nobody has had it for a while", async () => {
    await using system = testSystem();
    const names = createRegistry(system, { keys: "unique" });
    const name = names.resolve("a");
    for (const pid of people(system, 3)) {
      names.register("a", pid);
      expect(name.lookup()).toEqual([{ pid, value: undefined }]);
      await kill(pid);
      expect(name.lookup()).toEqual([]);
    }
  });

  it("keeps nothing in the tables, and a copy of its key", async () => {
    await using system = testSystem();
    const rooms = createRegistry<readonly [string, number]>(system, { keys: "unique" });
    const mine: [string, number] = ["room", 1];
    const room = rooms.resolve(mine);
    mine[1] = 2;
    const ann = person(system);
    room.register(ann);
    expect([room.key, rooms.keys(ann)]).toEqual([["room", 1], [["room", 1]]]);
    room.unregister(ann);
    expect(claimsOf(rooms).slots.size).toBe(0);
  });

  it("R9 is a use of the registry when it is used, not when it is made", async () => {
    await using system = testSystem();
    const names = createRegistry(system, { keys: "unique" });
    names.child();
    const name = names.resolve("a");
    expect(() => name.lookup()).toThrow(expect.objectContaining({ code: "ERR_NOT_RUNNING" }));
    expect(() => name.register(person(system))).toThrow(expect.objectContaining({ code: "ERR_NOT_RUNNING" }));
  });
});
