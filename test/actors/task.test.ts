import {
  type BareSelf,
  completedTask,
  defineActor,
  type Reply,
  reply,
  type Self,
  type System,
  startTask,
} from "troupe";
import { probe, type TestSystem, testSystem } from "troupe/testing";
import { afterEach, describe, expect, it } from "vitest";
import { kernelOf } from "../../src/actors/system.ts";

const boom = () => {
  throw new Error("boom");
};

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
  expect(kernelOf(system).zombies).toBe(0);
});

/** Runs `body` as a process; answers what it answered, or its exit reason. */
async function inProcess<T>(body: (self: BareSelf) => Promise<T>, on: System = fresh()): Promise<unknown> {
  let answer: unknown;
  const pid = on.spawn(async (self) => {
    answer = await body(self);
  });
  const reason = await pid.down();
  return reason.kind === "normal" ? answer : reason;
}

describe("startTask", () => {
  it("T1 links a process and its task: each ends by the other's crash", async () => {
    expect(
      await inProcess(async (self) => {
        startTask(self, boom);
        await self.receive();
      }),
    ).toMatchObject({ kind: "error", error: { message: "boom" } });

    let pid: ReturnType<typeof startTask>["pid"];
    const owner = system.spawn(async (self) => {
      ({ pid } = startTask(self, (task) => task.receive()));
      await self.receive();
    });
    await system.settle();
    owner.exit(new Error("owner"));
    expect(await pid?.down()).toMatchObject({ kind: "error", error: { message: "owner" } });
  });

  it.each(["result", "poll", "yield", "shutdown", "ignore"] as const)(
    "T1 %s is for the owner only",
    async (what) => {
      fresh();
      const task = startTask(system, () => 1);
      const code = await inProcess(
        async () =>
          Promise.resolve()
            .then((): unknown => task[what]())
            .catch((error) => error.code),
        system,
      );
      expect(code).toBe("ERR_NOT_OWNER");
      expect(await task.result()).toBe(1);
    },
  );

  it("T1 plain code is not the owner of a process's task", async () => {
    fresh();
    let task: ReturnType<typeof startTask<number>> | undefined;
    const owner = system.spawn(async (self) => {
      task = startTask(self, () => 1);
      await self.receive();
      await task.result();
    });
    await system.settle();
    await expect(task?.result()).rejects.toMatchObject({ code: "ERR_NOT_OWNER", handled: "no" });
    owner.send("go on");
    expect(await owner.down()).toEqual({ kind: "normal" });
  });

  it("refuses to link plain code, and owners and options that are none", () => {
    fresh();
    expect(() => startTask(system, () => 1, { linked: true })).toThrow("only processes can be linked");
    expect(() => startTask({} as System, () => 1)).toThrow("must be the self of a process, or a system");
    expect(() => startTask(system, () => 1, { link: false } as never)).toThrow('unknown option "link"');
  });

  it("T9 the owner's mailbox stays empty; the answer comes as a message where it is asked for", async () => {
    fresh();
    const seen: unknown[] = [];
    const Owner = defineActor({
      name: "owner",
      init: (_: void, self): number => {
        startTask(self, () => "dropped");
        const good = startTask(self, () => "kept");
        const bad = startTask(self, boom, { linked: false });
        self.request(() => good.result(), "good");
        self.request(() => bad.result(), "bad");
        return 0;
      },
      info: (n, message: unknown) => {
        seen.push(message);
        return n + 1;
      },
    });
    await system.start(Owner);
    await system.settle();
    expect(seen).toHaveLength(2);
    expect(seen).toContainEqual({ type: "answer", tag: "good", ok: true, value: "kept" });
    expect(seen).toContainEqual(
      expect.objectContaining({
        tag: "bad",
        ok: false,
        error: expect.objectContaining({ code: "ERR_EXITED" }),
      }),
    );
  });

  it("T13 a task that is not linked leaves its owner alone", async () => {
    const outcome = await inProcess((self) => startTask(self, boom, { linked: false }).yield());
    expect(outcome).toMatchObject({ ok: false, reason: { kind: "error", error: { message: "boom" } } });
  });

  it("T17 a task that is not linked survives its owner", async () => {
    fresh();
    const post = probe<string>(system);
    const owner = system.spawn(async (self) => {
      startTask(
        self,
        async (task) => {
          await task.receive({ timeoutMs: 50 }).catch(() => undefined);
          post.pid.send("done");
        },
        { linked: false },
      );
      self.exit(new Error("owner"));
    });
    await owner.down();
    await system.advance(50);
    expect(post.messages).toEqual(["done"]);
  });
});

describe("result", () => {
  it("T2 answers the value, once", async () => {
    const task = startTask(fresh(), async () => 42);
    expect(await task.result()).toBe(42);
    await expect(task.result()).rejects.toMatchObject({ code: "ERR_TASK_TAKEN", handled: "no" });
  });

  it("T2 a second wait beside the first is refused", async () => {
    const task = startTask(fresh(), async () => 42);
    const first = task.result();
    await expect(task.yield()).rejects.toMatchObject({ code: "ERR_TASK_TAKEN" });
    expect(await first).toBe(42);
  });

  it("T2 a crash rejects with the reason, and can be caught where the owner is not linked or traps", async () => {
    const task = startTask(fresh(), boom);
    await expect(task.result()).rejects.toMatchObject({
      code: "ERR_EXITED",
      handled: "unknown",
      reason: { kind: "error", error: { message: "boom" } },
    });
    const caught = await inProcess(async (self) => {
      self.trapExit(true);
      return startTask(self, boom)
        .result()
        .catch((error) => error.reason.error.message);
    }, system);
    expect(caught).toBe("boom");
  });

  it.each([undefined, 1, 2, 3, 4, 5, 6, 7, 8])(
    "T2 a linked owner that does not trap ends by the task's own reason, in any order (seed %s)",
    async (seed) => {
      system = testSystem(seed === undefined ? {} : { seed });
      const reason = await inProcess(
        (self) =>
          startTask(self, boom)
            .result()
            .catch(() => "caught"),
        system,
      );
      expect(reason).toMatchObject({ kind: "error", error: { message: "boom" } });
    },
  );

  it("T2 gives up after timeoutMs; the task lives as long as a linked owner does", async () => {
    fresh();
    let task: ReturnType<typeof startTask> | undefined;
    const codes: unknown[] = [];
    const owner = system.spawn(async (self) => {
      task = startTask(self, (work) => work.receive());
      codes.push(await task.result({ timeoutMs: 100 }).catch((error) => error.code));
      codes.push(await task.yield().catch((error) => error.code));
      await self.receive();
    });
    await system.advance(99);
    expect(codes).toEqual([]);
    await system.advance(1);
    expect(codes).toEqual(["ERR_TASK_TIMEOUT", "ERR_TASK_TAKEN"]);
    owner.exit(new Error("owner"));
    expect(await task?.pid?.down()).toMatchObject({ kind: "error", error: { message: "owner" } });
  });

  it("T2 a task that exits without returning has no value", async () => {
    const task = startTask(fresh(), (self) => self.exit("normal"));
    await expect(task.result()).rejects.toMatchObject({ code: "ERR_EXITED", reason: { kind: "normal" } });
  });

  it.each([true, false])(
    "a wait that closes a circle is refused (the task asks first: %s)",
    async (taskFirst) => {
      fresh();
      const Owner = defineActor({
        name: "owner",
        init: () => 0,
        calls: {
          wait: async (n, _: void, self): Promise<Reply<unknown, number>> => {
            const task = startTask(self, () => owner.call.ping());
            if (taskFirst) for (let turn = 0; turn < 20; turn += 1) await undefined;
            return reply(await task.result().catch((error) => error.code), n);
          },
          ping: (n) => reply("pong", n),
        },
        exit: (n) => n,
      });
      const owner: { call: { wait(): Promise<unknown>; ping(): Promise<string> } } =
        await system.start(Owner);
      // Whoever asked last is refused: the owner's wait, or the task's call, which ends the task.
      expect(await owner.call.wait()).toBe(taskFirst ? "ERR_CALL_CYCLE" : "ERR_EXITED");
      expect(system.nowMs).toBe(0);
      await system.settle();
    },
  );
});

describe("poll and yield", () => {
  it("T4 answer the outcome once it is there, and undefined before, as often as they are asked", async () => {
    fresh();
    const task = startTask(system, (self) => self.receive());
    expect(task.poll()).toBeUndefined();
    const waits = task.yield({ timeoutMs: 10 });
    await system.advance(10);
    expect(await waits).toBeUndefined();
    task.pid?.send("x" as never);
    expect(await task.yield()).toEqual({ ok: true, value: "x" });
  });

  it("T4 a crash is an outcome", async () => {
    const task = startTask(fresh(), boom);
    await system.settle();
    expect(task.poll()).toMatchObject({ ok: false, reason: { kind: "error", error: { message: "boom" } } });
    expect(() => task.poll()).toThrow("a task answers once");
  });
});

describe("shutdown", () => {
  it("T6 answers undefined when the task ends as it is told, and noproc the second time", async () => {
    const task = startTask(fresh(), (self) => self.receive());
    await system.settle();
    expect(await task.shutdown()).toBeUndefined();
    expect(await task.shutdown()).toEqual({ ok: false, reason: { kind: "noproc" } });
    expect(system.crashes).toEqual([]);
  });

  it("T6 answers what was there already", async () => {
    const [good, bad] = [startTask(fresh(), () => 1), startTask(system, boom)];
    await system.settle();
    expect(await good.shutdown()).toEqual({ ok: true, value: 1 });
    expect(await bad.shutdown("brutalKill")).toMatchObject({ ok: false, reason: { kind: "error" } });
  });

  it("T6 aborts the signal, and takes the value the work ends with", async () => {
    const task = startTask(
      fresh(),
      (self) => new Promise((done) => self.signal.addEventListener("abort", () => done("saved"))),
    );
    await system.settle();
    expect(await task.shutdown()).toEqual({ ok: true, value: "saved" });
  });

  it("T6 work that throws its signal's reason has ended as it was told", async () => {
    const task = startTask(
      fresh(),
      (self) =>
        new Promise((_, failed) => self.signal.addEventListener("abort", () => failed(self.signal.reason))),
    );
    await system.settle();
    expect(await task.shutdown()).toBeUndefined();
    expect(system.crashes).toEqual([]);
  });

  it("T6 kills what has not ended in time", async () => {
    const end: { now?: () => void } = {};
    const task = startTask(fresh(), () => new Promise<void>((done) => (end.now = done)));
    await system.settle();
    const outcome = task.shutdown(200);
    await system.advance(199);
    expect(kernelOf(system).table.size).toBe(1);
    await system.advance(1);
    expect(await outcome).toEqual({ ok: false, reason: { kind: "killed" } });
    end.now?.();
  });

  it("T6 brutalKill kills at once; an owner that was linked lives on", async () => {
    const end: { now?: () => void } = {};
    const answer = await inProcess(async (self) => {
      const task = startTask(self, () => new Promise<void>((done) => (end.now = done)));
      return [await task.shutdown("brutalKill"), "alive"];
    });
    end.now?.();
    expect(answer).toEqual([undefined, "alive"]);
    expect(system.crashes).toEqual([]);
  });
});

describe("ignore", () => {
  it("T7 cuts the link and gives the task up", async () => {
    const answer = await inProcess(async (self) => {
      const task = startTask(self, async (work) => {
        await work.receive();
        boom();
      });
      const there = task.ignore();
      task.pid?.send("go on" as never);
      await task.pid?.down();
      return [there, await task.result().catch((error) => error.code)];
    });
    expect(answer).toEqual([undefined, "ERR_TASK_TAKEN"]);
  });

  it("T7 answers what was there", async () => {
    const task = startTask(fresh(), () => "there");
    await system.settle();
    expect(task.ignore()).toEqual({ ok: true, value: "there" });
  });
});

describe("completedTask", () => {
  it("T8 has its value and no process", async () => {
    const task = completedTask(fresh(), "ready");
    expect([task.pid, await task.result(), kernelOf(system).table.size]).toEqual([undefined, "ready", 0]);
  });

  it("T8 answers shutdown, poll and ignore with it", async () => {
    const there = { ok: true, value: 1 };
    expect(await completedTask(fresh(), 1).shutdown()).toEqual(there);
    expect(completedTask(system, 1).poll()).toEqual(there);
    expect(completedTask(system, 1).ignore()).toEqual(there);
  });

  it("belongs to the process that made it", async () => {
    fresh();
    const made: { self?: Self; task?: ReturnType<typeof completedTask<number>> } = {};
    const owner = system.spawn(async (self) => {
      made.task = completedTask(self, 1);
      await self.receive();
    });
    await system.settle();
    expect(() => made.task?.poll()).toThrow("only its owner");
    await owner.stop();
  });
});
