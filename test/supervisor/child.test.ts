import { describe, expect, it } from "vitest";
import { defineActor } from "../../src/actors/define-actor.ts";
import type { Pid } from "../../src/core/pid.ts";
import { createRegistry } from "../../src/registry/create-registry.ts";
import { supervisor } from "../../src/supervisor/supervisor.ts";
import { testSystem } from "../../src/testing/test-system.ts";
import { gate, pidOf, scene, shown } from "./scene.ts";

const never = () => new Promise<void>(() => undefined);

describe("Child", () => {
  it("SUP11 is killed when it does not end within shutdownMs, and not before", async () => {
    const { worker, news } = scene();
    await using system = testSystem();
    const timedOut: unknown[] = [];
    system.telemetry.on("child:shutdownTimedOut", (event) => timedOut.push(event));
    const children = [worker("a"), worker("b", { shutdownMs: 50 }, { terminate: never })];
    const app = await system.start(supervisor({ id: "app", strategy: "oneForOne", children }));
    news();
    const stopping = app.stop();
    await system.advance(49);
    expect(news()).toBe("");
    await system.advance(1);
    await stopping;
    expect(news()).toBe("-b:killed -a");
    const leftovers = ["worker (pid 3)"];
    expect(timedOut).toEqual([{ supervisor: "app (pid 1)", id: "b", shutdownMs: 50, leftovers }]);
    expect(system.crashes).toEqual([]);
  });

  it("SUP11 SF23 that is a supervisor is killed when its shutdownMs has passed, and what hung below it is named, leaves first", async () => {
    const { worker, news } = scene();
    await using system = testSystem();
    const timedOut: unknown[] = [];
    system.telemetry.on("child:shutdownTimedOut", (event) => timedOut.push(event));
    const slow = worker("b", { shutdownMs: "infinity" }, { terminate: never });
    const tree = supervisor({ id: "tree", strategy: "oneForOne", children: [worker("a"), slow] });
    const app = await system.start(
      supervisor({ id: "app", strategy: "oneForOne", children: [tree.with({ shutdownMs: 50 })] }),
    );
    news();
    const stopping = app.stop();
    await system.advance(49);
    expect(timedOut).toEqual([]);
    await system.advance(1);
    const leftovers = ["worker (pid 4)", "worker (pid 3)", "tree (pid 2)"];
    expect(timedOut).toEqual([{ supervisor: "app (pid 1)", id: "tree", shutdownMs: 50, leftovers }]);
    await system.advance(5_000);
    await stopping;
  });

  it("SUP11 SF17 is killed at once, without terminate, where its shutdown is brutalKill", async () => {
    const { worker, news } = scene();
    await using system = testSystem();
    let terminated = false;
    const terminate = () => {
      terminated = true;
    };
    const children = [worker("a", { shutdownMs: "brutalKill" }, { terminate })];
    const app = await system.start(supervisor({ strategy: "oneForOne", children }));
    await app.stop();
    expect(news()).toBe("+a -a:killed");
    expect(terminated).toBe(false);
    expect(system.crashes).toEqual([]);
  });

  it("SUP11 takes the time it needs where its shutdown is infinity", async () => {
    const { worker, news } = scene();
    await using system = testSystem();
    const bye = gate();
    const children = [worker("a", { shutdownMs: "infinity" }, { terminate: () => bye.promise })];
    const app = await system.start(supervisor({ strategy: "oneForOne", children }));
    news();
    const stopping = app.stop();
    await system.advance(3_600_000);
    expect(news()).toBe("");
    bye.open();
    await stopping;
    expect(news()).toBe("-a");
  });

  it("SUP12 SF1 is waited for though it has cut its link to the supervisor", async () => {
    const { worker, news } = scene();
    await using system = testSystem();
    const init = (_attempt: number, self: { parent: unknown; unlink(pid: never): void }) =>
      self.unlink(self.parent as never);
    const app = await system.start(
      supervisor({ strategy: "oneForOne", children: [worker("a", {}, { init })] }),
    );
    await app.stop();
    expect(news()).toBe("+a -a");
  });

  it("SUP13 is reported when it crashes instead of ending, though nothing restarts it", async () => {
    const { worker, news } = scene();
    await using system = testSystem();
    const terminate = () => {
      throw new Error("no goodbye");
    };
    const children = [worker("a"), worker("b", {}, { terminate })];
    const app = await system.start(supervisor({ strategy: "oneForOne", children }));
    await app.stop();
    expect(news()).toBe("+a +b -b:error -a");
    expect(system.crashes).toMatchObject([
      { label: "worker (pid 3)", doing: "terminating", toldToEnd: true, fate: "stays down" },
    ]);
  });

  it("SF10 each that misses its deadline is reported, once", async () => {
    const { worker } = scene();
    await using system = testSystem();
    const timedOut: string[] = [];
    system.telemetry.on("child:shutdownTimedOut", ({ id }) => timedOut.push(id));
    const children = ["a", "b", "c"].map((id) => worker(id, { shutdownMs: 10 }, { terminate: never }));
    const app = await system.start(supervisor({ strategy: "oneForOne", children }));
    const stopping = app.stop();
    await system.advance(30);
    await stopping;
    expect(timedOut).toEqual(["c", "b", "a"]);
  });

  it("SF16 is over for good when its terminate hangs on its own path: the next incarnation starts all the same", async () => {
    const { worker, news } = scene();
    await using system = testSystem();
    const children = [worker("a", { shutdownMs: 20 }, { terminate: never })];
    const app = await system.start(supervisor({ strategy: "oneForOne", children }));
    const a = await pidOf(app, "a");
    a.call.raise("boom").catch(() => undefined);
    await system.advance(19);
    expect(news()).toBe("+a");
    await system.advance(1);
    expect(news()).toBe("-a:error +a");
  });

  it("SF18 SF28 takes its timers and its mailbox with it: the next incarnation hears nothing of them", async () => {
    await using system = testSystem();
    const heard: string[] = [];
    const Clock = defineActor({
      name: "clock",
      init: (_none: undefined, self) => {
        self.every(10, `tick of ${String(self.pid)}`);
        return 0;
      },
      info: (state, message: string) => {
        heard.push(message);
        return state;
      },
    });
    const app = await system.start(supervisor({ strategy: "oneForOne", children: [Clock] }));
    const first = await pidOf(app, "clock");
    (first as { send(message: unknown): void }).send("for the first");
    first.exit("kill");
    await system.advance(20);
    expect(heard).toEqual(["tick of clock (pid 3)", "tick of clock (pid 3)"]);
  });
});

describe("names of a child", () => {
  const Named = defineActor({ name: "named", init: () => 0 });

  it("lead to each incarnation in turn, and are kept for it while it restarts", async () => {
    await using system = testSystem();
    const names = createRegistry(system, { keys: "unique" });
    const closed = gate();
    const Worker = defineActor({
      name: "worker",
      init: (_none: undefined, self) => void self.own("socket", () => closed.promise),
    });
    const name = names.via(Worker, "w");
    await system.start(
      supervisor({ strategy: "restForOne", children: [names, Worker.child(undefined, { name })] }),
    );
    const first = name.whereis();
    first?.exit("kill");
    await system.settle();
    expect(name.whereis()).toBeUndefined();
    const stranger = system.spawn(async (self) => void (await self.receive()));
    expect(names.register("w", stranger)).toEqual({ ok: false, reservedFor: "worker" });
    closed.open();
    await system.settle();
    expect(name.whereis()).not.toBe(first);
    expect(name.whereis()).toBeDefined();
  });

  it.each([
    [
      "terminated",
      async (app: { call: { terminateChild(id: string): Promise<boolean> } }) =>
        void (await app.call.terminateChild("named")),
    ],
    ["ended in order", async (_app: unknown, pid: { stop(): Promise<void> }) => void (await pid.stop())],
  ] as const)(
    "are free for others once it is %s, and are taken again when it is restarted",
    async (_how, end) => {
      await using system = testSystem();
      const names = createRegistry(system, { keys: "unique" });
      const name = names.via(Named, "n");
      const children = [Named.child(undefined, { name, restart: "transient" })];
      const app = await system.start(supervisor({ strategy: "oneForOne", children }));
      await end(app, name.whereis() as Pid);
      await system.settle();
      const squatter = system.spawn(async (self) => void (await self.receive()));
      expect(names.register("n", squatter)).toMatchObject({ ok: true });
      await expect(app.call.restartChild("named")).rejects.toMatchObject({ code: "ERR_NAME_TAKEN" });
      expect(await shown(app)).toBe("named:-");
      names.unregister("n", squatter);
      await app.call.restartChild("named");
      expect(name.whereis()).toBeDefined();
      await app.stop();
      expect(names.register("n", squatter)).toMatchObject({ ok: true });
    },
  );

  it("SF14 are there again for the children of a supervisor that was restarted", async () => {
    await using system = testSystem();
    const names = createRegistry(system, { keys: "unique" });
    const name = names.via(Named, "n");
    const inner = supervisor({
      id: "inner",
      strategy: "oneForOne",
      children: [Named.child(undefined, { name })],
    });
    const app = await system.start(supervisor({ strategy: "oneForOne", maxRestarts: 1, children: [inner] }));
    const first = name.whereis();
    (await pidOf(app, "inner")).exit("kill");
    await system.settle();
    expect(name.whereis()).toBeDefined();
    expect(name.whereis()).not.toBe(first);
    expect(await shown(app)).toBe("inner:running");
  });
});
