import { createRegistry, defineActor, type Pid, type RegistryEvent } from "troupe";
import { testSystem } from "troupe/testing";
import { describe, expect, it } from "vitest";
import { gate } from "./gate.ts";

const Member = defineActor({ name: "member", init: () => 0 });
const text = ({ type, key, value }: RegistryEvent): string => `${type} ${String(key)} ${value}`;

describe("15. Registries are exact", () => {
  it("two registries may have one name, and know nothing of each other", async () => {
    await using system = testSystem();
    const [one, other] = [1, 2].map(() => createRegistry(system, { keys: "unique", name: "names" }));
    one!.register("a", await system.start(Member));
    expect([one!.count(), other!.count()]).toEqual([1, 0]);
  });

  it("entries are hidden when their process begins to stop, and told to be gone when it is dead", async () => {
    await using system = testSystem();
    const names = createRegistry<string, number>(system, { keys: "unique" });
    const closing = gate();
    const Slow = defineActor({ name: "slow", init: () => 0, terminate: () => closing.opened });
    const slow = await system.start(Slow);
    names.register("a", slow, 1);
    const told: string[] = [];
    const { entries } = names.listen((event) => told.push(text(event)));
    const over = slow.stop();
    await system.settle();
    expect([names.lookup("a"), names.entries(), names.count(), told]).toEqual([[], [], 1, []]);
    expect(names.register("a", await system.start(Member), 2).ok).toBe(false);
    closing.open();
    await over;
    await system.settle();
    expect([entries.length, names.count(), told]).toEqual([1, 0, ["down a 1"]]);
  });

  it("listeners hear of each change once, and of a death after its turn, with all that died with it", async () => {
    await using system = testSystem();
    const groups = createRegistry<string, number>(system, { keys: "duplicate" });
    const [ann, bob] = [await system.start(Member), await system.start(Member)] as [Pid, Pid];
    for (const value of [1, 2]) groups.register("a", ann, value);
    const told: [string, number][] = [];
    groups.listen((event) => told.push([text(event), groups.count()]));
    groups.unregister("a", bob);
    groups.register("b", bob, 3);
    ann.exit(new Error("boom"));
    bob.exit("kill");
    await system.settle();
    expect(told).toEqual([
      ["register b 3", 3],
      ["down a 1", expect.any(Number)],
      ["down a 2", expect.any(Number)],
      ["down b 3", 0],
    ]);
  });

  it("whoever hears of a death by a monitor may register at once, and the death is told before", async () => {
    await using system = testSystem();
    const names = createRegistry<string, number>(system, { keys: "unique" });
    const first = await system.start(Member);
    names.register("leader", first, 1);
    const Heir = defineActor({
      name: "heir",
      init: (_: undefined, self) => {
        self.monitor(first);
        return 0;
      },
      down: (state, _down, self) => {
        names.register("leader", self.pid, 2);
        return state;
      },
    });
    await system.start(Heir);
    const told: string[] = [];
    names.listen((event) => told.push(text(event)));
    first.exit("kill");
    await system.settle();
    expect(told).toEqual(["down leader 1", "register leader 2"]);
  });

  it("a listener that throws harms nobody, and what one does is told when all have heard", async () => {
    await using system = testSystem();
    const names = createRegistry<string, number>(system, { keys: "unique" });
    const member = await system.start(Member);
    const told: string[] = [];
    names.listen((event) => {
      if (event.key === "a") names.register("b", member, 2);
      throw new Error("a listener's own");
    });
    names.listen((event) => told.push(text(event)));
    expect(names.register("a", member, 1).ok).toBe(true);
    expect(told).toEqual(["register a 1", "register b 2"]);
  });
});
