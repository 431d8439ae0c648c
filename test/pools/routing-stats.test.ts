import { describe, expect, it } from "vitest";
import { crewOf } from "./crew.ts";
import { outcomeOf } from "./workshop.ts";

describe("RoutingPool.stats", () => {
  it("WP8 counts what has been asked, and what the members have now", async () => {
    const { system, pool, hands } = await crewOf("ab");
    await using _ = system;
    const calls = [1, 2, 3].map(() => outcomeOf(pool.call.hold()));
    pool.cast.note();
    expect(pool.stats()).toMatchObject({ members: 2, inFlight: 4, granted: 4, waiting: 0 });
    await system.settle();
    expect(pool.members()).toEqual([
      { pid: hands[0], value: "a", state: "up", queued: 0, running: 2, failures: 0 },
      { pid: hands[1], value: "b", state: "up", queued: 0, running: 1, failures: 0 },
    ]);
    for (const hand of [hands[0]!, hands[0]!, hands[1]!]) hand.cast.let();
    await system.settle();
    expect([calls.map(({ now }) => now), pool.stats().inFlight]).toEqual([["a", "b", "a"], 0]);
  });

  it("says why requests were dropped", async () => {
    const { system, pool } = await crewOf("");
    await using _ = system;
    await pool.call.who().catch(() => undefined);
    await pool.close();
    await pool.call.who().catch(() => undefined);
    expect(pool.stats().dropped).toEqual({ noMember: 1, full: 0, aborted: 0, closed: 1 });
  });

  it("is a snapshot", async () => {
    const { system, pool } = await crewOf("a");
    await using _ = system;
    const before = pool.stats();
    await pool.call.who();
    expect([before.granted, pool.stats().granted]).toEqual([0, 1]);
    expect(
      Object.isFrozen(before) && Object.isFrozen(before.dropped) && Object.isFrozen(pool.members()),
    ).toBe(true);
  });
});
