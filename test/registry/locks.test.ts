import { describe, expect, it } from "vitest";
import { noReply, reply } from "../../src/actors/answers.ts";
import { defineActor } from "../../src/actors/define-actor.ts";
import { processOf } from "../../src/actors/process.ts";
import { kernelOf } from "../../src/actors/system.ts";
import type { Pid, Speaks } from "../../src/core/pid.ts";
import { createRegistry, processOfRegistry } from "../../src/registry/create-registry.ts";
import { Locks } from "../../src/registry/locks.ts";
import { supervisor } from "../../src/supervisor/supervisor.ts";
import { type TestSystem, testSystem } from "../../src/testing/test-system.ts";
import { kill, lingerer, person } from "./people.ts";

/** Locks, a log of who works, and works that last until they are let go. */
function scene(system: TestSystem) {
  const locks = new Locks(kernelOf(system), "names");
  const log: string[] = [];
  const gates = new Map<string, () => void>();
  const work = (name: string) => async () => {
    log.push(name);
    await new Promise<void>((open) => gates.set(name, open));
    log.push(`${name} done`);
    return name;
  };
  const finish = async (name: string) => {
    gates.get(name)?.();
    await system.settle();
  };
  /** A process whose whole life is work under a lock. */
  const worker = (key: string, name: string, options = {}): Pid =>
    system.spawn(async () => {
      await locks.run(key, work(name), options).catch((error) => log.push(`${name}: ${error.code}`));
    });
  return { locks, log, work, finish, worker };
}

const code = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => "no error",
    (error) => error.code,
  );

describe("Locks", () => {
  it("R58 runs work in its caller's context and answers what it answers", async () => {
    await using system = testSystem();
    const { locks } = scene(system);
    const Asker = defineActor({
      name: "asker",
      init: () => 0,
      calls: {
        go: async (state, _: undefined, self) => {
          const child = await locks.run("k", () => self.spawn(async () => undefined));
          return reply(await child.down(), state);
        },
      },
    });
    expect(await (await system.start(Asker)).call.go(undefined)).toEqual({ kind: "normal" });
    expect([await locks.run("k", () => 7), await locks.run("k", async () => "later")]).toEqual([7, "later"]);
    expect(locks.size).toBe(0);
  });

  it("R58 R59 lets one work at a time under a key, first come first served", async () => {
    await using system = testSystem();
    const { log, worker, finish } = scene(system);
    for (const name of ["a", "b", "c"]) worker("k", name);
    await system.settle();
    expect(log).toEqual(["a"]);
    for (const name of ["a", "b", "c"]) await finish(name);
    expect(log).toEqual(["a", "a done", "b", "b done", "c", "c done"]);
  });

  it("R59 keeps nobody waiting for another key; keys are structural", async () => {
    await using system = testSystem();
    const { locks, log, work, finish } = scene(system);
    const all = [["page", 1], ["page", 2], "page", ["page", 1]].map((key, at) =>
      locks.run(key, work(String(at))),
    );
    await system.settle();
    expect([log, locks.size]).toEqual([["0", "1", "2"], 3]);
    for (const name of ["0", "1", "2", "3"]) await finish(name);
    expect(await Promise.all(all)).toEqual(["0", "1", "2", "3"]);
    expect(locks.size).toBe(0);
  });

  it("R59 RF28 lets go when the work throws or rejects, and hands that on", async () => {
    await using system = testSystem();
    const { locks } = scene(system);
    const mine = new RangeError("mine");
    const thrown = locks.run("k", () => {
      throw mine;
    });
    const rejected = locks.run("k", () => Promise.reject(mine));
    await expect(thrown).rejects.toBe(mine);
    await expect(rejected).rejects.toBe(mine);
    expect([await locks.run("k", () => "free"), locks.size]).toEqual(["free", 0]);
  });

  it.each(["kill", "shutdown", "normal end"] as const)(
    "R59 RF28 lets go when its holder ends (%s)",
    async (how) => {
      await using system = testSystem();
      const { locks, log, work, worker } = scene(system);
      const holder =
        how === "normal end"
          ? system.spawn(async () => void locks.run("k", work("first")))
          : worker("k", "first");
      worker("k", "second");
      await system.settle();
      if (how !== "normal end") holder.exit(how);
      await system.settle();
      expect(log).toEqual(["first", "second"]);
    },
  );

  it("R59 RF28 skips waiters that have died, also in the very turn of the hand-over", async () => {
    await using system = testSystem();
    const { log, worker, finish } = scene(system);
    const [first, second, third] = ["a", "b", "c"].map((name) => worker("k", name)) as [Pid, Pid, Pid];
    worker("k", "d");
    await system.settle();
    await kill(second);
    first.exit("kill");
    third.exit("kill");
    await system.settle();
    expect(log.filter((line) => !line.endsWith("ERR_DETACHED"))).toEqual(["a", "d"]);
    await finish("d");
    expect(log.at(-1)).toBe("d done");
  });

  it("RF28 passes over the other waits of a holder that dies", async () => {
    await using system = testSystem();
    const { locks, log, work, worker } = scene(system);
    const Side = defineActor({
      name: "side",
      init: () => 0,
      calls: { go: (state, name: string) => reply(locks.run("k", work(name)), state) },
    });
    const side = await system.start(Side);
    const both = ["a", "b"].map((name) => code(side.call.go(name)));
    await system.settle();
    worker("k", "heir");
    await system.settle();
    await kill(side);
    await system.settle();
    expect([await Promise.all(both), log]).toEqual([
      ["ERR_EXITED", "ERR_EXITED"],
      ["a", "heir"],
    ]);
  });

  it("RF28 does not run the work of who died between the hand-over and its turn", async () => {
    await using system = testSystem();
    const { locks, log, work, worker } = scene(system);
    const Victim = defineActor({
      name: "victim",
      init: () => 0,
      casts: {
        go: (state, _, self) => {
          // Free, so that it is given at once; the death comes before the work's turn.
          void locks.run("k", work("victim")).catch(() => undefined);
          self.exit("shutdown");
          return state;
        },
      },
    });
    (await system.start(Victim)).cast.go();
    worker("k", "heir");
    await system.settle();
    expect(log).toEqual(["heir"]);
  });

  it("R61 R66 never gives it to who has timed out, and names the holder to him", async () => {
    await using system = testSystem();
    const { locks, log, work, worker, finish } = scene(system);
    worker("ledger", "first");
    await system.settle();
    const late = locks.run("ledger", work("late"), { timeoutMs: 50 });
    const third = locks.run("ledger", work("third"), { timeoutMs: Number.POSITIVE_INFINITY });
    const failed = expect(late).rejects.toMatchObject({
      code: "ERR_LOCK_TIMEOUT",
      handled: "no",
      message: expect.stringMatching(
        /^lock "ledger" of names was not to be had within 50 ms: .*\(pid \d+\) holds it; nothing was done$/,
      ),
    });
    await system.advance(50);
    await failed;
    await finish("first");
    await finish("third");
    expect(await third).toBe("third");
    expect([log, locks.size]).toEqual([["first", "first done", "third", "third done"], 0]);
  });

  it("R60 R66 waits five seconds when nothing is said, however long the work takes", async () => {
    await using system = testSystem();
    const { locks, work, worker, finish } = scene(system);
    worker("k", "first");
    await system.settle();
    const late = code(locks.run("k", work("late")));
    await system.advance(4_999);
    await system.settle();
    const second = locks.run("k", work("second"));
    await system.advance(1);
    expect(await late).toBe("ERR_LOCK_TIMEOUT");
    await finish("first");
    await system.advance(60_000);
    await finish("second");
    expect(await second).toBe("second");
  });

  it("R66 gives up when its signal aborts, before or during the wait, and not after", async () => {
    await using system = testSystem();
    const { locks, log, work, worker, finish } = scene(system);
    worker("k", "first");
    await system.settle();
    const [early, during, after] = [new AbortController(), new AbortController(), new AbortController()];
    early.abort();
    expect(await code(locks.run("k", work("early"), { signal: early.signal }))).toBe("ERR_ABORTED");
    const aborted = code(locks.run("k", work("during"), { signal: during.signal }));
    const kept = locks.run("k", work("after"), { signal: after.signal });
    during.abort();
    expect(await aborted).toBe("ERR_ABORTED");
    await finish("first");
    after.abort();
    await finish("after");
    expect([await kept, log]).toEqual(["after", ["first", "first done", "after", "after done"]]);
  });

  it("R66 is let go by nobody but its holder: what a dead one's work does later frees nothing", async () => {
    await using system = testSystem();
    const { log, worker, finish } = scene(system);
    const first = worker("k", "first");
    worker("k", "second");
    worker("k", "third");
    await system.settle();
    await kill(first);
    await system.settle();
    await finish("first");
    expect(log).toEqual(["first", "second", "first done"]);
    await finish("second");
    expect(log.at(-1)).toBe("third");
  });

  it("R60 R66 refuses a handler that asks for what its process holds, at once", async () => {
    await using system = testSystem();
    const { locks } = scene(system);
    const Twice = defineActor({
      name: "twice",
      init: () => 0,
      calls: {
        go: async (state) => reply(await locks.run("k", () => locks.run("k", () => "inner")), state),
      },
    });
    const twice = await system.start(Twice);
    await expect(twice.call.go(undefined, { timeoutMs: Number.POSITIVE_INFINITY })).rejects.toMatchObject({
      code: "ERR_EXITED",
      cause: {
        code: "ERR_CALL_CYCLE",
        message: expect.stringMatching(
          /^twice \(pid \d+\) waits for lock "k" of names, which it has itself; nothing was done$/,
        ),
      },
    });
    expect([system.nowMs, locks.size]).toEqual([0, 0]);
  });

  it("R66 puts work that one process does side by side in line", async () => {
    await using system = testSystem();
    const { locks, log, work, finish } = scene(system);
    const Side = defineActor({
      name: "side",
      init: () => 0,
      calls: { go: (state, name: string) => reply(locks.run("k", work(name)), state) },
    });
    const side = await system.start(Side);
    const both = ["a", "b"].map((name) => side.call.go(name));
    await system.settle();
    expect(log).toEqual(["a"]);
    await finish("a");
    await finish("b");
    expect(await Promise.all(both)).toEqual(["a", "b"]);
  });

  it("tells plain code that asks for what it holds when its time is up", async () => {
    await using system = testSystem();
    const { locks } = scene(system);
    const inner = locks.run("k", () => locks.run("k", () => 0, { timeoutMs: 10 }));
    const failed = expect(inner).rejects.toThrow("within 10 ms: plain code holds it");
    await system.advance(10);
    await failed;
    expect(locks.size).toBe(0);
  });

  it("refuses a circle of two locks, and of a lock and a call", async () => {
    await using system = testSystem();
    const { locks } = scene(system);
    const Clerk = defineActor({
      name: "clerk",
      init: () => 0,
      calls: {
        both: async (state, [first, second]: readonly [string, string]) => {
          const answer = await locks.run(first, async () => {
            await meeting;
            return locks.run(second, () => "both").catch((error) => error.code);
          });
          return reply(answer, state);
        },
        asks: async (state, other: Pid<Speaks<{ needs: () => string }>>) => {
          const answer = await locks.run("c", () => other.call.needs().catch((error) => error.code));
          return reply(answer, state);
        },
        needs: async (state) => reply(await locks.run("c", () => "c"), state),
      },
    });
    let meet = (): void => undefined;
    const meeting = new Promise<void>((resolve) => {
      meet = resolve;
    });
    const [ann, bob] = [await system.start(Clerk), await system.start(Clerk)];
    const answers = [ann.call.both(["a", "b"]), bob.call.both(["b", "a"])];
    await system.settle();
    meet();
    expect((await Promise.all(answers)).sort()).toEqual(["ERR_CALL_CYCLE", "both"]);
    expect(await ann.call.asks(bob)).toBe("ERR_EXITED");
    expect([system.nowMs, locks.size]).toEqual([0, 0]);
  });

  it("refuses a circle that a hand-over closes", async () => {
    await using system = testSystem();
    const { locks, log, worker, finish } = scene(system);
    worker("a", "first");
    await system.settle();
    const Two = defineActor({
      name: "two",
      init: () => 0,
      calls: {
        go: async (state) => {
          const asked = ["one", "other"].map((name) => code(locks.run("a", () => log.push(name))));
          return reply(await Promise.all(asked), state);
        },
      },
    });
    const answer = (await system.start(Two)).call.go();
    await system.settle();
    await finish("first");
    expect(await answer).toEqual(["no error", "ERR_CALL_CYCLE"]);
    expect(system.nowMs).toBe(0);
  });

  it("stays held while its holder is stopping, whose terminate may take it as well", async () => {
    await using system = testSystem();
    const { locks, log, worker } = scene(system);
    const slow = await lingerer(system);
    const Ending = defineActor({
      name: "ending",
      init: () => 0,
      casts: { go: (state) => (void locks.run("k", () => new Promise(() => undefined)), state) },
      terminate: () => locks.run("other", () => void log.push("terminate")),
    });
    const ending = await system.start(Ending);
    ending.cast.go();
    worker("k", "next");
    await system.settle();
    expect(log).toEqual([]);
    await ending.stop();
    await system.settle();
    expect(log).toEqual(["terminate", "next"]);
    await kill(slow.pid);
  });

  it("refuses work that is none and a deadline that is none, and is free then", async () => {
    await using system = testSystem();
    const { locks } = scene(system);
    expect(await code(locks.run("k", 7 as never))).toBe("ERR_INVALID_OPTIONS");
    expect(await code(locks.run("k", () => 0, { timeoutMs: Number.NaN }))).toBe("ERR_INVALID_OPTIONS");
    expect(locks.size).toBe(0);
  });

  it("is refused to the handler of a dead process", async () => {
    await using system = testSystem();
    const { locks, log } = scene(system);
    let open = (): void => undefined;
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const zombie = system.spawn(async () => {
      await gate;
      log.push(String(await code(locks.run("k", () => log.push("worked")))));
    });
    await system.settle();
    await kill(zombie);
    open();
    await system.settle();
    expect([log, locks.size]).toEqual([["ERR_DETACHED"], 0]);
  });

  it("leaves nothing behind on a process that has taken and waited for many", async () => {
    await using system = testSystem();
    const { locks } = scene(system);
    const Busy = defineActor({
      name: "busy",
      init: () => 0,
      calls: {
        go: async (state) => {
          for (let i = 0; i < 100; i += 1) await locks.run(i % 3, () => i);
          return noReply(state);
        },
      },
    });
    const busy = await system.start(Busy);
    void busy.call.go().catch(() => undefined);
    await system.settle();
    expect([processOf(busy).ties?.watchers, locks.size]).toEqual([[], 0]);
  });
});

describe.each(["unique", "duplicate"] as const)("a registry with %s keys", (kind) => {
  const make = (system: TestSystem) =>
    kind === "unique"
      ? createRegistry<string>(system, { keys: kind, name: "names" })
      : createRegistry<string>(system, { keys: kind, name: "names" });

  it("R58 locks apart from its keys", async () => {
    await using system = testSystem();
    const names = make(system);
    const ann = person(system);
    names.register("k", ann);
    expect(await names.lock("k", () => names.lookup("k").length)).toBe(1);
    expect(await names.lock("free", () => names.register("free", ann).ok)).toBe(true);
    expect(await names.lock(["a", 1], () => names.count())).toBe(2);
  });

  it("refuses what is no key and what is no signal, with nothing left of it", async () => {
    await using system = testSystem();
    const { locks } = scene(system);
    const round: object[] = [];
    round.push(round, round);
    await expect(locks.run(round, () => 1)).rejects.toThrow(/tuples nest at most 32 deep/);
    let finish = (): void => undefined;
    const held = locks.run("k", () => new Promise<void>((resolve) => (finish = resolve)));
    const signal = {} as AbortSignal;
    expect(await code(locks.run("k", () => 1, { signal, timeoutMs: 10 }))).toBe("ERR_INVALID_OPTIONS");
    await system.advance(10);
    finish();
    await held;
    expect(locks.size).toBe(0);
  });

  it("keeps its locks when its process dies: held ones stay held, waits go on, new ones are refused", async () => {
    await using system = testSystem();
    const names = make(system);
    let restart = (): void => undefined;
    const closing = new Promise<void>((resolve) => {
      restart = resolve;
    });
    const Slow = defineActor({ name: "slow", init: (_: undefined, self) => self.own(0, () => closing) });
    await system.start(supervisor({ strategy: "oneForAll", children: [names, Slow] }));
    let finish = (): void => undefined;
    const held = names.lock("k", () => new Promise<void>((resolve) => (finish = resolve)));
    const waits = names.lock("k", () => "mine");
    await system.settle();
    await kill(processOfRegistry(names).pid!);
    await system.settle();
    expect(await code(names.lock("k", () => "late"))).toBe("ERR_NOT_RUNNING");
    finish();
    await held;
    expect(await waits).toBe("mine");
    restart();
    await system.settle();
    expect(await names.lock("k", () => "again")).toBe("again");
  });
});
