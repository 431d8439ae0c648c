/**
 * What bounds a registry's growth when keys come from outside.
 *
 * @module
 */
import { describe, expect, it } from "vitest";
import { defineActor } from "../../src/actors/define-actor.ts";
import { processOf } from "../../src/actors/process.ts";
import type { Pid } from "../../src/core/pid.ts";
import { keysOf } from "../../src/registry/contents.ts";
import { claimsOf, createRegistry } from "../../src/registry/create-registry.ts";
import type { Key } from "../../src/registry/key.ts";
import { type TestSystem, testSystem } from "../../src/testing/test-system.ts";
import { kill, people, person } from "./people.ts";

const full = expect.objectContaining({ code: "ERR_REGISTRY_FULL", handled: "no" });

describe.each(["unique", "duplicate"] as const)("a registry with %s keys and caps", (kind) => {
  const make = (system: TestSystem, caps: { maxKeys?: number; maxKeysPerOwner?: number }) =>
    kind === "unique"
      ? createRegistry<Key>(system, { keys: kind, name: "names", ...caps })
      : createRegistry<Key>(system, { keys: kind, name: "names", ...caps });

  it("lets one process have so many entries, and others theirs", async () => {
    await using system = testSystem();
    const names = make(system, { maxKeysPerOwner: 2 });
    const [ann, bob] = people(system, 2) as [Pid, Pid];
    names.register("a", ann);
    names.register("b", ann);
    expect(() => names.register(["c", 1], ann)).toThrow(
      /has 2 keys in names \(maxKeysPerOwner\): it cannot have \["c", 1\] as well$/,
    );
    expect(() => names.register("c", ann)).toThrow(full);
    expect(names.register("c", bob).ok).toBe(true);
    expect([names.count(), names.keys(ann)]).toEqual([3, ["a", "b"]]);
    names.unregister("a", ann);
    expect(names.register("d", ann).ok).toBe(true);
    await kill(ann);
    expect([names.count(), claimsOf(names).slots.size]).toEqual([1, 1]);
  });

  it("grows by nothing, however often a process beyond its cap tries", async () => {
    await using system = testSystem();
    const names = make(system, { maxKeys: 3, maxKeysPerOwner: 1 });
    const ann = person(system);
    names.register("a", ann);
    for (let i = 0; i < 1_000; i += 1) expect(() => names.register(`hostile ${i}`, ann)).toThrow(full);
    expect([claimsOf(names).slots.size, processOf(ann).ties?.watchers?.length]).toEqual([1, 1]);
    for (const key of ["b", "c"]) names.register(key, person(system));
    for (const pid of people(system, 100)) {
      expect(() => names.register("d", pid)).toThrow(full);
      expect(processOf(pid).ties).toBeUndefined();
    }
    expect([names.count(), claimsOf(names).slots.size]).toEqual([3, 3]);
  });

  it("does not let an entry move to a process that has enough", async () => {
    await using system = testSystem();
    const claims = claimsOf(make(system, { maxKeysPerOwner: 1 }));
    const [ann, bob] = people(system, 2) as [Pid, Pid];
    const first = claims.register("a", ann, undefined);
    claims.register("b", bob, undefined);
    if (!first.ok) throw new Error("a is taken");
    expect(() => claims.transfer(first.entry, { pid: bob })).toThrow(full);
    expect(claims.lookup("a")).toEqual([first.entry]);
    expect(claims.transfer(first.entry, { key: "c" })).toEqual(first.entry);
    expect([keysOf(claims, ann), keysOf(claims, bob)]).toEqual([["c"], ["b"]]);
  });
});

describe("maxKeys", () => {
  it("says of what is no key that it is none, also when there is no room", async () => {
    await using system = testSystem();
    const groups = createRegistry<string | object>(system, { keys: "duplicate", maxKeys: 1 });
    const ann = person(system);
    groups.register("a", ann);
    const round: object[] = [];
    round.push(round, round);
    expect(() => groups.register(round, ann)).toThrow(/tuples nest at most 32 deep/);
  });
});

describe("maxKeysPerOwner", () => {
  it("counts the entries of a group one by one, under the same key too", async () => {
    await using system = testSystem();
    const groups = createRegistry<string, number>(system, { keys: "duplicate", maxKeysPerOwner: 3 });
    const ann = person(system);
    for (const value of [1, 2, 3]) groups.register("a", ann, value);
    expect(() => groups.register("a", ann, 4)).toThrow(full);
    expect(groups.values("a", ann)).toEqual([1, 2, 3]);
  });

  it("makes a start under one name too many fail, and that process has left nothing", async () => {
    await using system = testSystem();
    const names = createRegistry(system, { keys: "unique", maxKeysPerOwner: 1 });
    const Twice = defineActor({ name: "twice", init: () => 0 });
    const both = [names.via(Twice, "a"), names.via(Twice, "b")];
    await expect(system.start(Twice.child(undefined, { name: both }))).rejects.toMatchObject({
      code: "ERR_START_FAILED",
      cause: full,
    });
    expect([names.count(), claimsOf(names).slots.size]).toEqual([0, 0]);
  });

  it("answers who has a taken key rather than that there is no room", async () => {
    await using system = testSystem();
    const names = createRegistry(system, { keys: "unique", maxKeysPerOwner: 1 });
    const [ann, bob] = people(system, 2) as [Pid, Pid];
    names.register("a", ann);
    names.register("b", bob);
    expect(names.register("a", bob)).toMatchObject({ ok: false, holder: { pid: ann } });
  });
});
