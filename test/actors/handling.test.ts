import { type CrashReport, createSystem, defineActor, next, reply, stop } from "troupe";
import { testSystem } from "troupe/testing";
import { describe, expect, it } from "vitest";

describe("handle", () => {
  it("G17 a message without a handler is a dead letter and harms nobody; nothing but a handler's name can be called", async () => {
    await using system = testSystem();
    const Deaf = defineActor({ name: "deaf", init: () => 0, calls: { count: (n) => reply(n, n + 1) } });
    const deaf = await system.start(Deaf);
    (deaf as unknown as { send(message: string): void }).send("hello");
    expect(await deaf.call.count()).toBe(0);
    expect(system.deadLetters).toMatchObject([{ kind: "message", message: "hello", why: "unhandled" }]);
    expect("shout" in deaf.call).toBe(false);
    expect(await deaf.call.count()).toBe(1);
  });

  it("G16 what is thrown is no answer, even where it could be one", async () => {
    await using system = testSystem({ logger: false });
    const thrown = reply("thrown", 0);
    const Throwing = defineActor({
      init: () => 0,
      calls: {
        ask: (): never => {
          throw thrown;
        },
      },
    });
    const throwing = await system.start(Throwing);
    await expect(throwing.call.ask()).rejects.toMatchObject({ code: "ERR_EXITED" });
    expect(await throwing.down()).toEqual({ kind: "error", error: thrown });
  });

  it("G20 chained continues run in order, before queued messages", async () => {
    await using system = testSystem();
    const Chained = defineActor({
      init: (): readonly string[] => [],
      casts: {
        go: (seen) => next([...seen, "go"], { continue: 2 }),
        note: (seen, what: string) => [...seen, what],
      },
      continue: (seen, left) =>
        (left as number) > 0
          ? next([...seen, `c${left}`], { continue: (left as number) - 1 })
          : [...seen, "c0"],
      calls: { seen: (seen) => reply(seen, seen) },
    });
    const chained = await system.start(Chained);
    chained.cast.go();
    chained.cast.note("after");
    expect(await chained.call.seen()).toEqual(["go", "c2", "c1", "c0", "after"]);
  });

  it("a continue without a handler is a crash that says so", async () => {
    await using system = testSystem();
    const Lacking = defineActor({ name: "lacking", init: () => next(0, { continue: "x" }) });
    const lacking = await system.start(Lacking);
    expect(await lacking.down()).toMatchObject({
      error: { message: "lacking answered next(…, { continue }) but has no continue handler" },
    });
  });

  describe("idle", () => {
    const Idle = defineActor({
      init: (): readonly string[] => [],
      casts: { wait: (seen, ms: number) => next(seen, { idleMs: ms }), note: (seen) => seen },
      idle: (seen) => [...seen, "idle"],
      calls: { seen: (seen) => reply(seen, seen) },
    });

    it("G21 runs when no message came for so long", async () => {
      await using system = testSystem();
      const idle = await system.start(Idle);
      idle.cast.wait(100);
      await system.advance(99);
      await system.advance(1);
      expect(await idle.call.seen()).toEqual(["idle"]);
    });

    it("G21 any message cancels it", async () => {
      await using system = testSystem();
      const idle = await system.start(Idle);
      idle.cast.wait(100);
      await system.advance(50);
      idle.cast.note();
      await system.advance(1_000);
      expect(await idle.call.seen()).toEqual([]);
    });

    it("G21 with 0 ms it runs if nothing waits, and not if something does", async () => {
      await using system = testSystem();
      const idle = await system.start(Idle);
      idle.cast.wait(0);
      await system.advance(0);
      idle.cast.wait(0);
      idle.cast.note();
      await system.advance(0);
      expect(await idle.call.seen()).toEqual(["idle"]);
    });

    it("is not called off by a call that was withdrawn before it was handled", async () => {
      await using system = testSystem();
      const idle = await system.start(Idle);
      const given = new AbortController();
      idle.cast.wait(100);
      const early = idle.call.seen(undefined, { signal: given.signal });
      given.abort();
      await expect(early).rejects.toMatchObject({ code: "ERR_ABORTED", handled: "no" });
      await expect(idle.call.seen(undefined, { signal: given.signal })).rejects.toThrow();
      await system.advance(100);
      expect(await idle.call.seen()).toEqual(["idle"]);
    });

    it("is not held up by an exit signal that did nothing", async () => {
      await using system = testSystem();
      const Busy = defineActor({
        init: () => "busy",
        casts: { work: async (state, done: Promise<void>) => next((await done, state), { idleMs: 100 }) },
        idle: () => "idle",
        calls: { state: (state) => reply(state, state) },
      });
      const busy = await system.start(Busy);
      let finish!: () => void;
      busy.cast.work(new Promise<void>((done) => (finish = done)));
      busy.exit("normal");
      await system.settle();
      finish();
      await system.advance(100);
      expect(await busy.call.state()).toBe("idle");
    });

    it("runs after a message that came in the moment in which it was due, whatever the seed", async () => {
      const Greedy = defineActor({
        init: (_: void, self) => {
          self.sendAfter(100, "tick");
          return next([] as readonly string[], { idleMs: 100 });
        },
        info: (seen, what: string) => next([...seen, what], { idleMs: 100 }),
        idle: (seen) => [...seen, "idle"],
        calls: { seen: (seen) => reply(seen, seen) },
      });
      for (let seed = 0; seed < 40; seed += 1) {
        await using system = testSystem({ seed });
        const greedy = await system.start(Greedy);
        await system.advance(300);
        expect((await greedy.call.seen()).at(-1), `seed ${seed}`).toBe("idle");
      }
    });

    it("dies with the process", async () => {
      await using system = testSystem();
      const idle = await system.start(Idle);
      idle.cast.wait(100);
      await idle.stop();
      await system.advance(1_000);
      expect(system.crashes).toEqual([]);
    });
  });

  it.each([
    ["a call that answers a bare state", (a: Bad) => a.call.bare(), "actor.bare answered number"],
    ["a cast that answers reply", (a: Bad) => a.cast.replying(), "actor.replying answered reply(…)"],
  ])("%s is a crash that says what may be answered", async (_what, act, message) => {
    await using system = testSystem();
    const pid = await system.start(BadActor);
    void Promise.resolve(act(pid)).catch(() => undefined);
    expect(await pid.down()).toMatchObject({
      kind: "error",
      error: { message: expect.stringContaining(message) },
    });
  });

  it.each([
    ["nothing", undefined, "handling work()"],
    ["a number", 500, "handling work(500)"],
    ["a string", "secret", "handling work(a string of 6)"],
    ["an array", [1, 2], "handling work(an array of 2)"],
    ["an object", { password: "secret" }, "handling work(Object)"],
    ["an instance", new Map(), "handling work(Map)"],
    ["null", null, "handling work(null)"],
  ])("TH10 a crash report says kind and size of %s, never its content", async (_what, input, doing) => {
    await using system = testSystem();
    const Crashing = defineActor({
      name: "crashing",
      init: () => "secret state",
      casts: {
        work: (_s, _input: unknown): string => {
          throw new Error("boom");
        },
      },
    });
    const pid = await system.start(Crashing);
    pid.cast.work(input);
    await pid.down();
    await system.settle();
    expect(system.crashes).toMatchObject([
      { doing, state: undefined, label: `${pid}`, reason: { kind: "error" } },
    ]);
    expect(JSON.stringify({ ...(system.crashes[0] as CrashReport), pid: 0 })).not.toContain("secret");
  });

  it("survives a redact that throws what cannot be shown", async () => {
    await using system = testSystem();
    const unshowable = {
      toString: () => {
        throw new Error("unshowable");
      },
    };
    const Broken = defineActor({
      init: () => 0,
      redact: () => {
        throw unshowable;
      },
      casts: {
        crash: (): never => {
          throw new Error("boom");
        },
      },
    });
    const broken = await system.start(Broken);
    broken.cast.crash();
    expect(await broken.down()).toMatchObject({ error: { message: "boom" } });
  });

  it("shows the state through redact, and survives one that throws", async () => {
    await using system = testSystem();
    const Shown = defineActor({
      init: () => ({ user: "ann", password: "secret" }),
      redact: ({ user }) => ({ user }),
      casts: {
        crash: (): never => {
          throw new Error("boom");
        },
      },
    });
    const Broken = defineActor({
      init: () => 0,
      redact: () => {
        throw new Error("cannot redact");
      },
      casts: {
        crash: (): never => {
          throw new Error("boom");
        },
      },
    });
    for (const pid of [await system.start(Shown), await system.start(Broken)]) {
      pid.cast.crash();
      await pid.down();
    }
    await system.settle();
    expect(system.crashes.map(({ state }) => state)).toEqual([{ user: "ann" }, "(redact failed)"]);
  });

  it("a stop with an orderly reason is no crash", async () => {
    await using system = testSystem();
    const Ending = defineActor({
      init: () => 0,
      casts: { end: (n) => stop({ kind: "shutdown", detail: "upgrade" }, n) },
    });
    const pid = await system.start(Ending);
    pid.cast.end();
    expect(await pid.down()).toEqual({ kind: "shutdown", detail: "upgrade" });
    await system.settle();
    expect(system.crashes).toEqual([]);
  });

  it("SF30 a handler that rejects after its process was killed harms nobody", async () => {
    await using system = createSystem({ logger: false });
    let fail!: (error: Error) => void;
    const Slow = defineActor({
      init: () => 0,
      casts: { work: (_n) => new Promise<number>((_ok, no) => (fail = no)) },
    });
    const pid = await system.start(Slow);
    pid.cast.work();
    const other = await system.start(BadActor);
    await other.call.fine();
    pid.exit("kill");
    await pid.down();
    fail(new Error("late"));
    expect(await other.call.fine()).toBe(0);
  });
});

const BadActor = defineActor({
  init: () => 0,
  calls: { bare: (n) => n as never, fine: (n) => reply(n, n) },
  casts: { replying: (n) => reply(1, n) as never },
});
type Bad = import("troupe").Pid<typeof BadActor>;
