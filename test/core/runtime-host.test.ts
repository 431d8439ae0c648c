import { AsyncLocalStorage } from "node:async_hooks";
import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { attribution } from "../../src/core/attribution-node.ts";
import { hostMacrotask, hostRuntime } from "../../src/core/runtime-host.ts";
import type { Runnable, Scheduler } from "../../src/core/scheduler.ts";
import { clockContract } from "../contracts/clock.contract.ts";
import { schedulerContract } from "../contracts/scheduler.contract.ts";

schedulerContract("hostRuntime", () => hostRuntime(attribution).scheduler);
clockContract("hostRuntime", () => ({ clock: hostRuntime(attribution).clock, pass: wait }));

describe("hostRuntime", () => {
  it("keeps an interval ticking under a load that never ends", async () => {
    const { scheduler } = hostRuntime(attribution);
    const { ticks, turns } = await ticksUnderLoad((task) => scheduler.ready(task));
    expect(ticks).toBe(5);
    expect(turns).toBeGreaterThan(5);
  });

  it("keeps an interval ticking when whoever is first in line never ends", async () => {
    const { scheduler } = hostRuntime(attribution);
    const { ticks } = await ticksUnderLoad((task) => scheduler.readyFirst(task));
    expect(ticks).toBe(5);
  });

  it("keeps an interval ticking when every drain is short and the next one follows at once", async () => {
    const { scheduler } = hostRuntime(attribution);
    const { ticks } = await ticksUnderLoad(
      (task) => void Promise.resolve().then(() => scheduler.ready(task)),
    );
    expect(ticks).toBe(5);
  });

  it("lets whoever is first in line go before the event loop, even when the time is up", async () => {
    const { scheduler } = hostRuntime(attribution);
    const order: string[] = [];
    const cameRound = new Promise((resolve) => {
      scheduler.ready({
        run: () => {
          burn(10);
          scheduler.readyFirst({ run: () => order.push("first in line") });
          scheduler.ready({ run: () => order.push("ready") });
          void Promise.resolve().then(() => order.push("continuation"));
          setImmediate(() => setImmediate(resolve));
          return 1;
        },
      });
    });
    await cameRound;
    expect(order).toEqual(["first in line", "continuation", "ready"]);
  });

  it("gives turns in nobody's context, whoever has asked, in the same turn of the host or a later one", async () => {
    const { scheduler } = hostRuntime(attribution);
    const host = new AsyncLocalStorage<string>();
    const seen: unknown[] = [];
    const look = (): number => seen.push(host.getStore());
    const done = new Promise<void>((resolve) => {
      host.run("a request", () => {
        scheduler.ready({ run: look });
        // The time of this turn is up after it: what follows comes in a later one.
        scheduler.ready({ run: () => (burn(10), 1) });
        for (let i = 0; i < 200; i += 1) scheduler.ready({ run: look });
        scheduler.ready({ run: () => (resolve(), 1) });
      });
    });
    await done;
    expect(new Set(seen)).toEqual(new Set([undefined]));
    expect(seen).toHaveLength(201);
  });

  it("gives a turn for each time that one was asked for, from inside of turns and between them", async () => {
    const { scheduler } = hostRuntime(attribution);
    let turns = 0;
    for (let asked = 1; asked <= 1_000; asked += 1) {
      await new Promise<void>((resolve) =>
        scheduler.ready({
          run: () => {
            turns += 1;
            if (asked % 2 === 0) resolve();
            else scheduler.ready({ run: () => (resolve(), 1) });
            return 1;
          },
        }),
      );
      expect(turns).toBe(asked);
    }
  });

  it("allows more messages a turn when they are quick, one when they are slow", async () => {
    expect(await limitAfter(hostRuntime(attribution).scheduler, 500, () => undefined)).toBe(64);
    expect(await limitAfter(hostRuntime(attribution).scheduler, 8, () => burn(3))).toBe(1);
  });

  it("draws numbers from 0 up to 1", () => {
    const { random } = hostRuntime(attribution);
    const drawn = Array.from({ length: 1_000 }, () => random.next());
    expect(drawn.every((number) => number >= 0 && number < 1)).toBe(true);
    expect(new Set(drawn).size).toBeGreaterThan(900);
  });
});

describe("a program on the host's runtime", { timeout: 30_000 }, () => {
  it.each([
    { what: "held", lives: true },
    { what: "held once more than released", lives: true },
    { what: "held and released", lives: false },
    { what: "free", lives: false },
  ])("$what: lives until its timer fires is $lives", ({ what, lives }) => {
    // A program that does not live for it may be slow to end: on a busy machine longer than a short timer takes.
    const timerMs = lives ? "20" : "20000";
    const program = ["--import", "tsx", "test/core/runtime-host.program.ts", what, timerMs];
    const { status, stdout, stderr } = spawnSync(process.execPath, program, { encoding: "utf8" });
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: lives ? "fired" : "", stderr: "" });
  });
});

describe("hostMacrotask", () => {
  it("runs a job when all promise continuations have run", async () => {
    const order: string[] = [];
    const macrotask = hostMacrotask();
    const ran = new Promise<void>((resolve) =>
      macrotask(() => {
        order.push("macrotask");
        resolve();
      }),
    );
    let chain: Promise<unknown> = Promise.resolve();
    for (let i = 0; i < 100; i += 1) chain = chain.then(() => undefined);
    void chain.then(() => order.push("continuations"));
    await ran;
    expect(order).toEqual(["continuations", "macrotask"]);
  });
});

/** Waits on the host's own timers, set after those under test. */
function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(() => setImmediate(resolve), ms));
}

/** Five ticks of an interval of 1 ms, or the turns after which there is no hope of them. */
function ticksUnderLoad(again: (task: Runnable) => void): Promise<{ ticks: number; turns: number }> {
  return new Promise((resolve) => {
    let ticks = 0;
    let turns = 0;
    const interval = setInterval(() => {
      ticks += 1;
    }, 1);
    const busy: Runnable = {
      run: () => {
        turns += 1;
        if (ticks < 5 && turns < 10_000_000) again(busy);
        else {
          clearInterval(interval);
          resolve({ ticks, turns });
        }
        return 1;
      },
    };
    again(busy);
  });
}

/** The limit a task is given after `turns` turns that each do `work`. */
function limitAfter(scheduler: Scheduler, turns: number, work: () => void): Promise<number> {
  return new Promise((resolve) => {
    let left = turns;
    const task: Runnable = {
      run: (limit) => {
        work();
        left -= 1;
        if (left === 0) resolve(limit);
        else scheduler.ready(task);
        return limit;
      },
    };
    scheduler.ready(task);
  });
}

/** Keeps the event loop busy. */
function burn(ms: number): void {
  const endsAtMs = performance.now() + ms;
  while (performance.now() < endsAtMs);
}
