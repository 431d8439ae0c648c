import { describe, expect, expectTypeOf, it } from "vitest";
import { processOf } from "../../src/actors/process.ts";
import type { Pid } from "../../src/core/pid.ts";
import { createPubSub, type PubSub } from "../../src/registry/pubsub.ts";
import { supervisor } from "../../src/supervisor/supervisor.ts";
import { probe } from "../../src/testing/probe.ts";
import { testSystem } from "../../src/testing/test-system.ts";
import { kill, lingerer, person } from "./people.ts";

describe("createPubSub", () => {
  it("sends to all who are subscribed, in the order in which they subscribed, and says to how many", async () => {
    await using system = testSystem();
    const news = createPubSub<string>(system);
    const [ann, bob, eve] = [probe<string>(system), probe<string>(system), probe<string>(system)];
    for (const { pid } of [ann, bob]) news.subscribe("a", pid);
    news.subscribe("b", eve.pid);
    expect([news.broadcast("a", "one"), news.broadcast("b", "two"), news.broadcast("c", "three")]).toEqual([
      2, 1, 0,
    ]);
    await system.settle();
    expect([ann.messages, bob.messages, eve.messages]).toEqual([["one"], ["one"], ["two"]]);
  });

  it("leaves out who is named as the sender, subscribed or not", async () => {
    await using system = testSystem();
    const news = createPubSub<string>(system);
    const [ann, bob] = [probe<string>(system), probe<string>(system)];
    for (const { pid } of [ann, bob, ann]) news.subscribe("a", pid);
    expect(news.broadcastFrom(ann.pid, "a", "one")).toBe(1);
    expect(news.broadcastFrom(person(system), "a", "two")).toBe(3);
    await system.settle();
    expect([ann.messages, bob.messages]).toEqual([
      ["two", "two"],
      ["one", "two"],
    ]);
  });

  it("ends all subscriptions of a process to a topic; what was sent before comes", async () => {
    await using system = testSystem();
    const news = createPubSub<string>(system);
    const ann = probe<string>(system);
    news.subscribe("a", ann.pid);
    news.subscribe("a", ann.pid);
    news.subscribe("b", ann.pid);
    news.broadcast("a", "before");
    expect([news.unsubscribe("a", ann.pid), news.unsubscribe("a", ann.pid)]).toEqual([true, false]);
    expect([news.broadcast("a", "after"), news.broadcast("b", "other")]).toEqual([0, 1]);
    await system.settle();
    expect(ann.messages).toEqual(["before", "before", "other"]);
  });

  it("sends nothing to who is stopping or dead, who may not subscribe either", async () => {
    await using system = testSystem();
    const news = createPubSub<string>(system);
    const slow = await lingerer(system);
    const ann = person(system);
    for (const pid of [slow.pid, ann]) news.subscribe("a", pid);
    await slow.stop();
    await kill(ann);
    expect(news.broadcast("a", "one")).toBe(0);
    for (const pid of [slow.pid, ann]) {
      expect(() => news.subscribe("a", pid)).toThrow(expect.objectContaining({ code: "ERR_NOPROC" }));
    }
    expect(system.deadLetters).toEqual([]);
    await slow.letGo();
  });

  it("keeps the order of one sender, and runs nobody inside a broadcast", async () => {
    await using system = testSystem({ seed: 3 });
    const news = createPubSub<number>(system);
    const ann = probe<number>(system);
    news.subscribe("a", ann.pid);
    for (let i = 0; i < 100; i += 1) news.broadcast("a", i);
    expect([ann.messages.length, processOf(ann.pid as Pid).queued]).toEqual([0, 100]);
    await system.settle();
    expect(ann.messages).toEqual(Array.from({ length: 100 }, (_, i) => i));
  });

  it("takes tuples as topics, and caps what comes from outside", async () => {
    await using system = testSystem();
    const rooms = createPubSub<string, readonly ["room", number]>(system, { maxKeysPerOwner: 2, maxKeys: 2 });
    const [ann, bob] = [probe(system), probe(system)];
    for (const room of [1, 2]) rooms.subscribe(["room", room], ann.pid as Pid);
    const full = expect.objectContaining({ code: "ERR_REGISTRY_FULL" });
    expect(() => rooms.subscribe(["room", 1], ann.pid as Pid)).toThrow(full);
    expect(() => rooms.subscribe(["room", 3], bob.pid as Pid)).toThrow(full);
    expect(rooms.broadcast(["room", 2], "hi")).toBe(1);
  });

  it("is listed under a supervisor, keeps subscriptions over a restart, and is refused before the start", async () => {
    await using system = testSystem();
    const news = createPubSub<string>(system, { name: "news" });
    const ann = probe<string>(system);
    const tree = supervisor({ strategy: "oneForOne", children: [news] });
    const notRunning = expect.objectContaining({ code: "ERR_NOT_RUNNING" });
    expect(() => news.broadcast("a", "early")).toThrow(notRunning);
    expect(() => news.subscribe("a", ann.pid)).toThrow(notRunning);
    const app = await system.start(tree);
    news.subscribe("a", ann.pid);
    const [child] = await app.call.whichChildren();
    expect(child?.id).toBe("news");
    await kill(child?.pid as Pid);
    expect(news.broadcast("a", "again")).toBe(1);
  });

  it("checks its options as a registry does, in its own name, and has no kind of keys", async () => {
    await using system = testSystem();
    expect(() => createPubSub(system, { maxKeys: 0, adapter: "redis" } as never)).toThrow(
      /createPubSub.*maxKeys must be .*; unknown option "adapter"/,
    );
    expect(() => createPubSub(system, { keys: "unique" } as never)).toThrow(/unknown option "keys"/);
  });

  it("is typed by its messages and topics", async () => {
    await using system = testSystem();
    const news = createPubSub<{ readonly headline: string }>(system);
    expectTypeOf(news).toEqualTypeOf<PubSub<{ readonly headline: string }, string>>();
    // @ts-expect-error another message
    expect(news.broadcast("a", "rain")).toBe(0);
    // @ts-expect-error another topic
    expect(news.broadcast(7, { headline: "rain" })).toBe(0);
  });
});
