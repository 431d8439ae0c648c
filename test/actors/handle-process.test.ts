import { describe, expect, it } from "vitest";
import { reply } from "../../src/actors/answers.ts";
import { defineActor } from "../../src/actors/define-actor.ts";
import type { Actor } from "../../src/actors/definition.ts";
import { HandleProcess, type HandleProcessOptions } from "../../src/actors/handle-process.ts";
import type { Pid, Speaks } from "../../src/core/pid.ts";
import { type TestSystem, testSystem } from "../../src/testing/test-system.ts";

type Answering = Speaks<{ who: () => string }>;

function handle(system: TestSystem, options: Partial<HandleProcessOptions> = {}): HandleProcess<Answering> {
  const calls = { who: () => reply("me", undefined) };
  return new HandleProcess<Answering>(system, { name: "handle", calls, ...options });
}

const notRunning = expect.objectContaining({ code: "ERR_NOT_RUNNING", handled: "no" });

describe("HandleProcess.use", () => {
  it("starts the process in the same turn, once", async () => {
    await using system = testSystem();
    const ups: Pid[] = [];
    const made = handle(system, { onUp: (pid) => ups.push(pid) });
    expect([made.isRunning, made.pid]).toEqual([false, undefined]);
    made.use();
    made.use();
    expect([made.isRunning, ups]).toEqual([true, [made.pid]]);
    expect(await (made.pid as Pid<Answering>).call.who()).toBe("me");
  });

  it("throws before the start of a process that is listed", async () => {
    await using system = testSystem();
    const made = handle(system);
    const spec = made.child({ id: "other" });
    expect(spec.id).toBe("other");
    expect(() => made.use()).toThrow(notRunning);
    await system.start(spec);
    expect(() => made.use()).not.toThrow();
  });

  it("starts the process at any depth of nested starts", async () => {
    await using system = testSystem();
    let used = 0;
    const Deep: Actor<number> = defineActor({
      name: "deep",
      init: (depth: number, self) => {
        handle(system).use();
        used += 1;
        if (depth > 0) void self.start(Deep, depth - 1);
        return depth;
      },
    });
    await system.start(Deep, 120);
    await system.settle();
    expect(used).toBe(121);
  });

  it("starts a new process when the one that nobody lists has died", async () => {
    await using system = testSystem();
    const downs: unknown[] = [];
    const made = handle(system, { onDown: (reason, pid) => downs.push([reason.kind, pid]) });
    made.use();
    const first = made.pid as Pid;
    first.exit("kill");
    await first.down();
    expect([made.isRunning, made.pid, downs]).toEqual([false, undefined, [["killed", first]]]);
    made.use();
    expect(made.isRunning).toBe(true);
    expect(made.pid).not.toBe(first);
  });

  it("throws in a system that is being stopped", async () => {
    const system = testSystem();
    const made = handle(system);
    const stopped = system.stop();
    expect(() => made.use()).toThrow(notRunning);
    await stopped;
    expect(() => made.use()).toThrow(notRunning);
  });

  it("throws from the moment the process begins to stop", async () => {
    await using system = testSystem();
    const { promise, resolve } = gate();
    const made = handle(system, { terminate: () => promise });
    made.use();
    const over = (made.pid as Pid).stop();
    await system.settle();
    expect(() => made.use()).toThrow(/its process is ending/);
    resolve();
    await over;
    expect(() => made.use()).not.toThrow();
  });
});

describe("HandleProcess.child", () => {
  it("is refused its start while the process runs already, with the remedy", async () => {
    await using system = testSystem();
    const made = handle(system);
    made.use();
    const { pid } = made;
    await expect(system.start(made.child())).rejects.toMatchObject({
      code: "ERR_START_FAILED",
      cause: {
        code: "ERR_ALREADY_RUNNING",
        message: expect.stringContaining("start the supervisor that lists it first"),
      },
    });
    expect([made.pid, made.isRunning]).toEqual([pid, true]);
  });
});

describe("HandleProcess.whenRunning", () => {
  it("calls back once, in the turn in which the process runs again", async () => {
    await using system = testSystem();
    const made = handle(system);
    const told: boolean[] = [];
    made.whenRunning(() => told.push(made.isRunning));
    made.whenRunning(() => told.push(false))();
    made.use();
    expect(told).toEqual([true]);
    const { pid } = made;
    pid?.exit("kill");
    await pid?.down();
    made.use();
    expect(told).toEqual([true]);
  });
});

function gate(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
