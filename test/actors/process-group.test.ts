import {
  createProcessGroups,
  createRegistry,
  type GroupChange,
  type Pid,
  type ProcessGroups,
  supervisor,
} from "troupe";
import { probe, type TestSystem, testSystem } from "troupe/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { kernelOf } from "../../src/actors/system.ts";

let system: TestSystem;
let groups: ProcessGroups;
beforeEach(() => {
  system = testSystem();
  groups = createProcessGroups(system);
});
afterEach(async () => {
  await system.stop();
  expect(kernelOf(system).table.size).toBe(0);
  expect(kernelOf(system).deadlines.size).toBe(0);
});

const member = (): Pid => system.spawn((self) => self.receive().then(() => undefined));

/** A process that monitors, and what it was told. */
async function watching(group?: string) {
  const told: GroupChange[] = [];
  const seen: { now?: ReturnType<ProcessGroups["monitor"]> } = {};
  const pid = system.spawn<unknown>(async (self) => {
    seen.now = group === undefined ? groups.monitor(self) : groups.monitor(self, group);
    for (;;) told.push((await self.receive()) as GroupChange);
  });
  await system.settle();
  const brief = () => told.map(({ type, group: of, pids }) => [type, of, ...pids]);
  return { pid, told, brief, now: seen.now as ReturnType<ProcessGroups["monitor"]> };
}

describe("createProcessGroups", () => {
  it("PG1 join makes the group; who joins n times must leave n times", () => {
    const [a, b] = [member(), member()];
    expect(groups.join("g", a)).toBe(true);
    expect(groups.join("g", [b, b])).toBe(true);
    expect(groups.members("g")).toEqual([b, b, a]);
    expect([groups.leave("g", b), groups.members("g")]).toEqual([true, [b, a]]);
    expect([groups.leave("g", b), groups.members("g")]).toEqual([true, [a]]);
  });

  it("PG2 leave tells whether any of them was in", () => {
    const [a, b] = [member(), member()];
    groups.join("g", a);
    expect(groups.leave("nobody", a)).toBe(false);
    expect(groups.leave("g", b)).toBe(false);
    expect(groups.leave("g", [b, a])).toBe(true);
    expect(groups.leave("g", [a, b])).toBe(false);
  });

  it("PG2 death takes all memberships, before anybody hears of it", async () => {
    const a = member();
    groups.join("g", [a, a]);
    groups.join("h", a);
    const heard: unknown[] = [];
    const other = system.spawn(async (self) => {
      self.monitor(a);
      await self.receive();
      heard.push(groups.members("g"), groups.groups());
    });
    await system.settle();
    a.exit("kill");
    await other.down();
    expect(heard).toEqual([[], []]);
  });

  it("PG2 the dead and the stopping are never let in", async () => {
    const a = member();
    a.exit("kill");
    await a.down();
    expect(groups.join("g", a)).toBe(false);
    expect(groups.groups()).toEqual([]);
    const b = member();
    expect(groups.join("g", [a, b])).toBe(true);
    expect(groups.members("g")).toEqual([b]);
  });

  it("PG3 nobody is in an unknown group, and only groups with members are listed", () => {
    const a = member();
    expect(groups.members("g")).toEqual([]);
    groups.join("g", a);
    groups.join("h", a);
    groups.leave("g", a);
    expect(groups.groups()).toEqual(["h"]);
  });

  it("PG3 a list of members is a snapshot, made once a change", () => {
    const [a, b] = [member(), member()];
    groups.join("g", a);
    const before = groups.members("g");
    expect(groups.members("g")).toBe(before);
    groups.join("g", b);
    expect([before, groups.members("g")]).toEqual([[a], [b, a]]);
  });

  it("PG4 scopes know nothing of each other, and lose their members when they die", async () => {
    const other = createProcessGroups(system, { name: "other" });
    await system.start(supervisor({ strategy: "oneForOne", children: [other] }));
    const a = member();
    groups.join("g", a);
    expect(other.members("g")).toEqual([]);
    other.join("g", a);
    const process = [...kernelOf(system).table.values()].find(({ label }) => label.startsWith("other"));
    process?.pid.exit("kill");
    await process?.pid.down();
    await system.settle();
    expect([other.members("g"), groups.members("g")]).toEqual([[], [a]]);
    a.exit("kill");
    await system.settle();
    expect(groups.members("g")).toEqual([]);
  });

  it("PG4 a scope that a supervisor lists is used after its start only", () => {
    const listed = createProcessGroups(system, { name: "listed" });
    listed.child();
    expect(() => listed.members("g")).toThrow("listed is not running");
  });

  it("refuses what is no pid", () => {
    const name = createRegistry(system, { keys: "unique" });
    expect(() => groups.join("g", name as never)).toThrow("takes pids");
    expect(() => groups.leave("g", ["a"] as never)).toThrow("takes pids");
  });
});

describe("monitor", () => {
  it("PG5 tells who is in now, and every change from then on", async () => {
    const [a, b] = [member(), member()];
    groups.join("g", a);
    const { now, brief } = await watching("g");
    expect([...now.members]).toEqual([["g", [a]]]);
    groups.join("g", b);
    groups.join("h", b);
    groups.leave("g", [a, b]);
    await system.settle();
    expect(brief()).toEqual([
      ["join", "g", b],
      ["leave", "g", a, b],
    ]);
  });

  it("PG5 of a scope tells of all groups", async () => {
    const a = member();
    groups.join("g", a);
    const { now, brief } = await watching();
    groups.join("h", a);
    await system.settle();
    expect([[...now.members.keys()], brief()]).toEqual([["g"], [["join", "h", a]]]);
  });

  it("PG5 a pid joined twice in one call: one join with two, two leaves on its death", async () => {
    const a = member();
    const { brief } = await watching("g");
    groups.join("g", [a, a]);
    a.exit("kill");
    await system.settle();
    expect(brief()).toEqual([
      ["join", "g", a, a],
      ["leave", "g", a],
      ["leave", "g", a],
    ]);
  });

  it("PG5 demonitor flushes what waits, and answers false the second time", async () => {
    const a = member();
    const got: unknown[] = [];
    const pid = system.spawn<unknown>(async (self) => {
      const { ref } = groups.monitor(self, "g");
      groups.join("g", a);
      self.send("between");
      groups.leave("g", a);
      got.push(groups.demonitor(ref), groups.demonitor(ref));
      groups.join("g", a);
      got.push(await self.receive(), await self.receive({ timeoutMs: 0 }).catch((error) => error.code));
    });
    await system.advance(0);
    await pid.down();
    expect(got).toEqual([true, false, "between", "ERR_RECEIVE_TIMEOUT"]);
  });

  it("PG5 the death of who monitors drops it", async () => {
    const { pid } = await watching("g");
    pid.exit("kill");
    await system.settle();
    groups.join("g", member());
    await system.settle();
    expect(system.deadLetters).toEqual([]);
  });

  it("PG5 a scope's death is told as leaving", async () => {
    const a = member();
    groups.join("g", a);
    const { brief } = await watching("g");
    [...kernelOf(system).table.values()].find(({ label }) => label.startsWith("groups"))?.pid.exit("kill");
    await system.settle();
    expect(brief()).toEqual([["leave", "g", a]]);
  });

  it("a detached handler changes nothing", async () => {
    const open: { gate?: () => void } = {};
    const post = probe<string>(system);
    const a = system.spawn(async (self) => {
      await new Promise<void>((gate) => {
        open.gate = gate;
      });
      try {
        groups.join("g", self.pid);
      } catch (error) {
        system.neutral(() => post.pid.send((error as { code: string }).code));
      }
    });
    await system.settle();
    a.exit("kill");
    await system.settle();
    open.gate?.();
    await system.settle();
    expect(post.messages).toEqual(["ERR_DETACHED"]);
  });
});
