import { type CallSelf, defineActor, type From, fail, noReply, reply } from "troupe";
import { testSystem } from "troupe/testing";
import { describe, expect, it } from "vitest";
import { gate } from "./gate.ts";

describe("3 · one at a time", () => {
  it("handles nothing else while a handler awaits", async () => {
    await using system = testSystem();
    const door = gate();
    const log: string[] = [];
    const Serial = defineActor({
      init: () => 0,
      calls: {
        slow: async (n) => {
          log.push("slow begins");
          await door.opened;
          log.push("slow ends");
          return reply(n, n);
        },
        quick: (n) => (log.push("quick"), reply(n, n)),
      },
    });
    const serial = await system.start(Serial);
    const both = Promise.all([serial.call.slow(), serial.call.quick()]);
    await system.settle();
    expect(log).toEqual(["slow begins"]);
    door.open();
    await both;
    expect(log).toEqual(["slow begins", "slow ends", "quick"]);
  });

  it("answers a promised reply when it settles, while the mailbox goes on", async () => {
    await using system = testSystem();
    const door = gate();
    const Concurrent = defineActor({
      init: () => 0,
      calls: {
        slow: (n) =>
          reply(
            door.opened.then(() => "slow"),
            n + 1,
          ),
        count: (n) => reply(n, n),
      },
    });
    const concurrent = await system.start(Concurrent);
    const slow = concurrent.call.slow();
    expect(await concurrent.call.count()).toBe(1);
    door.open();
    expect(await slow).toBe("slow");
  });

  it("ends the actor when a promised reply rejects, as a throw would", async () => {
    await using system = testSystem();
    const Concurrent = defineActor({
      init: () => 0,
      calls: { bad: (n) => reply(Promise.reject(new Error("late")), n) },
    });
    const concurrent = await system.start(Concurrent);
    await expect(concurrent.call.bad()).rejects.toMatchObject({ code: "ERR_EXITED" });
    expect(await concurrent.down()).toMatchObject({ kind: "error", error: { message: "late" } });
  });

  it("G13 answers later through self.from, in any order", async () => {
    await using system = testSystem();
    const Queue = defineActor({
      init: (): readonly From<string>[] => [],
      calls: { take: (waiting, _: void, self: CallSelf<string>) => noReply([...waiting, self.from]) },
      casts: {
        put: (waiting, item: string) => {
          waiting.at(-1)?.reply(item);
          return waiting.slice(0, -1);
        },
      },
    });
    const queue = await system.start(Queue);
    const first = queue.call.take();
    const second = queue.call.take();
    queue.cast.put("a");
    queue.cast.put("b");
    expect([await first, await second]).toEqual(["b", "a"]);
  });

  it("keeps each call's own from, also after its handler has returned", async () => {
    await using system = testSystem();
    const held: (() => void)[] = [];
    const Late = defineActor({
      init: () => 0,
      calls: {
        ask: (n, tag: string, self: CallSelf<string>) => {
          held.push(() => self.from.reply(tag));
          return noReply(n);
        },
      },
    });
    const late = await system.start(Late);
    const answers = Promise.all([late.call.ask("one"), late.call.ask("two")]);
    await system.settle();
    for (const answer of held.reverse()) answer();
    expect(await answers).toEqual(["one", "two"]);
  });

  it("G14 ignores a second answer and counts it as a dead letter", async () => {
    await using system = testSystem();
    const Twice = defineActor({
      init: () => 0,
      calls: {
        ask: (n, _: void, self: CallSelf<string>) => {
          self.from.reply("first");
          self.from.reply("second");
          return noReply(n);
        },
      },
    });
    const twice = await system.start(Twice);
    expect(await twice.call.ask()).toBe("first");
    expect(system.deadLetters).toMatchObject([{ kind: "reply", why: "late", message: "second" }]);
  });

  it("G12 an answer after the caller's deadline is a dead letter", async () => {
    await using system = testSystem();
    const door = gate();
    const Slow = defineActor({
      init: () => 0,
      calls: {
        ask: (n) =>
          reply(
            door.opened.then(() => "late"),
            n,
          ),
      },
    });
    const slow = await system.start(Slow);
    const answer = slow.call.ask(undefined, { timeoutMs: 50 }).catch((error) => [error.code, error.handled]);
    await system.advance(50);
    expect(await answer).toEqual(["ERR_CALL_TIMEOUT", "unknown"]);
    door.open();
    await system.settle();
    expect(system.deadLetters).toMatchObject([{ kind: "reply", why: "late", message: "late" }]);
  });

  it("rejects the caller alone when a handler fails the call", async () => {
    await using system = testSystem();
    const Picky = defineActor({
      init: () => 0,
      calls: { ask: (n) => fail(new RangeError("not that"), n + 1), n: (n) => reply(n, n) },
    });
    const picky = await system.start(Picky);
    await expect(picky.call.ask()).rejects.toThrow(new RangeError("not that"));
    expect(await picky.call.n()).toBe(1);
  });

  it("G10 waits 5,000 ms for an answer when nothing else is said", async () => {
    await using system = testSystem();
    const Silent = defineActor({
      init: () => 0,
      calls: { ask: (n, _: void, _self: CallSelf<string>) => noReply(n) },
    });
    const silent = await system.start(Silent);
    let settled = false;
    const answer = silent.call
      .ask()
      .catch((error) => error.code)
      .finally(() => (settled = true));
    await system.advance(4_999);
    expect(settled).toBe(false);
    await system.advance(1);
    expect(await answer).toBe("ERR_CALL_TIMEOUT");
  });
});
