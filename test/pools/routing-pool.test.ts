import { describe, expect, expectTypeOf, it } from "vitest";
import { noReply, reply } from "../../src/actors/answers.ts";
import { defineActor } from "../../src/actors/define-actor.ts";
import type { Pid } from "../../src/core/pid.ts";
import { createRoutingPool } from "../../src/pools/routing-pool.ts";
import { consistentHash } from "../../src/pools/strategies/consistent-hash.ts";
import { random } from "../../src/pools/strategies/random.ts";
import { roundRobin } from "../../src/pools/strategies/round-robin.ts";
import type { Member } from "../../src/pools/strategies/strategy.ts";
import { weighted } from "../../src/pools/strategies/weighted.ts";
import { createRegistry } from "../../src/registry/create-registry.ts";
import type { DuplicateRegistry } from "../../src/registry/registry.ts";
import { supervisor } from "../../src/supervisor/supervisor.ts";
import { testSystem } from "../../src/testing/test-system.ts";
import { outcomeOf } from "./workshop.ts";

type Members = DuplicateRegistry<string>;

/** Joins when it starts; answers who it is, or never. */
const Joiner = defineActor({
  name: "member",
  init: ({ registry, name }: { registry: Members; name: string }, self) => {
    registry.register("upstream", self.pid);
    return { name, registry, told: [] as string[] };
  },
  calls: {
    who: (state) => reply(state.name, state),
    never: (state) => noReply(state),
    told: (state) => reply(state.told, state),
    leave: (state, _, self) => reply(state.registry.unregister("upstream", self.pid), state),
  },
  casts: { tell: (state, what: string) => ({ ...state, told: [...state.told, what] }) },
  info: (state, what: string) => ({ ...state, told: [...state.told, `sent ${what}`] }),
});

function setup(options: Parameters<typeof createRoutingPool>[3] = { strategy: roundRobin() }) {
  const system = testSystem();
  const registry = createRegistry(system, { keys: "duplicate", name: "connections" });
  const pool = createRoutingPool(registry, Joiner, "upstream", options);
  const join = (name: string) => system.start(Joiner, { registry, name });
  return { system, registry, pool, join };
}

describe("createRoutingPool", () => {
  it("B4 WP4 calls a member in the caller's turn, with no process between", async () => {
    const { system, pool, join } = setup();
    await using _ = system;
    await join("a");
    const started: string[] = [];
    system.telemetry.on("process:started", ({ label }) => started.push(label));
    expect(await pool.call.who()).toBe("a");
    expect(started).toEqual([]);
  });

  it("B4 rejects with ERR_NO_MEMBER, safe to repeat, when nobody is there", async () => {
    const { system, pool } = setup();
    await using _ = system;
    await expect(pool.call.who()).rejects.toMatchObject({
      code: "ERR_NO_MEMBER",
      handled: "no",
      message: "nobody can be picked from upstream in connections; the request was not handled",
    });
  });

  it("B6 picks whoever has joined, and nobody who has left", async () => {
    const { system, registry, pool, join } = setup();
    await using _ = system;
    const [a, b] = [await join("a"), await join("b")];
    expect([await pool.call.who(), await pool.call.who()]).toEqual(["a", "b"]);
    expect(await a.call.leave()).toBe(true);
    expect([await pool.call.who(), await pool.call.who()]).toEqual(["b", "b"]);
    registry.register("upstream", a);
    expect([await pool.call.who(), await pool.call.who()].sort()).toEqual(["a", "b"]);
    expect(pool.stats()).toMatchObject({ members: 2, waiting: 0 });
    await b.stop();
    expect(pool.stats()).toMatchObject({ members: 1, waiting: 0 });
  });

  it("B6 fails the callers of a lost member at once", async () => {
    const { system, pool, join } = setup();
    await using _ = system;
    const member = await join("a");
    const waiting = pool.call.never(undefined, { timeoutMs: 60_000 });
    waiting.catch(() => undefined);
    await system.settle();
    member.exit("kill");
    await expect(waiting).rejects.toMatchObject({ code: "ERR_EXITED", handled: "unknown" });
    expect(system.nowMs).toBe(0);
  });

  it("WP7 tells who comes and goes, and is not harmed by a listener that throws", async () => {
    const { system, registry, pool, join } = setup();
    await using _ = system;
    const seen: unknown[] = [];
    registry.listen((event) => {
      seen.push(event.type);
      throw new Error("of a listener");
    });
    const member = await join("a");
    await member.stop();
    await join("b");
    expect(await pool.call.who()).toBe("b");
    expect(seen).toEqual(["register", "down", "register"]);
  });

  it("PF49 picks nobody who is stopping or dead, seen at every step of an end", async () => {
    await using system = testSystem();
    const registry = createRegistry(system, { keys: "duplicate" });
    const seen: [string, number][] = [];
    const look = (when: string): void => void seen.push([when, pool.stats().members]);
    let ended!: () => void;
    const Slow = defineActor({
      init: (_: undefined, self) => {
        registry.register("upstream", self.pid);
        self.own(0, () => look("closing"));
        return 0;
      },
      calls: { ping: (state) => reply("pong", state) },
      terminate: () => {
        look("terminating");
        return new Promise<void>((resolve) => {
          ended = resolve;
        });
      },
    });
    const pool = createRoutingPool(registry, Slow, "upstream");
    const slow = await system.start(Slow);
    look("before");
    const watcher = system.spawn(async (self) => {
      self.monitor(slow);
      await self.receive();
      look("down");
    });
    await system.settle();
    const stopped = slow.stop();
    await system.settle();
    await expect(pool.call.ping()).rejects.toMatchObject({ code: "ERR_NO_MEMBER" });
    ended();
    await Promise.all([stopped, watcher.down()]);
    expect(seen.map(([when]) => when).sort()).toEqual(["before", "closing", "down", "terminating"]);
    expect(seen.filter(([, members]) => members > 0)).toEqual([["before", 1]]);
  });

  it("tells and sends to one member, and makes a dead letter of what nobody takes", async () => {
    const { system, pool, join } = setup();
    await using _ = system;
    pool.cast.tell("early");
    pool.send("early");
    expect(system.deadLetters).toMatchObject([
      { to: "upstream in connections", kind: "cast", message: "early", why: "noMember" },
      { to: "upstream in connections", kind: "message", message: "early", why: "noMember" },
    ]);
    const member = await join("a");
    pool.cast.tell("news");
    pool.send("more");
    expect(await member.call.told()).toEqual(["news", "sent more"]);
  });

  it("waits for a member within its time when it is told to", async () => {
    const { system, pool, join } = setup({ waitMs: 100 });
    await using _ = system;
    const [early, patient] = [
      outcomeOf(pool.call.who(undefined, { timeoutMs: 40 })),
      outcomeOf(pool.call.who()),
    ];
    await system.advance(40);
    expect([early.now, patient.now, pool.stats().waiting]).toEqual(["ERR_NO_MEMBER", "pending", 1]);
    await join("a");
    await system.settle();
    expect([patient.now, pool.stats().waiting]).toEqual(["a", 0]);
  });

  it("stops waiting after waitMs, and when its caller aborts", async () => {
    const { system, pool } = setup({ waitMs: 100 });
    await using _ = system;
    const controller = new AbortController();
    const [patient, aborted] = [
      outcomeOf(pool.call.who()),
      outcomeOf(pool.call.who(undefined, { signal: controller.signal })),
    ];
    controller.abort();
    await system.settle();
    expect([patient.now, aborted.now]).toEqual(["pending", "ERR_ABORTED"]);
    await system.advance(100);
    expect([patient.now, pool.stats().waiting]).toEqual(["ERR_NO_MEMBER", 0]);
  });

  it("PF50 lets no more calls wait than maxWaiting", async () => {
    const { system, pool } = setup({ waitMs: 100, maxWaiting: 1 });
    await using _ = system;
    const first = outcomeOf(pool.call.who());
    await expect(pool.call.who()).rejects.toMatchObject({ code: "ERR_POOL_FULL", handled: "no" });
    expect(first.now).toBe("pending");
    await system.advance(100);
  });

  it("waits within its deadline while the registry is down", async () => {
    const { system, registry, pool, join } = setup();
    await using _ = system;
    const tree = await system.start(
      supervisor({ strategy: "oneForOne", backoff: { minMs: 200, maxMs: 200 }, children: [registry] }),
    );
    await join("a");
    const [child] = await tree.call.whichChildren();
    (child!.pid as Pid).exit("kill");
    await system.settle();
    const [hasty, patient] = [
      outcomeOf(pool.call.who(undefined, { timeoutMs: 50 })),
      outcomeOf(pool.call.who()),
    ];
    await system.advance(50);
    expect([hasty.now, patient.now]).toEqual(["ERR_NO_MEMBER", "pending"]);
    await system.advance(200);
    expect(patient.now).toBe("a");
  });

  it("rejects at once when its system has been stopped", async () => {
    const { system, pool, join } = setup();
    await join("a");
    const stopped = system.stop();
    await system.settle();
    await stopped;
    await expect(pool.call.who()).rejects.toMatchObject({ code: "ERR_NOT_RUNNING", handled: "no" });
  });

  it("B8 routes by weight and by key over what members are registered with", async () => {
    await using system = testSystem();
    const registry = createRegistry<string, { weight: number; host: string }>(system, { keys: "duplicate" });
    const Server = defineActor({
      init: (value: { weight: number; host: string }, self) => {
        registry.register("upstream", self.pid, value);
        return value;
      },
      calls: { host: (state) => reply(state.host, state) },
    });
    for (const [index, host] of ["a", "b", "c"].entries())
      await system.start(Server, { weight: index + 1, host });
    const weightOf = ({ value }: Member): unknown => (value as { weight: number }).weight;
    const byWeight = createRoutingPool(registry, Server, "upstream", { strategy: weighted(weightOf) });
    const hosts = await Promise.all(Array.from({ length: 6 }, () => byWeight.call.host()));
    expect(hosts.toSorted()).toEqual(["a", "b", "b", "c", "c", "c"]);
    const idOf = ({ value }: Member): string => (value as { host: string }).host;
    const byKey = createRoutingPool(registry, Server, "upstream", { strategy: consistentHash({ idOf }) });
    const [once, again] = [
      await byKey.call.host(undefined, { hashKey: ["customer", 7] }),
      await byKey.call.host(undefined, { hashKey: ["customer", 7] }),
    ];
    expect(once).toBe(again);
    await expect(byKey.call.host(undefined, { hashKey: {} })).rejects.toMatchObject({
      code: "ERR_INVALID_OPTIONS",
      handled: "no",
    });
  });

  it("rejects calls that wait for a member as soon as its system stops", async () => {
    const { system, pool, join } = setup({ waitMs: 60_000 });
    const member = await join("a");
    await member.stop();
    const waiting = outcomeOf(pool.call.who(undefined, { timeoutMs: 60_000 }));
    await system.settle();
    expect(waiting.now).toBe("pending");
    const stopped = system.stop();
    await system.settle();
    await stopped;
    expect([waiting.now, pool.stats().waiting]).toEqual(["ERR_NOT_RUNNING", 0]);
  });

  it("makes the call in its caller's name, also after a wait", async () => {
    await using system = testSystem();
    const registry = createRegistry(system, { keys: "duplicate" });
    const Server = defineActor({
      init: (_: undefined, self) => {
        registry.register("upstream", self.pid);
        return 0;
      },
      calls: { whoAsks: (state, _, self) => reply(self.from.pid, state) },
    });
    const pool = createRoutingPool(registry, Server, "upstream", { waitMs: 1_000 });
    const Client = defineActor({
      init: () => 0,
      calls: { ask: async (state) => reply(await pool.call.whoAsks(), state) },
    });
    const client = await system.start(Client);
    const answer = client.call.ask();
    await system.settle();
    await system.start(Server);
    expect(await answer).toBe(client);
  });

  it("refuses a deadline that is no number, whether anybody is there or not", async () => {
    const { system, pool, join } = setup({ waitMs: 1_000 });
    await using _ = system;
    const invalid = { code: "ERR_INVALID_OPTIONS" };
    await expect(pool.call.who(undefined, { timeoutMs: Number.NaN })).rejects.toMatchObject(invalid);
    expect(pool.stats().waiting).toBe(0);
    await join("a");
    await expect(pool.call.who(undefined, { timeoutMs: Number.NaN })).rejects.toMatchObject(invalid);
  });

  it("types what it calls", async () => {
    const { system, pool, join } = setup();
    await using _ = system;
    await join("a");
    expectTypeOf(pool.call.who).returns.resolves.toEqualTypeOf<string>();
    // @ts-expect-error a member has no such call
    expect(pool.call.nobody).toBeUndefined();
  });

  it("refuses what is no definition, and options that are none", () => {
    const system = testSystem();
    const registry = createRegistry(system, { keys: "duplicate" });
    expect(() => createRoutingPool(registry, {} as never, "upstream")).toThrow(
      "is no definition made by defineActor",
    );
    expect(() => createRoutingPool(registry, Joiner, "upstream", { stratgy: random() } as never)).toThrow(
      'createRoutingPool: unknown option "stratgy"',
    );
  });
});
