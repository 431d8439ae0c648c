import {
  childSpec,
  createPartitionSupervisor,
  createSystem,
  defineActor,
  dynamicSupervisor,
  ignore,
  type Name,
  type Pid,
  reply,
  supervisor,
} from "troupe";
import { testSystem } from "troupe/testing";
import { describe, expect, expectTypeOf, it } from "vitest";
import { gate, scene } from "./scene.ts";

const Part = defineActor({
  name: "part",
  init: (no: number) => no,
  calls: {
    no: (no) => reply(no, no),
    fail: (no, message: string) => {
      if (message !== "") throw new Error(message);
      return reply(undefined, no);
    },
  },
});
const part = (no: number) => Part.child(no);

describe("createPartitionSupervisor", () => {
  it("PS1 starts at first use, or under the supervisor that lists it", async () => {
    await using system = testSystem();
    const alone = createPartitionSupervisor(system, { child: part, partitions: 2 });
    expect(await alone.via(1).call.no()).toBe(1);
    const listed = createPartitionSupervisor(system, { name: "listed", child: part, partitions: 2 });
    expect(listed.child()).toMatchObject({ id: "listed", type: "supervisor", shutdownMs: "infinity" });
    expect(() => listed.whereis(0)).toThrow(expect.objectContaining({ code: "ERR_NOT_RUNNING" }));
    const app = await system.start(supervisor({ strategy: "oneForOne", children: [listed] }));
    expect(await listed.via(1).call.no()).toBe(1);
    await app.stop();
    await expect(listed.via(1).call.no()).rejects.toMatchObject({ code: "ERR_NOT_RUNNING", handled: "no" });
  });

  it("PS4 starts the partitions in order and shows the last one first", async () => {
    const { worker, news } = scene();
    await using system = testSystem();
    const parts = createPartitionSupervisor(system, { child: (no) => worker(String(no)), partitions: 3 });
    parts.partitions();
    expect(news()).toBe("+0 +1 +2");
    expect((await parts.whichChildren()).map(({ id }) => id)).toEqual(["2", "1", "0"]);
    expect(await parts.countChildren()).toEqual({ specs: 3, active: 3, supervisors: 0, workers: 3 });
  });

  it("ends as a supervisor does: partitions in reverse, and with shutdown after too many restarts", async () => {
    const { worker, news } = scene();
    await using system = testSystem();
    const parts = createPartitionSupervisor(system, {
      child: (no) => worker(String(no)),
      partitions: 2,
      maxRestarts: 0,
    });
    const app = await system.start(supervisor({ strategy: "oneForOne", children: [parts] }));
    news();
    (parts.whereis(0) as Pid).exit("kill");
    await system.settle();
    expect(news()).toBe("-0:killed -1 +0 +1");
    await app.stop();
    expect(news()).toBe("-1 -0");
  });

  it.each([
    ["oneForOne", "-1:killed +1"],
    ["restForOne", "-1:killed -2 +1 +2"],
    ["oneForAll", "-1:killed -2 -0 +0 +1 +2"],
  ] as const)("restarts partitions %s", async (strategy, expected) => {
    const { worker, news } = scene();
    await using system = testSystem();
    const child = (no: number) => worker(String(no));
    const parts = createPartitionSupervisor(system, { child, partitions: 3, strategy });
    parts.partitions();
    news();
    (parts.whereis(1) as Pid).exit("kill");
    await system.settle();
    expect(news()).toBe(expected);
  });

  it("DS11 runs several dynamic supervisors, each process with its own", async () => {
    await using system = testSystem();
    const pages = createPartitionSupervisor(system, { child: dynamicSupervisor(), partitions: 3 });
    const Asker = defineActor({
      name: "asker",
      init: async (_: void, self) => pages.via(self.pid).call.startChild(Part, self.pid.serial),
      calls: { mine: (mine) => reply(mine, mine) },
    });
    for (let i = 0; i < 6; i += 1) await system.start(Asker);
    const counts = [0, 1, 2].map((no) => pages.via(no).call.countChildren());
    expect((await Promise.all(counts)).reduce((sum, { active }) => sum + active, 0)).toBe(6);
    expect(await pages.countChildren()).toMatchObject({ supervisors: 3 });
  });
});

describe("PartitionSupervisor.via", () => {
  it("is typed by the child, and PS5 leads the same key to the same partition", async () => {
    await using system = createSystem();
    const parts = createPartitionSupervisor(system, { child: part, partitions: 4 });
    expectTypeOf(parts.via("ada")).toEqualTypeOf<Name<typeof Part>>();
    expect(await parts.via(6).call.no()).toBe(2);
    expect(await parts.via(-6).call.no()).toBe(2);
    expect(parts.via("ada").whereis()).toBe(parts.whereis("ada"));
    expect(String(parts.via("ada"))).toBe('"ada" in partitions');
    const simple = createPartitionSupervisor(system, {
      child: defineActor({ init: () => 0, calls: { n: (n) => reply(n, n) } }),
    });
    expect(await simple.via("x").call.n()).toBe(0);
  });

  it("PS6 never leads to a partition that is dead, and to the new one once it runs", async () => {
    await using system = testSystem();
    const parts = createPartitionSupervisor(system, {
      child: part,
      partitions: 2,
      backoff: { minMs: 50, maxMs: 50, jitter: 0 },
    });
    const first = parts.whereis(1) as Pid;
    first.exit("kill");
    await first.down();
    expect(parts.whereis(1)).toBeUndefined();
    await expect(parts.via(1).call.no()).rejects.toMatchObject({ code: "ERR_NOPROC", handled: "no" });
    expect(await parts.via(0).call.no()).toBe(0);
    await system.advance(50);
    expect(parts.whereis(1)).not.toBe(first);
    expect(await parts.via(1).call.no()).toBe(1);
  });

  it("has the partition back before the caller of a failed call goes on", async () => {
    await using system = createSystem({ logger: false });
    const parts = createPartitionSupervisor(system, { child: part, partitions: 2 });
    await parts
      .via(1)
      .call.fail("boom")
      .catch(() => undefined);
    expect(await parts.via(1).call.no()).toBe(1);
  });

  it("waits for a partition that does not run, as long as it may", async () => {
    await using system = testSystem();
    const backoff = { minMs: 50, maxMs: 50, jitter: 0 };
    const parts = createPartitionSupervisor(system, { child: part, partitions: 2, backoff });
    const first = parts.whereis(1) as Pid;
    first.exit("kill");
    await first.down();
    const patient = parts.via(1, { waitMs: 100 }).call.no();
    const hasty = parts.via(1, { waitMs: 10 }).call.no();
    hasty.catch(() => undefined);
    await system.advance(50);
    expect(await patient).toBe(1);
    await expect(hasty).rejects.toMatchObject({ code: "ERR_NOPROC" });
  });

  it("PS7 can be neither registered nor given up", async () => {
    await using system = testSystem();
    const parts = createPartitionSupervisor(system, { child: part, partitions: 2 });
    const taking = system.start(Part.child(3, { name: parts.via(1) }));
    await expect(taking).rejects.toMatchObject({
      code: "ERR_START_FAILED",
      message: expect.stringMatching(/leads to a partition/),
    });
    const under = supervisor({ strategy: "oneForOne", children: [Part.child(3, { name: parts.via(1) })] });
    await expect(system.start(under)).rejects.toMatchObject({ code: "ERR_START_FAILED" });
    expect(await parts.via(1).call.no()).toBe(1);
  });

  it("PS8 a name of partitions that do not run leads nowhere", async () => {
    await using system = testSystem();
    const parts = createPartitionSupervisor(system, { child: part, partitions: 2 });
    const name = parts.via(1);
    const app = await system.start(supervisor({ strategy: "oneForOne", children: [parts] }));
    await app.stop();
    await expect(name.call.no()).rejects.toMatchObject({ code: "ERR_NOT_RUNNING", handled: "no" });
    expect(await name.down()).toEqual({ kind: "noproc" });
    const letters: unknown[] = [];
    system.telemetry.on("message:dead", ({ why }) => letters.push(why));
    name.send("x" as never);
    expect(letters).toEqual(["noname"]);
  });

  it("PS10 finds nobody where a partition has ignored its start", async () => {
    await using system = testSystem();
    const Shy = defineActor({
      name: "shy",
      init: (no: number) => (no === 1 ? ignore() : no),
      calls: { no: (no) => reply(no, no) },
    });
    const parts = createPartitionSupervisor(system, { child: (no) => Shy.child(no), partitions: 2 });
    expect(parts.whereis(1)).toBeUndefined();
    await expect(parts.via(1).call.no()).rejects.toMatchObject({ code: "ERR_NOPROC" });
    expect(await parts.via(0).call.no()).toBe(0);
    expect(await parts.countChildren()).toMatchObject({ specs: 2, active: 1 });
  });

  it("is not there for start functions of one's own, whose partitions are found all the same", async () => {
    await using system = testSystem();
    const child = (no: number) => childSpec({ id: `${no}`, start: () => system.start(Part, no) });
    const parts = createPartitionSupervisor(system, { child, partitions: 2 });
    const app = await system.start(supervisor({ strategy: "oneForOne", children: [parts] }));
    expect(await (parts.whereis(3) as Pid<typeof Part>).call.no()).toBe(1);
    expect(() => parts.via(1)).toThrow(expect.objectContaining({ code: "ERR_INVALID_OPTIONS" }));
    await app.stop();
  });
});

describe("PartitionSupervisor.resize", () => {
  it("PS9 stops the last ones, whose specs stay, and leads keys to the rest", async () => {
    const { worker, news } = scene();
    await using system = testSystem();
    const parts = createPartitionSupervisor(system, { child: (no) => worker(String(no)), partitions: 4 });
    expect(parts.partitions()).toBe(4);
    news();
    expect(await parts.resize(2)).toBe(4);
    expect(news()).toBe("-3 -2");
    expect(parts.partitions()).toBe(2);
    expect(await parts.countChildren()).toMatchObject({ specs: 4, active: 2 });
    expect(await parts.via(3).call.who()).toBe("1");
  });

  it("PS9 starts them again when there are to be more, and answers how many there were", async () => {
    const { worker, news } = scene();
    await using system = testSystem();
    const parts = createPartitionSupervisor(system, { child: (no) => worker(String(no)), partitions: 4 });
    await parts.resize(1);
    news();
    expect(await parts.resize(3)).toBe(1);
    expect(news()).toBe("+1 +2");
    expect(await parts.via(5).call.who()).toBe("2");
    expect(await parts.resize(3)).toBe(3);
    expect(news()).toBe("");
  });

  it("PS9 keeps those that the restart of another has started again", async () => {
    const { worker, news } = scene();
    await using system = testSystem();
    const parts = createPartitionSupervisor(system, {
      child: (no) => worker(String(no)),
      partitions: 3,
      strategy: "oneForAll",
    });
    await parts.resize(1);
    parts.whereis(0)?.exit("kill");
    await system.settle();
    expect(parts.partitions()).toBe(1);
    expect(await parts.countChildren()).toMatchObject({ specs: 3, active: 3 });
    news();
    expect(await parts.resize(3)).toBe(1);
    expect(news()).toBe("");
  });

  it("PS9 refuses more than there were at the start", async () => {
    await using system = testSystem();
    const parts = createPartitionSupervisor(system, { child: part, partitions: 2 });
    await expect(parts.resize(3)).rejects.toMatchObject({ code: "ERR_INVALID_OPTIONS" });
    await expect(parts.resize(-1)).rejects.toMatchObject({ code: "ERR_INVALID_OPTIONS" });
    expect(parts.partitions()).toBe(2);
  });

  it("PS9 takes none at all, and then finds nobody", async () => {
    await using system = testSystem();
    const parts = createPartitionSupervisor(system, { child: part, partitions: 2 });
    expect(await parts.resize(0)).toBe(2);
    expect(() => parts.whereis(1)).toThrow(
      expect.objectContaining({ code: "ERR_NOT_RUNNING", message: expect.stringMatching(/no partitions/) }),
    );
    await expect(parts.via(1).call.no()).rejects.toMatchObject({ code: "ERR_NOT_RUNNING" });
    expect(await parts.resize(2)).toBe(0);
    expect(await parts.via(1).call.no()).toBe(1);
  });

  it("PS9 one resize waits for the other", async () => {
    await using system = testSystem();
    const parts = createPartitionSupervisor(system, { child: part, partitions: 4 });
    expect(await Promise.all([parts.resize(1), parts.resize(3), parts.resize(2)])).toEqual([4, 1, 3]);
    expect(await parts.countChildren()).toMatchObject({ active: 2 });
  });

  it("leads keys to a new partition only once it runs", async () => {
    const { worker } = scene();
    const open = gate();
    await using system = testSystem();
    const slow = { init: (attempt: number) => (attempt === 2 ? open.promise : undefined) };
    const child = (no: number) => worker(String(no), {}, no === 1 ? slow : {});
    const parts = createPartitionSupervisor(system, { child, partitions: 2 });
    await parts.resize(1);
    const growing = parts.resize(2);
    await system.settle();
    expect(await parts.via(1).call.who()).toBe("0");
    open.open();
    await growing;
    expect(await parts.via(1).call.who()).toBe("1");
  });

  it("leaves all as it was when a partition does not start", async () => {
    const { worker, news } = scene();
    await using system = testSystem();
    const failing = {
      init: (attempt: number) => {
        if (attempt === 2) throw new Error("not now");
      },
    };
    const child = (no: number) => worker(String(no), {}, no === 2 ? failing : {});
    const parts = createPartitionSupervisor(system, { child, partitions: 3 });
    await parts.resize(1);
    news();
    await expect(parts.resize(3)).rejects.toMatchObject({
      code: "ERR_START_FAILED",
      message: /partition 2 of partitions/,
    });
    expect(news()).toBe("+1 !2 -1");
    expect(parts.partitions()).toBe(1);
    expect(await parts.resize(3)).toBe(1);
  });

  it("a supervisor that is restarted begins with all of them", async () => {
    await using system = testSystem();
    const parts = createPartitionSupervisor(system, { child: part, partitions: 3 });
    const app = await system.start(supervisor({ strategy: "oneForOne", children: [parts] }));
    await parts.resize(1);
    const [info] = await app.call.whichChildren();
    (info as { readonly pid: Pid }).pid.exit("kill");
    await system.settle();
    expect(parts.partitions()).toBe(3);
    expect(await parts.via(2).call.no()).toBe(2);
  });
});
