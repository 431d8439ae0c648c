import { describe, expect, it } from "vitest";
import { type Clock, longTimer, MAX_TIMER_MS } from "../../src/core/clock.ts";
import { ManualClock } from "../../src/testing/manual-clock.ts";
import { firstOracle } from "../../src/testing/oracle.ts";

/** A month, more than a host timer can take. */
const MONTH_MS = 30 * 24 * 3_600_000;

describe("longTimer", () => {
  it.each([0, 1, 5_000, MAX_TIMER_MS, MAX_TIMER_MS + 1, MONTH_MS, 10 * MONTH_MS])(
    "fires once, after %d ms",
    (delayMs) => {
      const { clock, pass, longest } = limited();
      const firedAtMs: number[] = [];
      longTimer(clock, () => firedAtMs.push(clock.now()), delayMs);
      pass(20 * MONTH_MS);
      expect(firedAtMs).toEqual([delayMs]);
      expect(longest()).toBeLessThanOrEqual(MAX_TIMER_MS);
    },
  );

  it.each([5_000, MONTH_MS])("never fires after %d ms once it is cancelled, at whatever time", (delayMs) => {
    for (const atMs of [0, 4_999, delayMs - 1]) {
      const { clock, pass } = limited();
      let fired = false;
      const timer = longTimer(
        clock,
        () => {
          fired = true;
        },
        delayMs,
      );
      pass(atMs);
      timer.cancel();
      pass(20 * MONTH_MS);
      expect(fired).toBe(false);
      expect(clock.nextDueAtMs).toBeUndefined();
    }
  });

  it("says how long it still takes, in whole milliseconds, 0 when it is due", () => {
    const { clock, pass } = limited();
    const timer = longTimer(clock, () => undefined, MONTH_MS);
    expect(timer.remainingMs()).toBe(MONTH_MS);
    pass(0.4);
    expect(timer.remainingMs()).toBe(MONTH_MS);
    pass(MONTH_MS - 10);
    expect(timer.remainingMs()).toBe(10);
    pass(10);
    expect(timer.remainingMs()).toBe(0);
    pass(10);
    expect(timer.remainingMs()).toBe(0);
  });

  it("fires though the clock tells a fraction less than the timer waited", () => {
    const early = earlyClock();
    let fired = 0;
    longTimer(
      early.clock,
      () => {
        fired += 1;
      },
      10,
    );
    early.fireAll();
    expect(fired).toBe(1);
  });
});

/** A clock that refuses timers that the host's would cut short, and one that fires what is due on the way. */
function limited() {
  const clock = new ManualClock(firstOracle);
  let longestMs = 0;
  const setTimer = clock.setTimer.bind(clock);
  clock.setTimer = (fire, delayMs) => {
    longestMs = Math.max(longestMs, delayMs);
    return setTimer(fire, delayMs);
  };
  const pass = (ms: number): void => {
    const untilMs = clock.now() + ms;
    while ((clock.nextDueAtMs ?? Number.POSITIVE_INFINITY) <= untilMs) {
      clock.moveTo(clock.nextDueAtMs!);
      clock.takeDue()?.fire();
    }
    clock.moveTo(untilMs);
  };
  return { clock, pass, longest: () => longestMs };
}

/** Timers fire 0.4 ms before their time, as the host's do. */
function earlyClock() {
  let nowMs = 0;
  const timers: { readonly fire: () => void; readonly delayMs: number }[] = [];
  const clock: Clock = {
    now: () => nowMs,
    setTimer: (fire, delayMs) => timers.push({ fire, delayMs }),
    clearTimer: () => undefined,
  };
  const fireAll = (): void => {
    for (let timer = timers.shift(); timer !== undefined; timer = timers.shift()) {
      nowMs += timer.delayMs - 0.4;
      timer.fire();
    }
  };
  return { clock, fireAll };
}
