import { describe, expect, it } from "vitest";
import { type Reply, reply } from "../../src/actors/answers.ts";
import { defineActor } from "../../src/actors/define-actor.ts";
import type { Self } from "../../src/actors/definition.ts";
import { kernelOf } from "../../src/actors/system.ts";
import { isActorError } from "../../src/core/errors.ts";
import { probe } from "../../src/testing/probe.ts";
import { testSystem } from "../../src/testing/test-system.ts";

const Counter = defineActor({
  name: "counter",
  init: (start: number) => start,
  calls: {
    value: (count) => reply(count, count),
    crash: () => {
      throw new Error("boom");
    },
    hang: (count): Promise<Reply<number, number>> => new Promise(() => count),
  },
  casts: { hit: (count) => count + 1 },
});

const Endless = defineActor({
  name: "endless",
  init: (_: void, self) => {
    self.send("again");
    return 0;
  },
  info: (rounds, _message: "again", self) => {
    self.send("again");
    return rounds + 1;
  },
});

describe("testSystem", () => {
  it("runs by itself: a call is simply awaited, whatever the seed", async () => {
    for (const options of [{}, { seed: 1 }, { seed: 2 }]) {
      await using system = testSystem(options);
      const counter = await system.start(Counter, 5);
      counter.cast.hit();
      expect(await counter.call.value()).toBe(6);
    }
  });

  it("leaves the clock to the test: deadlines pass when time does", async () => {
    await using system = testSystem();
    const counter = await system.start(Counter, 0);
    const call = counter.call.hang(undefined, { timeoutMs: 300 });
    const rejected = expect(call).rejects.toMatchObject({ code: "ERR_CALL_TIMEOUT" });
    await system.advance(299);
    expect(system.nowMs).toBe(299);
    expect(await isSettled(call)).toBe(false);
    await system.advance(1);
    await rejected;
  });

  it("isolates faults as production does, and keeps reports instead of printing them", async () => {
    await using system = testSystem();
    const [culprit, bystander] = [await system.start(Counter, 0), await system.start(Counter, 1)];
    await expect(culprit.call.crash()).rejects.toMatchObject({ code: "ERR_EXITED" });
    const stray = system.spawn(async (self) => {
      void Promise.reject(new Error("forgotten"));
      await self.receive();
    });
    expect(await stray.down()).toEqual({ kind: "error", error: new Error("forgotten") });
    await system.settle();
    expect(system.crashes.map(({ pid, reason }) => [pid, reason])).toEqual([
      [culprit, { kind: "error", error: new Error("boom") }],
      [stray, { kind: "error", error: new Error("forgotten") }],
    ]);
    expect(await bystander.call.value()).toBe(1);
  });

  it("keeps messages that nobody will handle", async () => {
    await using system = testSystem();
    const counter = await system.start(Counter, 0);
    await counter.stop();
    counter.cast.hit();
    expect(system.deadLetters).toMatchObject([{ kind: "cast", why: "dead" }]);
  });

  it("freezes messages unless told otherwise", async () => {
    for (const { options, frozen } of [
      { options: {}, frozen: true },
      { options: { messages: "shared" }, frozen: false },
    ] as const) {
      await using system = testSystem(options);
      const letter = { to: ["a"] };
      probe(system).pid.send(letter);
      expect(Object.isFrozen(letter) && Object.isFrozen(letter.to)).toBe(frozen);
    }
  });

  it("is the system that its processes see", async () => {
    await using system = testSystem({ name: "orders" });
    const post = probe(system);
    expect(post.self.system).toBe(system);
    expect(system.name).toBe("orders");
  });

  it("refuses what is no option", () => {
    expect(() => testSystem({ sead: 1 } as never)).toThrow('testSystem: unknown option "sead"');
  });

  it("names the busiest process when nothing ever settles, and can still be stopped", async () => {
    const system = testSystem({ maxSteps: 500 });
    await system.start(Counter, 0);
    await system.start(Endless);
    const runaway = await system.settle().catch((error: unknown) => error);
    expect(isActorError(runaway, "ERR_RUNAWAY") && runaway.message).toMatch(
      /the busiest is endless \(pid \d+\)/,
    );
    await expect(system.advance(1)).rejects.toMatchObject({ code: "ERR_RUNAWAY" });
    await system.stop();
    expect(kernelOf(system).table.size).toBe(0);
  });

  it("gives the test's own timers a turn while nothing settles and nobody waits", async () => {
    await using system = testSystem();
    await system.start(Endless);
    for (let round = 0; round < 3; round += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(kernelOf(system).table.size).toBe(1);
  });

  it("stops as in production: the time a hanging process is given is the test's", async () => {
    const system = testSystem();
    const counter = await system.start(Counter, 0);
    const hanging = counter.call.hang(undefined, { timeoutMs: Number.POSITIVE_INFINITY });
    const rejected = expect(hanging).rejects.toMatchObject({ code: "ERR_EXITED" });
    await system.settle();
    const stopping = system.stop();
    await system.advance(4_999);
    expect(await isSettled(stopping)).toBe(false);
    await system.advance(1);
    await stopping;
    await rejected;
  });

  it("lets as much time pass as its end takes when it is disposed of", async () => {
    const system = testSystem();
    const counter = await system.start(Counter, 0);
    counter.call.hang(undefined, { timeoutMs: Number.POSITIVE_INFINITY }).catch(() => undefined);
    await system.settle();
    await system[Symbol.asyncDispose]();
    expect(system.nowMs).toBe(5_000);
    expect(kernelOf(system).table.size).toBe(0);
  });

  it("settles for a handler of its own that waits for it to settle", async () => {
    await using system = testSystem();
    const Waiting = defineActor({
      init: () => 0,
      calls: {
        wait: async (n) => {
          await system.settle();
          return reply("settled", n);
        },
      },
    });
    const waiting = await system.start(Waiting);
    expect(await waiting.call.wait()).toBe("settled");
  });
});

describe("an order that is owned", () => {
  it("is first come, first served without a seed, one message a turn", async () => {
    expect(await trace({})).toEqual(await trace({}));
    await using system = testSystem();
    const order: string[] = [];
    const Talker = defineActor({
      init: (name: string) => name,
      casts: {
        say: (name, word: string) => {
          order.push(`${name}${word}`);
          return name;
        },
      },
    });
    const [a, b] = [await system.start(Talker, "a"), await system.start(Talker, "b")];
    for (const word of ["1", "2"]) a.cast.say(word);
    for (const word of ["1", "2"]) b.cast.say(word);
    await system.settle();
    expect(order).toEqual(["a1", "b1", "a2", "b2"]);
  });

  it("repeats itself to the letter for the same seed", async () => {
    for (let seed = 0; seed < 20; seed += 1) expect(await trace({ seed })).toEqual(await trace({ seed }));
  });

  it("differs for other seeds, in turns, ties of timers and random numbers", async () => {
    const traces = await Promise.all(Array.from({ length: 20 }, (_, seed) => trace({ seed })));
    for (const kind of ["turn", "tick", "random"]) {
      const seen = new Set(traces.map((lines) => lines.filter((line) => line.startsWith(kind)).join()));
      expect(seen.size).toBeGreaterThan(15);
    }
  });

  it("is untouched by another system that runs at the same time", async () => {
    const alone = await trace({ seed: 3 });
    const [beside] = await Promise.all([trace({ seed: 3 }), trace({ seed: 4 }), trace({})]);
    expect(beside).toEqual(alone);
  });

  it("never turns round the messages from one sender to one receiver", async () => {
    for (let seed = 0; seed < 50; seed += 1) {
      await using system = testSystem({ seed });
      const post = probe<string>(system);
      for (const sender of ["a", "b", "c"]) {
        system.spawn(async () => {
          for (const n of [1, 2, 3]) {
            post.pid.send(`${sender}${n}`);
            await null;
          }
        });
      }
      await system.settle();
      for (const sender of ["a", "b", "c"]) {
        const sent = post.messages.map(String).filter((message) => message.startsWith(sender));
        expect(sent).toEqual([1, 2, 3].map((n) => `${sender}${n}`));
      }
    }
  });

  it("finds a lost update that first come, first served hides", async () => {
    const outcomes = new Set<number>();
    for (let seed = 0; seed < 50; seed += 1) outcomes.add(await balanceAfterTwoDeposits({ seed }));
    expect(await balanceAfterTwoDeposits({})).toBe(1);
    expect([...outcomes].sort()).toEqual([1, 2]);
  });
});

/** What actors with casts, awaits, timers of one moment and chance do, line by line. */
async function trace(options: { readonly seed?: number }): Promise<readonly string[]> {
  await using system = testSystem(options);
  const lines: string[] = [];
  const note = (kind: string, what: string): void => void lines.push(`${kind} ${what} at ${system.nowMs}`);
  const Worker = defineActor({
    init: (name: string, self: Self) => {
      for (const delayMs of [10, 20, 30]) self.sendAfter(delayMs, delayMs);
      return name;
    },
    info: async (name, delayMs: number) => {
      note("tick", `${name} ${delayMs}`);
      await null;
      note("turn", `${name} after ${delayMs}`);
      return name;
    },
    casts: {
      work: (name, n: number) => {
        note("turn", `${name} ${n}`);
        return name;
      },
    },
  });
  const workers = await Promise.all(["a", "b", "c", "d"].map((name) => system.start(Worker, name)));
  for (const n of [1, 2, 3]) for (const worker of workers) worker.cast.work(n);
  await system.advance(30);
  note("random", String(kernelOf(system).runtime.random.next()));
  return lines;
}

/** Two depositors read, then write: the second to read may or may not see what the first has written. */
async function balanceAfterTwoDeposits(options: { readonly seed?: number }): Promise<number> {
  await using system = testSystem(options);
  const account = await system.start(
    defineActor({
      init: () => 0,
      calls: {
        read: (balance: number) => reply(balance, balance),
        write: (_, balance: number) => reply(balance, balance),
      },
    }),
    undefined,
  );
  for (let i = 0; i < 2; i += 1) {
    system.spawn(async () => {
      await account.call.write((await account.call.read()) + 1);
    });
  }
  await system.settle();
  return await account.call.read();
}

/** Has the promise settled by now? */
function isSettled(promise: Promise<unknown>): Promise<boolean> {
  const settled = promise.then(
    () => true,
    () => true,
  );
  return Promise.race([settled, new Promise<boolean>((resolve) => setImmediate(resolve, false))]);
}
