import { describe, expect, it } from "vitest";
import { kernelOf } from "../../src/actors/system.ts";
import { leastBusy } from "../../src/pools/strategies/least-busy.ts";
import type { SimScheduler } from "../../src/testing/sim-scheduler.ts";
import { crewOf } from "./crew.ts";
import { outcomeOf } from "./workshop.ts";

describe("RoutingPool.drainMember", () => {
  it("B6 gives a member no new calls, lets it answer those it has, and keeps its place for its return", async () => {
    const { system, pool, hands, events } = await crewOf("abc");
    await using _ = system;
    const held = outcomeOf(pool.call.hold());
    await system.settle();
    const drained = outcomeOf(pool.drainMember(hands[0]!));
    expect(await Promise.all([1, 2, 3].map(() => pool.call.who()))).toEqual(["b", "c", "b"]);
    expect([drained.now, pool.members().map(({ state }) => state)]).toEqual([
      "pending",
      ["draining", "up", "up"],
    ]);
    hands[0]!.cast.let();
    await system.settle();
    expect([held.now, drained.now, pool.members()[0]?.state]).toEqual(["a", undefined, "down"]);
    expect(pool.resumeMember(hands[0]!)).toBe(true);
    expect(pool.members().map(({ value, state }) => [value, state])).toEqual([
      ["a", "up"],
      ["b", "up"],
      ["c", "up"],
    ]);
    expect(await Promise.all([1, 2, 3].map(() => pool.call.who()))).toEqual(["c", "a", "b"]);
    expect(events.map(([, { why }]: readonly [string, { why?: string }]) => why)).toEqual([
      "draining",
      "drained",
      "resumed",
    ]);
  });

  it("waits for calls in the mailbox too, whoever made them, and for none that come later", async () => {
    const { system, pool, hands } = await crewOf("ab", { strategy: leastBusy() });
    await using _ = system;
    const own = [outcomeOf(hands[0]!.call.hold()), outcomeOf(hands[0]!.call.hold())];
    const drained = outcomeOf(pool.drainMember(hands[0]!));
    await system.settle();
    const later = outcomeOf(hands[0]!.call.hold());
    hands[0]!.cast.let();
    await system.settle();
    expect(drained.now).toBe("pending");
    hands[0]!.cast.let();
    await system.settle();
    expect([own.map(({ now }) => now), drained.now, later.now]).toEqual([["a", "a"], undefined, "pending"]);
    hands[0]!.cast.let();
    await system.settle();
  });

  it("says who was not done in time, and gives it nothing new all the same", async () => {
    const { system, pool, hands } = await crewOf("ab");
    await using _ = system;
    const held = outcomeOf(pool.call.hold(undefined, { timeoutMs: 60_000 }));
    await system.settle();
    const drained = pool.drainMember(hands[0]!, { timeoutMs: 100 });
    drained.catch(() => undefined);
    await system.advance(100);
    const label = `hand (pid ${hands[0]!.serial})`;
    await expect(drained).rejects.toMatchObject({
      code: "ERR_STOP_TIMEOUT",
      message: `${label} gets no new requests, but had not answered all within 100 ms: ${label} (1)`,
    });
    expect([held.now, await pool.call.who(), await pool.call.who()]).toEqual(["pending", "b", "b"]);
    hands[0]!.cast.let();
    await system.settle();
  });

  it("ends with the member's death, and knows no strangers", async () => {
    const { system, pool, hands } = await crewOf("ab");
    await using _ = system;
    const held = outcomeOf(pool.call.hold());
    await system.settle();
    const drained = outcomeOf(pool.drainMember(hands[0]!));
    hands[0]!.exit("kill");
    await system.settle();
    expect([held.now, drained.now]).toEqual(["ERR_EXITED", undefined]);
    await expect(pool.drainMember(hands[0]!)).rejects.toMatchObject({ code: "ERR_NO_MEMBER", handled: "no" });
    expect([pool.resumeMember(hands[0]!), pool.resumeMember(hands[1]!)]).toEqual([false, false]);
    await expect(pool.drainMember(hands[1]!, { timeoutMs: Number.NaN })).rejects.toMatchObject({
      code: "ERR_INVALID_OPTIONS",
    });
    expect(pool.members()[0]?.state).toBe("up");
  });
});

describe("RoutingPool.drain", () => {
  it("takes nothing new, serves who waits, and ends when all have answered", async () => {
    const { system, pool, hands } = await crewOf("a", { maxRunning: 1 });
    await using _ = system;
    const calls = [outcomeOf(pool.call.hold()), outcomeOf(pool.call.hold())];
    await system.settle();
    const drained = outcomeOf(pool.drain());
    await expect(pool.call.who()).rejects.toMatchObject({ code: "ERR_POOL_CLOSED", handled: "no" });
    pool.cast.note();
    expect(system.deadLetters).toMatchObject([{ kind: "cast", why: "poolClosed" }]);
    hands[0]!.cast.let();
    await system.settle();
    expect([calls[0]!.now, drained.now]).toEqual(["a", "pending"]);
    hands[0]!.cast.let();
    await system.settle();
    expect([calls[1]!.now, drained.now]).toEqual(["a", undefined]);
    expect(pool.stats()).toMatchObject({ members: 0, waiting: 0, dropped: { closed: 1 } });
    expect(await hands[0]!.call.who()).toBe("a");
    const { deadlines, runtime } = kernelOf(system);
    expect([deadlines.size, (runtime.scheduler as SimScheduler).held]).toEqual([0, 0]);
  });

  it("knows the calls of a pool that watches none", async () => {
    const { system, pool, hands } = await crewOf("ab");
    await using _ = system;
    const calls = [outcomeOf(pool.call.hold()), outcomeOf(pool.call.hold())];
    const drained = outcomeOf(pool.drain());
    await system.settle();
    hands[0]!.cast.let();
    await system.settle();
    expect(drained.now).toBe("pending");
    hands[1]!.cast.let();
    await system.settle();
    expect([...calls.map(({ now }) => now), drained.now]).toEqual(["a", "b", undefined]);
  });

  it("refuses who still waits when its time is over, and names who had not answered", async () => {
    const { system, pool, hands } = await crewOf("a", { maxRunning: 1 });
    await using _ = system;
    const held = outcomeOf(pool.call.hold());
    const waits = outcomeOf(pool.call.hold());
    await system.settle();
    const drained = pool.drain({ timeoutMs: 100 });
    drained.catch(() => undefined);
    await system.advance(100);
    await expect(drained).rejects.toMatchObject({
      code: "ERR_STOP_TIMEOUT",
      message: expect.stringContaining(`within 100 ms: hand (pid ${hands[0]!.serial}) (1)`),
    });
    expect([held.now, waits.now]).toEqual(["pending", "ERR_POOL_CLOSED"]);
    hands[0]!.cast.let();
    await system.settle();
    expect(held.now).toBe("a");
  });
});

describe("RoutingPool.close", () => {
  it("PF18 rejects who waits at once, each once, and waits for what members have", async () => {
    const { system, pool, hands } = await crewOf("a", { maxRunning: 1 });
    await using _ = system;
    const calls = [1, 2, 3].map(() => outcomeOf(pool.call.hold()));
    await system.settle();
    const closed = outcomeOf(pool.close());
    await system.settle();
    expect([...calls.map(({ now }) => now), closed.now]).toEqual([
      "pending",
      "ERR_POOL_CLOSED",
      "ERR_POOL_CLOSED",
      "pending",
    ]);
    hands[0]!.cast.let();
    await system.settle();
    expect([calls[0]!.now, closed.now]).toEqual(["a", undefined]);
    await pool.close();
  });

  it("ends with the drain before it, each in its time", async () => {
    const { system, pool, hands } = await crewOf("a", { maxRunning: 1 });
    await using _ = system;
    const calls = [outcomeOf(pool.call.hold()), outcomeOf(pool.call.hold())];
    await system.settle();
    const ends = [outcomeOf(pool.drain()), outcomeOf(pool.close()), outcomeOf(pool.close())];
    hands[0]!.cast.let();
    await system.settle();
    expect(calls.map(({ now }) => now)).toEqual(["a", "ERR_POOL_CLOSED"]);
    expect(ends.map(({ now }) => now)).toEqual([undefined, undefined, undefined]);
    const { deadlines, runtime } = kernelOf(system);
    expect([deadlines.size, (runtime.scheduler as SimScheduler).held]).toEqual([0, 0]);
  });

  it("follows its members no more", async () => {
    const { system, crew, pool, hands } = await crewOf("a");
    await using _ = system;
    await pool.close();
    crew.unregister("crew", hands[0]!);
    crew.register("crew", hands[0]!, "a");
    expect(pool.stats().members).toBe(0);
    expect(pool.members()).toEqual([]);
  });
});
