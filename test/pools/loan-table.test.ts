import { describe, expect, it } from "vitest";
import { defineActor } from "../../src/actors/define-actor.ts";
import { processOf } from "../../src/actors/process.ts";
import { LoanTable } from "../../src/pools/loan-table.ts";
import { Slot } from "../../src/pools/slot.ts";
import { testSystem } from "../../src/testing/test-system.ts";
import { Borrower, outcomeOf, poolOf } from "./workshop.ts";

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

  it("PB9 PF31 watches who holds something, and one more who did", async () => {
    await using system = testSystem();
    const table = new LoanTable<string>("tools", () => undefined);
    const borrowers = [1, 2, 3].map(() =>
      processOf(system.spawn(async (self) => void (await self.receive()))),
    );
    const watchers = () => borrowers.map(({ ties }) => ties?.watchers?.length ?? 0);
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

describe("a borrower's death", () => {
  it("DB9 PB7 PF32 closes what it held, and a new resource goes to who waits", async () => {
    await using system = testSystem();
    const { pool, workshop } = poolOf(system, 1);
    const borrower = await system.start(Borrower, pool);
    await borrower.call.take();
    const waiter = outcomeOf(pool.checkout());
    borrower.exit("kill");
    await system.settle();
    expect(workshop.closed.map(({ serial }) => serial)).toEqual([1]);
    expect(waiter.now).toMatchObject({ resource: { serial: 2 } });
    expect(workshop.most).toBe(1);
  });

  it("is heard in its own turn: who hears of it finds the loan gone", async () => {
    await using system = testSystem();
    const { pool } = poolOf(system, 1);
    const borrower = await system.start(Borrower, pool);
    await borrower.call.take();
    let seen: unknown;
    const watcher = system.spawn(async (self) => {
      self.monitor(borrower);
      await self.receive();
      seen = pool.stats();
    });
    await system.settle();
    borrower.exit("kill");
    await watcher.down();
    expect(seen).toMatchObject({ lent: 0 });
  });

  it("takes its place in the line away", async () => {
    await using system = testSystem();
    const { pool } = poolOf(system, 1);
    const lease = await pool.checkout();
    const borrower = await system.start(Borrower, pool);
    borrower.call.take().catch(() => undefined);
    await system.settle();
    const behind = outcomeOf(pool.checkout());
    expect(pool.stats().waiting).toBe(2);
    borrower.exit("kill");
    await system.settle();
    expect(pool.stats().waiting).toBe(1);
    await lease.checkin();
    await system.settle();
    expect(behind.now).toMatchObject({ resource: { serial: 1 } });
  });

  it("loses nothing when it comes in the turn in which it is served", async () => {
    await using system = testSystem();
    const { pool, workshop } = poolOf(system, 1);
    const lease = await pool.checkout();
    const borrower = await system.start(Borrower, pool);
    borrower.call.take().catch(() => undefined);
    await system.settle();
    borrower.exit("kill");
    void lease.checkin();
    await system.settle();
    expect(pool.stats()).toMatchObject({ idle: 0, lent: 0, starting: 0, closing: 0, waiting: 0 });
    expect(workshop.live).toBe(0);
  });

  it("PF31 leaves no watcher behind after many waits that were served", async () => {
    await using system = testSystem();
    const { pool } = poolOf(system, 1);
    const borrower = await system.start(Borrower, pool);
    for (let i = 0; i < 5; i += 1) {
      const lease = await pool.checkout();
      const taken = borrower.call.take();
      await system.settle();
      await lease.checkin();
      await taken;
      await borrower.call.giveAll();
    }
    expect(pool.stats()).toMatchObject({ idle: 1, lent: 0, waiting: 0 });
    borrower.exit("kill");
    await system.settle();
    expect(pool.stats()).toMatchObject({ idle: 1, lent: 0 });
  });

  it("still lends to a process whose terminate needs a resource, and takes that back too", async () => {
    await using system = testSystem();
    const { pool, workshop } = poolOf(system, 1);
    const seen: string[] = [];
    const Flusher = defineActor({
      init: () => 0,
      terminate: async () => {
        const lease = await pool.checkout();
        seen.push(`wrote with ${lease.resource.serial}`);
      },
    });
    const flusher = await system.start(Flusher);
    await flusher.stop();
    await system.settle();
    expect(seen).toEqual(["wrote with 1"]);
    expect(pool.stats()).toMatchObject({ lent: 0, closing: 0 });
    expect(workshop.live).toBe(0);
  });
});
