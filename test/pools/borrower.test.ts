import { describe, expect, it } from "vitest";
import { defineActor } from "../../src/actors/define-actor.ts";
import { processOf } from "../../src/actors/process.ts";
import { createSystem } from "../../src/actors/system.ts";
import { Borrower } from "../../src/pools/borrower.ts";
import { Slot } from "../../src/pools/slot.ts";
import { testSystem } from "../../src/testing/test-system.ts";
import { poolOf } from "./workshop.ts";

describe("Borrower", () => {
  it("lists what it has in the order in which it took it, whatever it gives back in between", async () => {
    await using system = testSystem();
    const pid = system.spawn(async (self) => void (await self.receive()));
    const borrower = new Borrower<Slot<string>>(processOf(pid), { name: "tools", died: () => undefined });
    const slots = [1, 2, 3, 4].map(() => new Slot<string>(1, () => undefined));
    for (const slot of slots) borrower.add(slot);
    borrower.remove(slots[1]!);
    borrower.remove(slots[3]!);
    expect(borrower.slots()).toEqual([slots[0], slots[2]]);
    expect(borrower.names()).toEqual(["2 of tools"]);
    borrower.remove(slots[0]!);
    borrower.remove(slots[2]!);
    expect([borrower.slots(), borrower.loans, borrower.names()]).toEqual([[], 0, []]);
  });

  it("PF32 may be of another system: its death gives back what it has", async () => {
    await using system = testSystem();
    await using other = createSystem();
    const { pool, workshop } = poolOf(system, 1);
    workshop.opens = "atOnce";
    workshop.closes = "atOnce";
    const Stranger = defineActor({
      init: () => 0,
      casts: { take: async (state) => (await pool.checkout(), state + 1) },
    });
    const stranger = await other.start(Stranger);
    stranger.cast.take();
    await new Promise(setImmediate);
    await system.settle();
    expect(pool.stats()).toMatchObject({ lent: 1, idle: 0 });
    stranger.exit("kill");
    await stranger.down();
    await system.settle();
    expect(pool.stats()).toMatchObject({ lent: 0, idle: 0 });
    expect(workshop.closed).toEqual([{ serial: 1 }]);
  });
});
