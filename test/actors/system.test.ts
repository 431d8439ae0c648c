import {
  type CallSelf,
  createSystem,
  debug,
  defineActor,
  dynamicSupervisor,
  type From,
  InvalidOptionsError,
  noReply,
  reply,
  supervisor,
} from "troupe";
import { testSystem } from "troupe/testing";
import { describe, expect, it } from "vitest";
import { processOf, whenEased } from "../../src/actors/process.ts";
import { kernelOf } from "../../src/actors/system.ts";
import { portOf } from "../../src/core/pid.ts";

const Plain = defineActor({ name: "plain", init: () => 0, calls: { n: (n) => reply(n, n) } });

describe("createSystem", () => {
  it("lists all faults of its options at once", () => {
    const caught = (() => {
      try {
        return createSystem({ fault: "x", faults: "some", messages: 3 } as never);
      } catch (error) {
        return error;
      }
    })() as InvalidOptionsError;
    expect(caught).toBeInstanceOf(InvalidOptionsError);
    expect(caught.faults).toHaveLength(3);
    expect(caught.message).toContain('unknown option "fault"');
  });

  it("runs actors on the host's event loop without a tick to spare, and lets timers tick", async () => {
    await using system = createSystem({ logger: false });
    const Busy = defineActor({
      init: (): number => 0,
      casts: { spin: (n, _: void, self) => (self.send("again"), n) },
      info: (n, _message: "again", self) => (self.send("again"), n + 1),
    });
    const busy = await system.start(Busy);
    busy.cast.spin();
    const ticks = await new Promise<number>((done) => {
      let count = 0;
      const timer = setInterval(() => {
        count += 1;
        if (count === 5) {
          clearInterval(timer);
          done(count);
        }
      }, 1);
    });
    expect(ticks).toBe(5);
    busy.exit("kill");
    expect(await busy.down()).toEqual({ kind: "killed" });
  });

  it("a loop of awaited calls does not starve timers either", async () => {
    await using system = createSystem({ logger: false });
    const plain = await system.start(Plain);
    let ticked = false;
    const timer = setTimeout(() => (ticked = true), 5);
    for (let calls = 0; !ticked && calls < 10_000_000; calls += 1) await plain.call.n();
    clearTimeout(timer);
    expect(ticked).toBe(true);
  });
});

describe("ActorSystem", () => {
  it("keeps nothing of what has ended", async () => {
    await using system = testSystem();
    for (let i = 0; i < 100; i += 1) {
      const pid = await system.start(Plain);
      await pid.call.n();
      if (i % 2 === 0) await pid.stop();
      else pid.exit("kill");
    }
    await system.settle();
    const { table, deadlines, zombies } = kernelOf(system);
    expect([table.size, deadlines.size, zombies]).toEqual([0, 0, 0]);
  });

  it("refuses what cannot be started", async () => {
    await using system = testSystem();
    const start = system.start.bind(system) as unknown as (what: unknown) => Promise<unknown>;
    for (const what of [undefined, null, 7, "x", {}, () => 0]) {
      await expect(start(what)).rejects.toMatchObject({ code: "ERR_INVALID_OPTIONS" });
    }
    expect(() => system.spawn(7 as never)).toThrow(InvalidOptionsError);
  });

  it("stop kills what is left at its deadline", async () => {
    const system = testSystem();
    const Stuck = defineActor({
      init: (): number => 0,
      exit: (n) => n,
      terminate: () => new Promise<void>(() => undefined),
    });
    const stuck = await system.start(Stuck);
    const stopped = system.stop({ deadlineMs: 200 });
    await system.advance(200);
    await stopped;
    expect(await stuck.down()).toEqual({ kind: "killed" });
  });

  it("SF23 stop names at its deadline what is left in the whole tree, the youngest first, and kills all of it", async () => {
    const system = testSystem();
    const news: unknown[] = [];
    system.telemetry.on("system:stopTimedOut", (event) => news.push(event));
    const Stuck = defineActor({
      name: "stuck",
      init: (id: string, self) => {
        if (id === "a") self.own(id, () => new Promise<void>(() => undefined));
        return id;
      },
      exit: (id) => id,
      terminate: (id) => (id === "a" ? undefined : new Promise<void>(() => undefined)),
    });
    const shutdownMs = "infinity" as const;
    const inner = supervisor({
      id: "inner",
      strategy: "oneForOne",
      children: ["c", "b", "a"].map((id) => Stuck.child(id, { id, shutdownMs })),
    });
    await system.start(Stuck, "first");
    await system.start(supervisor({ id: "app", strategy: "oneForOne", children: [inner] }));
    const stopped = system.stop({ deadlineMs: 200 }).then(() => news.push("stopped"));
    await system.advance(199);
    expect(news).toEqual([]);
    await system.advance(1);
    expect(system.processes()).toEqual([]);
    // What is dead has the rest of its own time to close what it owned.
    await system.advance(4_800);
    await stopped;
    const leftovers = ["stuck (pid 5)", "stuck (pid 4)", "inner (pid 3)", "app (pid 2)", "stuck (pid 1)"];
    const closing = "stuck (pid 6), which closes what it owned";
    expect(news).toEqual([
      { system: "test", deadlineMs: 200, leftovers: [...leftovers, closing] },
      "stopped",
    ]);
  });

  it("stop waits for the closers of those that had died before", async () => {
    const system = testSystem();
    const log: string[] = [];
    let closed!: () => void;
    const Owning = defineActor({
      init: (_: void, self) => void self.own("file", () => new Promise<void>((done) => (closed = done))),
    });
    const owning = await system.start(Owning);
    owning.exit("kill");
    await owning.down();
    const stopped = system.stop().then(() => log.push("stopped"));
    await system.settle();
    log.push("closing");
    closed();
    await stopped;
    expect(log).toEqual(["closing", "stopped"]);
  });

  it("stop may be called twice, and nothing starts afterwards", async () => {
    const system = testSystem();
    await Promise.all([system.stop(), system.stop()]);
    await expect(system.start(Plain)).rejects.toMatchObject({ code: "ERR_NOT_RUNNING", handled: "no" });
    expect(() => system.spawn(() => undefined)).toThrow(expect.objectContaining({ code: "ERR_NOT_RUNNING" }));
  });

  it("stop refuses what it does not know, of a process as of a system, and stops nothing", async () => {
    await using system = testSystem();
    const plain = await system.start(Plain);
    const wrong = { timeout: 5, deadlineMs: Number.NaN } as object;
    await expect(plain.stop(wrong)).rejects.toMatchObject({
      code: "ERR_INVALID_OPTIONS",
      faults: [
        "timeout is no option here; these are: reason, timeoutMs, deadlineMs",
        "deadlineMs must be milliseconds or Infinity",
      ],
    });
    await expect(system.stop({ timeoutMs: 5 } as object)).rejects.toMatchObject({
      faults: ["timeoutMs is no option here; these are: deadlineMs"],
    });
    await expect(system.stop(null as never)).rejects.toMatchObject({ code: "ERR_INVALID_OPTIONS" });
    await system.settle();
    expect(system.processes().map(({ pid }) => pid)).toEqual([plain]);
  });

  it("stop waits for children that supervisors are still starting", async () => {
    const system = createSystem({ logger: false });
    const Slow = defineActor({ name: "slow", init: () => new Promise<number>(() => undefined) });
    const many = await system.start(dynamicSupervisor());
    const starting = many.call.startChild(Slow).catch((error) => error.code);
    await system.stop();
    expect(await starting).toMatch(/^ERR_/);
  });
});

describe("self.setLabel", () => {
  const Tenant = defineActor({
    name: "worker",
    init: (_: void, self) => self.setLabel("starting"),
    calls: {
      serve: (state, tenant: string, self) => (self.setLabel(tenant), reply(undefined, state)),
      fall: (): never => {
        throw new Error("boom");
      },
    },
  });

  it("P24 shows beside the name in messages, errors and crash reports, until it is set again", async () => {
    const system = testSystem({ logger: false });
    const reports: string[] = [];
    system.telemetry.on("process:crashed", ({ label }) => reports.push(label));
    const worker = await system.start(Tenant);
    expect(String(worker)).toBe(`worker [starting] (pid ${worker.serial})`);
    await worker.call.serve("acme");
    const error = await worker.call.fall().catch((thrown) => thrown);
    await system.settle();
    expect(error.message).toContain(`worker [acme] (pid ${worker.serial}) exited`);
    expect(reports).toEqual([`worker [acme] (pid ${worker.serial})`]);
    await system.stop();
  });

  it("P24 stays on one line", async () => {
    await using system = testSystem();
    const worker = await system.start(Tenant);
    await worker.call.serve("acme\r\n[troupe] all is well");
    expect(String(worker)).toBe(`worker [acme [troupe] all is well] (pid ${worker.serial})`);
  });

  it("P24 takes any value", async () => {
    await using system = testSystem();
    const pid = system.spawn((self) => {
      self.setLabel({ shard: 3 } as never);
      return self.receive().then(() => undefined);
    });
    await system.settle();
    expect(String(pid)).toBe(`process [{"shard":3}] (pid ${pid.serial})`);
  });
});

describe("Process", () => {
  it("counts a handler that runs on after its caller has given up", async () => {
    await using system = testSystem();
    const Slow = defineActor({
      name: "slow",
      init: () => 0,
      calls: { ponder: () => new Promise<never>(() => undefined) },
    });
    const slow = await system.start(Slow);
    const call = slow.call.ponder(undefined, { timeoutMs: 50 });
    call.catch(() => undefined);
    await system.settle();
    expect(portOf(slow).running).toBe(1);
    await system.advance(50);
    await expect(call).rejects.toMatchObject({ code: "ERR_CALL_TIMEOUT" });
    expect(portOf(slow).running).toBe(1);
    slow.exit("kill");
    await slow.down();
  });

  it("tells when it has less to do: after a slice, when a late answer comes, when a caller gives up", async () => {
    await using system = testSystem();
    const Late = defineActor({
      name: "late",
      init: () => [] as readonly From<number>[],
      calls: { ask: (held, _: void, self: CallSelf<number>) => noReply([...held, self.from]) },
    });
    const late = await system.start(Late);
    const process = processOf(late);
    const loads: number[] = [];
    const forget = whenEased(process, () => loads.push(process.queued + process.running));
    const calls = [late.call.ask(), late.call.ask(undefined, { timeoutMs: 10 })];
    for (const call of calls) call.catch(() => undefined);
    await system.settle();
    expect(loads.at(-1)).toBe(2);
    await system.advance(10);
    expect(loads.at(-1)).toBe(1);
    ((await debug(late).state()) as readonly From<number>[])[0]?.reply(7);
    expect([await calls[0], loads.at(-1)]).toEqual([7, 0]);
    const told = loads.length;
    forget();
    late.call.ask(undefined, { timeoutMs: 1 }).catch(() => undefined);
    await system.advance(1);
    expect(loads).toHaveLength(told);
  });
});
