import { AsyncLocalStorage } from "node:async_hooks";
import { describe, expect, it } from "vitest";
import type { Runnable, Scheduler } from "../../src/core/scheduler.ts";

/** Turns after which a test gives up on the event loop: starved of turns, a test's own timeout could not fire. */
const FAR_TOO_MANY_TURNS = 3_000_000;

/** What the run queue owes every process. `make` answers one that leaves nothing to chance. */
export function schedulerContract(name: string, make: () => Scheduler): void {
  describe(`${name} honours the scheduler contract`, () => {
    it("gives no turn inside the call that asks for one", async () => {
      const { scheduler, turns, task } = stage(make());
      scheduler.ready(task("a"));
      scheduler.readyFirst(task("b"));
      expect(turns).toEqual([]);
      await quiet();
      expect(turns).toEqual(["b", "a"]);
    });

    it("gives turns in the order of becoming ready", async () => {
      const { scheduler, turns, task } = stage(make());
      for (const label of ["a", "b", "c"]) scheduler.ready(task(label));
      await quiet();
      expect(turns).toEqual(["a", "b", "c"]);
    });

    it("gives one turn for each time of becoming ready", async () => {
      const { scheduler, turns, task } = stage(make());
      const twice = task("a");
      scheduler.ready(twice);
      scheduler.ready(twice);
      await quiet();
      expect(turns).toEqual(["a", "a"]);
    });

    it("puts those that are first in line before all others, in their own order", async () => {
      const { scheduler, turns, task } = stage(make());
      for (const label of ["a", "b"]) scheduler.ready(task(label));
      for (const label of ["x", "y"]) scheduler.readyFirst(task(label));
      await quiet();
      expect(turns).toEqual(["x", "y", "a", "b"]);
    });

    it("lets one that becomes first in line during a turn have the next", async () => {
      const { scheduler, turns, task } = stage(make());
      scheduler.ready(task("a", () => scheduler.readyFirst(task("x"))));
      scheduler.ready(task("b"));
      await quiet();
      expect(turns).toEqual(["a", "x", "b"]);
    });

    it("puts one that becomes ready again behind those that wait", async () => {
      const { scheduler, turns, task } = stage(make());
      let again = true;
      const eager = task("a", () => {
        if (again) scheduler.ready(eager);
        again = false;
      });
      scheduler.ready(eager);
      scheduler.ready(task("b"));
      await quiet();
      expect(turns).toEqual(["a", "b", "a"]);
    });

    it("runs again after it has been idle", async () => {
      const { scheduler, turns, task } = stage(make());
      scheduler.ready(task("a"));
      await quiet();
      scheduler.ready(task("b"));
      await quiet();
      expect(turns).toEqual(["a", "b"]);
    });

    it("allows at least one message a turn", async () => {
      const { scheduler } = stage(make());
      const limits: number[] = [];
      for (let i = 0; i < 3; i += 1) scheduler.ready({ run: (limit) => limits.push(limit) });
      await quiet();
      expect(limits.every((limit) => Number.isInteger(limit) && limit >= 1)).toBe(true);
      expect(limits).toHaveLength(3);
    });

    it("runs nobody in the context of whoever asked for the turn", async () => {
      const { scheduler } = stage(make());
      const storage = new AsyncLocalStorage<string>();
      const seen: unknown[] = [];
      storage.run("the asker's", () => scheduler.ready({ run: () => seen.push(storage.getStore()) }));
      await quiet();
      expect(seen).toEqual([undefined]);
    });

    it.each([
      ["a drain that never ends", (again: () => void) => again()],
      ["a chain of short drains", (again: () => void) => void Promise.resolve().then(again)],
    ])("lets the event loop come round during %s", async (_load, goOn) => {
      const scheduler = make();
      let came = false;
      let turns = 0;
      await new Promise<void>((ended) => {
        const busy: Runnable = {
          run: () => {
            turns += 1;
            if (came || turns > FAR_TOO_MANY_TURNS) ended();
            else goOn(() => scheduler.ready(busy));
            return 1;
          },
        };
        scheduler.ready(busy);
        setImmediate(() => {
          came = true;
        });
      });
      expect(came).toBe(true);
    });
  });
}

/** Resolves when whoever is ready now has had a turn. */
function quiet(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Tasks that write down when they have their turn. */
function stage(scheduler: Scheduler) {
  const turns: string[] = [];
  const task = (label: string, act: () => void = () => undefined): Runnable => ({
    run: () => {
      turns.push(label);
      act();
      return 1;
    },
  });
  return { scheduler, turns, task };
}
