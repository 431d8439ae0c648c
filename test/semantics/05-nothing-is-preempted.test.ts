import { defineActor, reply, stop, supervisor } from "troupe";
import { probe, testSystem } from "troupe/testing";
import { describe, expect, it } from "vitest";
import { kernelOf } from "../../src/actors/system.ts";
import { gate } from "./gate.ts";

describe("5 · nothing is preempted", () => {
  it("a parent's shutdown aborts the signal and lets the running handler finish within shutdownMs", async () => {
    await using system = testSystem();
    const door = gate();
    const log: string[] = [];
    const Busy = defineActor({
      name: "busy",
      init: () => 0,
      calls: {
        work: async (n, _: void, self) => {
          self.signal.addEventListener("abort", () => log.push("told"));
          await door.opened;
          log.push("finished");
          return reply("done", n);
        },
      },
    });
    const app = await system.start(
      supervisor({ strategy: "oneForOne", children: [Busy.child(undefined, { shutdownMs: 1_000 })] }),
    );
    const [child] = await app.call.whichChildren();
    const busy = child?.pid as unknown as import("troupe").Pid<typeof Busy>;
    const answer = busy.call.work();
    await system.settle();
    const stopped = app.stop();
    await system.settle();
    expect(log).toEqual(["told"]);
    door.open();
    expect(await answer).toBe("done");
    await stopped;
    expect(log).toEqual(["told", "finished"]);
    expect(await busy.down()).toEqual({ kind: "shutdown" });
  });

  it("and kills it when the time runs out", async () => {
    await using system = testSystem();
    const Stuck = defineActor({
      name: "stuck",
      init: () => 0,
      calls: { work: (n) => new Promise<ReturnType<typeof reply<number, number>>>(() => n) },
    });
    const app = await system.start(
      supervisor({ strategy: "oneForOne", children: [Stuck.child(undefined, { shutdownMs: 1_000 })] }),
    );
    const [child] = await app.call.whichChildren();
    const stuck = child?.pid as unknown as import("troupe").Pid<typeof Stuck>;
    const answer = stuck.call.work().catch((error) => [error.code, error.handled]);
    await system.settle();
    const stopped = app.stop();
    await system.advance(999);
    let isDown = false;
    const down = stuck.down().then((reason) => ((isDown = true), reason));
    await system.settle();
    expect(isDown).toBe(false);
    await system.advance(1);
    expect(await down).toEqual({ kind: "killed" });
    expect(await answer).toEqual(["ERR_EXITED", "unknown"]);
    await stopped;
  });

  it("and lets it end by a stop of its own, with its terminate", async () => {
    await using system = testSystem();
    const [working, closing] = [gate(), gate()];
    const log: string[] = [];
    const Leaving = defineActor({
      init: () => 0,
      casts: { work: async (n) => (await working.opened, stop("normal", n)) },
      terminate: async () => {
        log.push("terminate");
        await closing.opened;
        log.push("terminated");
      },
    });
    const leaving = await system.start(Leaving);
    leaving.cast.work();
    await system.settle();
    const stopped = system.stop();
    working.open();
    await system.settle();
    expect(log).toEqual(["terminate"]);
    closing.open();
    await stopped;
    expect([log, system.nowMs]).toEqual([["terminate", "terminated"], 0]);
  });

  it("a process that waits in receive ends at once", async () => {
    await using system = testSystem();
    const log: string[] = [];
    const waiting = system.spawn(async (self) => {
      try {
        await self.receive();
      } finally {
        log.push("went on");
      }
    });
    await system.settle();
    waiting.exit("shutdown");
    expect(await waiting.down()).toEqual({ kind: "shutdown" });
    await system.settle();
    expect(log).toEqual([]);
  });

  it("a process that may finish first ends when it waits in receive again", async () => {
    await using system = testSystem();
    const door = gate();
    const worker = system.spawn(async (self) => {
      for (;;) {
        await self.receive();
        await door.opened;
      }
    });
    worker.send("work");
    await system.settle();
    const stopped = system.stop();
    await system.settle();
    door.open();
    expect(await worker.down()).toEqual({ kind: "shutdown" });
    await stopped;
    expect(system.nowMs).toBe(0);
  });

  it("a detached process that comes to a receive goes no further, and is a zombie no more", async () => {
    await using system = testSystem();
    const door = gate();
    const log: string[] = [];
    const worker = system.spawn(async (self) => {
      await door.opened;
      log.push("ran on");
      await self.receive().catch(() => undefined);
      log.push("went further");
    });
    await system.settle();
    worker.exit("kill");
    await system.settle();
    expect(kernelOf(system).zombies).toBe(1);
    door.open();
    await system.settle();
    expect([log, kernelOf(system).zombies]).toEqual([["ran on"], 0]);
  });

  it("SF29 a process whose init awaits ends at once, and what comes of it later is closed", async () => {
    await using system = testSystem();
    const door = gate();
    const log: string[] = [];
    let pid: import("troupe").Pid | undefined;
    const Opening = defineActor({
      init: async (_: void, self) => {
        pid = self.pid;
        await door.opened;
        return self.own("socket", () => void log.push("closed"));
      },
    });
    const started = system.start(Opening).catch((error) => [error.code, error.reason.kind]);
    await system.settle();
    pid?.exit("kill");
    expect(await started).toEqual(["ERR_START_FAILED", "killed"]);
    door.open();
    await system.settle();
    expect(log).toEqual(["closed"]);
  });

  it("a detached handler's calls, casts and messages are refused until it settles", async () => {
    await using system = testSystem();
    const door = gate();
    const sink = probe<string>(system);
    const Other = defineActor({
      init: () => 0,
      calls: { ask: (n) => reply(n, n) },
      casts: { tell: (n) => n },
    });
    const other = await system.start(Other);
    const outcomes: unknown[] = [];
    const Zombie = defineActor({
      init: () => 0,
      casts: {
        work: async (n) => {
          await door.opened;
          sink.pid.send("from the dead");
          other.cast.tell();
          outcomes.push(await other.call.ask().catch((error) => error.code));
          return n;
        },
      },
    });
    const zombie = await system.start(Zombie);
    zombie.cast.work();
    await system.settle();
    zombie.exit("kill");
    await zombie.down();
    door.open();
    await system.settle();
    expect(outcomes).toEqual(["ERR_DETACHED"]);
    expect(sink.messages).toEqual([]);
    expect(system.deadLetters.map(({ why }) => why)).toEqual(["detached", "detached"]);
  });

  it("its outcome is dropped, also when it is a rejection", async () => {
    await using system = testSystem();
    const door = gate();
    const late: unknown[] = [];
    system.telemetry.on("fault:late", ({ error }) => late.push(error));
    const Zombie = defineActor({
      init: () => 0,
      casts: {
        work: async (): Promise<number> => {
          await door.opened;
          throw new Error("too late");
        },
      },
    });
    const zombie = await system.start(Zombie);
    zombie.cast.work();
    await system.settle();
    zombie.exit("kill");
    expect(await zombie.down()).toEqual({ kind: "killed" });
    door.open();
    await system.settle();
    expect(await zombie.down()).toEqual({ kind: "killed" });
    expect(late).toEqual([]);
  });
});
