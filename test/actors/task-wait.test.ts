import { testSystem } from "troupe/testing";
import { describe, expect, it } from "vitest";
import { kernelOf } from "../../src/actors/system.ts";
import { type Awaitable, waitForTasks } from "../../src/actors/task-wait.ts";

const open = (): { process: undefined; isThere: boolean; onThere: (() => void) | undefined } => ({
  process: undefined,
  isThere: false,
  onThere: undefined,
});
const arrive = (thing: ReturnType<typeof open>): void => {
  thing.isThere = true;
  thing.onThere?.();
};

const waiting = (tasks: readonly Awaitable[], timeoutMs: number) => ({
  timeoutMs,
  isEnough: () => tasks.every(({ isThere }) => isThere),
  finish: (timedOut: boolean) => timedOut,
});

describe("waitForTasks", () => {
  it("ends in the turn of the last arrival, and forgets its deadline", async () => {
    await using system = testSystem();
    const kernel = kernelOf(system);
    const tasks = [open(), open()];
    const wait = waitForTasks(kernel, tasks, waiting(tasks, 100));
    expect(kernel.deadlines.size).toBe(1);
    for (const task of tasks) arrive(task);
    expect(kernel.deadlines.size).toBe(0);
    expect(tasks.map(({ onThere }) => onThere)).toEqual([undefined, undefined]);
    expect(await wait).toBe(false);
  });

  it("ends when its time is up", async () => {
    await using system = testSystem();
    const tasks = [open()];
    const wait = waitForTasks(kernelOf(system), tasks, waiting(tasks, 100));
    await system.advance(100);
    expect(await wait).toBe(true);
  });

  it("rejects with what finish throws", async () => {
    await using system = testSystem();
    const tasks = [open()];
    const wait = waitForTasks(kernelOf(system), tasks, {
      ...waiting(tasks, 100),
      finish: () => {
        throw new Error("enough of that");
      },
    });
    for (const task of tasks) arrive(task);
    await expect(wait).rejects.toThrow("enough of that");
  });
});
