import { describe, expect, it } from "vitest";
import { Deadline, Deadlines } from "../../src/actors/deadlines.ts";
import type { Clock } from "../../src/core/clock.ts";

/** More than a timer of the host can take. */
const MONTH_MS = 30 * 24 * 3_600_000;

/** A clock that counts the timers set on it. */
function countingClock() {
  const timers: { readonly dueAtMs: number; readonly fire: () => void }[] = [];
  let nowMs = 0;
  let set = 0;
  const clock: Clock = {
    now: () => nowMs,
    setTimer: (fire, delayMs) => {
      set += 1;
      const timer = { dueAtMs: nowMs + delayMs, fire };
      timers.push(timer);
      return {
        cancel: () => void timers.splice(timers.indexOf(timer), 1),
        remainingMs: () => timer.dueAtMs - nowMs,
      };
    },
  };
  return {
    clock,
    timersSet: () => set,
    timersWaiting: () => timers.length,
    advance(ms: number) {
      const untilMs = nowMs + ms;
      for (;;) {
        const next = timers
          .filter(({ dueAtMs }) => dueAtMs <= untilMs)
          .sort((a, b) => a.dueAtMs - b.dueAtMs)[0];
        if (next === undefined) break;
        nowMs = Math.max(nowMs, next.dueAtMs);
        timers.splice(timers.indexOf(next), 1);
        next.fire();
      }
      nowMs = untilMs;
    },
  };
}

describe("Deadlines", () => {
  it("tells each when its time is up, the oldest first", () => {
    const { clock, advance } = countingClock();
    const deadlines = new Deadlines(clock, { atTurnEnd: (stamp) => stamp() });
    const log: string[] = [];
    deadlines.arm(new Deadline(() => log.push("a")), 50);
    advance(20);
    deadlines.arm(new Deadline(() => log.push("b")), 50);
    advance(30);
    expect(log).toEqual(["a"]);
    advance(20);
    expect(log).toEqual(["a", "b"]);
    expect(deadlines.size).toBe(0);
  });

  it("shares one host timer among all of one duration", () => {
    const { clock, timersSet } = countingClock();
    const deadlines = new Deadlines(clock, { atTurnEnd: (stamp) => stamp() });
    for (let i = 0; i < 1_000; i += 1) deadlines.arm(new Deadline(() => undefined), 5_000);
    expect([deadlines.size, timersSet()]).toEqual([1_000, 1]);
  });

  it("shares one host timer among what is left of many, and ends none of them early", () => {
    const { clock, timersSet, advance } = countingClock();
    const deadlines = new Deadlines(clock, { atTurnEnd: (stamp) => stamp() });
    const log: number[] = [];
    for (const leftMs of [4_990.25, 4_990.5, 4_990.75])
      deadlines.arm(new Deadline(() => log.push(leftMs)), leftMs);
    expect([timersSet(), deadlines.timers]).toEqual([1, 1]);
    advance(4_990.5);
    expect(log).toEqual([]);
    advance(0.5);
    expect(log).toEqual([4_990.25, 4_990.5, 4_990.75]);
    expect(deadlines.timers).toBe(0);
  });

  it("is not told once it is cancelled, at the head, in the middle or at the end; twice changes nothing", () => {
    const { clock, advance, timersWaiting } = countingClock();
    const deadlines = new Deadlines(clock, { atTurnEnd: (stamp) => stamp() });
    const log: number[] = [];
    const items = [0, 1, 2, 3, 4].map((i) => new Deadline(() => log.push(i)));
    for (const item of items) deadlines.arm(item, 10);
    for (const i of [0, 2, 4, 2]) deadlines.cancel(items[i] as Deadline);
    advance(10);
    expect(log).toEqual([1, 3]);
    expect([deadlines.size, timersWaiting()]).toEqual([0, 0]);
  });

  it("sets no timer for an endless wait", () => {
    const { clock, timersSet } = countingClock();
    const deadlines = new Deadlines(clock, { atTurnEnd: (stamp) => stamp() });
    const never = new Deadline(() => undefined);
    deadlines.arm(never, Number.POSITIVE_INFINITY);
    deadlines.cancel(never);
    expect(timersSet()).toBe(0);
  });

  it("PF37 waits longer than a host timer can", () => {
    const { clock, advance } = countingClock();
    const deadlines = new Deadlines(clock, { atTurnEnd: (stamp) => stamp() });
    const log: string[] = [];
    deadlines.arm(new Deadline(() => log.push("late")), MONTH_MS);
    advance(MONTH_MS - 10);
    expect(log).toEqual([]);
    advance(10);
    expect(log).toEqual(["late"]);
  });

  it("can be armed again from inside the expiry", () => {
    const { clock, advance } = countingClock();
    const deadlines = new Deadlines(clock, { atTurnEnd: (stamp) => stamp() });
    let expired = 0;
    const again: Deadline = new Deadline(() => {
      expired += 1;
      if (expired < 3) deadlines.arm(again, 10);
    });
    deadlines.arm(again, 10);
    advance(100);
    expect([expired, deadlines.size]).toEqual([3, 0]);
  });
});
