import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import type { Pid } from "../../src/core/pid.ts";
import { Claim, claimOf } from "../../src/registry/claim.ts";
import { Owner } from "../../src/registry/owner.ts";
import { Slot } from "../../src/registry/slot.ts";

const estate = { stopping: () => undefined, died: () => undefined, nameOf: () => "key" };
const ann = { name: "ann" } as unknown as Pid;
const bob = { name: "bob" } as unknown as Pid;

function claim(): Claim<string> {
  return new Claim(new Owner<Claim<string>>(ann, estate), new Slot<Claim<string>>("key"), "value");
}

describe("Claim", () => {
  it("shows pid and value, and nothing else", () => {
    const { entry } = claim();
    expect(entry).toEqual({ pid: ann, value: "value" });
    expect(Reflect.ownKeys(entry)).toEqual(["pid", "value"]);
    expect(inspect(entry)).toBe("Entry { pid: { name: 'ann' }, value: 'value' }");
  });

  it("gets another entry when it moves; the one before stays what it was", () => {
    const moving = claim();
    const before = moving.entry;
    moving.become(new Owner<Claim<string>>(bob, estate), new Slot<Claim<string>>("other"), "new");
    expect(before).toEqual({ pid: ann, value: "value" });
    expect(moving.entry).toEqual({ pid: bob, value: "new" });
  });
});

describe("claimOf", () => {
  it("leads from an entry to its claim", () => {
    const one = claim();
    expect(claimOf(one.entry)).toBe(one);
  });

  it("answers undefined for the entry of a claim that has moved, one that is over, and a look-alike", () => {
    const moved = claim();
    const { entry } = moved;
    moved.become(moved.owner, moved.slot, "new");
    const over = claim();
    over.live = false;
    expect([entry, over.entry, { pid: ann, value: "value" }].map(claimOf)).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});
