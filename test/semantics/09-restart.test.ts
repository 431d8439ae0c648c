import {
  createRegistry,
  createSystem,
  defineActor,
  isActorError,
  reply,
  type System,
  supervisor,
} from "troupe";
import { testSystem } from "troupe/testing";
import { describe, expect, it } from "vitest";
import { kernelOf } from "../../src/actors/system.ts";

const Counter = defineActor({
  name: "counter",
  init: (start: number) => start,
  calls: {
    add: (count, by: number) => {
      if (by > 100) throw new RangeError(`${by} is too much`);
      return reply(count + by, count + by);
    },
  },
  casts: { add: (count, by: number) => count + by },
});

async function counting(system: System, waitMs = 0) {
  const names = createRegistry(system, { keys: "unique" });
  const hits = names.via(Counter, "hits", { waitMs });
  const app = await system.start(
    supervisor({ strategy: "restForOne", children: [names, Counter.child(0, { name: hits })] }),
  );
  return { names, hits, app };
}

describe("9 · restart", () => {
  it("whoever awaits a failed call from plain code finds the child back, on the host's own event loop", async () => {
    await using system = createSystem({ logger: false });
    const { hits } = await counting(system);
    for (let round = 0; round < 3; round += 1) {
      expect(await hits.call.add(40)).toBe(40);
      expect(await hits.call.add(500).catch((error) => error.code)).toBe("ERR_EXITED");
      expect(await hits.call.add(2)).toBe(2);
      await hits.call.add(0);
      hits.cast.add(-2);
      if (round < 2) expect(await hits.call.add(0)).toBe(0);
    }
  });

  it("and under any order that a seed gives", async () => {
    for (let seed = 1; seed <= 25; seed += 1) {
      await using system = testSystem({ seed });
      const { hits } = await counting(system);
      await hits.call.add(500).catch(() => undefined);
      expect(await hits.call.add(2)).toBe(2);
    }
  });

  it("loses the mailbox: calls are rejected, casts are dead letters", async () => {
    await using system = testSystem();
    const { hits } = await counting(system);
    const failing = hits.call.add(500).catch((error) => error.handled);
    const queued = hits.call.add(1).catch((error) => [error.handled, isActorError(error, "ERR_EXITED")]);
    hits.cast.add(7);
    expect(await failing).toBe("unknown");
    expect(await queued).toEqual(["no", true]);
    await system.settle();
    expect(system.deadLetters).toMatchObject([{ kind: "cast", message: 7 }]);
    expect(await hits.call.add(1)).toBe(1);
  });

  it("keeps the name reserved while the child restarts, and a name with waitMs waits for it", async () => {
    await using system = testSystem();
    const names = createRegistry(system, { keys: "unique" });
    const hits = names.via(Counter, "hits");
    const patient = names.via(Counter, "hits", { waitMs: 1_000 });
    await system.start(
      supervisor({
        strategy: "oneForOne",
        backoff: { minMs: 100, maxMs: 100, jitter: 0 },
        children: [names, Counter.child(0, { name: hits })],
      }),
    );
    await hits.call.add(500).catch(() => undefined);
    await system.settle();
    expect(names.whereis("hits")).toBeUndefined();
    const stranger = await system.start(Counter, 9);
    expect(names.register("hits", stranger)).toEqual({
      ok: false,
      reservedFor: expect.stringContaining("counter"),
    });
    await expect(hits.call.add(1)).rejects.toMatchObject({ code: "ERR_NOPROC", handled: "no" });
    const waited = patient.call.add(3);
    await system.advance(100);
    expect(await waited).toBe(3);
  });

  it("a name that waits gives up at its deadline", async () => {
    await using system = testSystem();
    const names = createRegistry(system, { keys: "unique" });
    const nobody = names.via(Counter, "nobody", { waitMs: 200 });
    const answer = nobody.call.add(1).catch((error) => [error.code, error.handled]);
    const short = nobody.call.add(1, { timeoutMs: 50 }).catch((error) => error.code);
    await system.advance(50);
    expect(await short).toBe("ERR_CALL_TIMEOUT");
    await system.advance(150);
    expect(await answer).toEqual(["ERR_NOPROC", "no"]);
  });

  it("a call that waits for a name gives up when its caller aborts", async () => {
    await using system = testSystem();
    const names = createRegistry(system, { keys: "unique" });
    const nobody = names.via(Counter, "nobody", { waitMs: 200 });
    const given = new AbortController();
    const outcomes = [given.signal, AbortSignal.abort("before")].map((signal) =>
      nobody.call.add(1, { signal }).catch((error) => [error.code, error.handled, error.cause]),
    );
    await system.settle();
    given.abort("later");
    expect(await Promise.all(outcomes)).toEqual([
      ["ERR_ABORTED", "no", "later"],
      ["ERR_ABORTED", "no", "before"],
    ]);
    expect(kernelOf(system).deadlines.size).toBe(0);
  });

  it("timers of the old incarnation do not reach the new one", async () => {
    await using system = testSystem();
    const ticks: number[] = [];
    let incarnation = 0;
    const Ticking = defineActor({
      name: "ticking",
      init: (_: void, self) => {
        incarnation += 1;
        self.sendAfter(100, incarnation);
        return incarnation;
      },
      info: (mine, from: number) => (ticks.push(from * 10 + mine), mine),
    });
    const app = await system.start(supervisor({ strategy: "oneForOne", children: [Ticking] }));
    await system.advance(50);
    const [child] = await app.call.whichChildren();
    (child!.pid as import("troupe").Pid).exit("kill");
    await system.advance(1_000);
    expect(ticks).toEqual([22]);
  });
});
