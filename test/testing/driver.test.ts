import { AsyncLocalStorage } from "node:async_hooks";
import { describe, expect, it } from "vitest";
import { attribution } from "../../src/core/attribution-node.ts";
import { hostMacrotask } from "../../src/core/runtime-host.ts";
import type { Runnable } from "../../src/core/scheduler.ts";
import { Driver } from "../../src/testing/driver.ts";
import { ManualClock } from "../../src/testing/manual-clock.ts";
import { firstOracle, type Oracle } from "../../src/testing/oracle.ts";
import { SimScheduler } from "../../src/testing/sim-scheduler.ts";

describe("settle", () => {
  it("waits for turns that set off continuations that set off turns", async () => {
    const { driver, scheduler } = parts();
    let rounds = 0;
    const task: Runnable = {
      run: () => {
        rounds += 1;
        if (rounds < 50)
          void Promise.resolve().then(() => Promise.resolve().then(() => scheduler.ready(task)));
        return 1;
      },
    };
    scheduler.ready(task);
    await driver.settle();
    expect(rounds).toBe(50);
  });

  it("waits for promise continuations that make nobody ready", async () => {
    const { driver } = parts();
    let done = false;
    let chain = Promise.resolve();
    for (let i = 0; i < 1_000; i += 1) chain = chain.then(() => undefined);
    void chain.then(() => {
      done = true;
    });
    await driver.settle();
    expect(done).toBe(true);
  });

  it("leaves the clock where it is and timers unfired", async () => {
    const { driver, clock } = parts();
    let fired = false;
    clock.setTimer(() => {
      fired = true;
    }, 0);
    await driver.settle();
    expect({ fired, nowMs: clock.now() }).toEqual({ fired: false, nowMs: 0 });
  });

  it("gives up on what never settles, and again when asked again", async () => {
    const { driver, scheduler } = parts({ maxSteps: 20 });
    const endless: Runnable = {
      run: () => {
        scheduler.ready(endless);
        return 1;
      },
    };
    scheduler.ready(endless);
    for (const _time of ["first", "second"]) {
      await expect(driver.settle()).rejects.toMatchObject({
        code: "ERR_RUNAWAY",
        message:
          "this never settles: 20 turns were not enough at 0 ms of the clock; the busiest is work after deaths with 20 turns",
      });
    }
    const { turns } = scheduler;
    await expect(driver.settle()).rejects.toThrow();
    expect(scheduler.turns).toBe(turns + 20);
  });

  it("limits no turns that nobody waits for", async () => {
    const { driver, scheduler } = parts({ maxSteps: 20 });
    await driver.settle();
    let left = 100;
    const task: Runnable = {
      run: () => {
        left -= 1;
        if (left > 0) scheduler.ready(task);
        return 1;
      },
    };
    scheduler.ready(task);
    await new Promise((resolve) => setImmediate(resolve));
    expect(left).toBe(0);
  });
});

describe("advance", () => {
  it("shows each timer the moment it was due, and ends at the moment asked for", async () => {
    const { driver, clock } = parts();
    const fired: number[] = [];
    for (const delayMs of [30, 10, 20, 41]) clock.setTimer(() => fired.push(clock.now()), delayMs);
    await driver.advance(40);
    expect(fired).toEqual([10, 20, 30]);
    expect(clock.now()).toBe(40);
  });

  it("fires timers that are set meanwhile, in their place", async () => {
    const { driver, clock } = parts();
    const fired: string[] = [];
    clock.setTimer(() => {
      fired.push("10");
      clock.setTimer(() => fired.push("10 again"), 0);
      clock.setTimer(() => fired.push("15"), 5);
      clock.setTimer(() => fired.push("31"), 21);
    }, 10);
    clock.setTimer(() => fired.push("20"), 20);
    await driver.advance(30);
    expect(fired).toEqual(["10", "10 again", "15", "20"]);
    await driver.advance(1);
    expect(fired.at(-1)).toBe("31");
  });

  it("settles before the first timer and after each", async () => {
    const { driver, clock, scheduler } = parts();
    const order: string[] = [];
    scheduler.ready({ run: () => order.push("ready") });
    for (const label of ["a", "b"]) {
      clock.setTimer(() => {
        order.push(label);
        scheduler.ready({
          run: () => {
            order.push(`turn of ${label}`);
            void Promise.resolve().then(() => order.push(`continuation of ${label}`));
            return 1;
          },
        });
      }, 5);
    }
    await driver.advance(5);
    expect(order).toEqual([
      "ready",
      "a",
      "turn of a",
      "continuation of a",
      "b",
      "turn of b",
      "continuation of b",
    ]);
  });

  it("lets timers of one moment fire together where the oracle says so", async () => {
    const { driver, clock, scheduler } = parts({
      oracle: { choose: (n, label) => (label === "together" ? n - 1 : 0) },
    });
    const order: string[] = [];
    for (const label of ["a", "b"]) {
      clock.setTimer(() => {
        order.push(label);
        scheduler.ready({ run: () => order.push(`turn of ${label}`) });
      }, 5);
    }
    clock.setTimer(() => order.push("later"), 6);
    await driver.advance(6);
    expect(order).toEqual(["a", "b", "turn of a", "turn of b", "later"]);
  });

  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY])("refuses %s milliseconds", async (ms) => {
    const { driver, clock } = parts();
    await expect(driver.advance(ms)).rejects.toThrow(RangeError);
    expect(clock.now()).toBe(0);
    await driver.advance(1);
    expect(clock.now()).toBe(1);
  });

  it("does what is asked for at once one after the other", async () => {
    const { driver, clock } = parts();
    const seen: number[] = [];
    clock.setTimer(() => undefined, 3);
    await Promise.all([
      driver.advance(5).then(() => seen.push(clock.now())),
      driver.settle().then(() => seen.push(clock.now())),
      driver.advance(5).then(() => seen.push(clock.now())),
    ]);
    expect(seen).toEqual([5, 5, 10]);
  });

  it("gives up on timers that stop time, and counts anew when time passes", async () => {
    const { driver, clock } = parts({ maxSteps: 20 });
    let left = 1_000;
    const tick = (): void => {
      left -= 1;
      if (left > 0) clock.setTimer(tick, 1);
    };
    clock.setTimer(tick, 1);
    await driver.advance(1_000);
    expect(left).toBe(0);
    const stuck = (): void => void clock.setTimer(stuck, 0);
    clock.setTimer(stuck, 7);
    await expect(driver.advance(10)).rejects.toMatchObject({
      code: "ERR_RUNAWAY",
      message: expect.stringContaining("21 timers fired at 1007 ms of the clock"),
    });
  });

  it("fires timers in nobody's context", async () => {
    const { driver, clock } = parts();
    const storage = new AsyncLocalStorage<string>();
    let seen: string | undefined = "nothing";
    clock.setTimer(() => {
      seen = storage.getStore();
    }, 1);
    await storage.run("the test's", () => driver.advance(1));
    expect(seen).toBeUndefined();
  });
});

describe("passUntil", () => {
  it("lets time pass until it is told to stop, or no timer is left", async () => {
    const { driver, clock } = parts();
    for (const delayMs of [10, 20, 30]) clock.setTimer(() => undefined, delayMs);
    await driver.passUntil(() => clock.now() >= 15);
    expect(clock.now()).toBe(20);
    await driver.passUntil(() => false);
    expect(clock.now()).toBe(30);
  });
});

function parts({
  maxSteps = 1_000,
  oracle = firstOracle,
}: {
  readonly maxSteps?: number;
  readonly oracle?: Oracle;
} = {}) {
  const macrotask = hostMacrotask();
  const clock = new ManualClock(oracle);
  const scheduler = new SimScheduler(oracle, attribution, macrotask);
  return {
    clock,
    scheduler,
    driver: new Driver({ clock, scheduler, oracle, attribution, macrotask, maxSteps }),
  };
}
