import { debug, defineActor, formatTrace, isActorError, next, type PidOf, reply, supervisor } from "troupe";
import { testSystem } from "troupe/testing";
import { describe, expect, it } from "vitest";
import { kernelOf } from "../../src/actors/system.ts";
import { portOf } from "../../src/core/pid.ts";

const Scribe = defineActor({
  name: "scribe",
  init: (_: void): readonly string[] => [],
  calls: { read: (lines) => reply(lines, lines) },
  casts: {
    note: (lines, what: string) => [...lines, what],
    work: async (lines, done: Promise<string>) => [...lines, await done],
    wait: (lines, ms: number) => next(lines, { idleMs: ms }),
  },
  idle: (lines) => [...lines, "idle"],
});

async function codeOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => "fulfilled",
    (error: unknown) => (isActorError(error) ? error.code : error),
  );
}

describe("suspend", () => {
  it("SYS2 lets what was sent before be handled, and nothing after", async () => {
    await using system = testSystem();
    const scribe = await system.start(Scribe);
    scribe.cast.note("before");
    const suspended = debug(scribe).suspend();
    scribe.cast.note("after");
    await suspended;
    await system.settle();
    expect(await debug(scribe).state()).toEqual(["before"]);
    expect(debug(scribe).status()).toMatchObject({ status: "suspended", busy: false, queued: 1 });
  });

  it("SYS2 calls to a suspended process time out, and are handled after it is resumed all the same", async () => {
    await using system = testSystem();
    const scribe = await system.start(Scribe);
    await debug(scribe).suspend();
    const read = codeOf(scribe.call.read(undefined, { timeoutMs: 50 }));
    await system.advance(50);
    expect(await read).toBe("ERR_CALL_TIMEOUT");
    await debug(scribe).resume();
    await system.settle();
    expect(system.deadLetters).toMatchObject([{ kind: "reply", why: "late" }]);
  });

  it("SYS2 serves questions about itself while suspended, those that waited already too", async () => {
    await using system = testSystem();
    const scribe = await system.start(Scribe);
    const suspended = debug(scribe).suspend();
    scribe.cast.note("waits");
    const early = debug(scribe).state();
    await suspended;
    expect(await early).toEqual([]);
    expect(await debug<readonly string[]>(scribe).replaceState(() => ["put in"])).toEqual(["put in"]);
    await debug(scribe).resume();
    expect(await scribe.call.read()).toEqual(["put in", "waits"]);
  });

  it("SYS2 does not cut off a handler that awaits: it waits its turn", async () => {
    await using system = testSystem();
    const scribe = await system.start(Scribe);
    let finish!: (line: string) => void;
    scribe.cast.work(new Promise((done) => (finish = done)));
    const suspended = debug(scribe).suspend();
    await system.settle();
    expect(debug(scribe).status()).toMatchObject({ status: "running", busy: true });
    finish("worked");
    await suspended;
    expect(await debug(scribe).state()).toEqual(["worked"]);
  });

  it("SYS2 is not counted: one resume undoes two suspends, and more do nothing", async () => {
    await using system = testSystem();
    const scribe = await system.start(Scribe);
    const desk = debug(scribe);
    await Promise.all([desk.suspend(), desk.suspend()]);
    await desk.resume();
    await desk.resume();
    expect(await scribe.call.read()).toEqual([]);
  });

  it("SYS2 obeys its parent's shutdown at once", async () => {
    await using system = testSystem();
    const app = await system.start(
      supervisor({ strategy: "oneForOne", children: [Scribe.child(undefined, { shutdownMs: "infinity" })] }),
    );
    const scribe = system.processes()[1]!.pid as PidOf<typeof Scribe>;
    await debug(scribe).suspend();
    scribe.cast.note("never");
    await app.call.terminateChild("scribe");
    expect(await scribe.down()).toEqual({ kind: "shutdown" });
    expect(system.deadLetters).toMatchObject([{ kind: "cast", why: "stopping" }]);
  });

  it.each(["that comes later", "that waits in its mailbox already"])(
    "SYS2 terminates on an exit of its parent %s, if it traps, and leaves its queue",
    async (when) => {
      await using system = testSystem();
      const seen: string[] = [];
      const Trapping = defineActor({
        name: "trapping",
        init: () => 0,
        casts: { work: async (n, done: Promise<void>) => (await done, n) },
        info: (n) => (seen.push("message"), n),
        exit: (n) => n,
        terminate: async (_n, { kind }) => {
          await null;
          seen.push(`terminate ${kind}`);
        },
      });
      const child = Trapping.child(undefined, { shutdownMs: "infinity" });
      const app = await system.start(supervisor({ strategy: "oneForOne", children: [child] }));
      const trapping = system.processes()[1]!.pid as PidOf<typeof Trapping>;
      let finish!: () => void;
      trapping.cast.work(new Promise((done) => (finish = done)));
      const suspended = debug(trapping).suspend();
      if (when === "that comes later") {
        finish();
        await suspended;
      }
      trapping.send("queued" as never);
      const stopped = app.stop();
      await system.settle();
      finish();
      await stopped;
      expect(seen).toEqual(["terminate shutdown"]);
    },
  );

  it("SYS2 dies of links and kills at once", async () => {
    await using system = testSystem();
    for (const [reason, kind] of [
      ["kill", "killed"],
      [new Error("link"), "error"],
    ] as const) {
      const scribe = await system.start(Scribe);
      await debug(scribe).suspend();
      const waiting = codeOf(scribe.call.read());
      scribe.exit(reason);
      expect(await scribe.down()).toMatchObject({ kind });
      expect(await waiting).toBe("ERR_EXITED");
    }
    expect(system.processes()).toEqual([]);
  });

  it("SYS3 a request to stop ends a suspended process with its reason, terminate included", async () => {
    await using system = testSystem();
    const seen: unknown[] = [];
    const Ending = defineActor({ init: () => 0, terminate: (_n, reason) => void seen.push(reason) });
    for (const isEarly of [false, true]) {
      const ending = await system.start(Ending);
      const suspended = debug(ending).suspend();
      if (!isEarly) await suspended;
      await ending.stop({ reason: { kind: "shutdown", detail: "maintenance" } });
      await suspended;
    }
    expect(seen).toEqual([
      { kind: "shutdown", detail: "maintenance" },
      { kind: "shutdown", detail: "maintenance" },
    ]);
  });

  it("SYS2 leaves idle as it was: no question calls it off, and its time runs on", async () => {
    await using system = testSystem();
    const scribe = await system.start(Scribe);
    scribe.cast.wait(100);
    await system.advance(50);
    await debug(scribe).state();
    await debug(scribe).suspend();
    await system.advance(50);
    expect(await debug(scribe).state()).toEqual([]);
    await debug(scribe).resume();
    expect(await scribe.call.read()).toEqual(["idle"]);
  });

  it("SYS2 a question that waits when idle is asked for does not call it off", async () => {
    await using system = testSystem();
    const scribe = await system.start(Scribe);
    scribe.cast.wait(100);
    const asked = debug(scribe).state();
    await asked;
    await system.advance(100);
    expect(await scribe.call.read()).toEqual(["idle"]);
  });

  it("SYS2 a suspended supervisor restarts nobody until it is resumed, and stops its children all the same", async () => {
    await using system = testSystem();
    const start = () =>
      system.start(
        supervisor({ strategy: "oneForOne", children: [Scribe.child(undefined, { restart: "permanent" })] }),
      );
    const app = await start();
    await debug(app).suspend();
    system.processes()[1]!.pid.exit("kill");
    await system.settle();
    expect(system.processes().map(({ status }) => status)).toEqual(["suspended"]);
    await debug(app).resume();
    await system.settle();
    expect(system.processes().map(({ definition }) => definition)).toEqual(["supervisor", "scribe"]);
    await debug(app).suspend();
    await app.stop();
    expect(system.processes()).toEqual([]);
  });

  it("SYS2 is no load, and no handler that runs on when the process dies", async () => {
    await using system = testSystem();
    const scribe = await system.start(Scribe);
    await debug(scribe).suspend();
    expect(portOf(scribe).running).toBe(0);
    scribe.exit("kill");
    await scribe.down();
    expect(kernelOf(system).zombies).toBe(0);
  });

  it("SYS2 serves in order what does not wait in the mailbox, and refuses what comes after the end", async () => {
    await using system = testSystem();
    const kill = async (isFirst: boolean): Promise<unknown> => {
      const scribe = await system.start(Scribe);
      await debug(scribe).suspend();
      if (isFirst) scribe.exit("kill");
      const asked = [debug(scribe).state(), scribe.stop(), debug(scribe).state()].map(codeOf);
      if (!isFirst) scribe.exit("kill");
      return Promise.all(asked);
    };
    expect(await kill(false)).toEqual(["fulfilled", "fulfilled", "ERR_EXITED"]);
    expect(await kill(true)).toEqual(["ERR_EXITED", "ERR_EXITED", "ERR_EXITED"]);
  });
});

describe("resume", () => {
  it("SYS2 has questions and stops that come after it, in one turn, keep their places among the messages", async () => {
    await using system = testSystem();
    const scribe = await system.start(Scribe);
    const desk = debug<readonly string[]>(scribe);
    await desk.suspend();
    scribe.cast.note("a");
    const resumed = desk.resume();
    scribe.cast.note("b");
    const first = desk.state();
    scribe.cast.note("c");
    const second = desk.state();
    const third = desk.state();
    scribe.cast.note("d");
    const taken: string[] = [];
    desk.trace((event) => event.type !== "handled" && taken.push(formatTrace(event)));
    const stopped = scribe.stop();
    scribe.cast.note("too late");
    await Promise.all([resumed, stopped]);
    expect([await first, await second, await third]).toEqual([
      ["a", "b"],
      ["a", "b", "c"],
      ["a", "b", "c"],
    ]);
    expect(taken.at(0)).toBe("scribe (pid 1) is sent stop normal");
    expect(taken.at(-1)).toBe("scribe (pid 1) takes stop normal");
    expect(system.deadLetters).toMatchObject([{ kind: "cast", message: "too late", why: "stopping" }]);
  });

  it("SYS2 has the messages that queued up handled in their order", async () => {
    for (let seed = 0; seed < 20; seed += 1) {
      await using system = testSystem({ seed });
      const scribe = await system.start(Scribe);
      await debug(scribe).suspend();
      for (const line of ["a", "b", "c"]) scribe.cast.note(line);
      const resumed = debug(scribe).resume();
      scribe.cast.note("d");
      // Asked before it has been resumed, and after "d": it shows what "d" has done.
      const state = debug(scribe).state();
      expect(await state).toEqual(["a", "b", "c", "d"]);
      await resumed;
    }
  });
});
