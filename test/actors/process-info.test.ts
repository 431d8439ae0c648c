import {
  createRegistry,
  createSystem,
  debug,
  defineActor,
  diffProcesses,
  type Key,
  noReply,
  type Pid,
} from "troupe";
import { probe, testSystem } from "troupe/testing";
import { describe, expect, it } from "vitest";

const Clerk = defineActor({
  name: "clerk",
  init: (_: void) => 0,
  calls: {
    ask: (n) => noReply(n),
    askOther: async (n, other: Pid<typeof Slow>) => (await other.call.never(), noReply(n)),
  },
  casts: { work: async (n, done: Promise<void>) => (await done, n) },
});
const Slow = defineActor({ name: "slow", init: (_: void) => 0, calls: { never: (n) => noReply(n) } });

describe("system.processes", () => {
  it("OBS1 P28 has a row for each process, in the order of their start, the root not among them", async () => {
    await using system = testSystem();
    expect(system.processes()).toEqual([]);
    const clerk = await system.start(Clerk);
    const bare = system.spawn(async function listener(self) {
      self.link(clerk);
      self.monitor(clerk);
      await self.receive((_message): _message is never => false);
    });
    await system.settle();
    bare.send("unread");
    await system.settle();
    const idle = { busy: false, openCalls: 0, parent: undefined, names: [], status: "running" };
    expect(system.processes()).toEqual([
      {
        ...idle,
        pid: clerk,
        label: "clerk (pid 1)",
        definition: "clerk",
        queued: 0,
        linkCount: 1,
        monitorCount: 0,
        monitoredByCount: 1,
      },
      {
        ...idle,
        pid: bare,
        label: "listener (pid 2)",
        definition: "listener",
        queued: 1,
        linkCount: 1,
        monitorCount: 1,
        monitoredByCount: 0,
      },
    ]);
  });

  it("OBS1 shows who starts, who is suspended and who stops", async () => {
    await using system = testSystem();
    let go!: () => void;
    const gate = new Promise<void>((open) => (go = open));
    const Slow = defineActor({
      name: "slow",
      init: (wait: boolean) => (wait ? gate.then(() => 0) : 0),
      terminate: () => gate,
    });
    const starting = system.start(Slow, true);
    const suspended = await system.start(Slow, false);
    await debug(suspended).suspend();
    const ending = await system.start(Slow, false);
    const ended = ending.stop();
    await system.settle();
    expect(system.processes().map(({ status }) => status)).toEqual(["starting", "suspended", "stopping"]);
    go();
    await starting;
    await ended;
    expect(system.processes().map(({ status }) => status)).toEqual(["running", "suspended"]);
  });

  it("OBS1 is a value: what happens afterwards does not change it", async () => {
    await using system = testSystem();
    const clerk = await system.start(Clerk);
    const rows = system.processes();
    await clerk.stop();
    expect(rows).toMatchObject([{ pid: clerk, status: "running" }]);
    expect(Object.isFrozen(rows) && Object.isFrozen(rows[0])).toBe(true);
    expect(system.processes()).toEqual([]);
  });

  it("P28 names are those of all registries, in each the keys in order", async () => {
    await using system = testSystem();
    const names = createRegistry(system, { keys: "unique", name: "names" });
    const topics = createRegistry<Key>(system, { keys: "duplicate", name: "topics" });
    const clerk = await system.start(Clerk);
    names.register("first", clerk);
    topics.register(["page", 3], clerk);
    names.register("second", clerk);
    const rowOf = () => system.processes().find(({ pid }) => pid === clerk);
    expect(rowOf()?.names).toEqual(["first in names", "second in names", '["page", 3] in topics']);
    names.unregister("first", clerk);
    expect(rowOf()?.names).toEqual(["second in names", '["page", 3] in topics']);
  });

  it("P28 shows a parent as long as it lives", async () => {
    await using system = testSystem();
    const post = probe(system);
    const child = await post.self.start(Clerk);
    const rowOf = () => system.processes().find(({ pid }) => pid === child);
    expect(rowOf()).toMatchObject({ parent: post.pid, linkCount: 1 });
    post.self.unlink(child);
    post.pid.exit("kill");
    await post.pid.down();
    expect(rowOf()).toMatchObject({ parent: undefined, linkCount: 0 });
  });

  it("keeps nothing of a system that has been stopped", async () => {
    const system = createSystem();
    await system.start(Clerk);
    await system.stop();
    expect(system.processes()).toEqual([]);
  });
});

describe("reportOf", () => {
  it("P28 says whom a handler waits for, and which calls are open", async () => {
    await using system = testSystem();
    const [clerk, slow] = [await system.start(Clerk), await system.start(Slow)];
    const asked = [clerk.call.ask(), clerk.call.askOther(slow)].map((call) => call.catch(() => undefined));
    await system.settle();
    expect(debug(clerk).status()).toMatchObject({ busy: true, openCalls: 2, waitsFor: [slow] });
    expect(debug(slow).status()).toMatchObject({ busy: false, openCalls: 1, waitsFor: [] });
    clerk.exit("kill");
    await Promise.all(asked);
    expect(debug(clerk).status()).toMatchObject({ status: "dead", openCalls: 0, waitsFor: [] });
  });

  it("P28 counts the monitors of plain code, and lists those of processes", async () => {
    await using system = testSystem();
    const clerk = await system.start(Clerk);
    const post = probe(system);
    post.self.monitor(clerk);
    post.self.monitor(clerk);
    const down = clerk.down();
    expect(debug(clerk).status()).toMatchObject({ monitoredByCount: 3, monitoredBy: [post.pid, post.pid] });
    expect(debug(post.pid).status()).toMatchObject({ monitorCount: 2, monitors: [clerk, clerk] });
    await clerk.stop();
    await down;
  });
});

describe("diffProcesses", () => {
  it("OBS1 tells who started, who ended, and what changed of whom", async () => {
    await using system = testSystem();
    const [stays, ends, works] = [
      await system.start(Clerk),
      await system.start(Clerk),
      await system.start(Clerk),
    ];
    const before = system.processes();
    await ends.stop();
    let finish!: () => void;
    works.cast.work(new Promise((done) => (finish = done)));
    await system.settle();
    const starts = await system.start(Clerk);
    const { started, ended, changed } = diffProcesses(before, system.processes());
    expect(started.map(({ pid }) => pid)).toEqual([starts]);
    expect(ended.map(({ pid }) => pid)).toEqual([ends]);
    expect(changed).toMatchObject([
      { before: { pid: works, busy: false }, after: { pid: works, busy: true } },
    ]);
    finish();
    await system.settle();
    expect(system.processes().some(({ pid }) => pid === stays)).toBe(true);
  });

  it("finds nothing between two snapshots of the same", async () => {
    await using system = testSystem();
    const names = createRegistry(system, { keys: "unique" });
    names.register("clerk", await system.start(Clerk));
    const nothing = { started: [], ended: [], changed: [] };
    expect(diffProcesses(system.processes(), system.processes())).toEqual(nothing);
    const before = system.processes();
    names.register("also", before.find(({ definition }) => definition === "clerk")!.pid);
    expect(diffProcesses(before, system.processes()).changed).toMatchObject([
      { after: { names: [expect.stringContaining("clerk"), expect.stringContaining("also")] } },
    ]);
  });
});
