import { describe, expect, it } from "vitest";
import { processOf } from "../../src/actors/process.ts";
import { LoanTable } from "../../src/pools/loan-table.ts";
import { Slot } from "../../src/pools/slot.ts";
import { testSystem } from "../../src/testing/test-system.ts";

const slotOf = (): Slot<string> => new Slot<string>(1, () => undefined);
const countsOf = ({ idle, lent, starting, closing, size, held }: LoanTable<string>) => ({
  idle,
  lent,
  starting,
  closing,
  size,
  held,
});

describe("LoanTable", () => {
  it("counts each resource once, in whatever state", () => {
    const table = new LoanTable<string>("tools", () => undefined);
    const [a, b] = [slotOf(), slotOf()];
    table.enter(a, "starting");
    table.enter(b, "starting");
    table.move(a, "idle");
    table.lend(b, undefined);
    expect(countsOf(table)).toEqual({ idle: 1, lent: 1, starting: 0, closing: 0, size: 2, held: 2 });
    table.move(b, "closing");
    expect(countsOf(table)).toEqual({ idle: 1, lent: 0, starting: 0, closing: 1, size: 2, held: 1 });
    table.leave(b);
    table.leave(b);
    expect(countsOf(table)).toEqual({ idle: 1, lent: 0, starting: 0, closing: 0, size: 1, held: 1 });
    expect([a.state, b.state]).toEqual(["idle", "gone"]);
  });

  it("keeps what is idle in the order in which it came, whatever leaves in between", () => {
    const table = new LoanTable<string>("tools", () => undefined);
    const slots = [slotOf(), slotOf(), slotOf(), slotOf()];
    for (const slot of slots) table.enter(slot, "idle");
    const [a, b, c, d] = slots as [Slot<string>, Slot<string>, Slot<string>, Slot<string>];
    table.lend(b, undefined);
    expect([table.resting.first, table.resting.last]).toEqual([a, d]);
    table.lend(a, undefined);
    table.lend(d, undefined);
    expect([table.resting.first, table.resting.last]).toEqual([c, c]);
    table.move(b, "idle");
    expect([table.resting.first, table.resting.last, table.idle]).toEqual([c, b, 2]);
  });

  it("PF32 gives up all that a process holds in the turn of its death, and nothing that it has handed on", async () => {
    await using system = testSystem();
    const lost: Slot<string>[] = [];
    const table: LoanTable<string> = new LoanTable("tools", (slot) => {
      lost.push(slot);
      table.move(slot, "closing");
    });
    const [one, other] = [1, 2].map(() => system.spawn(async (self) => void (await self.receive())));
    const [a, b, c] = [slotOf(), slotOf(), slotOf()];
    for (const slot of [a, b, c]) {
      table.enter(slot, "idle");
      table.lend(slot, processOf(one!));
    }
    table.lend(b, processOf(other!));
    expect([table.loansOf(processOf(one!)), table.loansOf(processOf(other!))]).toEqual([2, 1]);
    one!.exit("kill");
    await one!.down();
    expect(lost).toEqual([a, c]);
    expect(countsOf(table)).toMatchObject({ lent: 1, closing: 2 });
    other!.exit("kill");
    await other!.down();
    expect(countsOf(table)).toMatchObject({ lent: 0, closing: 3 });
  });

  it("PF31 watches who holds something, and one more who did", async () => {
    await using system = testSystem();
    const table = new LoanTable<string>("tools", () => undefined);
    const borrowers = [1, 2, 3].map(() =>
      processOf(system.spawn(async (self) => void (await self.receive()))),
    );
    const watchers = () => borrowers.map(({ ties }) => ties?.watchers.length ?? 0);
    const before = watchers();
    const slot = slotOf();
    table.enter(slot, "idle");
    for (const borrower of borrowers) {
      for (let i = 0; i < 5; i += 1) {
        table.lend(slot, borrower);
        table.move(slot, "idle");
      }
    }
    expect(watchers().map((count, at) => count - before[at]!)).toEqual([0, 0, 1]);
    table.forgetSpare();
    expect(watchers()).toEqual(before);
  });

  it("names who holds what, and for how long", async () => {
    await using system = testSystem();
    const table = new LoanTable<string>("tools", () => undefined);
    const pid = system.spawn(async (self) => void (await self.receive()));
    for (const [lentAtMs, borrower] of [
      [10, processOf(pid)],
      [40, processOf(pid)],
      [70, undefined],
    ] as const) {
      const slot = slotOf();
      table.enter(slot, "idle");
      table.lend(slot, borrower);
      slot.lentAtMs = lentAtMs;
    }
    expect(table.holders(100)).toEqual([
      { label: processOf(pid).label, loans: 2, heldMs: 90 },
      { label: "plain code", loans: 1, heldMs: 30 },
    ]);
  });
});
