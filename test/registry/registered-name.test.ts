import { describe, expect, it } from "vitest";
import { ignore, refuse, reply } from "../../src/actors/answers.ts";
import { defineActor } from "../../src/actors/define-actor.ts";
import { namePortOf } from "../../src/core/child-spec.ts";
import type { Pid } from "../../src/core/pid.ts";
import { claimsOf, createRegistry } from "../../src/registry/create-registry.ts";
import { supervisor } from "../../src/supervisor/supervisor.ts";
import { leaksOf } from "../../src/testing/leaks.ts";
import { firstOracle, oracleRandom, seededOracle } from "../../src/testing/oracle.ts";
import { simulate, type TestSystem, testSystem } from "../../src/testing/test-system.ts";
import { kill, lingerer, person } from "./people.ts";

const Counter = defineActor({
  name: "counter",
  init: (start: number) => start,
  calls: {
    add: (count, by: number) => {
      if (by > 100) throw new RangeError(`${by} is too much for me`);
      return reply(count + by, count + by);
    },
  },
  casts: { reset: () => 0 },
});

function registry(system: TestSystem) {
  return createRegistry<string, string | undefined>(system, { keys: "unique", name: "names" });
}

const code = (error: { readonly code?: unknown; readonly handled?: unknown }) => [error.code, error.handled];

describe("via", () => {
  it("R46 names a child with a value, and calls whoever has the name", async () => {
    await using system = testSystem();
    const names = registry(system);
    const hits = names.via(Counter, "hits", { value: "page views" });
    const counter = await system.start(Counter.child(40, { name: hits }));
    expect(names.lookup("hits")).toEqual([{ pid: counter, value: "page views" }]);
    expect(await hits.call.add(2)).toBe(42);
    expect(await names.via(Counter, "hits", { value: "ignored" }).call.add(1)).toBe(43);
    expect([hits.whereis() === counter, String(hits)]).toEqual([true, "hits in names"]);
  });

  it("R46 finds who registered the key without a name", async () => {
    await using system = testSystem();
    const names = registry(system);
    names.register("hits", await system.start(Counter, 1));
    expect(await names.via(Counter, "hits").call.add(1)).toBe(2);
  });

  it("is no use of the registry", async () => {
    await using system = testSystem();
    const names = registry(system);
    const hits = names.via(Counter, "hits");
    await system.start(
      supervisor({ strategy: "restForOne", children: [names, Counter.child(0, { name: hits })] }),
    );
    expect(await hits.call.add(1)).toBe(1);
  });

  it("R48 does not start a second process under a name that is taken, nor run its init", async () => {
    await using system = testSystem();
    const names = registry(system);
    const hits = names.via(Counter, "hits");
    const first = await system.start(Counter.child(0, { name: hits }));
    let inits = 0;
    const Other = defineActor({ name: "other", init: () => (inits += 1) });
    const second = system.start(Other.child(undefined, { name: names.via(Other, "hits") }));
    await expect(second).rejects.toMatchObject({
      code: "ERR_NAME_TAKEN",
      message: expect.stringContaining(String(first)),
    });
    expect([inits, names.count(), hits.whereis() === first]).toEqual([0, 1, true]);
  });

  it.each([
    [
      "throws",
      () => {
        throw new RangeError("mine");
      },
    ],
    ["rejects", () => Promise.reject(new RangeError("mine"))],
    ["is refused", () => refuse(new RangeError("mine"))],
  ])("R49 RF9 RF10 leaves the name free when init %s, and the starter sees why", async (_, init) => {
    await using system = testSystem();
    const names = registry(system);
    const Failing = defineActor({ name: "failing", init: init as unknown as () => number });
    const start = system.start(Failing.child(undefined, { name: names.via(Failing, "hits") }));
    await expect(start).rejects.toMatchObject({ code: "ERR_START_FAILED", cause: new RangeError("mine") });
    expect([names.count(), names.register("hits", person(system)).ok]).toEqual([0, true]);
  });

  it("R49 leaves the name free when init answers ignore()", async () => {
    await using system = testSystem();
    const names = registry(system);
    const Ignoring = defineActor({ init: () => ignore() });
    const start = system.start(Ignoring.child(undefined, { name: names.via(Ignoring, "hits") }));
    await expect(start).rejects.toMatchObject({ code: "ERR_IGNORED" });
    expect(names.count()).toBe(0);
  });

  it("frees all names of a child that gets only some of them", async () => {
    await using system = testSystem();
    const names = registry(system);
    names.register("b", person(system));
    const both = [names.via(Counter, "a"), names.via(Counter, "b")];
    await expect(system.start(Counter.child(0, { name: both }))).rejects.toMatchObject({
      code: "ERR_NAME_TAKEN",
    });
    expect([names.lookup("a"), names.count()]).toEqual([[], 1]);
  });

  it("R50 rejects a call when nobody has the name, and reports a cast or a message as a dead letter", async () => {
    await using system = testSystem();
    const nobody = registry(system).via(Counter, "nobody");
    expect(await nobody.call.add(1).catch(code)).toEqual(["ERR_NOPROC", "no"]);
    nobody.cast.reset();
    await system.settle();
    expect(system.deadLetters).toEqual([
      { to: "nobody in names", kind: "cast", message: undefined, why: "noname", count: 1 },
    ]);
  });

  it("rejects a call with ERR_NOT_RUNNING while the registry is down, and finds nobody for a cast", async () => {
    await using system = testSystem();
    const names = registry(system);
    const hits = names.via(Counter, "hits");
    names.child();
    expect(await hits.call.add(1).catch(code)).toEqual(["ERR_NOT_RUNNING", "no"]);
    expect(() => hits.whereis()).toThrow(expect.objectContaining({ code: "ERR_NOT_RUNNING" }));
    expect(() => hits.cast.reset()).not.toThrow();
    await expect(system.start(Counter.child(0, { name: hits }))).rejects.toMatchObject({
      code: "ERR_START_FAILED",
    });
  });

  it("rejects a call when another actor has the name", async () => {
    await using system = testSystem();
    const names = registry(system);
    const Door = defineActor({
      name: "door",
      init: () => true,
      calls: { isOpen: (open) => reply(open, open) },
    });
    await system.start(Counter.child(0, { name: names.via(Counter, "hits") }));
    expect(await names.via(Door, "hits").call.isOpen().catch(code)).toEqual(["ERR_WRONG_ACTOR", "no"]);
  });

  it("waits for somebody to take the name, as long as it says", async () => {
    await using system = testSystem();
    const names = registry(system);
    const patient = names.via(Counter, "hits", { waitMs: 1_000 });
    const early = patient.call.add(1);
    await system.advance(999);
    await system.start(Counter.child(0, { name: patient }));
    expect(await early).toBe(1);
    const late = names.via(Counter, "other", { waitMs: 1_000 }).call.add(1).catch(code);
    await system.advance(1_000);
    expect(await late).toEqual(["ERR_NOPROC", "no"]);
    names.register("other", person(system));
  });

  it("waits no longer than its caller lives, and than its system, and with nothing wrong", async () => {
    const simulated = simulate(firstOracle, oracleRandom(seededOracle(0)), {});
    const { system, scheduler } = simulated;
    const names = registry(system);
    const hits = names.via(Counter, "hits", { waitMs: Number.POSITIVE_INFINITY });
    const forEver = { timeoutMs: Number.POSITIVE_INFINITY };
    expect(await hits.call.add(1, { signal: {} as AbortSignal }).catch(code)).toEqual([
      "ERR_INVALID_OPTIONS",
      "no",
    ]);
    const plain = hits.call.add(1, forEver).catch(code);
    const caller = system.spawn(async () => void (await hits.call.add(1, forEver)));
    await system.settle();
    await kill(caller);
    expect([claimsOf(names).slots.size, scheduler.held]).toEqual([1, 1]);
    await system[Symbol.asyncDispose]();
    expect(await plain).toEqual(["ERR_NOT_RUNNING", "no"]);
    expect([claimsOf(names).slots.size, await leaksOf(simulated)]).toEqual([0, undefined]);
  });

  it("waits for nobody with a signal that cannot be listened to, and leaves nothing behind", async () => {
    const simulated = simulate(firstOracle, oracleRandom(seededOracle(0)), {});
    await using system = simulated.system;
    const names = registry(system);
    const hits = names.via(Counter, "hits", { waitMs: Number.POSITIVE_INFINITY });
    const { signal } = new AbortController();
    signal.addEventListener = () => {
      throw new Error("not here");
    };
    expect(await hits.call.add(1, { signal }).catch(code)).toEqual(["ERR_INVALID_OPTIONS", "no"]);
    expect(await hits.call.add(1, { timeout: 5 } as object).catch(code)).toEqual([
      "ERR_INVALID_OPTIONS",
      "no",
    ]);
    expect([claimsOf(names).slots.size, simulated.scheduler.held]).toEqual([0, 0]);
  });

  it("is not waited for by the dead", async () => {
    await using system = testSystem();
    const names = registry(system);
    const hits = names.via(Counter, "hits", { waitMs: Number.POSITIVE_INFINITY });
    const caller = system.spawn(async () => void (await hits.call.add(1)));
    await system.settle();
    await kill(caller);
    expect(claimsOf(names).slots.size).toBe(0);
  });

  it("refuses what is no definition, and options it does not know", async () => {
    await using system = testSystem();
    const names = registry(system);
    const invalid = expect.objectContaining({ code: "ERR_INVALID_OPTIONS" });
    expect(() => names.via({} as typeof Counter, "hits")).toThrow(invalid);
    expect(() => names.via(Counter, "hits", { wait: 1 } as never)).toThrow(invalid);
  });
});

describe("RegisteredName", () => {
  it("RF2 RF16 keeps the name for its child while it restarts: the restart succeeds first time", async () => {
    await using system = testSystem();
    const names = registry(system);
    const hits = names.via(Counter, "hits");
    const rival = person(system);
    const tries: unknown[] = [];
    const Crashing = defineActor({
      name: "crashing",
      init: (_: undefined, self) =>
        self.own(0, () => tries.push(names.register("hits", rival), hits.whereis())),
    });
    const own = names.via(Crashing, "hits");
    const child = Crashing.child(undefined, { id: "hits", name: own });
    await system.start(supervisor({ strategy: "oneForOne", children: [names, child], maxRestarts: 1 }));
    const first = names.whereis("hits") as Pid;
    await kill(first);
    await system.settle();
    expect(tries).toEqual([{ ok: false, reservedFor: "hits" }, undefined]);
    expect(names.whereis("hits")).toBeDefined();
    expect(names.whereis("hits")).not.toBe(first);
  });

  it("gives the name away once the child is not supervised any more", async () => {
    await using system = testSystem();
    const names = registry(system);
    names.count();
    const hits = names.via(Counter, "hits");
    const child = Counter.child(0, { name: hits });
    const app = await system.start(supervisor({ strategy: "oneForOne", children: [child] }));
    await app.stop();
    expect(names.register("hits", person(system)).ok).toBe(true);
  });

  it("calls the child of after the crash, in the caller's next turn", async () => {
    await using system = testSystem();
    const names = registry(system);
    const hits = names.via(Counter, "hits");
    await system.start(
      supervisor({ strategy: "oneForOne", children: [names, Counter.child(0, { name: hits })] }),
    );
    expect(await hits.call.add(40)).toBe(40);
    expect(await hits.call.add(500).catch(({ code: what }) => what)).toBe("ERR_EXITED");
    expect(await hits.call.add(2)).toBe(2);
  });

  it("R51 takes and gives back as a name port does", async () => {
    await using system = testSystem();
    const names = registry(system);
    const port = namePortOf(names.via(Counter, "hits"));
    const slow = await lingerer(system);
    const ann = person(system);
    expect(port.register(slow.pid)).toEqual({ ok: true });
    expect(port.register(slow.pid)).toEqual({ ok: false, holder: slow.pid });
    await slow.stop();
    expect([port.whereis(), port.register(ann)]).toEqual([undefined, { ok: false, holder: slow.pid }]);
    await slow.letGo();
    expect([port.register(ann), port.whereis() === ann]).toEqual([{ ok: true }, true]);
    expect([port.unregister(slow.pid), port.unregister(ann), port.whereis()]).toEqual([
      false,
      true,
      undefined,
    ]);
  });

  it("is not changed by who goes on using the tuple", async () => {
    await using system = testSystem();
    const names = createRegistry<[string, number]>(system, { keys: "unique", name: "names" });
    const key: [string, number] = ["page", 1];
    const page = names.via(Counter, key);
    key[1] = 2;
    await system.start(Counter.child(0, { name: page }));
    expect([String(page), names.whereis(["page", 1]) === page.whereis()]).toEqual([
      '["page", 1] in names',
      true,
    ]);
  });
});
