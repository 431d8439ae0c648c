import { describe, expect, expectTypeOf, it } from "vitest";
import { reply } from "../../src/actors/answers.ts";
import { defineActor } from "../../src/actors/define-actor.ts";
import type { System } from "../../src/actors/definition.ts";
import { processOf } from "../../src/actors/process.ts";
import type { Name, Pid } from "../../src/core/pid.ts";
import type { Registration } from "../../src/registry/claims.ts";
import { claimsOf, createRegistry, processOfRegistry } from "../../src/registry/create-registry.ts";
import type { Entry } from "../../src/registry/entry.ts";
import type { Key } from "../../src/registry/key.ts";
import type { DuplicateRegistry, RegistryProcess, UniqueRegistry } from "../../src/registry/registry.ts";
import { supervisor } from "../../src/supervisor/supervisor.ts";
import { testSystem } from "../../src/testing/test-system.ts";
import { kill, lingerer, people, person } from "./people.ts";

const KINDS = ["unique", "duplicate"] as const;
type Kind = (typeof KINDS)[number];

function registry<V = undefined>(
  system: System,
  kind: Kind,
): UniqueRegistry<Key, V> | DuplicateRegistry<Key, V> {
  return kind === "unique"
    ? createRegistry<Key, V>(system, { keys: kind, name: "names" })
    : createRegistry<Key, V>(system, { keys: kind, name: "names" });
}

const notRunning = expect.objectContaining({ code: "ERR_NOT_RUNNING", handled: "no" });

describe.each(KINDS)("createRegistry with %s keys", (kind) => {
  it("R10 R11 R68 registers any process at once and answers the entry", async () => {
    await using system = testSystem();
    const names = registry<number>(system, kind);
    const ann = person(system);
    expect(names.register("a", ann, 7)).toEqual({ ok: true, entry: { pid: ann, value: 7 } });
    expect(names.lookup("a")).toEqual([{ pid: ann, value: 7 }]);
  });

  it("R20 R24 answers frozen and empty where there is nothing", async () => {
    await using system = testSystem();
    const names = registry(system, kind);
    const ann = person(system);
    for (const empty of [names.lookup("a"), names.keys(ann), names.values("a", ann)]) {
      expect(empty).toEqual([]);
      expect(Object.isFrozen(empty)).toBe(true);
    }
    expect(names.count()).toBe(0);
  });

  it("R23 R24 R25 lists what a process has, in the order in which it took it", async () => {
    await using system = testSystem();
    const names = registry<string>(system, kind);
    const [ann, bob] = people(system, 2) as [Pid, Pid];
    for (const key of ["z", "a", "m"]) names.register(key, ann, `${key}!`);
    names.register("b", bob, "b!");
    expect(names.keys(ann)).toEqual(["z", "a", "m"]);
    expect([names.values("a", ann), names.values("a", bob), names.values("x", ann)]).toEqual([
      ["a!"],
      [],
      [],
    ]);
    expect(names.count()).toBe(4);
  });

  it("R33 R37 unregisters what the given process has under the key, and nothing else", async () => {
    await using system = testSystem();
    const names = registry(system, kind);
    const [ann, bob] = people(system, 2) as [Pid, Pid];
    names.register("a", ann);
    names.register("b", ann);
    expect([names.unregister("a", bob), names.unregister("x", ann), names.count()]).toEqual([
      false,
      false,
      2,
    ]);
    expect([names.unregister("a", ann), names.unregister("a", ann)]).toEqual([true, false]);
    expect(names.keys(ann)).toEqual(["b"]);
  });

  it("R38 RF27 forgets a dead process under every sort of key", async () => {
    await using system = testSystem();
    const names = registry(system, kind);
    const thing = {};
    const odd: Key[] = [
      Number.NaN,
      -0,
      1n,
      1,
      "1",
      "__proto__",
      "constructor",
      Symbol("s"),
      thing,
      [],
      [thing, "a"],
      ["a", ["b"]],
    ];
    const ann = person(system);
    for (const key of odd) expect(names.register(key, ann).ok).toBe(true);
    for (const key of odd) expect(names.lookup(key)).toEqual([{ pid: ann, value: undefined }]);
    expect(names.lookup(0)).toHaveLength(1);
    expect(names.lookup(["a", ["b"]])).toHaveLength(1);
    expect(names.count()).toBe(odd.length);
    await kill(ann);
    for (const key of odd) expect(names.lookup(key)).toEqual([]);
    expect(names.count()).toBe(0);
  });

  it("R63 RF1 shows nobody who is stopping, and keeps a unique key taken until he is dead", async () => {
    await using system = testSystem();
    const names = registry(system, kind);
    const slow = await lingerer(system);
    const bob = person(system);
    names.register("a", slow.pid);
    await slow.stop();
    expect(names.lookup("a")).toEqual([]);
    const dispatched: unknown[] = [];
    names.dispatch("a", (entries) => dispatched.push(entries));
    expect([dispatched, names.count(), names.keys(slow.pid)]).toEqual([[], 1, ["a"]]);
    const tried = names.register("a", bob);
    expect(tried).toEqual(
      kind === "unique"
        ? { ok: false, holder: { pid: slow.pid, value: undefined } }
        : { ok: true, entry: { pid: bob, value: undefined } },
    );
    await slow.letGo();
    expect(names.register("b", bob).ok).toBe(true);
    expect([names.count(), names.keys(slow.pid)]).toEqual([kind === "unique" ? 1 : 2, []]);
  });

  it("RF11 refuses a process that is stopping or dead", async () => {
    await using system = testSystem();
    const names = registry(system, kind);
    const slow = await lingerer(system);
    await slow.stop();
    const noproc = expect.objectContaining({ code: "ERR_NOPROC", handled: "no" });
    expect(() => names.register("a", slow.pid)).toThrow(noproc);
    await slow.letGo();
    expect(() => names.register("a", slow.pid)).toThrow(noproc);
    expect(names.count()).toBe(0);
  });

  it("RF16 RF38 has forgotten a process before anybody hears of its death", async () => {
    await using system = testSystem();
    const names = registry(system, kind);
    const seen: [string, number, number][] = [];
    const look = (who: string): unknown => seen.push([who, names.lookup("a").length, names.count()]);
    const ann = person(system);
    names.register("a", ann);
    const Watcher = defineActor({
      name: "watcher",
      init: (how: "monitor" | "link", self) => {
        if (how === "monitor") self.monitor(ann);
        else self.link(ann);
        return how;
      },
      down: (how) => (look(how), how),
      exit: (how) => (look(how), how),
    });
    await system.start(Watcher, "monitor");
    await system.start(Watcher, "link");
    const outside = ann.down().then(() => look("down()"));
    ann.exit("kill");
    await outside;
    await system.settle();
    expect(seen.sort()).toEqual([
      ["down()", 0, 0],
      ["link", 0, 0],
      ["monitor", 0, 0],
    ]);
  });

  it("R40 shows nobody who is dead, in any round of register, kill and look", async () => {
    await using system = testSystem();
    const names = registry(system, kind);
    for (let round = 0; round < 200; round += 1) {
      const ann = person(system);
      names.register("a", ann);
      const looked = ann
        .down()
        .then(() => [names.lookup("a"), names.entries(), names.keys(ann), names.count()]);
      ann.exit("kill");
      expect(await looked).toEqual([[], [], [], 0]);
    }
  });

  it("R41 forgets a process whatever it has untied itself from", async () => {
    await using system = testSystem();
    const names = registry(system, kind);
    const process = await system.start(names);
    const Loner = defineActor({
      name: "loner",
      init: (_: undefined, self) => {
        names.register("a", self.pid);
        self.unlink(process);
        return self.trapExit(true);
      },
    });
    const loner = await system.start(Loner);
    await kill(loner);
    expect([names.lookup("a"), names.count()]).toEqual([[], 0]);
  });

  it("R52 R53 R56 dispatches once, in the caller, and not at all when there is nobody", async () => {
    await using system = testSystem();
    const names = registry(system, kind);
    const ann = person(system);
    names.register("a", ann);
    const runs: unknown[] = [];
    expect(names.dispatch("a", (entries) => runs.push(entries))).toBeUndefined();
    expect(runs).toEqual([[{ pid: ann, value: undefined }]]);
    names.dispatch("b", () => runs.push("never"));
    expect(runs).toHaveLength(1);
  });

  it("R52 refuses what is no function, also when there is nobody", async () => {
    await using system = testSystem();
    const names = registry(system, kind);
    expect(() => names.dispatch("a", 3 as never)).toThrow(/dispatch: takes a function, not 3/);
  });

  it("R55 lets through what a dispatched function throws", async () => {
    await using system = testSystem();
    const names = registry(system, kind);
    names.register("a", person(system));
    const raise = (): never => {
      throw new RangeError("mine");
    };
    expect(() => names.dispatch("a", raise)).toThrow(RangeError);
    expect(names.count()).toBe(1);
  });

  it("answers how many entries there are to who asks its process", async () => {
    await using system = testSystem();
    const names = registry(system, kind);
    const process = await system.start(names);
    names.register("a", person(system));
    expect(await process.call.stats()).toEqual({ entries: 1 });
    expectTypeOf(process).toEqualTypeOf<Pid<RegistryProcess>>();
  });

  it("R1 R8 names every fault in its options at once, and is called by its name", () => {
    const system = testSystem();
    const wrong = { keys: kind, name: 7, maxKeys: 0, onDown: "die", partitions: 2 };
    const faults = caught(() => createRegistry(system, wrong as never));
    expect(faults).toMatchObject({ code: "ERR_INVALID_OPTIONS" });
    for (const fault of ["name", "maxKeys", "onDown", "partitions"]) expect(String(faults)).toContain(fault);
    expect(() => createRegistry(system, { keys: "both" } as never)).toThrow(
      /keys must be one of "unique", "duplicate"/,
    );
    expect(registry(system, kind).child().id).toBe("names");
    return system.stop();
  });
});

describe.each(KINDS)("createRegistry with %s keys: its process", (kind) => {
  it("starts at the first use, under the root", async () => {
    await using system = testSystem();
    const names = registry(system, kind);
    expect(processOfRegistry(names).isRunning).toBe(false);
    names.lookup("a");
    expect(processOfRegistry(names).isRunning).toBe(true);
  });

  it("R9 is nobody's business once a supervisor lists it: a use before the start throws", async () => {
    await using system = testSystem();
    const names = registry(system, kind);
    const ann = person(system);
    const app = supervisor({ strategy: "oneForOne", children: [names] });
    const uses = [
      () => names.register("a", ann),
      () => names.lookup("a"),
      () => names.keys(ann),
      () => names.values("a", ann),
      () => names.count(),
      () => names.dispatch("a", () => undefined),
    ];
    for (const use of uses) expect(use).toThrow(notRunning);
    expect(names.unregister("a", ann)).toBe(false);
    await system.start(app);
    for (const use of uses) expect(use).not.toThrow();
  });

  it("is refused to a supervisor that comes too late, with the remedy", async () => {
    await using system = testSystem();
    const names = registry(system, kind);
    names.count();
    const late = await caughtLater(system.start(supervisor({ strategy: "oneForOne", children: [names] })));
    expect(String(late)).toMatch(/runs already.*start the supervisor that lists it first/);
    expect(names.count()).toBe(0);
  });

  it("RF23 dies without the claims: they show again, in order, without those who died meanwhile", async () => {
    await using system = testSystem();
    const names = registry<string>(system, kind);
    // It is restarted together with a sibling, whose end takes as long as the test likes.
    const back = gate();
    const Slow = defineActor({ name: "slow", init: (_: undefined, self) => self.own(0, () => back.opened) });
    const app = supervisor({ strategy: "oneForAll", children: [names, Slow] });
    await system.start(app);
    const [ann, bob, eve] = people(system, 3) as [Pid, Pid, Pid];
    const keys = ["a", "b", "c"];
    for (const [at, pid] of [ann, bob, eve].entries()) names.register(keys[at]!, pid, keys[at]!);
    names.register("d", ann, "d");
    await kill(processOfRegistry(names).pid!);
    await system.settle();
    expect(() => names.lookup("a")).toThrow(notRunning);
    expect(() => names.register("x", ann, "x")).toThrow(notRunning);
    await kill(bob);
    expect(names.unregister("d", ann)).toBe(true);
    back.open();
    await system.settle();
    expect(keys.map((key) => names.lookup(key).map(({ value }) => value))).toEqual([["a"], [], ["c"]]);
    expect([names.count(), names.keys(ann)]).toEqual([2, ["a"]]);
  });

  it("R45 starts again at the next use when nobody lists it", async () => {
    await using system = testSystem();
    const names = registry(system, kind);
    const ann = person(system);
    names.register("a", ann);
    await kill(processOfRegistry(names).pid!);
    expect(names.lookup("a")).toEqual([{ pid: ann, value: undefined }]);
    expect(processOfRegistry(names).isRunning).toBe(true);
  });

  it("R42 R43 takes owners along when it is made so; those that trap live on without their entries", async () => {
    await using system = testSystem();
    const options = { name: "names", onDown: "exit" } as const;
    const names =
      kind === "unique"
        ? createRegistry(system, { ...options, keys: kind })
        : createRegistry(system, { ...options, keys: kind });
    const Trapping = defineActor({
      name: "trapping",
      init: (): string[] => [],
      exit: (exits, { reason }) => [...exits, reason.kind],
      calls: { exits: (exits) => reply(exits, exits) },
    });
    const [ann, trapping] = [person(system), await system.start(Trapping)];
    names.register("a", ann);
    names.register("b", trapping);
    await kill(processOfRegistry(names).pid!);
    expect(await ann.down()).toEqual({ kind: "killed" });
    expect(await trapping.call.exits()).toEqual(["killed"]);
    expect([names.count(), names.keys(trapping)]).toEqual([0, []]);
  });

  it("R16 watches nobody without entries any more once it is down", async () => {
    await using system = testSystem();
    const names = registry(system, kind);
    const ann = person(system);
    names.register("a", ann);
    names.unregister("a", ann);
    await kill(processOfRegistry(names).pid!);
    expect(processOf(ann).ties?.watchers).toEqual([]);
  });

  it("R9 does nothing once its system has been stopped", async () => {
    const system = testSystem();
    const names = registry(system, kind);
    await system.stop();
    expect(() => names.count()).toThrow(notRunning);
  });
});

describe("createRegistry with unique keys", () => {
  it("R12 R17 answers with the holder when the key is taken, also to the holder itself", async () => {
    await using system = testSystem();
    const names = createRegistry(system, { keys: "unique" });
    const [ann, bob] = people(system, 2) as [Pid, Pid];
    names.register("a", ann);
    for (const pid of [ann, bob]) {
      expect(names.register("a", pid)).toEqual({ ok: false, holder: { pid: ann, value: undefined } });
    }
    expect([names.count(), names.keys(bob), names.whereis("a") === ann]).toEqual([1, [], true]);
  });

  it("R13 RF2 gives the key of a dead process to the next at once", async () => {
    await using system = testSystem();
    const names = createRegistry(system, { keys: "unique" });
    const [ann, bob] = people(system, 2) as [Pid, Pid];
    names.register("a", ann);
    await kill(ann);
    expect(names.register("a", bob).ok).toBe(true);
    expect(names.whereis("a")).toBe(bob);
  });

  it("finds nobody under a key that nobody has", async () => {
    await using system = testSystem();
    expect(createRegistry(system, { keys: "unique" }).whereis("a")).toBeUndefined();
  });
});

describe("createRegistry with duplicate keys", () => {
  it("R14 R25 registers a process any number of times", async () => {
    await using system = testSystem();
    const groups = createRegistry<string, number>(system, { keys: "duplicate" });
    const ann = person(system);
    for (const value of [1, 2, 2]) groups.register("a", ann, value);
    expect(groups.values("a", ann)).toEqual([1, 2, 2]);
    expect([groups.keys(ann), groups.count()]).toEqual([["a", "a", "a"], 3]);
    expect(groups.unregister("a", ann)).toBe(true);
    expect([groups.lookup("a"), groups.count()]).toEqual([[], 0]);
  });

  it("R21 R67 shows entries in registration order: survivors keep it, a newcomer is last", async () => {
    await using system = testSystem();
    const groups = createRegistry<string, number>(system, { keys: "duplicate" });
    const crowd = people(system, 5);
    for (const [value, pid] of crowd.entries()) groups.register("a", pid, value);
    await kill(crowd[1]!);
    groups.unregister("a", crowd[3]!);
    groups.register("a", person(system), 5);
    groups.register("a", crowd[3]!, 3);
    expect(groups.lookup("a").map(({ value }) => value)).toEqual([0, 2, 4, 5, 3]);
  });

  it("R47 has no names", async () => {
    await using system = testSystem();
    const groups = createRegistry(system, { keys: "duplicate" });
    // @ts-expect-error a group is not one process, so there is nobody whom its name could call
    expect(groups.via).toBeUndefined();
    // @ts-expect-error and nobody who has the key
    expect(groups.whereis).toBeUndefined();
  });

  it("RF21 dispatches to those who were there, while members die, leave and join", async () => {
    await using system = testSystem();
    const groups = createRegistry<string, number>(system, { keys: "duplicate" });
    const crowd = people(system, 100);
    for (const [value, pid] of crowd.entries()) groups.register("a", pid, value);
    const got: number[] = [];
    groups.dispatch("a", (entries) => {
      for (const { pid, value } of entries) {
        got.push(value);
        groups.unregister("a", crowd[(value + 1) % 100]!);
        groups.register("a", pid, 1_000 + value);
        if (value % 10 === 0) crowd[value]!.exit("kill");
      }
    });
    expect(got).toEqual(Array.from({ length: 100 }, (_, at) => at));
    await system.settle();
    const living = new Set(groups.lookup("a").map(({ pid }) => pid));
    expect(crowd.filter((_, at) => at % 10 === 0).some((pid) => living.has(pid))).toBe(false);
  });
});

describe("createRegistry: its types", () => {
  const system = testSystem();

  it("follow keys and values", () => {
    const plain = createRegistry(system, { keys: "unique" });
    expectTypeOf(plain).toEqualTypeOf<UniqueRegistry<string, undefined>>();
    const pages = createRegistry<readonly ["page", number], URL>(system, { keys: "duplicate" });
    expectTypeOf(pages.lookup(["page", 1])).toEqualTypeOf<readonly Entry<URL>[]>();
    expectTypeOf(pages.values(["page", 1], person(system))).toEqualTypeOf<readonly URL[]>();
    expectTypeOf(pages.register).returns.toEqualTypeOf<Registration<URL>>();
    // @ts-expect-error a key of another type
    expect(pages.lookup("page")).toEqual([]);
    // @ts-expect-error a value that may not be undefined has to be given
    expect(() => pages.register(["page", 1])).toThrow();
    return system.stop();
  });

  it("give a name the type of its actor", () => {
    const own = testSystem();
    const Door = defineActor({ init: () => true, calls: { isOpen: (open) => reply(open, open) } });
    const names = createRegistry(own, { keys: "unique" });
    const door = names.via(Door, "door");
    expectTypeOf(door).toEqualTypeOf<Name<typeof Door>>();
    expectTypeOf(door.call.isOpen).returns.resolves.toEqualTypeOf<boolean>();
    const valued = createRegistry<string, number>(own, { keys: "unique" });
    expectTypeOf(valued.via(Door, "door", { value: 1 })).toEqualTypeOf<Name<typeof Door>>();
    // @ts-expect-error the entry needs its value
    expect(valued.via(Door, "door")).toBeDefined();
    return own.stop();
  });
});

describe("claimsOf", () => {
  it("leads to the tables, which ask for no process", async () => {
    await using system = testSystem();
    const names = createRegistry<string, number>(system, { keys: "unique" });
    const claims = claimsOf(names);
    claims.register("a", person(system), 1);
    expect(processOfRegistry(names).isRunning).toBe(false);
    expect(names.lookup("a").map(({ value }) => value)).toEqual([1]);
  });
});

function gate(): { readonly opened: Promise<void>; open(): void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open: () => open() };
}

function caught(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    return error;
  }
}

function caughtLater(promise: Promise<unknown>): Promise<unknown> {
  return promise.catch((error: unknown) => error);
}
