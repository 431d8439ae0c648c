import { describe, expect, it } from "vitest";
import { stop } from "../../src/actors/answers.ts";
import { defineActor } from "../../src/actors/define-actor.ts";
import { linksOf } from "../../src/actors/links.ts";
import { processOf } from "../../src/actors/process.ts";
import { createSystem, kernelOf } from "../../src/actors/system.ts";
import type { Pid } from "../../src/core/pid.ts";
import { type DynamicSupervisorProcess, dynamicSupervisor } from "../../src/supervisor/dynamic-supervisor.ts";
import { type SupervisorProcess, supervisor } from "../../src/supervisor/supervisor.ts";
import { testSystem } from "../../src/testing/test-system.ts";
import { pidOf, scene, shown } from "./scene.ts";

/** A child that starts once and never again. */
const once = (attempt: number) => {
  if (attempt > 1) throw new Error("never again");
};

/** How much is in a set or a list; a process makes them at first need. */
function sizeOf(things: { readonly size: number } | { readonly length: number } | undefined): number {
  if (things === undefined) return 0;
  return "size" in things ? things.size : things.length;
}

describe("Overseer", () => {
  const never = () => new Promise<void>(() => undefined);

  it.each(["supervisor", "dynamicSupervisor"] as const)(
    "SF23 of a %s with a deadlineMs ends all below it by then, however deep: what is left is named and killed, leaves first",
    async (kind) => {
      const { worker, news } = scene();
      await using system = testSystem();
      const told: unknown[] = [];
      system.telemetry.on("process:stopTimedOut", ({ pid: _, ...event }) => told.push(event));
      const slow = { shutdownMs: "infinity" } as const;
      const deep = supervisor({
        id: "deep",
        strategy: "oneForOne",
        children: [
          worker("a"),
          worker("b", slow, { terminate: never }),
          worker("c", { shutdownMs: 20 }, { terminate: never }),
        ],
      });
      const options = { id: "app", deadlineMs: 50 } as const;
      const app =
        kind === "supervisor"
          ? await system.start(supervisor({ ...options, strategy: "oneForOne", children: [deep] }))
          : await system.start(dynamicSupervisor(options));
      if (kind === "dynamicSupervisor") await (app as Pid<DynamicSupervisorProcess>).call.startChild(deep);
      news();
      const stopping = app.stop();
      await system.advance(49);
      // The limit of a child is its own, and counts within.
      expect(news()).toBe("-c:killed");
      await system.advance(1);
      await stopping;
      expect(news()).toBe("-b:killed -a:killed");
      const leftovers = ["worker (pid 4)", "worker (pid 3)", "deep (pid 2)"];
      expect(told).toEqual([{ label: "app (pid 1)", deadlineMs: 50, leftovers }]);
      expect(system.crashes).toEqual([]);
    },
  );

  it("SF23 ends what hangs below it by its deadline when it gives up, too, and keeps its own reason", async () => {
    const { worker, news } = scene();
    await using system = testSystem();
    const slow = worker("slow", { shutdownMs: "infinity" }, { terminate: never });
    const weary = supervisor({
      id: "weary",
      strategy: "oneForOne",
      maxRestarts: 0,
      deadlineMs: 50,
      children: [slow, worker("b")],
    });
    const app = await system.start(supervisor({ strategy: "oneForOne", children: [weary] }));
    const reasons: unknown[] = [];
    system.telemetry.on("child:restarting", ({ id, reason }) => reasons.push([id, reason]));
    const [info] = await app.call.whichChildren();
    (await pidOf(info?.pid as Pid<SupervisorProcess>, "b")).exit("kill");
    await system.advance(49);
    expect(news()).toBe("+slow +b -b:killed");
    await system.advance(1);
    expect(news()).toBe("-slow:killed +slow +b");
    expect(reasons).toEqual([["weary", { kind: "shutdown" }]]);
  });

  it("SF23 tells of no deadline where all has ended before it", async () => {
    const { worker } = scene();
    await using system = testSystem();
    const told: unknown[] = [];
    system.telemetry.on("process:stopTimedOut", (event) => told.push(event));
    const app = await system.start(
      supervisor({ strategy: "oneForOne", deadlineMs: 50, children: [worker("a")] }),
    );
    await app.stop();
    await system.advance(50);
    expect(told).toEqual([]);
  });

  it.each(["killed before it", "stopped twice", "only closing what they owned"] as const)(
    "SF23 tells of no deadline where nothing is left alive: %s",
    async (how) => {
      await using system = testSystem();
      const told: unknown[] = [];
      system.telemetry.on("process:stopTimedOut", (event) => told.push(event));
      const ends: (() => void)[] = [];
      const later = () => new Promise<void>((end) => void ends.push(end));
      const isClosing = how === "only closing what they owned";
      const Slow = defineActor({
        name: "slow",
        init: (_none: undefined, self) => {
          if (isClosing) self.own({}, later);
        },
        exit: (state) => state,
        terminate: () => (isClosing ? undefined : later()),
      });
      const Failing = defineActor({
        name: "failing",
        init: (): void => {
          throw new Error("no");
        },
      });
      const children = how === "stopped twice" ? [Slow, Failing] : [Slow];
      const starting = system.start(supervisor({ strategy: "oneForOne", deadlineMs: 50, children }));
      const started = starting.catch(() => undefined);
      await system.settle();
      const app = how === "stopped twice" ? undefined : await started;
      const stopping = (app?.stop() ?? system.stop()).catch(() => undefined);
      await system.advance(isClosing ? 60 : 20);
      if (how === "killed before it") app?.exit("kill");
      await system.settle();
      expect(ends).toHaveLength(1);
      ends[0]?.();
      await stopping;
      await started;
      await system.advance(100);
      expect(told).toEqual([]);
    },
  );

  it("SUP27 SF6 tries again at once when a restart fails, counts each try, and gives up at the limit", async () => {
    const { worker, news } = scene();
    await using system = testSystem();
    const children = [worker("a"), worker("b", {}, { init: once })];
    const app = await system.start(supervisor({ strategy: "oneForOne", maxRestarts: 5, children }));
    const down = app.down();
    news();
    (await pidOf(app, "b")).exit("kill");
    expect(await down).toEqual({ kind: "shutdown" });
    expect(news()).toBe("-b:killed !b !b !b !b !b -a");
    expect(
      system.crashes.map(({ restart, fate, doing }) => `${restart?.attempt} ${fate} ${doing ?? "-"}`),
    ).toEqual([
      "1 restarted -",
      "2 restarted starting again",
      "3 restarted starting again",
      "4 restarted starting again",
      "5 restarted starting again",
      "6 supervisor gives up starting again",
    ]);
  });

  it("SUP27 SUP28 answers whoever asks between two tries, and shows the child restarting", async () => {
    const { worker } = scene();
    await using system = testSystem();
    const children = [worker("a"), worker("b", {}, { init: once })];
    const app = await system.start(supervisor({ strategy: "oneForOne", maxRestarts: 1_000, children }));
    const b = await pidOf(app, "b");
    b.exit("kill");
    await b.down();
    const code = (error: { readonly code: string }) => error.code;
    // All in the mailbox at once: the next try comes after them.
    const answers = await Promise.all([
      shown(app),
      app.call.countChildren(),
      app.call.deleteChild("b").catch(code),
      app.call.restartChild("b").catch(code),
      app.call.terminateChild("b"),
    ]);
    expect(answers).toEqual([
      "b:restarting a:running",
      { specs: 2, active: 1, supervisors: 0, workers: 2 },
      "ERR_CHILD_RESTARTING",
      "ERR_CHILD_RESTARTING",
      true,
    ]);
    expect(await shown(app)).toBe("b:- a:running");
    await system.settle();
    expect(await shown(app)).toBe("b:- a:running");
  });

  it("SUP28 can be stopped in the middle of a crash loop", async () => {
    const { worker, news } = scene();
    await using system = testSystem({ maxSteps: 10_000 });
    const children = [worker("a"), worker("b", {}, { init: once })];
    const app = await system.start(supervisor({ strategy: "oneForOne", maxRestarts: 1_000_000, children }));
    (await pidOf(app, "b")).exit("kill");
    await shown(app);
    await app.stop();
    expect(news()).toMatch(/^\+a \+b -b:killed( !b)* -a$/);
  });

  it.each(["supervisor", "dynamicSupervisor"] as const)(
    "SF7 keeps the event loop turning while a child of a %s fails to start again and again",
    async (kind) => {
      const { worker } = scene();
      await using system = createSystem({ logger: false });
      const limit = { id: "app", maxRestarts: 1_000_000 };
      const app =
        kind === "supervisor"
          ? await system.start(supervisor({ ...limit, strategy: "oneForOne", children: [] }))
          : await system.start(dynamicSupervisor(limit));
      const child = await app.call.startChild(worker("a", {}, { init: once }));
      let tries = 0;
      system.telemetry.on("child:restarting", () => {
        tries += 1;
      });
      const triesAtTicks: number[] = [];
      const Metronome = defineActor({
        init: (_none: undefined, self) => {
          self.every(10, "tick");
          return 0;
        },
        info: (ticks, _message: "tick") => {
          triesAtTicks.push(tries);
          return ticks === 9 ? stop("normal", ticks) : ticks + 1;
        },
      });
      const ticking = (await system.start(Metronome)).down();
      child.exit("kill");
      await ticking;
      await app.stop();
      // It goes on trying between any two ticks: the loop yields, it does not rest.
      expect(new Set(triesAtTicks.slice(1)).size).toBe(9);
    },
  );

  it("SF36 keeps nothing of a thousand incarnations that crashed", async () => {
    const { worker, news } = scene();
    await using system = testSystem();
    const app = await system.start(
      supervisor({ strategy: "oneForOne", maxRestarts: 1_000, periodMs: 1_000, children: [worker("a")] }),
    );
    const kernel = kernelOf(system);
    const kept = () => {
      const { ties } = processOf(app);
      return {
        processes: kernel.table.size,
        links: linksOf(processOf(app)).length,
        monitors: sizeOf(ties?.watched) + sizeOf(ties?.watching),
        watchers: sizeOf(ties?.watchers),
        timers: sizeOf(ties?.timers),
        owned: sizeOf(ties?.owned),
        open: sizeOf(ties?.open),
        deadlines: kernel.deadlines.size,
      };
    };
    const before = kept();
    for (let crash = 0; crash < 1_000; crash += 1) {
      await (await pidOf(app, "a")).call.raise("boom").catch(() => undefined);
    }
    await system.settle();
    expect(news().split(" ")).toHaveLength(2_001);
    expect(kept()).toEqual(before);
  });
});
