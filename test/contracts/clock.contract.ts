import { describe, expect, it } from "vitest";
import type { Clock } from "../../src/core/clock.ts";

/** A clock, and how its time passes. */
export interface TickingClock {
  readonly clock: Clock;
  /** Resolves when `ms` milliseconds have passed and what was due has fired. */
  pass(ms: number): Promise<void>;
}

/** What a clock owes whoever sets a timer. */
export function clockContract(name: string, make: () => TickingClock): void {
  describe(`${name} honours the clock contract`, () => {
    it("goes forward by what has passed", async () => {
      const { clock, pass } = make();
      const beganMs = clock.now();
      await pass(5);
      // The host's timers may come a fraction of a millisecond early.
      expect(clock.now() - beganMs).toBeGreaterThanOrEqual(4);
    });

    it("fires a timer once, when its time has come", async () => {
      const { clock, pass } = make();
      let fired = 0;
      const dueAtMs = clock.now() + 5;
      let atMs = 0;
      clock.setTimer(() => {
        fired += 1;
        atMs = clock.now();
      }, 5);
      await pass(20);
      expect(fired).toBe(1);
      expect(atMs).toBeGreaterThanOrEqual(dueAtMs - 1);
    });

    it("fires no timer inside the call that sets it, not even with no delay", async () => {
      const { clock, pass } = make();
      let fired = false;
      clock.setTimer(() => {
        fired = true;
      }, 0);
      expect(fired).toBe(false);
      await pass(5);
      expect(fired).toBe(true);
    });

    it("fires the earlier deadline first, and equal ones in the order of being set", async () => {
      const { clock, pass } = make();
      const fired: string[] = [];
      for (const [label, delayMs] of [
        ["late", 20],
        ["a", 5],
        ["b", 5],
        ["c", 5],
      ] as const) {
        clock.setTimer(() => fired.push(label), delayMs);
      }
      await pass(30);
      expect(fired).toEqual(["a", "b", "c", "late"]);
    });

    it("never fires a timer that was cleared", async () => {
      const { clock, pass } = make();
      const fired: string[] = [];
      clock.setTimer(() => fired.push("kept"), 5);
      const cleared = clock.setTimer(() => fired.push("cleared"), 5);
      clock.clearTimer(cleared);
      clock.clearTimer(cleared);
      await pass(10);
      expect(fired).toEqual(["kept"]);
    });

    it("takes the clearing of a timer that has fired", async () => {
      const { clock, pass } = make();
      const fired: string[] = [];
      const first = clock.setTimer(() => fired.push("first"), 1);
      await pass(5);
      clock.setTimer(() => fired.push("second"), 1);
      clock.clearTimer(first);
      await pass(5);
      expect(fired).toEqual(["first", "second"]);
    });

    it("fires a timer that a timer has set", async () => {
      const { clock, pass } = make();
      const fired: string[] = [];
      clock.setTimer(() => {
        fired.push("outer");
        clock.setTimer(() => fired.push("inner"), 2);
      }, 2);
      await pass(20);
      expect(fired).toEqual(["outer", "inner"]);
    });
  });
}
