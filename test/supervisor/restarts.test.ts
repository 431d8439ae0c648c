import { describe, expect, it } from "vitest";
import { reply } from "../../src/actors/answers.ts";
import { defineActor } from "../../src/actors/define-actor.ts";
import { createSystem } from "../../src/actors/system.ts";
import type { Pid } from "../../src/core/pid.ts";
import { dynamicSupervisor } from "../../src/supervisor/dynamic-supervisor.ts";
import { supervisor } from "../../src/supervisor/supervisor.ts";
import { formatRecord } from "../../src/telemetry/console-reporter.ts";
import type { RestartReport } from "../../src/telemetry/events.ts";
import { testSystem } from "../../src/testing/test-system.ts";
import { pidOf, scene, shown } from "./scene.ts";

describe("Restarts", () => {
  it("SUP24 forgives maxRestarts in a period; one more ends the supervisor with shutdown, after its children", async () => {
    const { worker, news } = scene();
    await using system = testSystem();
    const gaveUp: unknown[] = [];
    system.telemetry.on("supervisor:gaveUp", (event) => gaveUp.push(event));
    const children = [worker("a"), worker("b"), worker("c")];
    const app = await system.start(
      supervisor({ id: "app", strategy: "oneForOne", maxRestarts: 2, children }),
    );
    const down = app.down();
    let pid: Pid | undefined;
    for (let crash = 1; crash <= 3; crash += 1) {
      pid = await pidOf(app, "b");
      pid.exit("kill");
      await system.settle();
    }
    expect(await down).toEqual({ kind: "shutdown" });
    expect(news()).toBe("+a +b +c -b:killed +b -b:killed +b -b:killed -c -a");
    const why = { id: "b", pid, reason: { kind: "killed" }, budget: "supervisor" };
    expect(gaveUp).toEqual([{ supervisor: "app (pid 1)", ...why, maxRestarts: 2, periodMs: 5_000 }]);
  });

  it("SUP28 SUP29 once a sibling's start has failed, it alone is restarting: the child that had crashed is stopped", async () => {
    const { worker } = scene();
    await using system = testSystem();
    const answers: string[] = [];
    const failing = (attempt: number): void => {
      if (attempt !== 2) return;
      // Asked while the round goes on, answered before the next one.
      for (const id of ["a", "b"]) {
        void app.call.restartChild(id).then(
          () => answers.push(`${id} ok`),
          (error) => answers.push(`${id} ${error.code}`),
        );
      }
      throw new Error("not yet");
    };
    const children = [worker("a", {}, { init: failing }), worker("b")];
    const app = await system.start(supervisor({ strategy: "oneForAll", children }));
    (await pidOf(app, "b")).exit("kill");
    await system.settle();
    expect(answers).toEqual(["a ERR_CHILD_RESTARTING", "b ok"]);
    expect(await shown(app)).toBe("b:running a:running");
  });

  it("SUP24 ends with the first crash when maxRestarts is 0", async () => {
    const { worker } = scene();
    await using system = testSystem();
    const app = await system.start(
      supervisor({ strategy: "oneForOne", maxRestarts: 0, children: [worker("a")] }),
    );
    const down = app.down();
    await (await pidOf(app, "a")).call.raise("boom").catch(() => undefined);
    expect(await down).toEqual({ kind: "shutdown" });
    expect(system.crashes).toMatchObject([
      { fate: "supervisor gives up", restart: { attempt: 1, maxRestarts: 0 } },
    ]);
  });

  it.each([
    { gapMs: 5_000, alive: false, why: "a restart exactly one period ago still counts" },
    { gapMs: 5_001, alive: true, why: "a restart longer ago is forgotten" },
  ])("SUP25 counts in milliseconds: $why", async ({ gapMs, alive }) => {
    const { worker } = scene();
    await using system = testSystem();
    const app = await system.start(
      supervisor({ strategy: "oneForOne", maxRestarts: 1, children: [worker("a")] }),
    );
    (await pidOf(app, "a")).exit("kill");
    await system.advance(gapMs);
    (await pidOf(app, "a")).exit("kill");
    await system.settle();
    expect(await shown(app).catch((error: { code: string }) => error.code)).toBe(
      alive ? "a:running" : "ERR_NOPROC",
    );
  });

  it("SUP26 SF5 has one count for all children", async () => {
    const { worker } = scene();
    await using system = testSystem();
    const children = ["a", "b", "c", "d"].map((id) => worker(id));
    const app = await system.start(supervisor({ strategy: "oneForOne", children }));
    const down = app.down();
    for (const id of ["a", "b", "c"]) (await pidOf(app, id)).exit("kill");
    await system.settle();
    expect(await shown(app)).toBe("d:running c:running b:running a:running");
    (await pidOf(app, "d")).exit("kill");
    expect(await down).toEqual({ kind: "shutdown" });
  });

  it.each([
    { how: "each spec", own: { budget: { maxRestarts: 1 } }, all: {} },
    { how: "childBudget", own: {}, all: { childBudget: { maxRestarts: 1 } } },
  ])(
    "SF5 counts children by themselves that have a budget by $how: the others' limit is whole",
    async ({ own, all }) => {
      const { worker } = scene();
      await using system = testSystem();
      const children = ["a", "b", "c", "d", "e"].map((id) => worker(id, own));
      const app = await system.start(
        supervisor({ id: "app", strategy: "oneForOne", maxRestarts: 0, ...all, children }),
      );
      const down = app.down();
      const gaveUp: unknown[] = [];
      system.telemetry.on("supervisor:gaveUp", (event) => gaveUp.push(event));
      for (const { id } of children) (await pidOf(app, id)).exit("kill");
      await system.settle();
      expect(await shown(app)).toBe("e:running d:running c:running b:running a:running");
      (await pidOf(app, "c")).exit("kill");
      expect(await down).toEqual({ kind: "shutdown" });
      expect(gaveUp).toMatchObject([{ id: "c", budget: "child", maxRestarts: 1, periodMs: 5_000 }]);
    },
  );

  it("SF5 takes the spec's own budget where the supervisor has one for each child", async () => {
    const { worker } = scene();
    await using system = testSystem();
    const children = [worker("a", { budget: { maxRestarts: 2 } }), worker("b")];
    const app = await system.start(
      supervisor({ strategy: "oneForOne", childBudget: { maxRestarts: 0, whenSpent: "leave" }, children }),
    );
    for (const id of ["a", "b", "a"]) {
      (await pidOf(app, id)).exit("kill");
      await system.settle();
    }
    expect(await shown(app)).toBe("b:- a:running");
  });

  it("SF5 counts a child's own budget in milliseconds, and goes on when its period has passed", async () => {
    const { worker } = scene();
    await using system = testSystem();
    const budget = { maxRestarts: 1, periodMs: 100, whenSpent: "leave" } as const;
    const app = await system.start(
      supervisor({ strategy: "oneForOne", children: [worker("a", { budget })] }),
    );
    for (const gapMs of [101, 101, 100]) {
      (await pidOf(app, "a")).exit("kill");
      await system.advance(gapMs);
      expect(await shown(app)).toBe("a:running");
    }
    (await pidOf(app, "a")).exit("kill");
    await system.settle();
    expect(await shown(app)).toBe("a:-");
  });

  it("SUP26 counts one restart for a round of oneForAll", async () => {
    const { worker } = scene();
    await using system = testSystem();
    const children = ["a", "b", "c"].map((id) => worker(id));
    const app = await system.start(supervisor({ strategy: "oneForAll", maxRestarts: 1, children }));
    (await pidOf(app, "b")).exit("kill");
    await system.settle();
    expect(await shown(app)).toBe("c:running b:running a:running");
  });

  it("SF8 counts from crash to crash: time that siblings take to stop is time that passes", async () => {
    const { worker } = scene();
    await using system = testSystem();
    const slow = { shutdownMs: 600 } as const;
    const children = [
      worker("a"),
      worker("slow", slow, { terminate: () => new Promise<void>(() => undefined) }),
    ];
    const app = await system.start(
      supervisor({ strategy: "oneForAll", maxRestarts: 1, periodMs: 1_000, children }),
    );
    for (let crash = 1; crash <= 5; crash += 1) {
      (await pidOf(app, "a")).exit("kill");
      await system.advance(1_200);
    }
    expect(await shown(app)).toBe("slow:running a:running");
  });

  it("SUP42 tells of each restart, with its count in the window", async () => {
    const { worker } = scene();
    await using system = testSystem();
    const told: unknown[] = [];
    system.telemetry.on("child:restarting", ({ reason, crash, ...event }) =>
      told.push({ ...event, reason: reason.kind, crash: crash?.restart }),
    );
    system.telemetry.on("child:restarted", (event) => told.push(event));
    const app = await system.start(supervisor({ id: "app", strategy: "oneForOne", children: [worker("a")] }));
    const supervisorLabel = "app (pid 1)";
    const first = await pidOf(app, "a");
    await first.call.end("normal");
    await system.settle();
    const second = await pidOf(app, "a");
    second.exit("kill");
    await system.settle();
    const which = { supervisor: supervisorLabel, id: "a" };
    const counted = { budget: "supervisor", maxRestarts: 3, delayMs: 0, group: ["a"] };
    const crash = { attempt: 2, maxRestarts: 3 };
    expect(told).toEqual([
      { ...which, pid: first, reason: "normal", attempt: 1, ...counted, crash: undefined },
      { ...which, pid: second },
      { ...which, pid: second, reason: "killed", attempt: 2, ...counted, crash },
      { ...which, pid: await pidOf(app, "a") },
    ]);
  });
});

describe("onRestart", () => {
  const Till = defineActor({
    name: "till",
    init: () => 0,
    calls: {
      charge: (_sum, order: { readonly item: string; readonly card: string }) => {
        if (order.card !== "") throw new Error(`card ${order.card} refused`);
        return reply(undefined, 0);
      },
    },
    redact: {
      message: (message) => ({ item: (message as { readonly item: string }).item }),
      error: () => new Error("card •••• refused"),
    },
  });

  it.each([
    { strategy: "oneForOne", group: ["till"] },
    { strategy: "restForOne", group: ["till", "b"] },
    { strategy: "oneForAll", group: ["a", "till", "b"] },
  ] as const)(
    "is told under $strategy why, how often, with whom, and of the last message what redact shows",
    async ({ strategy, group }) => {
      const { worker } = scene();
      await using system = testSystem();
      const told: RestartReport[] = [];
      const heard: RestartReport[] = [];
      system.telemetry.on("child:restarting", (restart) => heard.push(restart));
      const onRestart = (restart: RestartReport): void => void told.push(restart);
      const children = [worker("a"), Till, worker("b"), worker("c", { restart: "temporary" })];
      const app = await system.start(supervisor({ id: "app", strategy, onRestart, children }));
      const till = (await app.call.whichChildren()).find(({ id }) => id === "till")?.pid as Pid<typeof Till>;
      await till.call.charge({ item: "book", card: "1234" }).catch(() => undefined);
      await system.settle();
      expect(told).toEqual(heard);
      expect(told).toMatchObject([
        {
          supervisor: "app (pid 1)",
          id: "till",
          pid: till,
          attempt: 1,
          maxRestarts: 3,
          budget: "supervisor",
          group,
          crash: {
            lastMessage: { item: "book" },
            fate: "restarted",
            restart: { attempt: 1, maxRestarts: 3 },
          },
        },
      ]);
      expect(told[0]?.crash?.reason).toEqual({ kind: "error", error: new Error("card •••• refused") });
    },
  );

  it("is told of each try that fails, and of none that is not made any more", async () => {
    const { worker } = scene();
    await using system = testSystem();
    const told: unknown[] = [];
    const init = (attempt: number): void => {
      if (attempt > 1) throw new Error("still down");
    };
    const app = await system.start(
      dynamicSupervisor({
        maxRestarts: 2,
        onRestart: ({ attempt, crash, group }) => told.push([attempt, crash?.doing, ...group]),
      }),
    );
    (await app.call.startChild(worker("a", {}, { init }))).exit("kill");
    await app.down();
    expect(told).toEqual([
      [1, undefined, "a"],
      [2, "starting again", "a"],
    ]);
  });

  it("harms nobody when it throws, or rejects", async () => {
    const { worker } = scene();
    await using system = testSystem();
    const failures: unknown[] = [];
    system.telemetry.on("listener:failed", ({ event, error }) => failures.push([event, error]));
    const answers = [
      () => {
        throw "thrown";
      },
      () => Promise.reject("rejected"),
    ];
    const onRestart = (): void => answers.shift()?.() as void;
    const app = await system.start(
      supervisor({ id: "app", strategy: "oneForOne", onRestart, children: [worker("a")] }),
    );
    for (let crash = 1; crash <= 2; crash += 1) {
      (await pidOf(app, "a")).exit("kill");
      await system.settle();
    }
    expect(await shown(app)).toBe("a:running");
    expect(failures).toEqual([
      ["onRestart of app (pid 1)", "thrown"],
      ["onRestart of app (pid 1)", "rejected"],
    ]);
  });
});

describe("backoff", () => {
  const backoff = { minMs: 100, maxMs: 1_000, jitter: 0 };

  it("waits before each restart, longer each time; meanwhile the child is restarting", async () => {
    const { worker, news } = scene();
    await using system = testSystem();
    const app = await system.start(supervisor({ strategy: "oneForOne", backoff, children: [worker("a")] }));
    news();
    for (const waitMs of [100, 200, 400]) {
      (await pidOf(app, "a")).exit("kill");
      await system.advance(waitMs - 1);
      expect(news()).toBe("-a:killed");
      expect(await shown(app)).toBe("a:restarting");
      await system.advance(1);
      expect(news()).toBe("+a");
    }
  });

  it("SF8 warns of a limit that its waits keep from being reached, and not of one that is meant to be none", async () => {
    const { worker } = scene();
    await using system = testSystem();
    const told: unknown[] = [];
    system.telemetry.on("supervisor:cannotGiveUp", (event) => told.push(event));
    const start = (options: { maxRestarts?: number; backoff?: typeof backoff }) =>
      system.start(supervisor({ id: "app", strategy: "oneForOne", ...options, children: [worker("a")] }));
    const long = { minMs: 5_001, maxMs: 60_000, jitter: 0 };
    await start({});
    await start({ backoff });
    await start({ maxRestarts: Number.POSITIVE_INFINITY, backoff: long });
    expect(told).toEqual([]);
    await start({ backoff: long });
    expect(told).toEqual([
      { supervisor: expect.stringMatching(/^app/), maxRestarts: 3, periodMs: 5_000, mostRestarts: 1 },
    ]);
    expect(() =>
      supervisor({ strategy: "oneForOne", maxRestarts: Number.POSITIVE_INFINITY, children: [] }),
    ).toThrow(/asks for a backoff/);
  });

  it("SF8 SF5 warns of a child's own budget that its waits keep from being reached, and says whose it is", async () => {
    const { worker } = scene();
    await using system = testSystem();
    const told: unknown[] = [];
    system.telemetry.on("supervisor:cannotGiveUp", (event) => told.push(event));
    const own = { backoff: { minMs: 5_001, maxMs: 9_000, jitter: 0 }, budget: { maxRestarts: 3 } };
    await system.start(supervisor({ strategy: "oneForOne", children: [worker("a", own), worker("b")] }));
    expect(told).toMatchObject([{ id: "a", maxRestarts: 3, mostRestarts: 1 }]);
  });

  it("SF8 never gives up without a limit", async () => {
    const { worker, news } = scene();
    await using system = testSystem();
    const limit = { maxRestarts: Number.POSITIVE_INFINITY, backoff: { minMs: 1, maxMs: 1, jitter: 0 } };
    const app = await system.start(supervisor({ strategy: "oneForOne", ...limit, children: [worker("a")] }));
    for (let crash = 0; crash < 50; crash += 1) {
      (await pidOf(app, "a")).exit("kill");
      await system.advance(1);
    }
    expect(
      news()
        .split(" ")
        .filter((line) => line === "+a"),
    ).toHaveLength(51);
  });

  it("shows when the next try is", async () => {
    const { worker } = scene();
    await using system = testSystem();
    const app = await system.start(supervisor({ strategy: "oneForOne", backoff, children: [worker("a")] }));
    (await pidOf(app, "a")).exit("kill");
    await system.advance(30);
    expect(await app.call.whichChildren()).toMatchObject([{ pid: "restarting", restartsInMs: 70 }]);
    await system.advance(70);
    const [info] = await app.call.whichChildren();
    expect(info).not.toHaveProperty("restartsInMs");
  });

  it("may be a child's own, which goes before its supervisor's", async () => {
    const { worker, news } = scene();
    await using system = testSystem();
    const own = { minMs: 10, maxMs: 10, jitter: 0 };
    const children = [worker("a", { backoff: own }), worker("b")];
    const app = await system.start(supervisor({ strategy: "oneForOne", backoff, children }));
    news();
    for (const id of ["a", "b"]) (await pidOf(app, id)).exit("kill");
    await system.advance(10);
    expect(news()).toBe("-a:killed -b:killed +a");
    await system.advance(90);
    expect(news()).toBe("+b");
  });

  it("SF4 of children that wait side by side spends each restart once, and starts them in the order of their waits", async () => {
    const { worker, news } = scene();
    await using system = testSystem();
    const attempts: number[] = [];
    system.telemetry.on("child:restarting", ({ attempt }) => attempts.push(attempt));
    const wait = (ms: number) => ({ backoff: { minMs: ms, maxMs: ms, jitter: 0 } });
    const children = [worker("a", wait(300)), worker("b", wait(100)), worker("c", wait(100))];
    const app = await system.start(supervisor({ strategy: "oneForOne", maxRestarts: 5, children }));
    const down = app.down();
    news();
    for (const id of ["a", "b", "c"]) (await pidOf(app, id)).exit("kill");
    await system.advance(300);
    expect(news()).toBe("-a:killed -b:killed -c:killed +b +c +a");
    for (const id of ["c", "b"]) (await pidOf(app, id)).exit("kill");
    await system.settle();
    expect(attempts).toEqual([1, 2, 3, 4, 5]);
    expect(await shown(app)).toBe("c:restarting b:restarting a:running");
    (await pidOf(app, "a")).exit("kill");
    expect(await down).toEqual({ kind: "shutdown" });
  });

  it("begins anew after a time of health of its own", async () => {
    const { worker, news } = scene();
    await using system = testSystem();
    const children = [worker("a", { backoff: { ...backoff, resetAfterMs: 1_000 } })];
    const app = await system.start(supervisor({ strategy: "oneForOne", children }));
    (await pidOf(app, "a")).exit("kill");
    await system.advance(100 + 1_000);
    (await pidOf(app, "a")).exit("kill");
    await system.advance(199);
    expect(await shown(app)).toBe("a:restarting");
    await system.advance(1 + 1_001);
    news();
    (await pidOf(app, "a")).exit("kill");
    await system.advance(100);
    expect(news()).toBe("-a:killed +a");
  });

  it("begins anew for a child that has run for a whole period", async () => {
    const { worker, news } = scene();
    await using system = testSystem();
    const app = await system.start(supervisor({ strategy: "oneForOne", backoff, children: [worker("a")] }));
    (await pidOf(app, "a")).exit("kill");
    await system.advance(100);
    (await pidOf(app, "a")).exit("kill");
    await system.advance(200);
    await system.advance(5_001);
    news();
    (await pidOf(app, "a")).exit("kill");
    await system.advance(100);
    expect(news()).toBe("-a:killed +a");
  });

  it("grows with starts that fail, and lets a child wait longer than the limit alone would", async () => {
    const { worker, news } = scene();
    await using system = testSystem();
    const init = (attempt: number) => {
      if (attempt > 1 && attempt < 8) throw new Error("the server is still down");
    };
    const options = { strategy: "oneForOne", backoff: { minMs: 1_000, maxMs: 4_000, jitter: 0 } } as const;
    const app = await system.start(supervisor({ ...options, children: [worker("a", {}, { init })] }));
    news();
    (await pidOf(app, "a")).exit("kill");
    const seen: string[] = [];
    for (let second = 1; second <= 23; second += 1) {
      await system.advance(1_000);
      seen.push(news());
    }
    expect(seen.join("|")).toBe("-a:killed !a||!a||||!a||||!a||||!a||||!a||||+a");
    expect(await shown(app)).toBe("a:running");
  });

  it("stops siblings before the wait and starts them after it", async () => {
    const { worker, news } = scene();
    await using system = testSystem();
    const children = [worker("a"), worker("b"), worker("c")];
    const app = await system.start(supervisor({ strategy: "restForOne", backoff, children }));
    news();
    (await pidOf(app, "b")).exit("kill");
    await system.settle();
    expect(news()).toBe("-b:killed -c");
    expect(await shown(app)).toBe("c:- b:restarting a:running");
    await system.advance(100);
    expect(news()).toBe("+b +c");
  });

  it.each([
    { end: "terminateChild", left: "a:-" },
    { end: "stop", left: "ERR_NOPROC" },
  ] as const)("is called off by $end", async ({ end, left }) => {
    const { worker, news } = scene();
    await using system = testSystem();
    const app = await system.start(supervisor({ strategy: "oneForOne", backoff, children: [worker("a")] }));
    (await pidOf(app, "a")).exit("kill");
    await system.advance(50);
    news();
    if (end === "stop") await app.stop();
    else await app.call.terminateChild("a");
    await system.advance(10_000);
    expect(news()).toBe("");
    expect(await shown(app).catch((error: { code: string }) => error.code)).toBe(left);
  });

  it("is cut short by a sibling's restart that takes the child along", async () => {
    const { worker, news } = scene();
    await using system = testSystem();
    const children = [worker("a"), worker("b")];
    const waits = { minMs: 100, maxMs: 100, jitter: 0 };
    const app = await system.start(supervisor({ strategy: "restForOne", backoff: waits, children }));
    (await pidOf(app, "b")).exit("kill");
    await system.advance(60);
    (await pidOf(app, "a")).exit("kill");
    await system.advance(50);
    news();
    await system.advance(50);
    expect(news()).toBe("+a +b");
    await system.advance(1_000);
    expect(news()).toBe("");
  });

  it("takes chance from the system, so that a seed repeats it", async () => {
    const waitsOf = async (seed: number) => {
      const { worker } = scene();
      await using system = testSystem({ seed });
      const waits: number[] = [];
      system.telemetry.on("child:restarting", ({ delayMs }) => waits.push(delayMs));
      const jittery = { minMs: 1_000, maxMs: 60_000, jitter: 1 };
      const options = { strategy: "oneForOne", maxRestarts: 5, backoff: jittery } as const;
      const app = await system.start(supervisor({ ...options, children: [worker("a")] }));
      for (let crash = 1; crash <= 5; crash += 1) {
        (await pidOf(app, "a")).exit("kill");
        await system.advance(60_000);
      }
      return waits;
    };
    const waits = await waitsOf(7);
    expect(waits).toHaveLength(5);
    expect(await waitsOf(7)).toEqual(waits);
    expect(await waitsOf(8)).not.toEqual(waits);
  });
});

describe("the printed report", () => {
  const Counter = defineActor({
    name: "counter",
    init: (_none: undefined) => 0,
    calls: {
      add: (count, by: number) => {
        if (by > 100) throw new RangeError(`${by} is too much for me`);
        return reply(count + by, count + by);
      },
    },
  });

  it("says who, restart k of n, while handling what, and then the error with the user's own line", async () => {
    const printed: string[] = [];
    await using system = createSystem({
      logger: { error: (record) => void printed.push(formatRecord(record)), warn: () => undefined },
    });
    const app = await system.start(
      supervisor({ id: "app", strategy: "oneForOne", maxRestarts: 1, children: [Counter] }),
    );
    for (let crash = 1; crash <= 2; crash += 1) {
      const [info] = await app.call.whichChildren();
      const counter = info?.pid as Pid<typeof Counter>;
      await counter.call.add(500).catch(() => undefined);
    }
    const [first, second] = printed.map((text) => text.split("\n"));
    expect(first?.[0]).toBe("[troupe] counter (pid 2) crashed while handling add(500); restart 1 of 1");
    expect(first?.[1]).toBe("    RangeError: 500 is too much for me");
    expect(first?.[2]).toMatch(/^ +at .*restarts\.test\.ts:\d+:\d+\)?$/);
    expect(first).toHaveLength(3);
    expect(second?.[0]).toBe(
      "[troupe] counter (pid 3) crashed while handling add(500); its supervisor gives up after 1 restart",
    );
  });
});
