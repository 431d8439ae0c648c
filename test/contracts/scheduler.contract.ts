import { AsyncLocalStorage } from "node:async_hooks";
import { describe, expect, it } from "vitest";
import type { Awaited, Runnable, Scheduler } from "../../src/core/scheduler.ts";

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

    it("settles a promise with what its turn has brought, however many are asked for at once", async () => {
      const { scheduler, task } = stage(make());
      const asked = ["a", "b", "c"].map((label) => {
        const awaited = new Answered();
        const promise = scheduler.promise(awaited);
        scheduler.ready(task(label, () => (label === "b" ? awaited.deny(label) : awaited.fulfil(label))));
        return promise;
      });
      expect(await Promise.allSettled(asked)).toEqual([
        { status: "fulfilled", value: "a" },
        { status: "rejected", reason: "b" },
        { status: "fulfilled", value: "c" },
      ]);
    });

    it("settles a promise whose turn brought nothing when something comes", async () => {
      const { scheduler, turns, task } = stage(make());
      const [kept, broken] = [new Answered(), new Answered()];
      const promises = [scheduler.promise(kept), scheduler.promise(broken)];
      scheduler.ready(task("nothing"));
      await quiet();
      expect(turns).toEqual(["nothing"]);
      kept.fulfil(1);
      broken.deny(2);
      expect(await Promise.allSettled(promises)).toEqual([
        { status: "fulfilled", value: 1 },
        { status: "rejected", reason: 2 },
      ]);
    });

    it("settles a promise whose answer was there before its turn, and with no turn asked for at all", async () => {
      const scheduler = make();
      const early = new Answered();
      const promise = scheduler.promise(early);
      early.fulfil("early");
      expect(await promise).toBe("early");
    });

    it("gives turns after a promise that nobody asked a turn for", async () => {
      const { scheduler, turns, task } = stage(make());
      void scheduler.promise(new Answered());
      await quiet();
      scheduler.ready(task("a"));
      await quiet();
      expect(turns).toEqual(["a"]);
    });

    it("lets all that are ready have their turn before whoever awaits the first of them goes on", async () => {
      const { scheduler, turns, task } = stage(make());
      const awaited = new Answered();
      const promise = scheduler.promise(awaited);
      scheduler.ready(task("a", () => awaited.deny("a crash")));
      scheduler.readyFirst(task("x"));
      scheduler.ready({ run: () => turns.push("b") });
      await promise.catch(() => turns.push("goes on"));
      expect(turns).toEqual(["x", "a", "b", "goes on"]);
    });

    it("runs nobody in the context of whoever awaits a promise, but those that enter their own", async () => {
      const { scheduler } = stage(make());
      const storage = new AsyncLocalStorage<string>();
      const seen: unknown[] = [];
      const look = (scoped: boolean): Runnable => ({
        scoped,
        run: () =>
          scoped
            ? storage.run("its own", () => seen.push(storage.getStore()))
            : seen.push(storage.getStore()),
      });
      await storage.run("the asker's", async () => {
        const awaited = new Answered();
        const promise = scheduler.promise(awaited);
        scheduler.ready(look(true));
        scheduler.ready(look(false));
        scheduler.ready({ run: () => awaited.fulfil(undefined) ?? 1 });
        await promise;
        seen.push(storage.getStore());
      });
      expect(seen).toEqual(["its own", undefined, "the asker's"]);
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

/** An answer on its way, settled by hand. */
class Answered implements Awaited {
  #settle: ((promise: Promise<unknown>) => void) | undefined;
  #outcome: (() => unknown) | undefined;

  fulfil(value: unknown): undefined {
    this.#come(() => value);
  }

  deny(error: unknown): undefined {
    this.#come(() => {
      throw error;
    });
  }

  take(): unknown {
    if (this.#outcome !== undefined) return this.#outcome();
    return new Promise((resolve, reject) => this.listen(resolve, reject));
  }

  listen(resolve: (value: unknown) => void, reject: (error: unknown) => void): void {
    this.#settle = (promise) => promise.then(resolve, reject);
    if (this.#outcome !== undefined) this.#come(this.#outcome);
  }

  #come(outcome: () => unknown): void {
    this.#outcome = outcome;
    this.#settle?.(new Promise((resolve) => resolve(outcome())));
  }
}

/** Resolves when whoever is ready now has had a turn. */
/** More often than a slow machine's drain could go on as a macrotask with the few turns of a test. */
const ROUNDS = 10;

async function quiet(): Promise<void> {
  for (let round = 0; round < ROUNDS; round += 1) await new Promise((resolve) => setImmediate(resolve));
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
