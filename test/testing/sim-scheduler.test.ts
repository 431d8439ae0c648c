import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { defineActor } from "../../src/actors/define-actor.ts";
import { processOf } from "../../src/actors/process.ts";
import { createSystem } from "../../src/actors/system.ts";
import { noAttribution } from "../../src/core/attribution.ts";
import { attribution } from "../../src/core/attribution-node.ts";
import { hostMacrotask } from "../../src/core/runtime-host.ts";
import type { Runnable } from "../../src/core/scheduler.ts";
import { firstOracle, type Oracle, seededOracle } from "../../src/testing/oracle.ts";
import { SimScheduler } from "../../src/testing/sim-scheduler.ts";
import { schedulerContract } from "../contracts/scheduler.contract.ts";

schedulerContract("SimScheduler", () => new SimScheduler(firstOracle, attribution, hostMacrotask()));

describe("SimScheduler", () => {
  it("gives what may happen at any time a turn among the ready ones, each its own choice", async () => {
    const orders = new Set<string>();
    for (let seed = 0; seed < 300; seed += 1) {
      const scheduler = simulated(seededOracle(seed));
      const order: string[] = [];
      const runnable = (name: string): Runnable => ({ run: () => order.push(name) });
      for (const name of ["a", "b"]) scheduler.readyAnytime(runnable(name));
      for (const name of ["1", "2"]) scheduler.ready(runnable(name));
      while (!scheduler.idle) await quiet();
      orders.add(order.join(""));
    }
    // Work keeps its order among itself; events keep none.
    expect(orders.size).toBe(12);
    expect([...orders].every((order) => order.indexOf("1") < order.indexOf("2"))).toBe(true);
  });

  it("gives nobody a turn any more once it is halted, whatever is allowed", async () => {
    const scheduler = simulated(firstOracle);
    let turns = 0;
    scheduler.ready({ run: () => (turns += 1) });
    scheduler.halt();
    scheduler.allow(10);
    await quiet();
    expect({ turns, stalled: scheduler.stalled }).toEqual({ turns: 0, stalled: true });
  });

  it("tells its observer of each turn, before and after it", async () => {
    const told: string[] = [];
    const scheduler = new SimScheduler(firstOracle, attribution, hostMacrotask(), {
      before: (_task, chosen, of) => told.push(`before ${chosen} of ${of}`),
      after: () => told.push("after"),
    });
    for (const name of ["a", "b"]) scheduler.readyAnytime({ run: () => told.push(name) });
    await quiet();
    expect(told).toEqual(["before 0 of 2", "a", "after", "before 0 of 1", "b", "after"]);
  });

  it("gives one message a turn", async () => {
    const scheduler = simulated(firstOracle);
    const limits: number[] = [];
    for (let i = 0; i < 5; i += 1) scheduler.ready({ run: (limit) => limits.push(limit) });
    await quiet();
    expect(limits).toEqual([1, 1, 1, 1, 1]);
    expect(scheduler.turns).toBe(5);
  });

  it("lets the oracle say which process is next, and whether continuations go before it", async () => {
    const asked: string[] = [];
    const scheduler = simulated({
      choose: (n, label) => {
        asked.push(`${label} of ${n}`);
        return label === "turn" ? n - 1 : 0;
      },
    });
    const turns: string[] = [];
    const tasks = await Promise.all(["a", "b", "c"].map((label) => aProcess(label, turns)));
    for (const task of tasks) scheduler.ready(task);
    await quiet();
    expect(turns).toEqual(["c", "b", "a"]);
    expect(asked).toEqual(["turn of 3", "continuations of 2", "turn of 2", "continuations of 2"]);
  });

  it("lets all promise continuations run where the oracle says so", async () => {
    const scheduler = simulated({ choose: (n, label) => (label === "continuations" ? n - 1 : 0) });
    const order: string[] = [];
    scheduler.ready({
      run: () => {
        order.push("a");
        let chain = Promise.resolve();
        for (let i = 0; i < 10; i += 1) chain = chain.then(() => undefined);
        void chain.then(() => order.push("continuation"));
        return 1;
      },
    });
    scheduler.ready({ run: () => order.push("b") });
    await quiet();
    await quiet();
    expect(order).toEqual(["a", "continuation", "b"]);
  });

  it("never lets continuations go before one that is first in line", async () => {
    const scheduler = simulated({ choose: (n) => n - 1 });
    const order: string[] = [];
    scheduler.ready({
      run: () => {
        order.push("a");
        void Promise.resolve().then(() => order.push("continuation"));
        scheduler.readyFirst({ run: () => order.push("first in line") });
        return 1;
      },
    });
    await quiet();
    expect(order).toEqual(["a", "first in line", "continuation"]);
  });

  it("keeps work that is no process in its own order, whatever the oracle says, and gives every turn once", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.array(fc.boolean(), { maxLength: 30 }), async (seed, kinds) => {
        const scheduler = simulated(seededOracle(seed));
        const turns: string[] = [];
        const labels = kinds.map((isProcess, index) => `${isProcess ? "process" : "work"} ${index}`);
        const tasks = await Promise.all(
          labels.map((label, index) =>
            kinds[index] ? aProcess(label, turns) : { run: () => turns.push(label) },
          ),
        );
        for (const task of tasks) scheduler.ready(task);
        while (!scheduler.idle) await quiet();
        expect([...turns].sort()).toEqual([...labels].sort());
        const isWork = (label: string): boolean => label.startsWith("work");
        expect(turns.filter(isWork)).toEqual(labels.filter(isWork));
      }),
      { numRuns: 50 },
    );
  });

  it("stops giving turns when they are used up, names the busiest, and goes on when it is allowed more", async () => {
    const scheduler = simulated(firstOracle);
    const turns: string[] = [];
    const busy = await aProcess("busy", turns, () => scheduler.ready(busy));
    const calm = await aProcess("calm", turns);
    const late = await aProcess("late", turns);
    scheduler.allow(10);
    scheduler.ready(busy);
    scheduler.ready(calm);
    await quiet();
    expect(scheduler.stalled).toBe(true);
    expect(turns).toHaveLength(10);
    expect(scheduler.busiest()).toEqual({ label: expect.stringMatching(/^busy \(pid \d+\)$/), turns: 9 });
    scheduler.ready(late);
    await quiet();
    expect(turns).toHaveLength(10);
    scheduler.allow(3);
    await quiet();
    expect(turns.slice(10)).toEqual(["busy", "late", "busy"]);
    expect(scheduler.stalled).toBe(true);
  });

  it("does not stall on exactly the turns it was allowed", async () => {
    const scheduler = simulated(firstOracle);
    scheduler.allow(2);
    scheduler.ready({ run: () => 1 });
    scheduler.ready({ run: () => 1 });
    await quiet();
    expect({ stalled: scheduler.stalled, idle: scheduler.idle }).toEqual({ stalled: false, idle: true });
  });

  it("counts the waits of plain code", () => {
    const scheduler = simulated(firstOracle);
    scheduler.hold();
    scheduler.hold();
    scheduler.release();
    expect(scheduler.held).toBe(1);
  });
});

function simulated(oracle: Oracle): SimScheduler {
  return new SimScheduler(oracle, noAttribution, hostMacrotask());
}

/** A real process whose turns are written down; what it would do otherwise is left out. */
async function aProcess(name: string, turns: string[], act: () => void = () => undefined): Promise<Runnable> {
  const Actor = defineActor({ name, init: () => 0 });
  const process = processOf(await createSystem().start(Actor));
  process.run = () => {
    turns.push(name);
    act();
    return 1;
  };
  return process;
}

function quiet(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
