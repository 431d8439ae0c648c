import { describe, expect, it } from "vitest";
import { TurnClock } from "../../src/pools/turn-clock.ts";

describe("TurnClock", () => {
  it("looks at the clock once a turn, and again in the next", () => {
    let looks = 0;
    const ends: (() => void)[] = [];
    const clock = new TurnClock({ now: () => ++looks }, { atTurnEnd: (job) => ends.push(job) });
    expect([clock.now(), clock.now(), clock.now()]).toEqual([1, 1, 1]);
    expect(ends).toHaveLength(1);
    ends.pop()?.();
    expect([clock.now(), clock.now()]).toEqual([2, 2]);
  });
});
