import { describe, expect, it } from "vitest";
import { KILLED } from "../../src/core/exit-reason.ts";
import type { Pid } from "../../src/core/pid.ts";
import { type Estate, type Owned, Owner } from "../../src/registry/owner.ts";
import { isCollected } from "./collected.ts";

interface Thing extends Owned {
  readonly name: string;
}

const pid = Object.freeze({}) as Pid;
const nobody: Estate<Thing> = {
  stopping: () => undefined,
  died: () => undefined,
  nameOf: () => "thing",
};

function thing(name: string, slot: object): Thing {
  return { name, slot, ownedBefore: undefined, ownedAfter: undefined };
}

const names = (things: readonly Thing[]): string => things.map(({ name }) => name).join("");

describe("Owner", () => {
  // Few claims are looked through, many are found by a map: both ways answer the same.
  it.each([3, 9, 40])("R24 keeps %i claims in the order in which they were made", (count) => {
    const owner = new Owner(pid, nobody);
    const slots = [{}, {}, {}];
    const things = Array.from({ length: count }, (_, at) =>
      thing(String.fromCharCode(97 + at), slots[at % 3]!),
    );
    for (const [at, each] of things.entries()) {
      owner.add(each);
      // The map is made when it is first asked for, and kept up to date from then on.
      if (at === Math.floor(count / 2)) expect(names(owner.under(slots[0]!))).not.toBe("");
    }
    const gone = things.filter((_, at) => at % 4 === 1);
    for (const each of gone) owner.remove(each);
    const left = things.filter((each) => !gone.includes(each));
    expect(owner.size).toBe(left.length);
    expect(names(owner.claims())).toBe(names(left));
    for (const slot of slots) {
      expect(names(owner.under(slot))).toBe(names(left.filter((each) => each.slot === slot)));
    }
    for (const each of left) owner.remove(each);
    expect([owner.size, owner.claims(), ...slots.map((slot) => owner.under(slot))]).toEqual([
      0,
      [],
      [],
      [],
      [],
    ]);
  });

  it("R14 keeps several claims to one key", () => {
    const owner = new Owner(pid, nobody);
    const slot = {};
    for (const name of "abcdefghijkl") owner.add(thing(name, slot));
    expect(names(owner.under(slot))).toBe("abcdefghijkl");
  });

  it("RF25 writes to no claim but the neighbours of the one that leaves", () => {
    const owner = new Owner(pid, nobody);
    const things = Array.from({ length: 1_000 }, (_, at) => thing(`${at}`, {}));
    for (const each of things) owner.add(each);
    for (const [at, each] of things.entries()) if (Math.abs(at - 500) > 1) Object.freeze(each);
    owner.remove(things[500]!);
    expect(owner.size).toBe(999);
    expect(things[499]!.ownedAfter).toBe(things[501]);
  });

  it("holds on to nothing of a key that it had, however many it has", async () => {
    const owner = new Owner(pid, nobody);
    for (const name of "abcdefghijkl") owner.add(thing(name, {}));
    expect(owner.under({})).toEqual([]);
    const had = (): WeakRef<object> => {
      const slot = {};
      const claim = thing("x", slot);
      owner.add(claim);
      owner.remove(claim);
      return new WeakRef(slot);
    };
    expect(await isCollected(had)).toBe(true);
    expect(owner.size).toBe(12);
  });

  it("tells its estate that it stops, and that it has died", () => {
    const told: unknown[] = [];
    const owner: Owner<Thing> = new Owner(pid, {
      stopping: (who) => told.push(["stopping", who]),
      died: (who, reason) => told.push(["died", who, reason]),
      nameOf: ({ name }) => name,
    });
    owner.stopping();
    owner.died(pid, KILLED);
    expect(told).toEqual([
      ["stopping", owner],
      ["died", owner, KILLED],
    ]);
  });
});
