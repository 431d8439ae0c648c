import { awaitMany, startTask, type Task, yieldMany } from "troupe";
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

/** Answers `value` after `ms`; ends at once when it is told to. */
const taking = <T>(ms: number, value: T): Task<T> =>
  startTask(system, async (self) => {
    await self.receive({ timeoutMs: ms }).catch(() => undefined);
    if (value instanceof Error) throw value;
    return value;
  });

describe("awaitMany", () => {
  it("T3 answers in the order of the tasks, and [] for none", async () => {
    const all = awaitMany([taking(30, "c"), taking(10, "a"), taking(20, "b")]);
    await system.advance(30);
    expect(await all).toEqual(["c", "a", "b"]);
    expect(await awaitMany([])).toEqual([]);
  });

  it("T3 the first failure rejects at once, and the rest may still be asked", async () => {
    const slow = taking(1_000, "slow");
    const all = awaitMany<unknown>([slow, taking(10, new Error("boom"))]);
    const failed = expect(all).rejects.toMatchObject({
      code: "ERR_EXITED",
      reason: { error: { message: "boom" } },
    });
    await system.advance(10);
    await failed;
    slow.pid?.send("now" as never);
    expect(await slow.result()).toBe("slow");
  });

  it("T3 has one deadline for all, and gives up those that are late", async () => {
    const [quick, slow] = [taking(10, "quick"), taking(1_000, "slow")];
    const all = awaitMany([quick, slow], { timeoutMs: 100 });
    const late = expect(all).rejects.toMatchObject({ code: "ERR_TASK_TIMEOUT", handled: "unknown" });
    await system.advance(100);
    await late;
    await expect(slow.result()).rejects.toMatchObject({ code: "ERR_TASK_TAKEN" });
    expect(await quick.result()).toBe("quick");
  });

  it("T3 leaves messages of its owner where they are", async () => {
    const got: unknown[] = [];
    const owner = system.spawn<string>(async (self) => {
      got.push(await awaitMany([startTask(self, () => 1), startTask(self, () => 2)]));
      got.push(await self.receive());
    });
    owner.send("stray");
    await owner.down();
    expect(got).toEqual([[1, 2], "stray"]);
  });

  it("refuses a task twice, what is no task, and tasks of others", async () => {
    const task = taking(1, 1);
    await expect(awaitMany([task, task])).rejects.toThrow("each task once");
    await expect(awaitMany([Promise.resolve(1) as never])).rejects.toThrow("as startTask answers them");
    const refused = system.spawn(() => awaitMany([task]).then(() => undefined));
    expect(await refused.down()).toMatchObject({ error: { code: "ERR_NOT_OWNER" } });
  });
});

describe("yieldMany", () => {
  it("T5 answers pairs in the order of the tasks; those that are late go on", async () => {
    const [slow, quick] = [taking(200, "slow"), taking(10, "quick")];
    const pairs = yieldMany([slow, quick], { timeoutMs: 100 });
    await system.advance(100);
    expect(await pairs).toEqual([
      [slow, undefined],
      [quick, { ok: true, value: "quick" }],
    ]);
    const rest = slow.result();
    await system.advance(100);
    expect(await rest).toBe("slow");
  });

  it("T5 ignores or kills those that are late", async () => {
    const [ignored, killed] = [taking(200, "i"), taking(200, "k")];
    const first = yieldMany([ignored], { timeoutMs: 100, onTimeout: "ignore" });
    const second = yieldMany([killed], { timeoutMs: 100, onTimeout: "kill" });
    await system.advance(100);
    expect(await Promise.all([first, second])).toEqual([[[ignored, undefined]], [[killed, undefined]]]);
    expect(await killed.pid?.down()).toEqual({ kind: "killed" });
    expect(system.crashes).toEqual([]);
    await system.advance(100);
    expect(await ignored.pid?.down()).toEqual({ kind: "normal" });
    await expect(ignored.result()).rejects.toMatchObject({ code: "ERR_TASK_TAKEN" });
  });

  it("T5 limit answers early and does nothing to the rest", async () => {
    const tasks = [taking(30, "c"), taking(10, "a"), taking(20, "b")];
    const pairs = yieldMany(tasks, { limit: 1, onTimeout: "kill", timeoutMs: 1_000 });
    await system.advance(10);
    expect((await pairs).map(([, outcome]) => outcome?.ok)).toEqual([undefined, true, undefined]);
    expect(kernelOf(system).table.size).toBe(2);
  });

  it("T5 a limit above the number of tasks is that number", async () => {
    const pairs = yieldMany([taking(10, 1), taking(20, 2)], { limit: 9, timeoutMs: 1_000 });
    await system.advance(20);
    expect(system.nowMs).toBe(20);
    expect((await pairs).every(([, outcome]) => outcome?.ok === true)).toBe(true);
    expect(await yieldMany([])).toEqual([]);
  });

  it("T5 refuses options it does not know, all at once", async () => {
    const wrong = { limit: 0, onTimeout: "exit", timeout: 5 } as never;
    await expect(yieldMany([], wrong)).rejects.toMatchObject({ faults: { length: 3 } });
  });
});
