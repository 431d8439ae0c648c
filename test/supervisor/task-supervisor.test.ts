import {
  type BareSelf,
  createTaskSupervisor,
  defineActor,
  isActorError,
  type Pid,
  reply,
  type Self,
  supervisor,
  type Task,
  type TaskSupervisor,
} from "troupe";
import { type TestSystem, testSystem } from "troupe/testing";
import { afterEach, describe, expect, expectTypeOf, it } from "vitest";
import { kernelOf } from "../../src/actors/system.ts";

let system: TestSystem;
const fresh = (): TestSystem => {
  system = testSystem();
  return system;
};

afterEach(async () => {
  await system.settle();
  await system.stop();
  expect(kernelOf(system).table.size).toBe(0);
  expect(kernelOf(system).deadlines.size).toBe(0);
});

const waits = (self: BareSelf): Promise<unknown> => self.receive();
const boom = (): never => {
  throw new RangeError("boom");
};

/** Runs `body` as a process, and answers how that ended. */
function owner(body: (self: Self) => unknown) {
  return system.spawn(async (self) => {
    body(self);
    await self.receive();
  });
}

describe("createTaskSupervisor", () => {
  it("refuses options it does not know, all faults at once", () => {
    const wrong = { maxChildren: -1, restarts: 3, periodMs: 0 };
    expect(() => createTaskSupervisor(fresh(), wrong)).toThrow(
      expect.objectContaining({
        code: "ERR_INVALID_OPTIONS",
        faults: [expect.any(String), expect.any(String), expect.any(String)],
      }),
    );
  });

  it("starts at first use, or under the supervisor that lists it", async () => {
    const alone = createTaskSupervisor(fresh());
    expect(await alone.startTask(system, () => 1).result()).toBe(1);
    const listed = createTaskSupervisor(system, { name: "jobs" });
    expect(listed.child()).toMatchObject({ id: "jobs", type: "supervisor", shutdownMs: "infinity" });
    expect(() => listed.startTask(system, () => 1)).toThrow(
      expect.objectContaining({ code: "ERR_NOT_RUNNING" }),
    );
    const app = await system.start(supervisor({ strategy: "oneForOne", children: [listed] }));
    expect(await listed.startTask(system, () => 2).result()).toBe(2);
    expect(await app.call.countChildren()).toMatchObject({ active: 1, supervisors: 1 });
    await app.stop();
    expect(() => listed.children()).toThrow(expect.objectContaining({ code: "ERR_NOT_RUNNING" }));
  });

  it("starts nothing in a system that has been stopped", async () => {
    const tasks = createTaskSupervisor(fresh());
    await system.stop();
    expect(() => tasks.startTask(system, () => 1)).toThrow(
      expect.objectContaining({ code: "ERR_NOT_RUNNING" }),
    );
  });
});

describe("TaskSupervisor.startTask", () => {
  it("T16 makes the task the supervisor's child, and hands the outcome to its owner", async () => {
    const tasks = createTaskSupervisor(fresh(), { name: "jobs" });
    let ancestors: string[] = [];
    const task = tasks.startTask(system, function count(self) {
      ancestors = self.ancestors.map(String);
      return 42;
    });
    expectTypeOf(task).toEqualTypeOf<Task<number>>();
    expect(String(task.pid)).toMatch(/^count \(pid \d+\)$/);
    expect(await task.result()).toBe(42);
    expect(ancestors).toEqual([expect.stringMatching(/^jobs \(pid/)]);
    expect(tasks.children()).toEqual([]);
  });

  it("T16 links a process and its task: each ends by the other's crash", async () => {
    const tasks = createTaskSupervisor(fresh());
    const hit = owner((self) => tasks.startTask(self, boom));
    expect(await hit.down()).toMatchObject({ kind: "error", error: { message: "boom" } });
    let task: Pid | undefined;
    const first = owner((self) => {
      task = tasks.startTask(self, waits).pid;
    });
    await system.settle();
    first.exit(new Error("owner"));
    expect(await task?.down()).toMatchObject({ kind: "error", error: { message: "owner" } });
    expect(tasks.children()).toEqual([]);
  });

  it("T17 a task that is not linked survives its owner, and ends with its supervisor", async () => {
    const tasks = createTaskSupervisor(fresh());
    const app = await system.start(supervisor({ strategy: "oneForOne", children: [tasks] }));
    let task: Pid | undefined;
    const first = owner((self) => {
      task = tasks.startTask(self, waits, { linked: false }).pid;
    });
    await system.settle();
    first.exit("kill");
    await first.down();
    await system.settle();
    expect(tasks.children()).toEqual([task]);
    await app.stop();
    expect(await task?.down()).toEqual({ kind: "shutdown" });
  });

  it("T16 a crash of a task that is not linked is an outcome, reported once by the supervisor", async () => {
    const tasks = createTaskSupervisor(fresh());
    const outcome = await tasks.startTask(system, boom).yield();
    expect(outcome).toMatchObject({ ok: false, reason: { kind: "error" } });
    await system.settle();
    expect(system.crashes.map(({ label, fate }) => [label.slice(0, 4), fate])).toEqual([
      ["boom", "stays down"],
    ]);
    expect(await tasks.startTask(system, () => "next").result()).toBe("next");
  });

  it("T16 a task that its owner kills is no crash", async () => {
    const tasks = createTaskSupervisor(fresh());
    expect(await tasks.startTask(system, waits).shutdown("brutalKill")).toBeUndefined();
    await system.settle();
    expect(system.crashes).toEqual([]);
    expect(tasks.children()).toEqual([]);
  });

  it("T6 a task is shut down by its owner within its own time", async () => {
    const tasks = createTaskSupervisor(fresh());
    const task = tasks.startTask(
      system,
      (self) => new Promise((done) => self.signal.addEventListener("abort", () => done("tidied up"))),
    );
    await system.settle();
    expect(await task.shutdown()).toEqual({ ok: true, value: "tidied up" });
  });

  it("T10 keeps the callers of its owner across the supervisor", async () => {
    const tasks = createTaskSupervisor(fresh());
    const Asked = defineActor({
      name: "asked",
      init: () => 0,
      calls: {
        callers: async (state, _: void, self) => {
          const callers = await tasks.startTask(self, (task) => task.callers.map(String)).result();
          return reply(callers, state);
        },
      },
    });
    const asked = await system.start(Asked);
    expect(await asked.call.callers()).toEqual([String(asked)]);
  });

  it("T16 refuses one task too many, and has room again when one has ended", async () => {
    const tasks = createTaskSupervisor(fresh(), { maxChildren: 1 });
    const first = tasks.startTask(system, waits);
    expect(() => tasks.startTask(system, () => 1)).toThrow(
      expect.objectContaining({ code: "ERR_MAX_CHILDREN" }),
    );
    expect(() => tasks.startChild(() => 1)).toThrow(
      expect.objectContaining({ code: "ERR_MAX_CHILDREN", handled: "no" }),
    );
    await first.shutdown();
    await system.settle();
    expect(await tasks.startTask(system, () => 1).result()).toBe(1);
  });

  it("refuses an owner that has died, and leaves nothing behind", async () => {
    const tasks = createTaskSupervisor(fresh());
    let late: unknown;
    let kept: Self | undefined;
    const first = owner((self) => {
      kept = self;
    });
    await system.settle();
    first.exit("kill");
    await first.down();
    try {
      tasks.startTask(kept as Self, () => 1);
    } catch (error) {
      late = error;
    }
    expect(isActorError(late, "ERR_DETACHED")).toBe(true);
    expect(tasks.children()).toEqual([]);
  });

  it("lets an outcome be known when the supervisor is killed", async () => {
    const tasks = createTaskSupervisor(fresh());
    const app = await system.start(supervisor({ strategy: "oneForOne", children: [tasks] }));
    const task = tasks.startTask(system, waits);
    const [info] = await app.call.whichChildren();
    (info as { readonly pid: Pid }).pid.exit("kill");
    expect(await task.yield()).toEqual({ ok: false, reason: { kind: "killed" } });
    await system.settle();
    expect(tasks.children()).toEqual([]);
    expect(await tasks.startTask(system, () => "back").result()).toBe("back");
  });
});

describe("TaskSupervisor.taskStream", () => {
  it("T16 runs its tasks as children, so many at a time", async () => {
    const tasks = createTaskSupervisor(fresh());
    const most: number[] = [];
    const seen: unknown[] = [];
    const work = (item: number): number => {
      most.push(tasks.children().length);
      return item * item;
    };
    for await (const outcome of tasks.taskStream(system, [1, 2, 3, 4], work, { maxConcurrency: 2 })) {
      seen.push(outcome);
    }
    expect(seen).toEqual([1, 4, 9, 16].map((value) => ({ ok: true, value })));
    expect(Math.max(...most)).toBe(2);
    expect(tasks.children()).toEqual([]);
  });

  it("T13 the crash of a task is an outcome for plain code, and ends a linked owner", async () => {
    const tasks = createTaskSupervisor(fresh());
    const seen: unknown[] = [];
    for await (const outcome of tasks.taskStream(system, [1], boom)) seen.push(outcome);
    expect(seen).toMatchObject([{ ok: false, reason: { kind: "error", error: { message: "boom" } } }]);
    const linked = system.spawn(async (self) => {
      for await (const _ of tasks.taskStream(self, [1], boom)) void _;
    });
    expect(await linked.down()).toMatchObject({ kind: "error", error: { message: "boom" } });
  });

  it("T16 ends cleanly where there is no room for one more task", async () => {
    const tasks = createTaskSupervisor(fresh(), { maxChildren: 2 });
    const outcomes = tasks.taskStream(system, [1, 2, 3], (_item, self) => waits(self));
    await expect(outcomes.next()).rejects.toMatchObject({ code: "ERR_MAX_CHILDREN" });
    expect(tasks.children()).toEqual([]);
    expect(await outcomes.next()).toEqual({ done: true, value: undefined });
  });

  it("T14 whoever stops asking leaves nothing running", async () => {
    const tasks = createTaskSupervisor(fresh());
    for await (const _ of tasks.taskStream(system, [1, 2, 3], (item, self) => (item === 1 ? 1 : waits(self))))
      break;
    expect(tasks.children()).toEqual([]);
    await system.settle();
    expect(system.crashes).toEqual([]);
  });
});

describe("TaskSupervisor.startChild", () => {
  const counted = (
    tasks: TaskSupervisor,
    restart: "permanent" | "transient" | "temporary",
    end: () => unknown,
  ) => {
    let runs = 0;
    tasks.startChild(
      (self) => {
        runs += 1;
        return runs === 1 ? end() : waits(self);
      },
      { restart },
    );
    return () => runs;
  };

  it.each([
    ["permanent", "returns", 2],
    ["permanent", "throws", 2],
    ["transient", "returns", 1],
    ["transient", "throws", 2],
    ["temporary", "returns", 1],
    ["temporary", "throws", 1],
  ] as const)("T16 runs the work of a %s task that %s, %i times", async (restart, end, times) => {
    const runs = counted(createTaskSupervisor(fresh()), restart, end === "throws" ? boom : () => 1);
    await system.settle();
    expect(runs()).toBe(times);
  });

  it("does not restart by default, and says what it takes", async () => {
    const tasks = createTaskSupervisor(fresh());
    const pid = tasks.startChild(boom);
    await pid.down();
    await system.settle();
    expect(tasks.children()).toEqual([]);
    const wrong = { restart: "always", shutdownMs: -1, significant: true };
    expect(() => tasks.startChild(boom, wrong as never)).toThrow(
      expect.objectContaining({ faults: [expect.any(String), expect.any(String), expect.any(String)] }),
    );
    expect(() => tasks.startChild("work" as never)).toThrow(
      expect.objectContaining({ code: "ERR_INVALID_OPTIONS" }),
    );
  });

  it("gives up after too many restarts, as any supervisor", async () => {
    const tasks = createTaskSupervisor(fresh(), { maxRestarts: 2 });
    const app = await system.start(supervisor({ strategy: "oneForOne", children: [tasks] }));
    tasks.startChild(boom, { restart: "permanent" });
    await system.settle();
    expect(system.crashes.map(({ fate }) => fate)).toEqual(["restarted", "restarted", "supervisor gives up"]);
    expect(await app.call.countChildren()).toMatchObject({ active: 1 });
    expect(tasks.children()).toEqual([]);
  });
});

describe("TaskSupervisor.terminateChild", () => {
  it("T16 ends a task for good within its time, and does not know others", async () => {
    const tasks = createTaskSupervisor(fresh());
    const pid = tasks.startChild((self) => waits(self), { restart: "permanent" });
    expect(await tasks.terminateChild(pid)).toBe(true);
    expect(await pid.down()).toEqual({ kind: "shutdown" });
    expect(tasks.children()).toEqual([]);
    expect(await tasks.terminateChild(pid)).toBe(false);
    const stubborn = tasks.startChild(() => new Promise(() => undefined), { shutdownMs: 100 });
    const ending = tasks.terminateChild(stubborn);
    await system.advance(100);
    expect(await ending).toBe(true);
    expect(await stubborn.down()).toEqual({ kind: "killed" });
  });
});

describe("TaskSupervisor.children", () => {
  it("T16 lists what runs, in the order of the starts", async () => {
    const tasks = createTaskSupervisor(fresh());
    const first = tasks.startChild(waits);
    const second = tasks.startTask(system, waits);
    expect(tasks.children()).toEqual([first, second.pid]);
    first.exit("kill");
    await first.down();
    expect(tasks.children()).toEqual([second.pid]);
  });

  it("DS9 keeps nothing of tasks that have ended", async () => {
    const tasks = createTaskSupervisor(fresh());
    for (let i = 0; i < 2_000; i += 1) await tasks.startTask(system, () => i).result();
    await system.settle();
    expect(tasks.children()).toEqual([]);
    expect(kernelOf(system).table.size).toBe(1);
  });
});
