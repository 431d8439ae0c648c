import { describe, expect, it } from "vitest";
import { ignore } from "../../src/actors/answers.ts";
import { defineActor } from "../../src/actors/define-actor.ts";
import { linksOf } from "../../src/actors/links.ts";
import { processOf } from "../../src/actors/process.ts";
import { kernelOf } from "../../src/actors/system.ts";
import { childSpec } from "../../src/core/child-spec.ts";
import { dynamicSupervisor } from "../../src/supervisor/dynamic-supervisor.ts";
import { testSystem } from "../../src/testing/test-system.ts";
import { gate, pidOf, scene, shown } from "./scene.ts";

const RESTARTS = ["permanent", "transient", "temporary"] as const;
const ENDS = ["normal", "shutdown", "error", "kill"] as const;

describe("DynamicSupervision", () => {
  const grid = RESTARTS.flatMap((restart) => ENDS.map((end) => ({ restart, end })));

  it.each(grid)(
    "DS6 SF13 restarts or forgets a $restart child that ends by $end, and leaves the others alone",
    async ({ restart, end }) => {
      const { worker, news } = scene();
      await using system = testSystem();
      const app = await system.start(dynamicSupervisor());
      await app.call.startChild(worker("a"));
      const b = await app.call.startChild(worker("b", { restart }));
      news();
      if (end === "kill") b.exit("kill");
      else if (end === "error") await b.call.raise("boom").catch(() => undefined);
      else await b.call.end(end);
      await system.settle();
      const abnormal = end === "error" || end === "kill";
      const restarted = restart === "permanent" || (restart === "transient" && abnormal);
      const own = { normal: "-b:normal", shutdown: "-b", error: "-b:error", kill: "-b:killed" }[end];
      expect(news()).toBe(restarted ? `${own} +b` : own);
      expect(await shown(app)).toBe(restarted ? "a:running b:running" : "a:running");
      expect(system.crashes.map(({ fate }) => fate)).toEqual(
        abnormal ? [restarted ? "restarted" : "stays down"] : [],
      );
    },
  );

  it.each(["crashes", "fails to start again"])(
    "SF5 forgets a child that %s once too often for a budget that says so; the others do not pay for it",
    async (how) => {
      const { worker, news } = scene();
      await using system = testSystem();
      const told: unknown[] = [];
      system.telemetry.on("child:leftDown", ({ id, maxRestarts }) => told.push([id, maxRestarts]));
      const app = await system.start(
        dynamicSupervisor({ maxRestarts: 0, childBudget: { maxRestarts: 1, whenSpent: "leave" } }),
      );
      const failing = (attempt: number): void => {
        if (how !== "crashes" && attempt > 1) throw new Error("still down");
      };
      await app.call.startChild(worker("a"));
      await app.call.startChild(worker("b", {}, { init: failing }));
      for (let crash = how === "crashes" ? 2 : 1; crash > 0; crash -= 1) {
        (await pidOf(app, "b")).exit("kill");
        await system.settle();
      }
      expect(news()).toBe(how === "crashes" ? "+a +b -b:killed +b -b:killed" : "+a +b -b:killed !b");
      expect(await shown(app)).toBe("a:running");
      expect(told).toEqual([["b", 1]]);
      expect(system.crashes.at(-1)).toMatchObject({
        fate: "stays down",
        restart: { attempt: 2, maxRestarts: 1 },
      });
    },
  );

  it("lets maxStarting children be in their init at once, restarts included; the others wait in order", async () => {
    const { worker, news } = scene();
    await using system = testSystem();
    const app = await system.start(dynamicSupervisor({ maxStarting: 2, maxRestarts: 10 }));
    const gates = new Map(["a", "b", "c", "d"].map((id) => [id, [gate(), gate()]] as const));
    const begun: string[] = [];
    const slow = (id: string) => (attempt: number) => {
      begun.push(id);
      return gates.get(id)?.[attempt - 1]?.promise;
    };
    const starts = [...gates.keys()].map((id) => app.call.startChild(worker(id, {}, { init: slow(id) })));
    await system.settle();
    expect(begun.splice(0).join("")).toBe("ab");
    expect(await app.call.countChildren()).toMatchObject({ specs: 4, active: 0 });
    gates.get("b")?.[0]?.open();
    await starts[1];
    await system.settle();
    expect(begun.splice(0).join("")).toBe("c");
    (await pidOf(app, "b")).exit("kill");
    await system.settle();
    gates.get("a")?.[0]?.open();
    gates.get("c")?.[0]?.open();
    await system.settle();
    expect(begun.splice(0).join("")).toBe("db");
    gates.get("d")?.[0]?.open();
    gates.get("b")?.[1]?.open();
    await Promise.all(starts);
    await system.settle();
    expect(news()).toBe("+b -b:killed +a +c +d +b");
  });

  it("calls off starts that wait when it is stopped, and tells who asked", async () => {
    const { worker, news } = scene();
    await using system = testSystem();
    const app = await system.start(dynamicSupervisor({ maxStarting: 1 }));
    const never = (): Promise<void> => new Promise(() => undefined);
    const codes: string[] = [];
    for (const id of ["a", "b"]) {
      app.call.startChild(worker(id, {}, { init: never })).catch(({ code }) => codes.push(code));
    }
    await system.settle();
    await app.stop();
    expect(codes).toEqual(["ERR_START_FAILED", "ERR_EXITED"]);
    expect(news()).toBe("");
  });

  it("SF29 gives the place of a start that was called off to the next, and kills what it comes to", async () => {
    await using system = testSystem();
    const Plain = defineActor({ name: "plain", init: () => 0 });
    const late = gate();
    let starts = 0;
    const start = async () => {
      starts += 1;
      if (starts === 2) await late.promise;
      return system.start(Plain);
    };
    const app = await system.start(dynamicSupervisor({ maxStarting: 1 }));
    const first = await app.call.startChild(childSpec({ id: "own", start }));
    first.exit("kill");
    await system.settle();
    expect(starts).toBe(2);
    const next = app.call.startChild(Plain);
    expect(await app.call.terminateChild(first)).toBe(true);
    late.open();
    await next;
    await system.settle();
    expect(await shown(app)).toBe("plain:running");
    expect(kernelOf(system).table.size).toBe(2);
  });

  it("DS3 forgets a child that ignores its start or fails to start, at first and at a restart", async () => {
    const { worker } = scene();
    await using system = testSystem();
    const app = await system.start(dynamicSupervisor());
    const Absent = defineActor({ name: "absent", init: () => ignore() });
    await expect(app.call.startChild(Absent)).rejects.toMatchObject({ code: "ERR_IGNORED" });
    const init = () => {
      throw new Error("no");
    };
    await expect(app.call.startChild(worker("x", {}, { init }))).rejects.toMatchObject({
      code: "ERR_START_FAILED",
      cause: new Error("no"),
    });
    let ignores = false;
    const Once = defineActor({ name: "once", init: () => (ignores ? ignore() : 0) });
    const once = await app.call.startChild(Once);
    ignores = true;
    once.exit("kill");
    await system.settle();
    expect(await app.call.countChildren()).toEqual({ specs: 0, active: 0, supervisors: 0, workers: 0 });
  });

  it("DS4 SF12 counts children that start or wait for a restart, and never drifts", async () => {
    const { worker } = scene();
    await using system = testSystem();
    const backoff = { minMs: 100, maxMs: 100 };
    const app = await system.start(dynamicSupervisor({ maxChildren: 2, maxRestarts: 10, backoff }));
    const begin = gate();
    const full = { code: "ERR_MAX_CHILDREN" };
    const a = await app.call.startChild(worker("a"));
    const starting = app.call.startChild(worker("b", {}, { init: () => begin.promise }));
    await expect(app.call.startChild(worker("c"))).rejects.toMatchObject(full);
    begin.open();
    const b = await starting;
    a.exit("kill");
    await system.settle();
    expect(await shown(app)).toBe("a:restarting b:running");
    await expect(app.call.startChild(worker("c"))).rejects.toMatchObject(full);
    await system.advance(100);
    for (let crash = 0; crash < 3; crash += 1) {
      (await pidOf(app, "a")).exit("kill");
      await system.advance(100);
    }
    await expect(app.call.startChild(worker("c"))).rejects.toMatchObject(full);
    expect(await app.call.terminateChild(b)).toBe(true);
    await app.call.startChild(worker("c"));
    expect(await app.call.countChildren()).toMatchObject({ specs: 2, active: 2 });
  });

  it("DS4 may be full from the beginning", async () => {
    const { worker } = scene();
    await using system = testSystem();
    const app = await system.start(dynamicSupervisor({ maxChildren: 0 }));
    await expect(app.call.startChild(worker("a"))).rejects.toMatchObject({ code: "ERR_MAX_CHILDREN" });
  });

  it("DS7 waits until a terminated child is over, and does not know it any more", async () => {
    const { worker, news } = scene();
    await using system = testSystem();
    const bye = gate();
    const app = await system.start(dynamicSupervisor());
    const a = await app.call.startChild(worker("a", {}, { terminate: () => bye.promise }));
    let terminated = false;
    const terminating = app.call.terminateChild(a).then((known) => {
      terminated = known;
    });
    await system.settle();
    expect(terminated).toBe(false);
    bye.open();
    await terminating;
    expect(terminated).toBe(true);
    expect(news()).toBe("+a -a");
    expect(await app.call.terminateChild(a)).toBe(false);
    expect(await shown(app)).toBe("");
  });

  it("DS7 calls a pending restart off", async () => {
    const { worker, news } = scene();
    await using system = testSystem();
    const app = await system.start(dynamicSupervisor({ backoff: { minMs: 100, maxMs: 100 } }));
    const a = await app.call.startChild(worker("a"));
    a.exit("kill");
    await system.settle();
    expect(await app.call.terminateChild(a)).toBe(true);
    await system.advance(1_000);
    expect(news()).toBe("+a -a:killed");
    expect(await shown(app)).toBe("");
  });

  it("DS8 stops all children at once: it takes as long as the slowest of them", async () => {
    const { worker, news } = scene();
    await using system = testSystem();
    const app = await system.start(dynamicSupervisor());
    const never = () => new Promise<void>(() => undefined);
    for (const [id, shutdownMs] of [
      ["a", 100],
      ["b", 50],
      ["c", 100],
      ["d", 10],
    ] as const) {
      await app.call.startChild(worker(id, { shutdownMs }, { terminate: never }));
    }
    news();
    const stopping = app.stop();
    await system.advance(10);
    expect(news()).toBe("-d:killed");
    await system.advance(40);
    expect(news()).toBe("-b:killed");
    await system.advance(50);
    expect(news()).toBe("-a:killed -c:killed");
    await stopping;
    expect(system.nowMs).toBe(100);
  });

  it("DS9 SF9 keeps neither the argument of a temporary child while it runs nor anything once it has ended", async () => {
    const { worker } = scene();
    await using system = testSystem();
    const app = await system.start(dynamicSupervisor());
    const state = () =>
      processOf(app).state as { readonly children: ReadonlySet<{ readonly spec: unknown }> };
    await app.call.startChild(worker("t", { restart: "temporary" }));
    expect([...state().children].map(({ spec }) => spec)).toEqual([undefined]);
    const processes = kernelOf(system).table.size;
    for (let child = 0; child < 500; child += 1) {
      const pid = await app.call.startChild(worker(`t${child}`, { restart: "temporary" }));
      await pid.stop();
    }
    expect(state().children.size).toBe(1);
    expect(kernelOf(system).table.size).toBe(processes);
    expect(linksOf(processOf(app))).toHaveLength(1);
  });

  it("restarts its children side by side: one whose init takes time keeps no other waiting", async () => {
    const { worker, news } = scene();
    await using system = testSystem();
    const app = await system.start(dynamicSupervisor());
    const begin = gate();
    const init = (attempt: number) => (attempt === 2 ? begin.promise : undefined);
    const a = await app.call.startChild(worker("a", {}, { init }));
    const b = await app.call.startChild(worker("b"));
    news();
    a.exit("kill");
    b.exit("kill");
    await system.settle();
    expect(news()).toBe("-a:killed -b:killed +b");
    expect(await shown(app)).toBe("a:restarting b:running");
    begin.open();
    await system.settle();
    expect(news()).toBe("+a");
  });

  it("gives up as any supervisor does: children stop, and it ends with shutdown", async () => {
    const { worker, news } = scene();
    await using system = testSystem();
    const app = await system.start(dynamicSupervisor({ maxRestarts: 1 }));
    const down = app.down();
    await app.call.startChild(worker("a"));
    await app.call.startChild(worker("b"));
    news();
    (await pidOf(app, "a")).exit("kill");
    await system.settle();
    (await pidOf(app, "a")).exit("kill");
    expect(await down).toEqual({ kind: "shutdown" });
    expect(news()).toBe("-a:killed +a -a:killed -b");
  });

  it("stops a child that is still starting when it stops itself", async () => {
    const { worker, news } = scene();
    await using system = testSystem();
    const begin = gate();
    const app = await system.start(dynamicSupervisor());
    const starting = app.call
      .startChild(worker("a", {}, { init: () => begin.promise }))
      .catch((error: { code: string }) => error.code);
    await system.settle();
    await app.stop();
    expect(await starting).toBe("ERR_START_FAILED");
    begin.open();
    await system.settle();
    expect(news()).toBe("");
    expect(kernelOf(system).table.size).toBe(0);
  });
});
