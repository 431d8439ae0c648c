import { type BareSelf, type StreamOutcome, taskStream } from "troupe";
import { type TestSystem, testSystem } from "troupe/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { kernelOf } from "../../src/actors/system.ts";

let system: TestSystem;
beforeEach(() => {
  system = testSystem();
});
afterEach(async () => {
  await system.stop();
  expect(kernelOf(system).table.size).toBe(0);
  expect(kernelOf(system).deadlines.size).toBe(0);
});

/** Takes `ms` milliseconds, and answers them. */
const last = async (ms: number, self: BareSelf): Promise<number> => {
  await self.receive({ timeoutMs: ms }).catch(() => undefined);
  return ms;
};
const hang = (_: unknown, self: BareSelf) => self.receive();
const crash = (n: number, _self: BareSelf): number => {
  if (n < 0) throw new Error(`boom ${n}`);
  return n;
};

function* counted(items: Iterable<number>, started: number[]): Generator<number> {
  try {
    for (const item of items) {
      started.push(item);
      yield item;
    }
  } finally {
    started.push(Number.NaN);
  }
}

async function all<T, Item>(
  stream: AsyncIterable<StreamOutcome<T, Item>>,
): Promise<StreamOutcome<T, Item>[]> {
  const got: StreamOutcome<T, Item>[] = [];
  for await (const outcome of stream) got.push(outcome);
  return got;
}

const ok = (value: unknown) => ({ ok: true, value });

describe("taskStream", () => {
  it("T11 is lazy, bounded, and in the order of the items", async () => {
    const started: number[] = [];
    const stream = taskStream(system, counted([30, 10, 20, 5], started), last, { maxConcurrency: 2 });
    await system.settle();
    expect(started).toEqual([]);
    const outcomes = all(stream);
    await system.settle();
    expect(started).toEqual([30, 10]);
    expect(kernelOf(system).table.size).toBe(2);
    await system.advance(100);
    expect(await outcomes).toEqual([30, 10, 20, 5].map(ok));
  });

  it("T11 unordered gives them as they come", async () => {
    const outcomes = all(taskStream(system, [30, 10, 20], last, { ordered: false }));
    await system.advance(30);
    expect(await outcomes).toEqual([10, 20, 30].map(ok));
  });

  it("T11 refuses less than one at a time, and unknown options", () => {
    expect(() => taskStream(system, [], last, { maxConcurrency: 0, max: 1 } as never)).toThrow(
      /maxConcurrency.*unknown option "max"|unknown option "max".*maxConcurrency/,
    );
    expect(() => taskStream(system, [], last, { linked: true })).toThrow("only processes can be linked");
  });

  it("T11 nothing to do is nothing", async () => {
    expect(await all(taskStream(system, [], last))).toEqual([]);
  });

  it("takes items that have to be waited for, and gives outcomes meanwhile", async () => {
    const gate: { open?: () => void } = {};
    async function* items() {
      yield 1;
      await new Promise<void>((open) => {
        gate.open = open;
      });
      yield 2;
    }
    const stream = taskStream(system, items(), crash);
    expect((await stream.next()).value).toEqual(ok(1));
    const second = stream.next();
    await system.settle();
    gate.open?.();
    expect((await second).value).toEqual(ok(2));
    expect((await stream.next()).done).toBe(true);
  });

  it("T12 a task that is late ends the stream, and nothing of it is left", async () => {
    const outcomes = all(taskStream(system, [1, 2], hang, { timeoutMs: 100 }));
    const late = expect(outcomes).rejects.toMatchObject({ code: "ERR_TASK_TIMEOUT" });
    await system.advance(100);
    await late;
    expect(kernelOf(system).table.size).toBe(0);
    expect(system.crashes).toEqual([]);
  });

  it("T12 ends it at once, though outcomes before it are still to come", async () => {
    const stream = taskStream(system, [150, 200, 90], last, { timeoutMs: 100 });
    const late = expect(stream.next()).rejects.toMatchObject({ code: "ERR_TASK_TIMEOUT" });
    await system.advance(100);
    await late;
  });

  it("T12 kill makes it an outcome, with the item where zipInputOnExit says so", async () => {
    const options = { timeoutMs: 100, onTimeout: "kill", zipInputOnExit: true } as const;
    const outcomes = all(taskStream(system, [500, 50], last, options));
    await system.advance(100);
    expect(await outcomes).toMatchObject([
      { ok: false, input: 500, reason: { kind: "error", error: { code: "ERR_TASK_TIMEOUT" } } },
      ok(50),
    ]);
  });

  it("T13 the crash of a task ends an owner that does not trap, by the task's reason", async () => {
    const got: unknown[] = [];
    const owner = system.spawn(async (self) => {
      for await (const outcome of taskStream(self, [1, -1, 2], crash)) got.push(outcome);
    });
    expect(await owner.down()).toMatchObject({ kind: "error", error: { message: "boom -1" } });
    await system.settle();
    expect(got.length).toBeLessThan(2);
    expect(kernelOf(system).zombies).toBe(0);
  });

  it.each([
    { who: "one that traps", traps: true, linked: true },
    { who: "one that is not linked", traps: false, linked: false },
  ])("T13 for $who it is an outcome, and no message", async ({ traps, linked }) => {
    const got: unknown[] = [];
    const owner = system.spawn(async (self) => {
      self.trapExit(traps);
      got.push(...(await all(taskStream(self, [-1, 2], crash, { linked }))));
      got.push(await self.receive({ timeoutMs: 0 }).catch((error) => error.code));
    });
    await system.advance(0);
    expect(await owner.down()).toEqual({ kind: "normal" });
    expect(got).toMatchObject([
      { ok: false, reason: { kind: "error", error: { message: "boom -1" } } },
      ok(2),
      "ERR_RECEIVE_TIMEOUT",
    ]);
  });

  it.each(["break", "throw"] as const)("T14 %s kills what runs and closes the items", async (how) => {
    const started: number[] = [];
    const owner = system.spawn(async (self) => {
      const stream = taskStream(self, counted([0, 1_000, 2_000, 3_000], started), last, {
        maxConcurrency: 3,
      });
      for await (const _ of stream) {
        if (how === "break") break;
        throw new Error("enough");
      }
      started.push(kernelOf(system).table.size);
      await self.receive();
    });
    await system.advance(0);
    if (how === "break") {
      expect(started).toEqual([0, 1_000, 2_000, Number.NaN, 1]);
      await owner.stop();
    } else {
      expect(await owner.down()).toMatchObject({ error: { message: "enough" } });
      expect(started).toEqual([0, 1_000, 2_000, Number.NaN]);
    }
    await system.settle();
    expect(kernelOf(system).table.size).toBe(0);
    expect(system.deadLetters).toEqual([]);
  });

  it("T14 return ends a next that waits", async () => {
    const stream = taskStream(system, [1], hang);
    const waiting = stream.next();
    await system.settle();
    await stream.return?.();
    expect((await waiting).done).toBe(true);
    expect(kernelOf(system).table.size).toBe(0);
  });

  it("T14 items that throw end the stream, after its tasks are gone", async () => {
    function* items() {
      yield 1;
      throw new Error("no more");
    }
    await expect(all(taskStream(system, items(), hang))).rejects.toThrow("no more");
    expect(kernelOf(system).table.size).toBe(0);
  });

  it("T14 streams stand inside each other", async () => {
    const outer = taskStream(system, [1, 2], async (n, self) => all(taskStream(self, [n, n * 10], crash)));
    expect(await all(outer)).toEqual([ok([ok(1), ok(10)]), ok([ok(2), ok(20)])]);
  });

  it("T14 the owner's death kills the tasks", async () => {
    const owner = system.spawn((self) => all(taskStream(self, [1, 2], hang)).then(() => undefined));
    await system.settle();
    expect(kernelOf(system).table.size).toBe(3);
    owner.exit("kill");
    await system.settle();
    expect(kernelOf(system).table.size).toBe(0);
    expect(kernelOf(system).zombies).toBe(0);
  });

  it("T15 who takes n has started n + maxConcurrency at the most", async () => {
    const started: number[] = [];
    let taken = 0;
    const endless = (function* () {
      for (;;) yield 0;
    })();
    for await (const _ of taskStream(system, counted(endless, started), crash, { maxConcurrency: 4 })) {
      taken += 1;
      if (taken === 3) break;
    }
    expect(started.filter((n) => n === 0).length).toBeLessThanOrEqual(7);
    expect(started.length).toBeGreaterThan(3);
  });
});
