import { describe, expect, it } from "vitest";
import { supervisor } from "../../src/supervisor/supervisor.ts";
import { testSystem } from "../../src/testing/test-system.ts";
import { gate, pidOf, scene, shown } from "./scene.ts";

describe("Jobs", () => {
  it("SUP43 lets reads go on while a start takes time, and makes every other operation wait", async () => {
    const { worker, news } = scene();
    await using system = testSystem();
    const begin = gate();
    const app = await system.start(supervisor({ strategy: "oneForOne", children: [worker("a")] }));
    const starting = app.call.startChild(worker("b", {}, { init: () => begin.promise }));
    const terminating = app.call.terminateChild("a");
    const deleting = app.call.deleteChild("a");
    const next = app.call.startChild(worker("c"));
    await system.settle();
    expect(await shown(app)).toBe("b:- a:running");
    expect(await app.call.countChildren()).toEqual({ specs: 2, active: 1, supervisors: 0, workers: 2 });
    expect(news()).toBe("+a");
    begin.open();
    await Promise.all([starting, terminating, deleting, next]);
    expect(news()).toBe("+b -a +c");
    expect(await shown(app)).toBe("c:running b:running");
  });

  it("lets reads go on while a child terminates", async () => {
    const { worker } = scene();
    await using system = testSystem();
    const bye = gate();
    const children = [worker("a", {}, { terminate: () => bye.promise }), worker("b")];
    const app = await system.start(supervisor({ strategy: "oneForOne", children }));
    const terminating = app.call.terminateChild("a");
    await system.settle();
    expect(await shown(app)).toBe("b:running a:-");
    bye.open();
    expect(await terminating).toBe(true);
  });

  it("restarts one child after the other, in the order in which they ended", async () => {
    const { worker, news } = scene();
    await using system = testSystem();
    const begin = gate();
    const init = (attempt: number) => (attempt === 2 ? begin.promise : undefined);
    const children = [worker("a", {}, { init }), worker("b")];
    const app = await system.start(supervisor({ strategy: "oneForOne", children }));
    const [a, b] = [await pidOf(app, "a"), await pidOf(app, "b")];
    news();
    a.exit("kill");
    await system.settle();
    b.exit("kill");
    await system.settle();
    expect(news()).toBe("-a:killed -b:killed");
    expect(await shown(app)).toBe("b:- a:restarting");
    begin.open();
    await system.settle();
    expect(news()).toBe("+a +b");
  });

  it("keeps answers to reads in their place among the messages before them", async () => {
    const { worker } = scene();
    await using system = testSystem();
    const app = await system.start(supervisor({ strategy: "oneForOne", children: [] }));
    const [, after] = await Promise.all([app.call.startChild(worker("a")), app.call.countChildren()]);
    expect(after.active).toBe(1);
  });

  it("begins nothing more once the supervisor ends: callers who wait get its reason", async () => {
    const { worker, news } = scene();
    await using system = testSystem();
    const begin = gate();
    const app = await system.start(supervisor({ strategy: "oneForOne", children: [worker("a")] }));
    const failed = (error: { code: string }) => error.code;
    const starting = app.call.startChild(worker("b", {}, { init: () => begin.promise })).catch(failed);
    const waiting = app.call.startChild(worker("c")).catch(failed);
    await system.settle();
    await app.stop();
    expect(await Promise.all([starting, waiting])).toEqual(["ERR_EXITED", "ERR_EXITED"]);
    begin.open();
    await system.settle();
    expect(news()).toBe("+a -a");
  });

  it("does any number of jobs that waited for one that took time", async () => {
    const { worker } = scene();
    await using system = testSystem();
    const begin = gate();
    const app = await system.start(supervisor({ strategy: "oneForOne", children: [worker("a")] }));
    const slow = app.call.startChild(worker("b", {}, { init: () => begin.promise }));
    const waiting = Array.from({ length: 20_000 }, () => app.call.deleteChild("nobody"));
    await system.settle();
    begin.open();
    await slow;
    expect(new Set(await Promise.all(waiting))).toEqual(new Set([false]));
  });
});
