/**
 * Interleavings that broke other registries, by the ids of their rows.
 *
 * @module
 */
import { describe, expect, it } from "vitest";
import { reply } from "../../src/actors/answers.ts";
import { defineActor } from "../../src/actors/define-actor.ts";
import { isActorError } from "../../src/core/errors.ts";
import type { Pid } from "../../src/core/pid.ts";
import { claimsOf, createRegistry, processOfRegistry } from "../../src/registry/create-registry.ts";
import type { Key } from "../../src/registry/key.ts";
import { dynamicSupervisor } from "../../src/supervisor/dynamic-supervisor.ts";
import { supervisor } from "../../src/supervisor/supervisor.ts";
import { testSystem } from "../../src/testing/test-system.ts";
import { kill, people, person } from "./people.ts";

describe("a registry when others go wrong", () => {
  it("RF4 has one winner when many claim the key of a dead process in the turn of its death", async () => {
    await using system = testSystem();
    const names = createRegistry<string, string>(system, { keys: "unique" });
    const outcomes: unknown[] = [];
    const first = person(system);
    names.register("k", first, "first");
    const Heir = defineActor({
      name: "heir",
      init: (_: string, self) => (self.monitor(first), _),
      down: (name, _down, self) => {
        outcomes.push([name, names.register("k", self.pid, name).ok]);
        return name;
      },
    });
    for (const name of ["b", "c", "d"]) await system.start(Heir, name);
    await kill(first);
    await system.settle();
    expect(outcomes).toEqual([
      ["b", true],
      ["c", false],
      ["d", false],
    ]);
    expect(names.lookup("k").map(({ value }) => value)).toEqual(["b"]);
    expect(names.count()).toBe(1);
  });

  it("RF19 tells who loses the race for a name, and costs his supervisor no restart", async () => {
    await using system = testSystem();
    const names = createRegistry(system, { keys: "unique" });
    const Leader = defineActor({
      name: "leader",
      init: () => 0,
      calls: { ping: (state) => reply("pong", state) },
    });
    const spec = Leader.child(undefined, { name: names.via(Leader, "leader") });
    const sides = [await system.start(dynamicSupervisor()), await system.start(dynamicSupervisor())];
    const restarts: unknown[] = [];
    system.telemetry.on("child:restarting", (event) => restarts.push(event));
    const outcomes = await Promise.all(
      sides.map((side) =>
        side.call.startChild(spec).then(
          () => "started",
          (error) => error.code,
        ),
      ),
    );
    expect(outcomes.sort()).toEqual(["ERR_NAME_TAKEN", "started"]);
    // What looks it up or starts it takes the loss for a find.
    const pids = await Promise.all(
      sides.map((side) =>
        names.lookupOrStart("leader", Leader, { start: (leader) => side.call.startChild(leader) }),
      ),
    );
    expect(new Set(pids)).toEqual(new Set([names.whereis("leader")]));
    const active = await Promise.all(sides.map(async (side) => (await side.call.countChildren()).active));
    expect([restarts, active.sort()]).toEqual([[], [0, 1]]);
  });

  it("RF22 loses no message of a member that leaves its group and then stops", async () => {
    await using system = testSystem();
    const members = createRegistry(system, { keys: "duplicate" });
    let handled = 0;
    const Member = defineActor({
      name: "member",
      init: () => 0,
      casts: { hit: async (hits) => (await undefined, (handled += 1), hits + 1) },
    });
    const crew: Pid<typeof Member>[] = [];
    for (let i = 0; i < 4; i += 1) {
      const pid = await system.start(Member);
      members.register("crew", pid);
      crew.push(pid);
    }
    let sent = 0;
    const ends: Promise<void>[] = [];
    for (const leaver of crew.slice(1)) {
      for (let i = 0; i < 100; i += 1) {
        members.dispatch("crew", (entries) => {
          const { pid } = entries[i % entries.length] ?? { pid: leaver };
          (pid as typeof leaver).cast.hit();
          sent += 1;
        });
      }
      members.unregister("crew", leaver);
      ends.push(leaver.stop());
    }
    await Promise.all(ends);
    await system.settle();
    expect([sent, handled, system.deadLetters]).toEqual([300, 300, []]);
  });

  it("RF24 has nothing to lose half of: all entries of a process show again together", async () => {
    await using system = testSystem();
    const names = createRegistry<Key, number>(system, { keys: "duplicate" });
    await system.start(supervisor({ strategy: "oneForOne", children: [names] }));
    const ann = person(system);
    for (let i = 0; i < 1_000; i += 1) names.register(["key", i], ann, i);
    const before = names.keys(ann);
    await kill(processOfRegistry(names).pid!);
    await system.settle();
    expect(names.keys(ann)).toEqual(before);
    expect([names.count(), names.values(["key", 999], ann)]).toEqual([1_000, [999]]);
    await kill(ann);
    expect(claimsOf(names).slots.size).toBe(0);
  });

  it("R38 R40 RF16 shows none of 10,000 owners to whoever has been told of their deaths, and is empty then", async () => {
    await using system = testSystem();
    const names = createRegistry<number>(system, { keys: "unique" });
    const groups = createRegistry(system, { keys: "duplicate" });
    let stale = 0;
    const deaths = people(system, 10_000).map(async (pid, key) => {
      names.register(key, pid);
      groups.register("all", pid);
      await pid.down();
      stale += names.lookup(key).length;
    });
    for (const { pid } of groups.lookup("all")) pid.exit("kill");
    await Promise.all(deaths);
    expect([stale, names.count(), groups.count()]).toEqual([0, 0, 0]);
    expect([claimsOf(names).slots.size, claimsOf(groups).slots.size]).toEqual([0, 0]);
  });

  it("RF10 frees every name on every way a start can fail", async () => {
    await using system = testSystem();
    const names = createRegistry(system, { keys: "unique" });
    const taken = names.via(defineActor({ name: "any", init: () => 0 }), "taken");
    names.register("taken", person(system));
    const failing = {
      throws: () => {
        throw new Error("no");
      },
      rejects: () => Promise.reject(new Error("no")),
      exits: (_: unknown, self: { exit(reason: "shutdown"): never }) => self.exit("shutdown"),
    };
    for (const [name, init] of Object.entries(failing)) {
      const Failing = defineActor({ name, init: init as () => number });
      const spec = Failing.child(undefined, { name: names.via(Failing, "mine") });
      await expect(system.start(spec), name).rejects.toSatisfy((error) =>
        isActorError(error, "ERR_START_FAILED"),
      );
      const both = Failing.child(undefined, { name: [names.via(Failing, "mine"), taken as never] });
      await expect(system.start(both), name).rejects.toSatisfy((error) =>
        isActorError(error, "ERR_NAME_TAKEN"),
      );
      expect([names.count(), claimsOf(names).slots.size], name).toEqual([1, 1]);
    }
  });
});
