import { describe, expect, it } from "vitest";
import type { Pid } from "../../src/core/pid.ts";
import type { Entry } from "../../src/registry/entry.ts";
import { type Listed, Slot } from "../../src/registry/slot.ts";

/** Counts how often anything of it is read or written. */
class Counting implements Listed {
  static touched(all: readonly Counting[]): number {
    return all.reduce((sum, { touches }) => sum + touches, 0);
  }
  touches = 0;
  readonly entry: Entry;
  readonly #fields: { shown: boolean; before: Listed | undefined; after: Listed | undefined; at: number } = {
    shown: false,
    before: undefined,
    after: undefined,
    at: -1,
  };

  constructor(value: number) {
    this.entry = { pid: undefined as unknown as Pid, value };
  }

  get shown(): boolean {
    return this.#touched().shown;
  }
  set shown(shown: boolean) {
    this.#touched().shown = shown;
  }
  get before(): Listed | undefined {
    return this.#touched().before;
  }
  set before(before: Listed | undefined) {
    this.#touched().before = before;
  }
  get after(): Listed | undefined {
    return this.#touched().after;
  }
  set after(after: Listed | undefined) {
    this.#touched().after = after;
  }
  get at(): number {
    return this.#touched().at;
  }
  set at(at: number) {
    this.#touched().at = at;
  }

  #touched() {
    this.touches += 1;
    return this.#fields;
  }
}

function filled(size: number): { slot: Slot<Counting>; claims: Counting[] } {
  const slot = new Slot<Counting>("key");
  const claims = Array.from({ length: size }, (_, value) => new Counting(value));
  for (const claim of claims) slot.show(claim);
  for (const claim of claims) claim.touches = 0;
  return { slot, claims };
}

const valuesOf = (slot: Slot<Counting>): unknown[] => slot.entries().map(({ value }) => value);

describe("Slot", () => {
  it("R67 shows claims in the order in which they came, whoever leaves", () => {
    const { slot, claims } = filled(6);
    for (const at of [0, 3, 5]) slot.hide(claims[at]!);
    expect(valuesOf(slot)).toEqual([1, 2, 4]);
    slot.show(claims[0]!);
    expect(valuesOf(slot)).toEqual([1, 2, 4, 0]);
  });

  it.each([
    ["first", 0],
    ["middle", 1],
    ["last", 2],
    ["only", undefined],
  ])("keeps both ends right when the %s leaves", (_, at) => {
    const { slot, claims } = filled(at === undefined ? 1 : 3);
    slot.hide(claims[at ?? 0]!);
    const left = claims.filter((claim) => claim !== claims[at ?? 0]);
    expect([slot.first, slot.last]).toEqual([left[0], left.at(-1)]);
    expect(slot.entries()).toEqual(left.map(({ entry }) => entry));
  });

  it("RF25 touches at most three claims when one leaves, whatever the size of the key", () => {
    const touches = [10, 100_000].map((size) => {
      const { slot, claims } = filled(size);
      slot.hide(claims[size / 2]!);
      return Counting.touched(claims);
    });
    expect(touches[0]).toBe(touches[1]);
    expect(touches[0]).toBeLessThan(12);
  });

  it("answers the same frozen array until something changes", () => {
    const { slot, claims } = filled(2);
    const entries = slot.entries();
    expect(slot.entries()).toBe(entries);
    expect(Object.isFrozen(entries)).toBe(true);
    slot.hide(claims[0]!);
    expect(slot.entries()).not.toBe(entries);
    expect(entries.map(({ value }) => value)).toEqual([0, 1]);
  });

  it("is idle only when nobody has the key, keeps it, waits for it or watches it", () => {
    const slot = new Slot<Counting>("key");
    expect(slot.isIdle).toBe(true);
    slot.claims = 1;
    expect(slot.isIdle).toBe(false);
    slot.claims = 0;
    slot.hold = { reservation: {}, child: "a" };
    expect([slot.isIdle, slot.isTaken]).toEqual([false, true]);
    slot.hold = undefined;
    slot.waiting = new Set([() => undefined]);
    expect([slot.isIdle, slot.isTaken]).toEqual([false, false]);
  });
});
