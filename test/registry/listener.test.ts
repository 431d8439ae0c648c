import { describe, expect, expectTypeOf, it } from "vitest";
import { defineActor } from "../../src/actors/define-actor.ts";
import type { System } from "../../src/actors/definition.ts";
import { processOf } from "../../src/actors/process.ts";
import { createSystem, kernelOf } from "../../src/actors/system.ts";
import type { Pid } from "../../src/core/pid.ts";
import { claimsOf, createRegistry, processOfRegistry } from "../../src/registry/create-registry.ts";
import type { KeyedEntry } from "../../src/registry/entry.ts";
import type { RegistryEvent } from "../../src/registry/listener.ts";
import type { DuplicateRegistry, UniqueRegistry } from "../../src/registry/registry.ts";
import { testSystem } from "../../src/testing/test-system.ts";
import { kill, lingerer, people, person } from "./people.ts";

const KINDS = ["unique", "duplicate"] as const;
type Event = RegistryEvent<string, number>;

function registry(
  system: System,
  kind: (typeof KINDS)[number],
): UniqueRegistry<string, number> | DuplicateRegistry<string, number> {
  return kind === "unique"
    ? createRegistry<string, number>(system, { keys: kind, name: "names" })
    : createRegistry<string, number>(system, { keys: kind, name: "names" });
}

const text = ({ type, key, value }: Event): string => `${type} ${key} ${value}`;

describe.each(KINDS)("Registry.listen with %s keys", (kind) => {
  it("R62 R64 tells of each change once, in order, in its turn, when all tables agree", async () => {
    await using system = testSystem();
    const names = registry(system, kind);
    const [ann, bob] = people(system, 2) as [Pid, Pid];
    const told: string[] = [];
    names.listen((event) =>
      told.push(`${text(event)} | ${names.lookup(event.key).length} of ${names.count()}`),
    );
    names.register("a", ann, 1);
    names.register("b", bob, 2);
    expect(told.splice(0)).toEqual(["register a 1 | 1 of 1", "register b 2 | 1 of 2"]);
    names.unregister("a", ann);
    expect(told.splice(0)).toEqual(["unregister a 1 | 0 of 1"]);
    names.transfer(names.lookup("b")[0]!, { key: "c", pid: ann });
    expect(told.splice(0)).toEqual(["update c 2 | 1 of 1"]);
    await kill(ann);
    await system.settle();
    expect(told).toEqual(["down c 2 | 0 of 0"]);
  });

  it("R64 tells what goes with the registry right after the turn of its death", async () => {
    await using system = testSystem();
    const options = { keys: kind as "unique", onDown: "exit", meta: { color: "red" } } as const;
    const names = createRegistry<string, number>(system, options);
    const crowd = people(system, 2);
    crowd.forEach((pid, at) => void names.register(`${at}`, pid, at));
    const told: string[] = [];
    names.listen((event) => {
      names.putMeta("color", "blue");
      told.push(text(event));
    });
    const { pid } = processOfRegistry(names);
    let inTurn = -1;
    processOf(pid!).watch({
      stopping: () => undefined,
      died: () => {
        inTurn = told.length;
      },
    });
    await kill(pid!);
    await system.settle();
    expect([inTurn, told]).toEqual([0, ["unregister 0 0", "unregister 1 1"]]);
    // What a listener does to a registry that is there again stays.
    expect(names.meta("color")).toBe("blue");
  });

  it("R34 R35 R64 tells nothing when nothing has changed", async () => {
    await using system = testSystem();
    const names = registry(system, kind);
    const [ann, bob] = people(system, 2) as [Pid, Pid];
    names.register("a", ann, 1);
    const told: Event[] = [];
    names.listen((event) => told.push(event));
    names.unregister("a", bob);
    names.unregister("x", ann);
    names.unregisterMatch({ key: "a", pid: ann, where: 7 });
    if (names.kind === "unique") {
      names.register("a", bob, 2);
      names.updateValue("a", bob, (value) => value);
    }
    expect(told).toEqual([]);
  });

  it("R39 R64 tells of a death once for each entry, with its reason, after the turn of the death", async () => {
    await using system = testSystem();
    const names = registry(system, kind);
    const slow = await lingerer(system);
    names.register("a", slow.pid, 1);
    names.register("b", slow.pid, 2);
    const told: Event[] = [];
    names.listen((event) => told.push(event));
    await slow.stop();
    expect([told, names.lookup("a")]).toEqual([[], []]);
    await slow.letGo();
    await system.settle();
    const reason = { kind: "normal" };
    expect(told).toEqual([
      { type: "down", key: "a", pid: slow.pid, value: 1, reason },
      { type: "down", key: "b", pid: slow.pid, value: 2, reason },
    ]);
    expect(told.every((event) => Object.isFrozen(event))).toBe(true);
  });

  it("R39 tells of a death before whoever awaits it goes on, also when the turn of the host is used up", async () => {
    await using system = createSystem();
    const names = createRegistry<string>(system, { keys: "unique" });
    const Slow = defineActor({ init: () => 0, terminate: () => burn(10) });
    const told: string[] = [];
    const heardBy: string[] = [];
    names.listen(({ type, key }) => told.push(`${type} ${key}`));
    for (const key of ["a", "b", "c"]) {
      const slow = await system.start(Slow);
      names.register(key, slow);
      told.length = 0;
      await slow.stop();
      heardBy.push(...told);
    }
    expect(heardBy).toEqual(["down a", "down b", "down c"]);
  });

  it("answers what is there, entries of who is stopping included; every change after that is told", async () => {
    await using system = testSystem();
    const names = registry(system, kind);
    const slow = await lingerer(system);
    const ann = person(system);
    names.register("s", slow.pid, 0);
    names.register("a", ann, 1);
    await slow.stop();
    const { entries } = names.listen(() => undefined);
    expect(entries).toEqual([
      { key: "a", pid: ann, value: 1 },
      { key: "s", pid: slow.pid, value: 0 },
    ]);
    expectTypeOf(entries).toEqualTypeOf<readonly KeyedEntry<string, number>[]>();
    await slow.letGo();
  });

  it("lets a mirror be kept that is the registry at every rest", async () => {
    await using system = testSystem();
    const names = registry(system, kind);
    const crowd = people(system, 6);
    const keys = ["a", "b", "c"];
    const join = (at: number): unknown => names.register(keys[at % 3]!, crowd[at]!, at);
    join(0);
    const { entries } = names.listen((event) => {
      const was = event.type === "update" ? event.before : event;
      if (event.type !== "register") mirror.delete(`${was.key} ${was.pid.serial}`);
      if (event.type === "register" || event.type === "update") add(event);
    });
    const mirror = new Map<string, number>();
    const add = ({ key, pid, value }: KeyedEntry<string, number>): unknown =>
      mirror.set(`${key} ${pid.serial}`, value);
    for (const entry of entries) add(entry);
    for (const step of [
      () => [1, 2, 3, 4, 5].map(join),
      () => crowd[1]!.exit("kill"),
      () => names.transfer(names.entries()[0]!, { key: "d", value: 40 }),
      () => [1, 3, 4].map((at) => names.unregister(keys[at % 3]!, crowd[at]!)),
      () => [crowd[0]!.exit("shutdown"), names.register("e", crowd[5]!, 9)],
    ]) {
      step();
      await system.settle();
      expect(mirror).toEqual(
        new Map(names.entries().map(({ key, pid, value }) => [`${key} ${pid.serial}`, value])),
      );
    }
    expect(mirror.size).toBeGreaterThan(0);
  });

  it("RF15 tells everybody the same in the same order, whatever a listener does to the registry", async () => {
    await using system = testSystem();
    const names = registry(system, kind);
    const [ann, bob] = people(system, 2) as [Pid, Pid];
    const [first, second]: [string[], string[]] = [[], []];
    names.listen((event) => {
      first.push(text(event));
      if (event.type === "register" && event.key === "a") {
        names.register("b", bob, 2);
        names.unregister("a", ann);
      }
      if (event.key === "b" && event.type === "register") bob.exit("kill");
    });
    names.listen((event) => second.push(text(event)));
    names.register("a", ann, 1);
    await system.settle();
    expect(first).toEqual(["register a 1", "register b 2", "unregister a 1", "down b 2"]);
    expect(second).toEqual(first);
  });

  it("R64 lets a listener take away what the same call is taking away", async () => {
    await using system = testSystem();
    const names = registry(system, kind);
    const ann = person(system);
    for (const key of ["a", "b", "c"]) names.register(key, ann, 1);
    const told: string[] = [];
    names.listen((event) => {
      told.push(text(event));
      for (const key of ["a", "b", "c"]) names.unregister(key, ann);
    });
    expect(names.unregisterMatch({ pid: ann })).toBe(3);
    expect([told, names.count()]).toEqual([["unregister a 1", "unregister b 1", "unregister c 1"], 0]);
  });

  it("RF15 R65 harms nobody when a listener throws or rejects, and says so", async () => {
    await using system = testSystem();
    const names = registry(system, kind);
    const faults: unknown[] = [];
    system.telemetry.on("listener:failed", (fault) => faults.push(fault));
    const told: string[] = [];
    const [thrown, rejected] = [new RangeError("thrown"), new RangeError("rejected")];
    names.listen(() => {
      throw thrown;
    });
    names.listen(async () => {
      throw rejected;
    });
    names.listen((event) => told.push(text(event)));
    expect(names.register("a", person(system), 1).ok).toBe(true);
    await system.settle();
    expect(told).toEqual(["register a 1"]);
    expect(faults).toEqual([
      { event: "register in names", error: thrown },
      { event: "register in names", error: rejected },
    ]);
  });

  it("RF14 tells nothing to who has ended it, not even what is being told", async () => {
    await using system = testSystem();
    const names = registry(system, kind);
    const [ann, bob] = people(system, 2) as [Pid, Pid];
    const told: string[] = [];
    names.listen((event) => {
      told.push(`first ${text(event)}`);
      expect(ended.unlisten()).toBe(told.length === 1);
    });
    const ended = names.listen((event) => told.push(`ended ${text(event)}`));
    names.register("a", ann, 1);
    names.register("b", bob, 2);
    await kill(ann);
    await system.settle();
    expect(told).toEqual(["first register a 1", "first register b 2", "first down a 1"]);
  });

  it("RF14 tells who begins in the middle only of what is not in its snapshot", async () => {
    await using system = testSystem();
    const names = registry(system, kind);
    const late: string[] = [];
    const snapshots: string[][] = [];
    names.listen((event) => {
      if (event.key !== "a" || event.type !== "register") return;
      names.register("b", person(system), 2);
      const { entries } = names.listen((each) => late.push(text(each)));
      snapshots.push(entries.map(({ key }) => key));
      names.register("c", person(system), 3);
    });
    names.register("a", person(system), 1);
    expect([snapshots, late]).toEqual([[["a", "b"]], ["register c 3"]]);
  });

  it("RF14 costs nothing once nobody listens", async () => {
    await using system = testSystem();
    const names = registry(system, kind);
    const claims = claimsOf<string, number>(names);
    expect(claims.journal).toBeUndefined();
    const listening = [names.listen(() => undefined), names.listen(() => undefined)];
    listening[0]!.unlisten();
    expect(claims.journal).toBeDefined();
    expect([listening[1]!.unlisten(), listening[1]!.unlisten()]).toEqual([true, false]);
    expect(claims.journal).toBeUndefined();
  });

  it("R62 tells a process by messages, until it ends", async () => {
    await using system = testSystem();
    const names = registry(system, kind);
    const dead: unknown[] = [];
    system.telemetry.on("message:dead", (letter) => dead.push(letter));
    const heard: string[] = [];
    const Mirror = defineActor({
      name: "mirror",
      init: (_: undefined, self) => {
        names.listen(self);
        return 0;
      },
      info: (state, event: Event) => {
        heard.push(text(event));
        return state;
      },
    });
    const mirror = await system.start(Mirror);
    const ann = person(system);
    names.register("a", ann, 1);
    await kill(ann);
    await system.settle();
    expect(heard).toEqual(["register a 1", "down a 1"]);
    await mirror.stop();
    expect(claimsOf<string, number>(names).journal).toBeUndefined();
    names.register("b", person(system), 2);
    expect(dead).toEqual([]);
  });

  it("R18 R65 makes the entry although a listener is missing", async () => {
    await using system = testSystem();
    const names = registry(system, kind);
    const Nobody = defineActor({ name: "nobody", init: () => 0, info: (state, _event: Event) => state });
    const missing = createRegistry(system, { keys: "unique", name: "others" }).via(Nobody, "missing");
    const gone = await system.start(Nobody);
    await gone.stop();
    const dead: unknown[] = [];
    system.telemetry.on("message:dead", ({ to, why }) => dead.push([to, why]));
    names.listen(missing);
    expect(names.listen(gone).unlisten()).toBe(false);
    expect(processOf(gone).ties?.watchers ?? []).toEqual([]);
    expect(names.register("a", person(system), 1).ok).toBe(true);
    await system.settle();
    expect([names.count(), dead]).toEqual([1, [["missing in others", "noname"]]]);
  });

  it("R64 goes on while the registry's process is down", async () => {
    await using system = testSystem();
    const names = registry(system, kind);
    const [ann, bob] = people(system, 2) as [Pid, Pid];
    names.register("a", ann, 1);
    names.register("b", bob, 2);
    const told: string[] = [];
    names.listen((event) => told.push(text(event)));
    await kill(processOfRegistry(names).pid!);
    names.unregister("a", ann);
    await kill(bob);
    await system.settle();
    expect(told).toEqual(["unregister a 1", "down b 2"]);
  });

  it("R4 R9 refuses what can be told nothing, and is a use of the registry", async () => {
    await using system = testSystem();
    const names = registry(system, kind);
    for (const wrong of ["listener", undefined, {}]) {
      expect(() => names.listen(wrong as never)).toThrow(/takes a function, self, a pid or a name/);
    }
    expect(claimsOf<string, number>(names).journal).toBeUndefined();
    const listed = registry(system, kind);
    listed.child();
    expect(() => listed.listen(() => undefined)).toThrow(
      expect.objectContaining({ code: "ERR_NOT_RUNNING" }),
    );
  });

  it("runs listeners in nobody's context, whoever is the cause of the change", async () => {
    await using system = testSystem();
    const names = registry(system, kind);
    const { runtime } = kernelOf(system);
    const contexts: unknown[] = [];
    names.listen(() => contexts.push(runtime.attribution.current()));
    const Registrar = defineActor({
      name: "registrar",
      init: (_: undefined, self) => {
        contexts.push(runtime.attribution.current() === undefined);
        return names.register("a", self.pid, 1).ok;
      },
    });
    await system.start(Registrar);
    expect(contexts).toEqual([false, undefined]);
  });
});

describe("Registry.listen", () => {
  it("R35 R64 tells of every entry that goes at once by itself", async () => {
    await using system = testSystem();
    const groups = createRegistry<string, number>(system, { keys: "duplicate" });
    const ann = person(system);
    for (const value of [1, 2, 3, 4]) groups.register("a", ann, value);
    const told: string[] = [];
    groups.listen((event) => told.push(text(event)));
    groups.unregisterMatch({ pid: ann, where: (value) => value < 3 });
    groups.unregister("a", ann);
    expect(told).toEqual(["unregister a 1", "unregister a 2", "unregister a 3", "unregister a 4"]);
  });

  it("R32 R64 tells of a value that was changed, with what it was", async () => {
    await using system = testSystem();
    const names = createRegistry<string, number>(system, { keys: "unique" });
    const ann = person(system);
    names.register("a", ann, 1);
    const told: Event[] = [];
    names.listen((event) => told.push(event));
    names.updateValue("a", ann, () => 2);
    const before = { key: "a", pid: ann, value: 1 };
    expect(told).toEqual([{ type: "update", key: "a", pid: ann, value: 2, before }]);
  });

  it("R49 tells that a name came and went under which nothing started", async () => {
    await using system = testSystem();
    const names = createRegistry<string>(system, { keys: "unique" });
    const told: string[] = [];
    names.listen(({ type, key }) => told.push(`${type} ${key}`));
    const Failing = defineActor({
      name: "failing",
      init: (): number => {
        throw new Error("boom");
      },
    });
    await system.start(Failing.child(undefined, { name: names.via(Failing, "a") })).catch(() => undefined);
    await system.settle();
    expect(told).toEqual(["register a", "down a"]);
  });

  it("R62 has the types of the registry, also for a process that is told", () => {
    const system = testSystem();
    const names = createRegistry<"a" | "b", number>(system, { keys: "unique" });
    names.listen((event) => expectTypeOf(event).toEqualTypeOf<RegistryEvent<"a" | "b", number>>());
    const Deaf = defineActor({ name: "deaf", init: () => 0, info: (state, _event: string) => state });
    const deaf = names.via(Deaf, "a", { value: 1 });
    // @ts-expect-error it takes text, not events
    expect(names.listen(deaf).entries).toEqual([]);
    return system.stop();
  });
});

/** More than a turn of the host may take. */
function burn(ms: number): void {
  const endsAtMs = performance.now() + ms;
  while (performance.now() < endsAtMs);
}
