import { describe, expect, it } from "vitest";
import { defineActor } from "../../src/actors/define-actor.ts";
import type { Restart } from "../../src/core/child-spec.ts";
import { createRegistry } from "../../src/registry/create-registry.ts";
import type { SupervisorStrategy } from "../../src/supervisor/restart-plan.ts";
import { supervisor } from "../../src/supervisor/supervisor.ts";
import { testSystem } from "../../src/testing/test-system.ts";
import { gate, pidOf, scene, shown } from "./scene.ts";

const STRATEGIES = ["oneForOne", "oneForAll", "restForOne"] as const;
const RESTARTS = ["permanent", "transient", "temporary"] as const;
const ENDS = ["normal", "shutdown", "error", "kill"] as const;

/** What b's end does to a, b and c where b is restarted. */
const RESTARTED: Readonly<Record<SupervisorStrategy, string>> = {
  oneForOne: "+b",
  oneForAll: "-c -a +a +b +c",
  restForOne: "-c +b +c",
};

const isRestarted = (restart: Restart, end: (typeof ENDS)[number]): boolean =>
  restart === "permanent" || (restart === "transient" && (end === "error" || end === "kill"));

describe("Supervision", () => {
  const grid = STRATEGIES.flatMap((strategy) =>
    RESTARTS.flatMap((restart) => ENDS.map((end) => ({ strategy, restart, end }))),
  );

  it.each(grid)(
    "SUP16 SUP17 SUP18 SUP19 SUP20 SUP21 SUP22 $strategy, b is $restart and ends by $end",
    async ({ strategy, restart, end }) => {
      const { worker, news } = scene();
      await using system = testSystem();
      const children = [worker("a"), worker("b", { restart }), worker("c")];
      const app = await system.start(supervisor({ strategy, children }));
      const b = await pidOf(app, "b");
      expect(news()).toBe("+a +b +c");

      if (end === "kill") b.exit("kill");
      else if (end === "error") await b.call.raise("boom").catch(() => undefined);
      else await b.call.end(end);
      await system.settle();

      const own = { normal: "-b:normal", shutdown: "-b", error: "-b:error", kill: "-b:killed" }[end];
      const restarted = isRestarted(restart, end);
      expect(news()).toBe(restarted ? `${own} ${RESTARTED[strategy]}` : own);
      const left = {
        permanent: "never",
        transient: "c:running b:- a:running",
        temporary: "c:running a:running",
      };
      expect(await shown(app)).toBe(restarted ? "c:running b:running a:running" : left[restart]);
    },
  );

  it("SUP18 SUP21 drops a temporary sibling that a restart stops", async () => {
    const { worker, news } = scene();
    await using system = testSystem();
    const children = [worker("a"), worker("b"), worker("t", { restart: "temporary" }), worker("c")];
    const app = await system.start(supervisor({ strategy: "restForOne", children }));
    news();
    await (await pidOf(app, "b")).call.raise("boom").catch(() => undefined);
    await system.settle();
    expect(news()).toBe("-b:error -c -t +b +c");
    expect(await shown(app)).toBe("c:running b:running a:running");
  });

  it("SUP20 starts a sibling that was stopped before along with the others", async () => {
    const { worker, news } = scene();
    await using system = testSystem();
    const children = [worker("a"), worker("b", { restart: "transient" }), worker("c")];
    const app = await system.start(supervisor({ strategy: "oneForAll", children }));
    await (await pidOf(app, "b")).call.end("normal");
    news();
    (await pidOf(app, "a")).exit("kill");
    await system.settle();
    expect(news()).toBe("-a:killed -c +a +b +c");
  });

  it("SUP23 starts a child that came later after the others, also when they restart", async () => {
    const { worker, news } = scene();
    await using system = testSystem();
    const app = await system.start(supervisor({ strategy: "oneForAll", children: [worker("a")] }));
    await app.call.startChild(worker("b"));
    expect(news()).toBe("+a +b");
    (await pidOf(app, "a")).exit("kill");
    await system.settle();
    expect(news()).toBe("-a:killed -b +a +b");
  });

  it("restarts each of two siblings that died together once", async () => {
    const { worker, news } = scene();
    await using system = testSystem();
    const children = [worker("a"), worker("b"), worker("c")];
    const app = await system.start(supervisor({ strategy: "oneForAll", maxRestarts: 1, children }));
    const [a, b] = [await pidOf(app, "a"), await pidOf(app, "b")];
    news();
    a.exit("kill");
    b.exit("kill");
    await system.settle();
    expect(news()).toBe("-a:killed -b:killed -c +a +b +c");
    expect(system.crashes.map(({ label, fate }) => `${label} ${fate}`)).toEqual([
      "worker (pid 2) restarted",
      "worker (pid 3) restarted",
    ]);
  });

  it("SUP29 goes on with the sibling that failed to come back, and leaves those before it alone", async () => {
    const { worker, news } = scene();
    await using system = testSystem();
    const init = (attempt: number) => {
      if (attempt === 2) throw new Error("not yet");
    };
    const children = [worker("a"), worker("b"), worker("c", {}, { init }), worker("d")];
    const app = await system.start(supervisor({ strategy: "restForOne", children }));
    news();
    (await pidOf(app, "b")).exit("kill");
    await system.settle();
    expect(news()).toBe("-b:killed -d -c +b !c +c +d");
    expect(await shown(app)).toBe("d:running c:running b:running a:running");
  });

  it("SUP29 begins anew with all of them when one fails to come back under oneForAll", async () => {
    const { worker, news } = scene();
    await using system = testSystem();
    const init = (attempt: number) => {
      if (attempt === 2) throw new Error("not yet");
    };
    const app = await system.start(
      supervisor({ strategy: "oneForAll", children: [worker("a"), worker("b", {}, { init }), worker("c")] }),
    );
    news();
    (await pidOf(app, "c")).exit("kill");
    await system.settle();
    expect(news()).toBe("-c:killed -b -a +a !b -a +a +b +c");
  });

  it("SF2 does not restart a child that ends by itself while it is being terminated", async () => {
    const { worker, news } = scene();
    await using system = testSystem();
    const terminate = () => {
      throw new Error("could not say goodbye");
    };
    const app = await system.start(
      supervisor({ strategy: "oneForOne", children: [worker("a", {}, { terminate })] }),
    );
    news();
    expect(await app.call.terminateChild("a")).toBe(true);
    expect(news()).toBe("-a:error");
    expect(await shown(app)).toBe("a:-");
    expect(system.crashes.map(({ label, fate, reason }) => ({ label, fate, reason }))).toEqual([
      {
        label: "worker (pid 2)",
        fate: "stays down",
        reason: { kind: "error", error: new Error("could not say goodbye") },
      },
    ]);
  });

  it("waits until nothing is left of a crashed child before it starts the next incarnation", async () => {
    const { worker, news } = scene();
    await using system = testSystem();
    const closed = gate();
    const init = (
      _attempt: number,
      self: { own: (resource: string, close: () => Promise<void>) => string },
    ) => void self.own("socket", () => closed.promise);
    const app = await system.start(
      supervisor({ strategy: "oneForOne", children: [worker("a", {}, { init })] }),
    );
    (await pidOf(app, "a")).exit("kill");
    await system.settle();
    expect(news()).toBe("+a -a:killed");
    expect(await shown(app)).toBe("a:restarting");
    closed.open();
    await system.settle();
    expect(news()).toBe("+a");
    expect(await shown(app)).toBe("a:running");
  });

  it("does not wait longer than shutdownMs for what a crashed child owned", async () => {
    const { worker, news } = scene();
    await using system = testSystem();
    const init = (
      _attempt: number,
      self: { own: (resource: string, close: () => Promise<void>) => string },
    ) => void self.own("socket", () => new Promise<void>(() => undefined));
    const app = await system.start(
      supervisor({ strategy: "oneForOne", children: [worker("a", { shutdownMs: 40 }, { init })] }),
    );
    (await pidOf(app, "a")).exit("kill");
    await system.advance(39);
    expect(news()).toBe("+a -a:killed");
    await system.advance(1);
    expect(news()).toBe("+a");
  });

  const significant = { restart: "temporary", significant: true } as const;

  it.each(["oneForOne", "restForOne", "oneForAll"] as const)(
    "SF5 under %s leaves a child down whose own budget is spent, stops no sibling for it, and frees its name",
    async (strategy) => {
      const { worker, news } = scene();
      await using system = testSystem();
      const names = createRegistry(system, { keys: "unique" });
      await system.start(names);
      const Named = defineActor({ name: "named", init: () => 0 });
      const budget = { maxRestarts: 0, whenSpent: "leave" } as const;
      const b = Named.child(undefined, { id: "b", name: names.via(Named, "b"), budget });
      const children = [worker("a"), b, worker("c")];
      const app = await system.start(supervisor({ strategy, children }));
      news();
      (await pidOf(app, "b")).exit("kill");
      await system.settle();
      expect(news()).toBe("");
      expect(await shown(app)).toBe("c:running b:- a:running");
      expect(
        names.register(
          "b",
          system.spawn(() => new Promise(() => undefined)),
        ),
      ).toMatchObject({ ok: true });
      expect(system.crashes).toMatchObject([{ fate: "stays down", restart: { attempt: 1, maxRestarts: 0 } }]);
    },
  );

  it("SF5 starts a child by hand that was left down; its budget is what its period left of it", async () => {
    const { worker } = scene();
    await using system = testSystem();
    const budget = { maxRestarts: 0, periodMs: 100, whenSpent: "leave" } as const;
    const app = await system.start(
      supervisor({ strategy: "oneForOne", children: [worker("a", { budget })] }),
    );
    (await pidOf(app, "a")).exit("kill");
    await system.settle();
    await app.call.restartChild("a");
    expect(await shown(app)).toBe("a:running");
    (await pidOf(app, "a")).exit("kill");
    await system.settle();
    expect(await app.call.deleteChild("a")).toBe(true);
  });

  it.each([
    { strategy: "restForOne", round: "-b:killed -d -c +b !c" },
    { strategy: "oneForAll", round: "-b:killed -d -c -a +a +b !c" },
  ] as const)(
    "SF5 SUP29 goes on with a round of $strategy after the sibling whose budget for starts that fail is spent",
    async ({ strategy, round }) => {
      const { worker, news } = scene();
      await using system = testSystem();
      const init = (attempt: number): void => {
        if (attempt > 1) throw new Error("still down");
      };
      const budget = { maxRestarts: 0, whenSpent: "leave" } as const;
      const children = [worker("a"), worker("b"), worker("c", { budget }, { init }), worker("d")];
      const app = await system.start(supervisor({ strategy, children }));
      news();
      (await pidOf(app, "b")).exit("kill");
      await system.settle();
      expect(news()).toBe(`${round} +d`);
      expect(await shown(app)).toBe("d:running c:- b:running a:running");
    },
  );

  it("SUP38 SF5 ends when a significant child is left down: it has ended by itself for good", async () => {
    const { worker } = scene();
    await using system = testSystem();
    const lone = { restart: "transient", significant: true } as const;
    const budget = { maxRestarts: 1, whenSpent: "leave" } as const;
    const app = await system.start(
      supervisor({
        strategy: "oneForOne",
        autoShutdown: "anySignificant",
        children: [worker("a", { ...lone, budget })],
      }),
    );
    const down = app.down();
    (await pidOf(app, "a")).exit("kill");
    await system.settle();
    expect(await shown(app)).toBe("a:running");
    (await pidOf(app, "a")).exit("kill");
    expect(await down).toEqual({ kind: "shutdown" });
  });

  it("SUP38 ends with shutdown when the first significant child has ended by itself, after stopping the rest", async () => {
    const { worker, news } = scene();
    await using system = testSystem();
    const children = [worker("a"), worker("s", significant), worker("t", significant)];
    const app = await system.start(
      supervisor({ strategy: "oneForOne", autoShutdown: "anySignificant", children }),
    );
    const down = app.down();
    news();
    await (await pidOf(app, "s")).call.end("normal");
    expect(await down).toEqual({ kind: "shutdown" });
    expect(news()).toBe("-s:normal -t -a");
  });

  it("SUP38 does not end when a significant transient child crashes and comes back", async () => {
    const { worker } = scene();
    await using system = testSystem();
    const children = [worker("s", { restart: "transient", significant: true })];
    const app = await system.start(
      supervisor({ strategy: "oneForOne", autoShutdown: "anySignificant", children }),
    );
    (await pidOf(app, "s")).exit("kill");
    await system.settle();
    expect(await shown(app)).toBe("s:running");
  });

  it("SUP39 ends when the last active significant child has ended", async () => {
    const { worker, news } = scene();
    await using system = testSystem();
    const children = [worker("a"), worker("s", significant), worker("t", significant)];
    const app = await system.start(
      supervisor({ strategy: "oneForOne", autoShutdown: "allSignificant", children }),
    );
    const down = app.down();
    await (await pidOf(app, "s")).call.end("normal");
    await system.settle();
    expect(await shown(app)).toBe("t:running a:running");
    news();
    await (await pidOf(app, "t")).call.end("normal");
    expect(await down).toEqual({ kind: "shutdown" });
    expect(news()).toBe("-t:normal -a");
  });

  it("SUP40 does not end because a significant child was terminated, or stopped for a sibling's sake", async () => {
    const { worker } = scene();
    await using system = testSystem();
    const children = [worker("a"), worker("s", significant), worker("t", significant)];
    const app = await system.start(
      supervisor({ strategy: "restForOne", autoShutdown: "anySignificant", children }),
    );
    await app.call.terminateChild("t");
    (await pidOf(app, "a")).exit("kill");
    await system.settle();
    expect(await shown(app)).toBe("a:running");
  });
});
