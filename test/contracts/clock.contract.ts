import { describe, expect, it } from "vitest";
import type { Clock } from "../../src/core/clock.ts";

/** A clock, and how its time passes. */
export interface TickingClock {
  readonly clock: Clock;
  /** Resolves when `ms` milliseconds have passed and what was due has fired. */
  pass(ms: number): Promise<void>;
}

/** More than a timer of the host can take. */
const MONTH_MS = 30 * 24 * 3_600_000;

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
      cleared.cancel();
      cleared.cancel();
      await pass(10);
      expect(fired).toEqual(["kept"]);
    });

    it("takes the clearing of a timer that has fired", async () => {
      const { clock, pass } = make();
      const fired: string[] = [];
      const first = clock.setTimer(() => fired.push("first"), 1);
      await pass(5);
      clock.setTimer(() => fired.push("second"), 1);
      first.cancel();
      await pass(5);
      expect(fired).toEqual(["first", "second"]);
    });

    it("never fires a timer that another one of the same time clears", async () => {
      const { clock, pass } = make();
      const fired: string[] = [];
      clock.setTimer(() => {
        fired.push("first");
        second.cancel();
      }, 5);
      const second = clock.setTimer(() => fired.push("second"), 5);
      clock.setTimer(() => fired.push("third"), 5);
      await pass(20);
      expect(fired.sort()).toEqual(["first", "third"]);
    });

    it("fires timers that are set when others of their duration have been cleared or have fired", async () => {
      const { clock, pass } = make();
      const fired: string[] = [];
      const cleared = clock.setTimer(() => fired.push("cleared"), 5);
      cleared.cancel();
      clock.setTimer(() => fired.push("anew"), 5);
      cleared.cancel();
      clock.setTimer(() => fired.push("beside it"), 5);
      await pass(20);
      clock.setTimer(() => fired.push("later"), 5);
      await pass(20);
      expect(fired).toEqual(["anew", "beside it", "later"]);
    });

    it("says how long a timer still takes, in whole milliseconds, 0 when it is due", async () => {
      const { clock, pass } = make();
      const [month, soon] = [clock.setTimer(() => undefined, MONTH_MS), clock.setTimer(() => undefined, 1)];
      expect(month.remainingMs()).toBe(MONTH_MS);
      await pass(10);
      expect(soon.remainingMs()).toBe(0);
      // The host's timers may come a fraction of a millisecond early.
      expect(month.remainingMs()).toBeLessThanOrEqual(MONTH_MS - 9);
      month.cancel();
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
