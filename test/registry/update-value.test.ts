import { describe, expect, it } from "vitest";
import type { Pid } from "../../src/core/pid.ts";
import { claimsOf, createRegistry } from "../../src/registry/create-registry.ts";
import { testSystem } from "../../src/testing/test-system.ts";
import { kill, lingerer, people, person } from "./people.ts";

describe("UniqueRegistry.updateValue", () => {
  it("R32 gives the key of a process another value; the entry keeps its place", async () => {
    await using system = testSystem();
    const names = createRegistry<string, number>(system, { keys: "unique" });
    const ann = person(system);
    names.register("a", ann, 1);
    names.register("b", ann, 5);
    const before = names.lookup("a");
    expect(names.updateValue("a", ann, (value) => value + 1)).toEqual({
      ok: true,
      entry: { pid: ann, value: 2 },
      before: 1,
    });
    expect([names.lookup("a"), before]).toEqual([[{ pid: ann, value: 2 }], [{ pid: ann, value: 1 }]]);
    expect([names.keys(ann), names.values("a", ann), names.count()]).toEqual([["a", "b"], [2], 2]);
    await kill(ann);
    expect(names.count()).toBe(0);
  });

  it("R32 answers with the holder when the key is somebody else's, and with nobody when it is nobody's", async () => {
    await using system = testSystem();
    const names = createRegistry<string, number>(system, { keys: "unique" });
    const [ann, bob] = people(system, 2) as [Pid, Pid];
    names.register("a", ann, 1);
    names.register("b", bob, 1);
    const calls: number[] = [];
    const update = (value: number): number => calls.push(value);
    expect(names.updateValue("a", bob, update)).toEqual({ ok: false, holder: { pid: ann, value: 1 } });
    expect(names.updateValue("x", bob, update)).toEqual({ ok: false, holder: undefined });
    expect([calls, names.lookup("a")]).toEqual([[], [{ pid: ann, value: 1 }]]);
  });

  it("R32 refuses what is no function, also when there is nobody", async () => {
    await using system = testSystem();
    const names = createRegistry<string, number>(system, { keys: "unique" });
    expect(() => names.updateValue("a", person(system), 3 as never)).toThrow(
      /updateValue: takes a function, not 3/,
    );
  });

  it("R32 leaves the value when the function throws", async () => {
    await using system = testSystem();
    const names = createRegistry<string, number>(system, { keys: "unique" });
    const ann = person(system);
    names.register("a", ann, 1);
    const raise = (): never => {
      throw new RangeError("mine");
    };
    expect(() => names.updateValue("a", ann, raise)).toThrow(RangeError);
    expect(names.lookup("a")).toEqual([{ pid: ann, value: 1 }]);
  });

  it("changes nothing when the function itself has given up or changed the entry", async () => {
    await using system = testSystem();
    const names = createRegistry<string, number>(system, { keys: "unique" });
    const [ann, bob] = people(system, 2) as [Pid, Pid];
    names.register("a", ann, 1);
    const nested = names.updateValue("a", ann, () => {
      names.updateValue("a", ann, () => 7);
      return 8;
    });
    expect(nested).toEqual({ ok: false, holder: { pid: ann, value: 7 } });
    const lost = names.updateValue("a", ann, () => {
      names.unregister("a", ann);
      names.register("a", bob, 9);
      return 10;
    });
    expect(lost).toEqual({ ok: false, holder: { pid: bob, value: 9 } });
    expect(names.lookup("a")).toEqual([{ pid: bob, value: 9 }]);
  });

  it("R32 is there for who is stopping, and shows it to nobody", async () => {
    await using system = testSystem();
    const names = createRegistry<string, number>(system, { keys: "unique" });
    const slow = await lingerer(system);
    names.register("a", slow.pid, 1);
    await slow.stop();
    expect(names.updateValue("a", slow.pid, () => 2)).toMatchObject({ ok: true, before: 1 });
    expect([names.lookup("a"), names.values("a", slow.pid)]).toEqual([[], [2]]);
    await slow.letGo();
    expect(names.count()).toBe(0);
  });

  it("shows the members of a key the entry of now", async () => {
    await using system = testSystem();
    const names = createRegistry<string, number>(system, { keys: "unique" });
    const ann = person(system);
    names.register("a", ann, 1);
    const members = claimsOf(names).members("a");
    const told: unknown[] = [];
    members.observe({ joined: ({ value }) => told.push(value), left: ({ value }) => told.push(-value) });
    names.updateValue("a", ann, () => 2);
    expect([members.size, members.at(0)?.value, members.indexOf(names.lookup("a")[0]!), told]).toEqual([
      1,
      2,
      0,
      [-1, 2],
    ]);
  });

  it("R32 is not there with duplicate keys", async () => {
    await using system = testSystem();
    const groups = createRegistry(system, { keys: "duplicate" });
    // @ts-expect-error which of the entries would it be?
    expect(groups.updateValue).toBeUndefined();
  });
});
