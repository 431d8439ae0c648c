import { describe, expect, it } from "vitest";
import { reply } from "../../src/actors/answers.ts";
import { defineActor } from "../../src/actors/define-actor.ts";
import type { ChildSpec } from "../../src/core/child-spec.ts";
import type { Pid } from "../../src/core/pid.ts";
import { supervisor } from "../../src/supervisor/supervisor.ts";
import { testSystem } from "../../src/testing/test-system.ts";
import { gate, pidOf, scene } from "./scene.ts";

describe("infosOf", () => {
  it("SUP34 lists the last started first, with those that came later", async () => {
    const { worker } = scene();
    await using system = testSystem();
    const inner = supervisor({ id: "inner", strategy: "oneForOne", children: [] });
    const app = await system.start(supervisor({ strategy: "oneForOne", children: [worker("a"), inner] }));
    const d = await app.call.startChild(worker("d"));
    expect(await app.call.whichChildren()).toEqual([
      { id: "d", pid: d, type: "worker" },
      { id: "inner", pid: await pidOf(app, "inner"), type: "supervisor" },
      { id: "a", pid: await pidOf(app, "a"), type: "worker" },
    ]);
  });

  it("shows no pid of a child that is stopping, or only starting for the first time", async () => {
    const { worker } = scene();
    await using system = testSystem();
    const [begin, bye] = [gate(), gate()];
    const children = [worker("a", {}, { terminate: () => bye.promise })];
    const app = await system.start(supervisor({ strategy: "oneForOne", children }));
    const starting = app.call.startChild(worker("b", {}, { init: () => begin.promise }));
    await system.settle();
    expect(await app.call.whichChildren()).toMatchObject([{ id: "b", pid: undefined }, { id: "a" }]);
    begin.open();
    await starting;
    const terminating = app.call.terminateChild("a");
    await system.settle();
    expect(await app.call.whichChildren()).toMatchObject([{ id: "b" }, { id: "a", pid: undefined }]);
    bye.open();
    expect(await terminating).toBe(true);
  });
});

describe("countsOf", () => {
  it("SUP35 counts specs, those that run, and both types, running or not", async () => {
    const { worker } = scene();
    await using system = testSystem();
    const inner = (id: string) => supervisor({ id, strategy: "oneForOne", children: [] });
    const children = [
      worker("a"),
      worker("b"),
      inner("x"),
      inner("y"),
      worker("c", { restart: "transient" }),
    ];
    const app = await system.start(supervisor({ strategy: "oneForOne", children }));
    await app.call.terminateChild("b");
    await app.call.terminateChild("x");
    await (await pidOf(app, "c")).call.end("normal");
    await system.settle();
    expect(await app.call.countChildren()).toEqual({ specs: 5, active: 2, supervisors: 2, workers: 3 });
  });
});

describe("getChildSpec", () => {
  it("SUP36 finds a spec by id or by pid", async () => {
    const { worker } = scene();
    await using system = testSystem();
    const spec = worker("a", { shutdownMs: 20, restart: "transient" });
    const app = await system.start(supervisor({ strategy: "oneForOne", children: [spec] }));
    expect(await app.call.getChildSpec("a")).toBe(spec);
    expect(await app.call.getChildSpec(await pidOf(app, "a"))).toBe(spec);
    expect(await app.call.getChildSpec("b")).toBeUndefined();
    expect(await app.call.getChildSpec(app as Pid)).toBeUndefined();
  });
});

describe("childToStart", () => {
  const Greeter = defineActor({
    name: "greeter",
    init: (start: { readonly greeting: string; readonly timeoutMs?: number }) => start,
    calls: { greet: (state, who: string) => reply(`${state.greeting} ${who}`, state) },
  });

  it("takes a definition with its argument, whatever the argument looks like", async () => {
    await using system = testSystem();
    const app = await system.start(supervisor({ strategy: "oneForOne", children: [] }));
    const greeter = await app.call.startChild(Greeter, { greeting: "hello", timeoutMs: 0 });
    expect(await greeter.call.greet("you")).toBe("hello you");
  });

  it("takes a spec, and whatever knows its own spec", async () => {
    await using system = testSystem();
    const app = await system.start(supervisor({ strategy: "oneForOne", children: [] }));
    const spec = Greeter.child({ greeting: "hi" }, { id: "hi" });
    expect(await (await app.call.startChild(spec)).call.greet("you")).toBe("hi you");
    const handle = {
      child: (): ChildSpec<typeof Greeter> => Greeter.child({ greeting: "ho" }, { id: "ho" }),
    };
    expect(await (await app.call.startChild(handle)).call.greet("you")).toBe("ho you");
  });

  it.each([undefined, null, 3, {}])("rejects the call for %j, and the supervisor goes on", async (what) => {
    await using system = testSystem();
    const app = await system.start(supervisor({ strategy: "oneForOne", children: [] }));
    const loose = app.call as unknown as { startChild(what: unknown): Promise<unknown> };
    await expect(loose.startChild(what)).rejects.toMatchObject({ code: "ERR_INVALID_OPTIONS" });
    expect(await app.call.countChildren()).toMatchObject({ specs: 0 });
  });
});
