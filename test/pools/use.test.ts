import { describe, expect, it } from "vitest";
import { testSystem } from "../../src/testing/test-system.ts";
import { poolOf } from "./workshop.ts";

describe("runWith", () => {
  it("begins at once when something is idle, and gives back at once what takes no time", async () => {
    await using system = testSystem();
    const { pool } = poolOf(system, 1);
    await pool.use(() => undefined);
    let lent = 0;
    const used = pool.use((tool) => {
      lent = pool.stats().lent;
      return tool.serial;
    });
    expect([lent, pool.stats().idle]).toEqual([1, 1]);
    expect(await used).toBe(1);
  });

  it("holds until a promise settles", async () => {
    await using system = testSystem();
    const { pool } = poolOf(system, 1);
    let finish!: (value: string) => void;
    const used = pool.use(() => new Promise<string>((resolve) => (finish = resolve)));
    await system.settle();
    expect(pool.stats()).toMatchObject({ lent: 1, idle: 0 });
    finish("done");
    expect(await used).toBe("done");
    expect(pool.stats()).toMatchObject({ lent: 0, idle: 1 });
  });

  it("rejects with what was thrown, and tells the closer of what nobody can check", async () => {
    await using system = testSystem();
    const { pool } = poolOf(system, 1);
    const torn = new Error("torn");
    const reasons: unknown[] = [];
    system.telemetry.on("pool:closed", ({ reason }) => reasons.push(reason));
    await expect(pool.use(() => Promise.reject(torn))).rejects.toBe(torn);
    await expect(
      pool.use(() => {
        throw torn;
      }),
    ).rejects.toBe(torn);
    await system.settle();
    expect(reasons).toMatchObject([
      { kind: "error", error: torn },
      { kind: "error", error: torn },
    ]);
  });
});

describe("runLater", () => {
  it("gives back what was waited for, whatever became of it, and rejects when there is nothing to run with", async () => {
    await using system = testSystem();
    const { pool } = poolOf(system, 1);
    const lease = await pool.checkout();
    const torn = new Error("torn");
    const ran: string[] = [];
    const late = pool.use(() => void ran.push("late"), { timeoutMs: 10 });
    const uses = [
      pool.use((tool) => tool.serial),
      pool.use(async () => {
        throw torn;
      }),
      pool.use(() => {
        throw torn;
      }),
      pool.use(async ({ serial }) => `serial ${serial}`),
    ];
    const outcomes = Promise.allSettled([late, ...uses]);
    await system.advance(10);
    void lease.checkin();
    // Each that failed has had its own closed: who came after it has got the next one.
    expect(await outcomes).toMatchObject([
      { status: "rejected", reason: { code: "ERR_CHECKOUT_TIMEOUT" } },
      { status: "fulfilled", value: 1 },
      { status: "rejected", reason: torn },
      { status: "rejected", reason: torn },
      { status: "fulfilled", value: "serial 3" },
    ]);
    expect(ran).toEqual([]);
    expect(pool.stats()).toMatchObject({ idle: 1, lent: 0, waiting: 0 });
  });
});
