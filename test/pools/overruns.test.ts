import { describe, expect, it } from "vitest";
import { kernelOf } from "../../src/actors/system.ts";
import { crewOf } from "./crew.ts";
import { outcomeOf } from "./workshop.ts";

describe("watchOverruns", () => {
  it("WP5 tells of a call that runs long, each time after twice as long, and kills its member in the end", async () => {
    const { system, pool, hands, events } = await crewOf("ab", { overrun: { warnMs: 100, maxWarnings: 3 } });
    await using _ = system;
    const call = outcomeOf(pool.call.hold(undefined, { timeoutMs: 60_000 }));
    const told: number[] = [];
    for (const stepMs of [99, 1, 199, 1, 399, 1]) {
      await system.advance(stepMs);
      told.push(events.length);
    }
    expect(told).toEqual([0, 1, 1, 2, 2, 3]);
    expect(events.map(([, payload]) => payload)).toEqual([
      { pool: "crew in ship", pid: hands[0], call: "hold", ranMs: 100, killed: false },
      { pool: "crew in ship", pid: hands[0], call: "hold", ranMs: 300, killed: false },
      { pool: "crew in ship", pid: hands[0], call: "hold", ranMs: 700, killed: true },
    ]);
    expect([call.now, pool.stats().members]).toEqual(["ERR_EXITED", 1]);
  });

  it("tells nothing of a call that is over", async () => {
    const { system, pool, hands, events } = await crewOf("a", { overrun: { warnMs: 100 } });
    await using _ = system;
    const call = outcomeOf(pool.call.hold());
    await system.advance(99);
    hands[0]!.cast.let();
    await system.settle();
    expect([call.now, kernelOf(system).deadlines.size]).toEqual(["a", 0]);
    await system.advance(1_000);
    expect(events).toEqual([]);
  });
});
