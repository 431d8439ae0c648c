import { describe, expect, it } from "vitest";
import type { EventName } from "../../src/telemetry/events.ts";
import { testSystem } from "../../src/testing/test-system.ts";
import { Borrower, poolOf } from "./workshop.ts";

const EVENTS: readonly EventName[] = [
  "pool:queued",
  "pool:granted",
  "pool:dropped",
  "pool:timedOut",
  "pool:opened",
  "pool:openFailed",
  "pool:closed",
];

describe("PoolJournal", () => {
  it("DB15 DB17 tells of each transition once, and counts it", async () => {
    await using system = testSystem();
    const { pool, workshop } = poolOf(system, 1, { name: "tools", backoff: { minMs: 100, maxMs: 100 } });
    const told: unknown[] = [];
    system.telemetry.attach("journal", EVENTS, (payload, event) => void told.push([event, payload]));
    const lease = await pool.checkout();
    const waiter = pool.checkout();
    const late = pool.checkout({ timeoutMs: 30 }).catch(() => undefined);
    await system.advance(40);
    await late;
    void lease.checkin({ discard: new Error("torn") });
    await (await waiter).checkin();
    await pool.close();
    expect(told).toMatchObject([
      ["pool:queued", { waiting: 1 }],
      ["pool:granted", { waitedMs: 0 }],
      ["pool:opened", {}],
      ["pool:queued", { waiting: 1 }],
      ["pool:queued", { waiting: 2 }],
      ["pool:timedOut", { waitedMs: 30 }],
      ["pool:closed", { reason: { kind: "error", error: { message: "torn" } } }],
      ["pool:granted", { waitedMs: 40 }],
      ["pool:opened", {}],
      ["pool:closed", { reason: { kind: "shutdown" } }],
    ]);
    expect(pool.stats().totals).toMatchObject({ queued: 3, granted: 2, opened: 2, openFailed: 0, closed: 2 });
    expect(workshop.live).toBe(0);
  });

  it("gives each refusal its reason", async () => {
    await using system = testSystem();
    const { pool } = poolOf(system, 1, { maxWaiting: 1 });
    const seen: string[] = [];
    system.telemetry.on("pool:dropped", ({ why }) => seen.push(why));
    const lease = await pool.checkout();
    const quiet = (promise: Promise<unknown>): void => void promise.catch(() => undefined);
    const controller = new AbortController();
    quiet(pool.checkout({ signal: controller.signal }));
    quiet(pool.checkout());
    controller.abort();
    quiet(pool.checkout({ timeoutMs: 10 }));
    await system.advance(10);
    const borrower = await system.start(Borrower, pool);
    quiet(borrower.call.take());
    await system.settle();
    borrower.exit("kill");
    await system.settle();
    quiet(pool.checkout());
    const closed = pool.close();
    quiet(pool.checkout());
    await lease.checkin();
    await closed;
    expect(seen).toEqual(["full", "aborted", "died", "closed", "closed"]);
    expect(pool.stats().totals.dropped).toEqual({
      aborted: 1,
      closed: 2,
      died: 1,
      full: 1,
      notRunning: 0,
      overloaded: 0,
    });
    expect(pool.stats().totals.timedOut).toBe(1);
  });

  it("DB16 says how long borrowers have waited, those that did not as well", async () => {
    await using system = testSystem();
    const { pool } = poolOf(system, 1);
    const lease = await pool.checkout();
    const waiter = pool.checkout();
    await system.advance(80);
    void lease.checkin();
    await (await waiter).checkin();
    await pool.use(() => undefined);
    expect(pool.stats().waits).toMatchObject({ count: 3, maxMs: 80 });
  });
});
