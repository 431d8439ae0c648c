import { describe, expect, it } from "vitest";
import { Deadlines } from "../../src/actors/deadlines.ts";
import { kernelOf } from "../../src/actors/system.ts";
import { LineDeadline, type Patient } from "../../src/pools/line-deadline.ts";
import { ManualClock } from "../../src/testing/manual-clock.ts";
import { firstOracle } from "../../src/testing/oracle.ts";
import { testSystem } from "../../src/testing/test-system.ts";
import { outcomeOf, poolOf } from "./workshop.ts";

describe("LineDeadline", () => {
  it("DB8 tells each when its own time is up, in the order of coming, and leaves those with a deadline of their own", async () => {
    await using system = testSystem();
    const { pool } = poolOf(system, 1, { checkoutTimeoutMs: 100 });
    await pool.checkout();
    const first = outcomeOf(pool.checkout());
    await system.advance(10);
    const own = outcomeOf(pool.checkout({ timeoutMs: 500 }));
    await system.advance(30);
    const second = outcomeOf(pool.checkout());
    const outcomes = () => [first.now, own.now, second.now];
    await system.advance(59);
    expect(outcomes()).toEqual(["pending", "pending", "pending"]);
    await system.advance(1);
    expect(outcomes()).toEqual(["ERR_CHECKOUT_TIMEOUT", "pending", "pending"]);
    await system.advance(40);
    expect(outcomes()).toEqual(["ERR_CHECKOUT_TIMEOUT", "pending", "ERR_CHECKOUT_TIMEOUT"]);
    await system.advance(370);
    expect(outcomes()).toEqual(Array(3).fill("ERR_CHECKOUT_TIMEOUT"));
  });

  it("is one deadline for all who wait, set anew for who comes when its first has been served, and none for an empty line", async () => {
    await using system = testSystem();
    const { pool } = poolOf(system, 1, { checkoutTimeoutMs: 100 });
    const { deadlines } = kernelOf(system);
    let lease = await pool.checkout();
    const none = deadlines.size;
    const waiting = Array.from({ length: 20 }, () => pool.checkout());
    expect(deadlines.size - none).toBe(1);
    for (const next of waiting) {
      void lease.checkin();
      lease = await next;
    }
    expect(deadlines.size - none).toBe(0);
    await system.advance(60);
    const late = outcomeOf(pool.checkout());
    await system.advance(99);
    expect(late.now).toBe("pending");
    await system.advance(1);
    expect(late.now).toBe("ERR_CHECKOUT_TIMEOUT");
  });

  it("counts from the end of the turn in which somebody came, however long that took", () => {
    const clock = new ManualClock(firstOracle);
    const pass = (ms: number): void => clock.moveTo(clock.now() + ms);
    const fireDue = (): void => {
      for (let timer = clock.takeDue(); timer !== undefined; timer = clock.takeDue()) timer.fire();
    };
    const ends: (() => void)[] = [];
    const endTurn = (): void => {
      for (const end of ends.splice(0)) end();
    };
    const scheduler = { atTurnEnd: (job: () => void) => void ends.push(job) };
    const deadlines = new Deadlines(clock, scheduler);
    const line: { first: Patient | undefined } = { first: undefined };
    const limit = new LineDeadline({ deadlines, runtime: { clock, scheduler } }, line, 100);
    let expired = 0;
    const join = (): void => {
      const arrival = limit.arrive(clock);
      line.first = { arrival, deadline: undefined, behind: undefined, expire: () => void (expired += 1) };
      limit.joined();
    };
    join();
    endTurn();
    // When the deadline of the first passes, somebody else stands in its place, whose turn goes on for long.
    pass(99);
    join();
    pass(150);
    endTurn();
    fireDue();
    endTurn();
    expect(expired).toBe(0);
    pass(99);
    fireDue();
    endTurn();
    expect(expired).toBe(0);
    pass(1);
    fireDue();
    expect(expired).toBe(1);
  });
});
