import { describe, expect, expectTypeOf, it } from "vitest";
import { ignore, refuse, reply } from "../../src/actors/answers.ts";
import { defineActor } from "../../src/actors/define-actor.ts";
import type { Actor } from "../../src/actors/definition.ts";
import { type ChildSpec, childSpec } from "../../src/core/child-spec.ts";
import type { Pid, Speaks } from "../../src/core/pid.ts";
import { claimsOf, createRegistry, processOfRegistry } from "../../src/registry/create-registry.ts";
import { dynamicSupervisor } from "../../src/supervisor/dynamic-supervisor.ts";
import { supervisor } from "../../src/supervisor/supervisor.ts";
import { type TestSystem, testSystem } from "../../src/testing/test-system.ts";
import { kill, lingerer, person } from "./people.ts";

/** A registry, and an actor whose `init` counts, and takes as long as the test likes. */
function scene(system: TestSystem) {
  const names = createRegistry(system, { keys: "unique", name: "names" });
  const inits: string[] = [];
  let open = (): void => undefined;
  let gate: Promise<void> | undefined;
  const Room = defineActor({
    name: "room",
    init: async (title: string) => {
      inits.push(title);
      await gate;
      if (title === "bad") throw new RangeError("no such room");
      return title;
    },
    calls: { title: (it) => reply(it, it) },
  });
  const Quick = defineActor({
    name: "quick",
    init: () => {
      inits.push("quick");
      return 0;
    },
  });
  const slow = (): void => {
    gate = new Promise((resolve) => {
      open = resolve;
    });
  };
  return { names, inits, Room, Quick, slow, go: () => open() };
}

const code = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => "no error",
    (error) => error.code,
  );

describe("lookupOrStart", () => {
  it("RF18 starts one for any number of callers, and all get its pid", async () => {
    await using system = testSystem();
    const { names, inits, Room, slow, go } = scene(system);
    slow();
    const calls = Array.from({ length: 100 }, () => names.lookupOrStart("r", Room.child("r")));
    const asker = system.spawn(async () => void (await names.lookupOrStart("r", Room.child("r"))));
    await system.settle();
    expect([inits, names.lookup("r").length]).toEqual([["r"], 1]);
    go();
    const pids = await Promise.all(calls);
    expect(new Set(pids)).toEqual(new Set([names.whereis("r")]));
    expect(await asker.down()).toEqual({ kind: "normal" });
    expect(await names.lookupOrStart("r", Room.child("other"))).toBe(pids[0]);
    expect(inits).toEqual(["r"]);
  });

  it("RF18 hides nobody whose init has not ended: all wait for the one start", async () => {
    await using system = testSystem();
    const { names, Room, slow, go } = scene(system);
    slow();
    const order: string[] = [];
    void names.lookupOrStart("r", Room.child("r")).then(() => order.push("first"));
    await system.settle();
    void names.lookupOrStart("r", Room.child("r")).then(() => order.push("second"));
    await system.settle();
    expect(order).toEqual([]);
    go();
    await system.settle();
    expect(order).toEqual(["first", "second"]);
  });

  it("RF18 hands the error of a start to all who wait for it; the next caller tries anew", async () => {
    await using system = testSystem();
    const { names, inits, Room } = scene(system);
    const calls = [1, 2, 3].map(() => names.lookupOrStart("r", Room.child("bad")).catch((error) => error));
    const errors = await Promise.all(calls);
    expect(new Set(errors).size).toBe(1);
    expect(errors[0]).toMatchObject({ code: "ERR_START_FAILED", cause: new RangeError("no such room") });
    expect([inits, claimsOf(names).slots.size]).toEqual([["bad"], 0]);
    const pid = await names.lookupOrStart("r", Room.child("good"));
    expect([inits, names.whereis("r") === pid]).toEqual([["bad", "good"], true]);
  });

  it.each([
    ["ERR_IGNORED", defineActor({ name: "shy", init: () => ignore() })],
    ["ERR_START_FAILED", defineActor({ name: "rude", init: () => refuse(new Error("not today")) })],
  ])("answers %s where init says so, and the key is free", async (expected, Shy) => {
    await using system = testSystem();
    const { names } = scene(system);
    expect(await code(names.lookupOrStart("r", Shy))).toBe(expected);
    expect(claimsOf(names).slots.size).toBe(0);
  });

  it("starts under a supervisor where it is told so, and its restarts keep the key", async () => {
    await using system = testSystem();
    const { names, Room } = scene(system);
    const rooms = await system.start(dynamicSupervisor());
    const join = () =>
      names.lookupOrStart("r", Room.child("r"), { start: (room) => rooms.call.startChild(room) });
    const [first, again] = await Promise.all([join(), join()]);
    expect([first === again, await rooms.call.countChildren()]).toMatchObject([true, { active: 1 }]);
    first.exit("kill");
    await first.down();
    const next = await join();
    expect([next === first, await next.call.title()]).toEqual([false, "r"]);
    expect(await rooms.call.countChildren()).toMatchObject({ active: 1 });
  });

  it("waits while a supervisor keeps the key for its child, and starts when it keeps it no more", async () => {
    await using system = testSystem();
    const { names, Room, inits } = scene(system);
    const rooms = await system.start(dynamicSupervisor({ backoff: { minMs: 1_000, maxMs: 1_000 } }));
    const join = (title: string) =>
      names.lookupOrStart("r", Room.child(title), { start: (room) => rooms.call.startChild(room) });
    await kill(await join("one"));
    const back = join("two");
    await system.settle();
    expect(inits).toEqual(["one"]);
    await system.advance(2_000);
    expect([await (await back).call.title(), inits]).toEqual(["one", ["one", "one"]]);
    await kill(await back);
    const after = join("three");
    await system.settle();
    await rooms.stop();
    await expect(after).rejects.toMatchObject({ code: "ERR_NOPROC" });
    expect(claimsOf(names).slots.size).toBe(0);
  });

  it("waits for the end of a holder that is stopping", async () => {
    await using system = testSystem();
    const { names, Quick, inits } = scene(system);
    const old = await lingerer(system);
    names.register("r", old.pid);
    await old.stop();
    const calls = [names.lookupOrStart("r", Quick), names.lookupOrStart("r", Quick)];
    await system.settle();
    expect(inits).toEqual([]);
    await old.letGo();
    const [pid, same] = await Promise.all(calls);
    expect([inits, pid === same, names.whereis("r") === pid]).toEqual([["quick"], true, true]);
  });

  it("RF19 answers who was quicker by another way", async () => {
    await using system = testSystem();
    const { names, Quick, inits } = scene(system);
    const start = (): Promise<Pid<typeof Quick>> =>
      system
        .start(Quick.child(undefined, { name: names.via(Quick, "r") }))
        .then(() => system.start(Quick.child(undefined, { name: names.via(Quick, "r") })));
    const pid = await names.lookupOrStart("r", Quick, { start });
    expect([names.whereis("r") === pid, inits]).toEqual([true, ["quick"]]);
  });

  it("goes on when the one who came first dies or gives up", async () => {
    await using system = testSystem();
    const { names, Room, inits, slow, go } = scene(system);
    slow();
    const start = async (spec: ReturnType<typeof Room.child>) => {
      const pid = await system.start(spec);
      // What it does after its start must be as free as before.
      await names.whenRegistered("r");
      return pid;
    };
    const first = system.spawn(async () => {
      await names.lookupOrStart("r", Room.child("r"), { start });
    });
    await system.settle();
    const leaving = new AbortController();
    const aborted = code(names.lookupOrStart("r", Room.child("r"), { signal: leaving.signal }));
    const late = code(names.lookupOrStart("r", Room.child("r"), { timeoutMs: 10 }));
    const patient = names.lookupOrStart("r", Room.child("r"));
    await kill(first);
    leaving.abort();
    await system.advance(10);
    expect([await aborted, await late]).toEqual(["ERR_ABORTED", "ERR_AWAIT_TIMEOUT"]);
    go();
    expect([await patient, inits]).toEqual([names.whereis("r"), ["r"]]);
  });

  it("refuses an init that waits for who waits for it, and one that asks for itself", async () => {
    await using system = testSystem();
    const { names } = scene(system);
    type Asks = Speaks<{ ask: () => unknown; ping: () => string }>;
    const Child: Actor<Pid<Asks> | undefined> = defineActor({
      name: "child",
      init: async (asker: Pid<Asks> | undefined) => {
        if (asker === undefined) await names.lookupOrStart("c", Child.child(undefined));
        else await asker.call.ping();
        return 0;
      },
    });
    const Asker = defineActor({
      name: "asker",
      init: () => 0,
      calls: {
        ask: async (state, _: undefined, self) => {
          const child = Child.child(self.pid as unknown as Pid<Asks>);
          return reply(await code(names.lookupOrStart("c", child)), state);
        },
        ping: (state) => reply("pong", state),
      },
    });
    const asker = await system.start(Asker);
    expect(await asker.call.ask(undefined)).toBe("ERR_START_FAILED");
    expect(await code(names.lookupOrStart("c", Child.child(undefined)))).toBe("ERR_START_FAILED");
    expect([system.nowMs, claimsOf(names).slots.size]).toEqual([0, 0]);
  });

  it("refuses who has the key and is another actor, and a start that starts something else", async () => {
    await using system = testSystem();
    const { names, Room, Quick } = scene(system);
    names.register("r", person(system));
    expect(await code(names.lookupOrStart("r", Quick))).toBe("ERR_WRONG_ACTOR");
    const other = names.lookupOrStart("s", Quick, { start: () => system.start(Quick) });
    await expect(other).rejects.toThrow(
      /start answered quick \(pid \d+\), which is not the process under s in names/,
    );
    const none = names.lookupOrStart("s", Quick, { start: () => undefined as never });
    await expect(none).rejects.toThrow(/start answered undefined/);
    const own = childSpec({ id: "own", start: () => system.start(Room, "own") });
    expect(await code(names.lookupOrStart("s", own))).toBe("ERR_INVALID_OPTIONS");
    expect(claimsOf(names).slots.size).toBe(1);
  });

  it("starts a supervisor, and a registry, under a key", async () => {
    await using system = testSystem();
    const { names, Quick } = scene(system);
    const plan = () => supervisor({ strategy: "oneForOne", children: [Quick] });
    const [tree, same] = [
      await names.lookupOrStart("tree", plan()),
      await names.lookupOrStart("tree", plan()),
    ];
    expect([tree === same, await tree.call.countChildren()]).toMatchObject([true, { active: 1 }]);
    const inner = createRegistry(system, { keys: "unique", name: "inner" });
    expect(await (await names.lookupOrStart("inner", inner)).call.stats()).toEqual({ entries: 0 });
  });

  it("does not rely on a start beyond the time of who began it: who asks then starts anew, for all", async () => {
    await using system = testSystem();
    const { names, Quick, inits } = scene(system);
    let begin = (): void => undefined;
    const later = new Promise<void>((resolve) => {
      begin = resolve;
    });
    const late = async (spec: ChildSpec<typeof Quick>) => later.then(() => system.start(spec));
    const first = code(names.lookupOrStart("q", Quick, { start: late, timeoutMs: 100 }));
    const second = names.lookupOrStart("q", Quick, { timeoutMs: 1_000 });
    await system.advance(99);
    expect(inits).toEqual([]);
    const third = names.lookupOrStart("q", Quick);
    await system.advance(1);
    expect([await first, inits]).toEqual(["ERR_AWAIT_TIMEOUT", []]);
    const pid = await names.lookupOrStart("q", Quick);
    expect([await second, await third, names.whereis("q")]).toEqual([pid, pid, pid]);
    begin();
    await system.settle();
    expect([inits.length, names.whereis("q") === pid]).toEqual([1, true]);
  });

  it("finds what runs under the key although its start has never answered", async () => {
    await using system = testSystem();
    const { names, Quick, inits } = scene(system);
    const silent = async (spec: ChildSpec<typeof Quick>) => {
      await system.start(spec);
      return new Promise<never>(() => undefined);
    };
    const first = code(names.lookupOrStart("q", Quick, { start: silent, timeoutMs: 100 }));
    await system.advance(100);
    expect([await first, inits.length]).toEqual(["ERR_AWAIT_TIMEOUT", 1]);
    expect(await names.lookupOrStart("q", Quick, { timeoutMs: 0 })).toBe(names.whereis("q"));
  });

  it("gives all what a start comes to that was given up, when another one has begun since and answers nothing", async () => {
    await using system = testSystem();
    const { names, Quick, inits } = scene(system);
    let go = (): void => undefined;
    const gate = new Promise<void>((resolve) => {
      go = resolve;
    });
    const late = async (spec: ChildSpec): Promise<Pid> => {
      await gate;
      return system.start(spec);
    };
    const silent = () => new Promise<never>(() => undefined);
    const first = code(names.lookupOrStart("q", Quick, { start: late as never, timeoutMs: 100 }));
    await system.advance(100);
    expect(await first).toBe("ERR_AWAIT_TIMEOUT");
    const second = names.lookupOrStart("q", Quick, { start: silent, timeoutMs: 1_000 });
    go();
    const pid = await second;
    expect(names.whereis("q")).toBe(pid);
    expect(await names.lookupOrStart("q", Quick, { timeoutMs: 10 })).toBe(pid);
    expect(inits).toEqual(["quick"]);
  });

  it("waits for an `init` that takes longer than who began it waits", async () => {
    await using system = testSystem();
    const { names, Room, slow, go } = scene(system);
    slow();
    const first = code(names.lookupOrStart("r", Room.child("r"), { timeoutMs: 100 }));
    await system.advance(200);
    let isFound = false;
    const second = names.lookupOrStart("r", Room.child("r")).finally(() => {
      isFound = true;
    });
    await system.settle();
    expect([await first, isFound]).toEqual(["ERR_AWAIT_TIMEOUT", false]);
    go();
    expect(await second).toBe(names.whereis("r"));
  });

  it("refuses a start that is no function", async () => {
    await using system = testSystem();
    const { names, Quick } = scene(system);
    const start = 3 as never;
    await expect(names.lookupOrStart("q", Quick, { start })).rejects.toThrow(
      /start must be a function, not 3/,
    );
  });

  it("starts nothing under what is no key", async () => {
    await using system = testSystem();
    const { Quick, inits } = scene(system);
    const names = createRegistry<object>(system, { keys: "unique" });
    const round: object[] = [];
    round.push(round, round);
    await expect(names.lookupOrStart(round, Quick)).rejects.toThrow(/tuples nest at most 32 deep/);
    expect(inits).toEqual([]);
  });

  it("is refused while the registry's process is down", async () => {
    await using system = testSystem();
    const { names, Quick, inits } = scene(system);
    await system.start(
      supervisor({ strategy: "oneForOne", backoff: { minMs: 100, maxMs: 100 }, children: [names] }),
    );
    await kill(processOfRegistry(names).pid!);
    await system.settle();
    expect([await code(names.lookupOrStart("r", Quick)), inits]).toEqual(["ERR_NOT_RUNNING", []]);
  });

  it("takes a value where entries have one, and types pids by what is started", async () => {
    await using system = testSystem();
    const { Quick, Room } = scene(system);
    const valued = createRegistry<string, number>(system, { keys: "unique" });
    const pid = await valued.lookupOrStart("r", Room.child("r"), { value: 7 });
    expect(valued.lookup("r")).toEqual([{ pid, value: 7 }]);
    expectTypeOf(pid).toEqualTypeOf<Pid<typeof Room>>();
    expectTypeOf(valued.lookupOrStart("q", Quick, { value: 1 })).resolves.toEqualTypeOf<Pid<typeof Quick>>();
    // @ts-expect-error the entry needs its value
    expect((await valued.lookupOrStart("q", Quick)).kind).toBe("pid");
  });
});
