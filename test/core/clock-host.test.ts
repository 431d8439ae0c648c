import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { noAttribution } from "../../src/core/attribution.ts";
import { HostClock } from "../../src/core/clock-host.ts";
import type { Runnable } from "../../src/core/scheduler.ts";

const MAX_HOST_MS = 2_147_483_647;
/** A month, more than a timer of the host can take. */
const MONTH_MS = 30 * 24 * 3_600_000;

/** A clock on the host's timers, played; the scheduler gives a turn as soon as one is asked for, or when told to. */
function hosted(limit = 64) {
  const asked: Runnable[] = [];
  let isGiving = true;
  const giveTurn = (): void => void asked.shift()?.run(limit);
  const ask = (task: Runnable): void => {
    asked.push(task);
    if (isGiving) giveTurn();
  };
  const clock = new HostClock(noAttribution, { ready: ask, readyFirst: ask });
  const hold = (): void => {
    isGiving = false;
  };
  return { clock, asked, hold, giveTurn };
}

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] }));
afterEach(() => void vi.useRealTimers());

describe("HostClock", () => {
  it("shares one timer of the host among all of one duration, parts of a millisecond rounded up", () => {
    const { clock } = hosted();
    const fired: number[] = [];
    for (const delayMs of [9.25, 9.5, 10]) clock.setTimer(() => fired.push(delayMs), delayMs);
    expect(vi.getTimerCount()).toBe(1);
    vi.advanceTimersByTime(9);
    expect(fired).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(fired).toEqual([9.25, 9.5, 10]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("leaves nothing with the host, and no line, when all of a duration are cancelled or have fired", () => {
    const { clock } = hosted();
    const timers = [10, 10, 10, 20].map((delayMs) => clock.setTimer(() => undefined, delayMs));
    for (const place of [1, 0, 2]) timers[place]!.cancel();
    expect([vi.getTimerCount(), clock.lines.size]).toEqual([1, 1]);
    vi.advanceTimersByTime(20);
    expect([vi.getTimerCount(), clock.lines.size]).toEqual([0, 0]);
  });

  it("does nothing to those that came later when a timer is cancelled again", () => {
    const { clock } = hosted();
    const fired: string[] = [];
    const first = clock.setTimer(() => fired.push("first"), 10);
    first.cancel();
    clock.setTimer(() => fired.push("second"), 10);
    first.cancel();
    expect([vi.getTimerCount(), clock.lines.size]).toEqual([1, 1]);
    vi.advanceTimersByTime(10);
    expect(fired).toEqual(["second"]);
  });

  it.each([0, 1, 5_000, MAX_HOST_MS, MAX_HOST_MS + 1, MONTH_MS, 3 * MONTH_MS])(
    "PF37 fires once, after %d ms",
    (delayMs) => {
      const { clock } = hosted();
      const firedAtMs: number[] = [];
      const setAtMs = clock.now();
      clock.setTimer(() => firedAtMs.push(clock.now() - setAtMs), delayMs);
      vi.advanceTimersByTime(4 * MONTH_MS);
      expect(firedAtMs).toEqual([Math.max(1, delayMs)]);
    },
  );

  it.each([5_000, MONTH_MS])("never fires after %d ms once it is cancelled, at whatever time", (delayMs) => {
    for (const atMs of [0, 4_999, delayMs - 1]) {
      const { clock } = hosted();
      const fired = vi.fn();
      const timer = clock.setTimer(fired, delayMs);
      vi.advanceTimersByTime(atMs);
      timer.cancel();
      expect(vi.getTimerCount()).toBe(0);
      vi.advanceTimersByTime(2 * MONTH_MS);
      expect(fired).not.toHaveBeenCalled();
    }
  });

  it("waits on when the host has woken it before its time, but not for less than half a millisecond", () => {
    const { clock } = hosted();
    const fired: number[] = [];
    const beganMs = clock.now();
    const now = vi.spyOn(performance, "now").mockReturnValue(beganMs);
    for (const ms of [10, 20]) clock.setTimer(() => fired.push(ms), ms);
    now.mockReturnValue(beganMs + 9.4);
    vi.advanceTimersByTime(10);
    expect(fired).toEqual([]);
    now.mockReturnValue(beganMs + 19.6);
    vi.advanceTimersByTime(10);
    expect(fired.sort()).toEqual([10, 20]);
    now.mockRestore();
  });

  it("fires as many in a turn as it is given, and has another turn after all that are ready", () => {
    const { clock, asked, hold, giveTurn } = hosted(2);
    hold();
    const fired: number[] = [];
    for (const place of [1, 2, 3, 4, 5]) clock.setTimer(() => fired.push(place), 10);
    vi.advanceTimersByTime(10);
    const other: Runnable = { run: () => fired.push(0) };
    asked.push(other);
    for (let turn = 0; turn < 4; turn += 1) giveTurn();
    expect(fired).toEqual([1, 2, 0, 3, 4, 5]);
    expect([asked.length, clock.lines.size, vi.getTimerCount()]).toEqual([0, 0, 0]);
  });

  it("forgets what is cancelled between two turns, and takes what is set there", () => {
    const { clock, hold, giveTurn } = hosted(1);
    hold();
    const fired: string[] = [];
    for (const label of ["a", "b"]) clock.setTimer(() => fired.push(label), 10);
    const cancelled = clock.setTimer(() => fired.push("cancelled"), 10);
    vi.advanceTimersByTime(10);
    giveTurn();
    cancelled.cancel();
    clock.setTimer(() => fired.push("later"), 10);
    giveTurn();
    expect([fired, vi.getTimerCount()]).toEqual([["a", "b"], 1]);
    vi.advanceTimersByTime(10);
    giveTurn();
    expect([fired, clock.lines.size]).toEqual([["a", "b", "later"], 0]);
  });

  it("fires the others when one has thrown", () => {
    const { clock, hold, giveTurn } = hosted();
    hold();
    const fired: string[] = [];
    clock.setTimer(() => fired.push("before"), 10);
    clock.setTimer(() => {
      throw new Error("thrown");
    }, 10);
    clock.setTimer(() => fired.push("after"), 10);
    vi.advanceTimersByTime(10);
    expect(giveTurn).toThrow("thrown");
    giveTurn();
    expect(fired).toEqual(["before", "after"]);
  });
});
