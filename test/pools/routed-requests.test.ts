import { describe, expect, it } from "vitest";
import { reply } from "../../src/actors/answers.ts";
import { defineActor } from "../../src/actors/define-actor.ts";
import { kernelOf } from "../../src/actors/system.ts";
import { consistentHash } from "../../src/pools/strategies/consistent-hash.ts";
import { leastBusy } from "../../src/pools/strategies/least-busy.ts";
import type { SimScheduler } from "../../src/testing/sim-scheduler.ts";
import { crewOf, Hand } from "./crew.ts";
import { outcomeOf } from "./workshop.ts";

describe("RoutedRequests with maxRunning", () => {
  it("WP1 lets calls wait for whoever is free first: a slow member holds up nobody", async () => {
    const { system, pool, hands } = await crewOf("ab", { maxRunning: 1 });
    await using _ = system;
    const slow = outcomeOf(pool.call.hold());
    const waits = [1, 2, 3].map(() => outcomeOf(pool.call.hold()));
    await system.settle();
    expect(pool.stats()).toMatchObject({ members: 0, waiting: 2, inFlight: 2, queued: 2 });
    for (let round = 0; round < 3; round += 1) {
      hands[1]!.cast.let();
      await system.settle();
    }
    expect([slow.now, ...waits.map(({ now }) => now)]).toEqual(["pending", "b", "b", "b"]);
    expect(pool.stats()).toMatchObject({ members: 1, waiting: 0, inFlight: 1, granted: 4 });
    hands[0]!.cast.let();
  });

  it("never gives a member more than it may have, whatever the strategy says", async () => {
    for (const strategy of [leastBusy(), consistentHash()]) {
      const { system, pool, hands } = await crewOf("abc", { maxRunning: 2, strategy });
      await using _ = system;
      const calls = Array.from({ length: 9 }, () =>
        outcomeOf(pool.call.hold(undefined, { hashKey: "the same" })),
      );
      await system.settle();
      expect(pool.members().map(({ running }) => running)).toEqual([2, 2, 2]);
      expect(pool.stats().waiting).toBe(3);
      for (const hand of [...hands, ...hands, ...hands]) {
        hand.cast.let();
        await system.settle();
      }
      for (const { now } of calls) expect(["a", "b", "c"]).toContain(now);
    }
  });

  it("WP2 counts the wait and the work against one deadline", async () => {
    const { system, pool, hands } = await crewOf("a", { maxRunning: 1 });
    await using _ = system;
    const first = outcomeOf(pool.call.hold(undefined, { timeoutMs: 1_000 }));
    const second = outcomeOf(pool.call.hold(undefined, { timeoutMs: 100 }));
    await system.advance(60);
    hands[0]!.cast.let();
    await system.advance(39);
    expect([first.now, second.now]).toEqual(["a", "pending"]);
    await system.advance(1);
    expect(second.now).toBe("ERR_CALL_TIMEOUT");
    expect(pool.stats()).toMatchObject({ queued: 1, timedOut: 0, waits: { count: 1, maxMs: 60 } });
  });

  it("rejects who has waited for room in vain with ERR_OVERLOADED, and the line goes on", async () => {
    const { system, pool, hands, events } = await crewOf("a", { maxRunning: 1 });
    await using _ = system;
    const first = outcomeOf(pool.call.hold());
    const hasty = pool.call.who(undefined, { timeoutMs: 50 });
    hasty.catch(() => undefined);
    const patient = outcomeOf(pool.call.who());
    await system.advance(50);
    await expect(hasty).rejects.toMatchObject({
      code: "ERR_OVERLOADED",
      handled: "no",
      message:
        "all members of crew in ship have as many requests as they may (1 have 1) (waited 50 ms); the request was not handled",
    });
    hands[0]!.cast.let();
    await system.settle();
    expect([first.now, patient.now]).toEqual(["a", "a"]);
    expect(pool.stats()).toMatchObject({ queued: 2, timedOut: 1, waiting: 0 });
    expect(events.map(([name]) => name)).toEqual([
      "pool:queued",
      "pool:queued",
      "pool:timedOut",
      "pool:granted",
    ]);
  });

  it("refuses one too many at once, and counts it", async () => {
    const { system, pool, hands } = await crewOf("a", { maxRunning: 1, maxWaiting: 0 });
    await using _ = system;
    const first = outcomeOf(pool.call.hold());
    await expect(pool.call.who()).rejects.toMatchObject({ code: "ERR_POOL_FULL", handled: "no" });
    expect(pool.stats()).toMatchObject({ queued: 0, dropped: { full: 1 } });
    hands[0]!.cast.let();
    await system.settle();
    expect(first.now).toBe("a");
  });

  it("WP3 takes back what a caller was granted who has gone: aborted, late or dead", async () => {
    const { system, pool, hands } = await crewOf("a", { maxRunning: 1 });
    await using _ = system;
    const controller = new AbortController();
    const first = outcomeOf(pool.call.hold());
    const aborted = outcomeOf(pool.call.who(undefined, { signal: controller.signal }));
    const caller = system.spawn(async () => void (await pool.call.who()));
    await system.settle();
    const last = outcomeOf(pool.call.who());
    controller.abort();
    caller.exit("kill");
    await caller.down();
    hands[0]!.cast.let();
    await system.settle();
    expect([first.now, aborted.now, last.now]).toEqual(["a", "ERR_ABORTED", "a"]);
    expect(pool.stats()).toMatchObject({ members: 1, waiting: 0, dropped: { aborted: 2 } });
    const { deadlines, runtime } = kernelOf(system);
    expect([deadlines.size, (runtime.scheduler as SimScheduler).held]).toEqual([0, 0]);
  });

  it("counts what a member had before it left and came back, and what it has under another entry", async () => {
    const { system, crew, pool, hands } = await crewOf("a", { maxRunning: 1, waitMs: 100 });
    await using _ = system;
    const calls = [outcomeOf(pool.call.hold()), outcomeOf(pool.call.hold())];
    await system.settle();
    crew.register("crew", hands[0]!, "again");
    await system.settle();
    expect(pool.members().map(({ running }) => running)).toEqual([1, 1]);
    crew.unregister("crew", hands[0]!);
    crew.register("crew", hands[0]!, "back");
    await system.settle();
    expect([pool.stats().members, pool.members()[0]?.running, pool.stats().waiting]).toEqual([0, 1, 1]);
    for (let round = 0; round < 2; round += 1) {
      hands[0]!.cast.let();
      await system.settle();
    }
    expect([calls.map(({ now }) => now), pool.stats().members]).toEqual([["a", "a"], 1]);
  });

  it("PF49 picks once more when the member leaves between the grant and the call", async () => {
    const { system, crew, pool, hands } = await crewOf("ab", { maxRunning: 1 });
    await using _ = system;
    const [a, b] = [outcomeOf(pool.call.hold()), outcomeOf(pool.call.hold())];
    const waits = [outcomeOf(pool.call.who()), outcomeOf(pool.call.who())];
    await system.settle();
    system.telemetry.on("pool:granted", () => crew.unregister("crew", hands[0]!));
    hands[0]!.cast.let();
    await system.settle();
    expect([a.now, b.now, ...waits.map(({ now }) => now)]).toEqual(["a", "pending", "pending", "pending"]);
    hands[1]!.cast.let();
    await system.settle();
    expect([b.now, ...waits.map(({ now }) => now)]).toEqual(["b", "b", "b"]);
  });

  it("makes dead letters of casts when all have what they may have", async () => {
    const { system, pool, hands } = await crewOf("a", { maxRunning: 1 });
    await using _ = system;
    const held = outcomeOf(pool.call.hold());
    pool.cast.note();
    expect(system.deadLetters).toMatchObject([{ to: "crew in ship", kind: "cast", why: "overloaded" }]);
    hands[0]!.cast.let();
    await system.settle();
    expect(held.now).toBe("a");
  });

  it("rejects who waits as soon as the last member is gone, unless it may wait for the next", async () => {
    const { system, pool, hands } = await crewOf("a", { maxRunning: 1 });
    await using _ = system;
    const calls = [outcomeOf(pool.call.hold()), outcomeOf(pool.call.who())];
    await system.settle();
    hands[0]!.exit("kill");
    await system.settle();
    expect(calls.map(({ now }) => now)).toEqual(["ERR_EXITED", "ERR_NO_MEMBER"]);
    expect(system.nowMs).toBe(0);
  });
});

describe("RoutedRequests with maxRetries", () => {
  it("PF49 asks another member when the one picked dies before it handles the call", async () => {
    const { system, pool, hands, events } = await crewOf("ab", { maxRetries: 1 });
    await using _ = system;
    const held = outcomeOf(hands[0]!.call.hold());
    await system.settle();
    const call = outcomeOf(pool.call.who());
    hands[0]!.exit("kill");
    await system.settle();
    expect([held.now, call.now]).toEqual(["ERR_EXITED", "b"]);
    expect(pool.stats()).toMatchObject({ retried: 1, granted: 2 });
    expect(events).toMatchObject([["pool:retried", { pool: "crew in ship", from: hands[0], to: hands[1] }]]);
  });

  it("asks nobody else what may have been handled, unless it is idempotent", async () => {
    const { system, pool, hands } = await crewOf("abc", { maxRetries: 1 });
    await using _ = system;
    const plain = outcomeOf(pool.call.hold());
    const twice = outcomeOf(pool.call.hold(undefined, { idempotent: true }));
    await system.settle();
    hands[0]!.exit("kill");
    hands[1]!.exit("kill");
    await system.settle();
    expect([plain.now, twice.now]).toEqual(["ERR_EXITED", "pending"]);
    hands[2]!.cast.let();
    await system.settle();
    expect(twice.now).toBe("c");
  });

  it("asks once more what is marked idempotent where nothing is said, and nothing else", async () => {
    const { system, pool, hands } = await crewOf("abc");
    await using _ = system;
    const refusal = { code: "ERR_DISCONNECTED" } as const;
    await expect(pool.call.refuse(refusal)).rejects.toMatchObject({ code: "ERR_DISCONNECTED" });
    expect(pool.stats().retried).toBe(0);
    await expect(pool.call.refuse(refusal, { idempotent: true })).rejects.toMatchObject({
      code: "ERR_DISCONNECTED",
    });
    expect(pool.stats()).toMatchObject({ retried: 1, granted: 3 });
    expect(await hands[0]!.call.who()).toBe("a");
  });

  it("gives each member one try at the most, and up with the last error", async () => {
    const { system, pool } = await crewOf("abc", { maxRetries: 9 });
    await using _ = system;
    await expect(pool.call.refuse({ code: "ERR_DISCONNECTED" })).rejects.toMatchObject({
      code: "ERR_DISCONNECTED",
      handled: "no",
    });
    expect(pool.stats()).toMatchObject({ retried: 2, granted: 3, members: 3 });
  });

  it("counts no call as dropped that a member had", async () => {
    const { system, pool, events } = await crewOf("a", { maxRetries: 2 });
    await using _ = system;
    await expect(pool.call.refuse({ code: "ERR_OVERLOADED" })).rejects.toMatchObject({ message: "refused" });
    expect(pool.stats()).toMatchObject({ granted: 1, retried: 0, dropped: { noMember: 0 } });
    expect(events).toEqual([]);
  });

  it("PF50 waits for a member that comes back, when the whole pool is restarted under a call", async () => {
    const { system, crew, pool, hands } = await crewOf("a", { maxRetries: 2, waitMs: 500 });
    await using _ = system;
    const held = outcomeOf(hands[0]!.call.hold());
    await system.settle();
    const call = outcomeOf(pool.call.who());
    hands[0]!.exit("kill");
    await system.settle();
    expect([held.now, call.now]).toEqual(["ERR_EXITED", "pending"]);
    await system.advance(400);
    await system.start(Hand, { crew, id: "z" });
    await system.settle();
    expect(call.now).toBe("z");
  });

  it("takes no answer of an actor's for a failure of its member, unless it is told to", async () => {
    const { system, pool } = await crewOf("ab", { maxRetries: 1 });
    await using _ = system;
    await expect(pool.call.moan("503", { idempotent: true })).rejects.toThrow("503");
    expect(pool.stats().retried).toBe(0);
    const judged = await crewOf("ab", { maxRetries: 1, isFailure: () => true });
    await using __ = judged.system;
    await expect(judged.pool.call.moan("503", { idempotent: true })).rejects.toThrow("503");
    expect(judged.pool.stats().retried).toBe(1);
  });

  it("counts all tries against one deadline", async () => {
    const { system, pool, hands } = await crewOf("ab", { maxRetries: 1 });
    await using _ = system;
    const blocked = outcomeOf(hands[0]!.call.block());
    await system.settle();
    const call = outcomeOf(pool.call.hold(undefined, { timeoutMs: 100 }));
    await system.advance(60);
    hands[0]!.exit("kill");
    await system.advance(39);
    expect([blocked.now, call.now, pool.stats().retried]).toEqual(["ERR_EXITED", "pending", 1]);
    await system.advance(1);
    expect(call.now).toBe("ERR_CALL_TIMEOUT");
  });

  it("makes the second try in its caller's name, too", async () => {
    const { system, pool, hands } = await crewOf("ab", { maxRetries: 1 });
    await using _ = system;
    hands[0]!.call.block().catch(() => undefined);
    const Client = defineActor({
      init: () => 0,
      calls: { ask: async (state) => reply(await pool.call.asker(), state) },
    });
    const client = await system.start(Client);
    const answer = client.call.ask();
    await system.settle();
    hands[0]!.exit("kill");
    expect([await answer, pool.stats().retried]).toEqual([client, 1]);
  });
});

describe("RoutedRequests with hedgeMs", () => {
  it("asks a second member when the first takes long, and aborts the one that comes late", async () => {
    const { system, pool, hands, events } = await crewOf("ab", { hedgeMs: 50 });
    await using _ = system;
    const busy = outcomeOf(hands[0]!.call.hold());
    await system.settle();
    const call = outcomeOf(pool.call.hold(undefined, { idempotent: true }));
    await system.advance(49);
    expect(pool.members().map(({ running }) => running)).toEqual([2, 0]);
    await system.advance(1);
    hands[1]!.cast.let();
    await system.settle();
    expect([busy.now, call.now, pool.stats().hedged]).toEqual(["pending", "b", 1]);
    expect(events).toMatchObject([["pool:hedged", { first: hands[0], second: hands[1] }]]);
    expect(pool.members().map(({ running }) => running)).toEqual([1, 0]);
    expect(kernelOf(system).deadlines.size).toBe(1);
    hands[0]!.cast.let();
    await system.settle();
  });

  it("hedges nothing that is not idempotent, nor where nobody else is", async () => {
    const { system, pool, hands } = await crewOf("a", { hedgeMs: 50 });
    await using _ = system;
    const calls = [outcomeOf(pool.call.hold()), outcomeOf(pool.call.hold(undefined, { idempotent: true }))];
    await system.advance(200);
    expect([pool.stats().hedged, pool.stats().granted]).toEqual([0, 2]);
    for (const hand of [hands[0]!, hands[0]!]) hand.cast.let();
    await system.settle();
    expect(calls.map(({ now }) => now)).toEqual(["a", "a"]);
  });

  it("skips a loser that no handler has seen", async () => {
    const { system, pool, hands } = await crewOf("ab", { hedgeMs: 50 });
    await using _ = system;
    const Blocker = hands[0]!;
    const gate = outcomeOf(Blocker.call.hold());
    await system.settle();
    const call = outcomeOf(pool.call.who(undefined, { idempotent: true }));
    await system.settle();
    expect([gate.now, call.now, pool.stats().hedged]).toEqual(["pending", "a", 0]);
    Blocker.cast.let();
    await system.settle();
  });
});
