import { describe, expect, expectTypeOf, it } from "vitest";
import { ignore, refuse, reply } from "../../src/actors/answers.ts";
import { defineActor } from "../../src/actors/define-actor.ts";
import { createSystem } from "../../src/actors/system.ts";
import { type ChildSpec, childSpec } from "../../src/core/child-spec.ts";
import { isActorError } from "../../src/core/errors.ts";
import type { Pid } from "../../src/core/pid.ts";
import type { ChildCounts, ChildInfo } from "../../src/supervisor/calls.ts";
import { type SupervisorProcess, supervisor } from "../../src/supervisor/supervisor.ts";
import { testSystem } from "../../src/testing/test-system.ts";
import { gate, pidOf, scene, shown } from "./scene.ts";

const Counter = defineActor({
  name: "counter",
  init: (start: number) => start,
  calls: {
    add: (count, by: number) => {
      if (by > 100) throw new RangeError(`${by} is too much for me`);
      return reply(count + by, count + by);
    },
  },
});

describe("supervisor", () => {
  it("SUP1 is a child spec of type supervisor with all the time there is", () => {
    const spec = supervisor({ id: "app", strategy: "oneForOne", children: [] });
    expectTypeOf(spec).toEqualTypeOf<ChildSpec<SupervisorProcess>>();
    const { id, type, restart, shutdownMs, significant } = spec;
    expect({ id, type, restart, shutdownMs, significant }).toEqual({
      id: "app",
      type: "supervisor",
      restart: "permanent",
      shutdownMs: "infinity",
      significant: false,
    });
  });

  it("answers what its type says", async () => {
    await using system = testSystem();
    const app = await system.start(supervisor({ strategy: "oneForOne", children: [] }));
    expectTypeOf(app).toEqualTypeOf<Pid<SupervisorProcess>>();
    expectTypeOf(app.call.whichChildren).returns.resolves.toEqualTypeOf<readonly ChildInfo[]>();
    expectTypeOf(app.call.countChildren).returns.resolves.toEqualTypeOf<ChildCounts>();
    expectTypeOf(app.call.terminateChild).parameter(0).toEqualTypeOf<string>();
    expectTypeOf(app.call.terminateChild).returns.resolves.toEqualTypeOf<boolean>();
    expectTypeOf(app.call.restartChild).returns.resolves.toEqualTypeOf<Pid>();
    expectTypeOf(app.call.deleteChild).returns.resolves.toEqualTypeOf<boolean>();
    const child = await app.call.startChild(Counter, 1);
    expectTypeOf(child).toEqualTypeOf<Pid<typeof Counter>>();
    // @ts-expect-error a counter starts from a number
    await app.call.startChild(Counter.child(1, { id: "b" }), 2);
    // @ts-expect-error a definition that needs an argument is no child by itself
    supervisor({ strategy: "oneForOne", children: [Counter] });
  });

  it.each(["isolated", "handlersOnly"] as const)(
    "has the child back before the caller of a failed call goes on (%s)",
    async (faults) => {
      await using system = createSystem({ logger: false, faults });
      const children = [Counter.child(0)];
      const app = await system.start(supervisor({ strategy: "oneForOne", children }));
      const counter = async () => (await app.call.whichChildren())[0]?.pid as Pid<typeof Counter>;
      const first = await counter();
      await first.call.add(500).catch(() => undefined);
      const second = await counter();
      expect(second).not.toBe(first);
      expect(await second.call.add(2)).toBe(2);
    },
  );

  it("SUP5 starts its children in order, each when the one before it is ready", async () => {
    const { worker, news } = scene();
    await using system = testSystem();
    const ready = gate();
    const children = [worker("a"), worker("b", {}, { init: () => ready.promise }), worker("c")];
    const starting = system.start(supervisor({ strategy: "oneForOne", children }));
    await system.settle();
    expect(news()).toBe("+a");
    ready.open();
    await starting;
    expect(news()).toBe("+b +c");
  });

  it("SUP6 takes what a start function answers: a pid, a promise of one, ignore or refuse", async () => {
    await using system = testSystem();
    const children = [
      childSpec({ id: "pid", start: () => system.start(Counter, 1) }),
      childSpec({ id: "ignores", start: () => ignore() }),
    ];
    const app = await system.start(supervisor({ strategy: "oneForOne", children }));
    expect(await shown(app)).toBe("ignores:- pid:running");
    const refuses = childSpec({ id: "refuses", start: () => refuse(new Error("not today")) });
    await expect(app.call.startChild(refuses)).rejects.toMatchObject({ code: "ERR_START_FAILED" });
    const odd = childSpec({ id: "odd", start: () => ({}) });
    await expect(app.call.startChild(odd)).rejects.toThrow("answers a pid, ignore() or refuse(reason)");
    const throws = childSpec({ id: "throws", start: () => Promise.reject(new Error("no luck")) });
    await expect(app.call.startChild(throws)).rejects.toThrow("no luck");
  });

  it("SUP6 restarts what a start function started", async () => {
    const { worker, news } = scene();
    await using system = testSystem();
    const start = () => system.start(worker("a"));
    const app = await system.start(
      supervisor({ strategy: "oneForOne", children: [childSpec({ id: "a", start })] }),
    );
    (await pidOf(app, "a")).exit("kill");
    await system.settle();
    expect(news()).toBe("+a -a:killed +a");
    await app.stop();
    expect(news()).toBe("-a");
  });

  it("SUP7 SF15 stops what has started, in reverse, when a child does not start; later ones never start", async () => {
    const { worker, news } = scene();
    await using system = testSystem();
    const init = () => {
      throw new Error("no port");
    };
    const children = [worker("a"), worker("b"), worker("c", {}, { init }), worker("d")];
    const app = supervisor({ id: "app", strategy: "oneForOne", children });
    const error: unknown = await system.start(app).catch((thrown: unknown) => thrown);
    expect(news()).toBe("+a +b !c -b -a");
    expect(isActorError(error, "ERR_START_FAILED") && error.reason).toMatchObject({ kind: "shutdown" });
    expect(String(error)).toContain(
      'app did not start: shutdown (StartError: child "c" of app did not start: Error: no port)',
    );
    expect((error as Error).cause).toMatchObject({ code: "ERR_START_FAILED", cause: new Error("no port") });
  });

  it("SUP7 passes a failed start on to the supervisor above", async () => {
    const { worker, news } = scene();
    await using system = testSystem();
    const init = () => {
      throw new Error("no port");
    };
    const inner = supervisor({
      id: "inner",
      strategy: "oneForOne",
      children: [worker("b"), worker("c", {}, { init })],
    });
    const outer = supervisor({ id: "outer", strategy: "oneForOne", children: [worker("a"), inner] });
    await expect(system.start(outer)).rejects.toThrow(
      'child "inner" of outer did not start: shutdown (StartError: child "c" of inner',
    );
    expect(news()).toBe("+a +b !c -b -a");
  });

  it("SUP8 keeps the spec of a child that ignores its start, but not a temporary one's", async () => {
    await using system = testSystem();
    const Absent = defineActor({ name: "absent", init: () => ignore() });
    const children = [Absent, Absent.child(undefined, { id: "t", restart: "temporary" }), Counter.child(0)];
    const app = await system.start(supervisor({ strategy: "oneForOne", children }));
    expect(await shown(app)).toBe("counter:running absent:-");
    expect(await app.call.countChildren()).toEqual({ specs: 2, active: 1, supervisors: 0, workers: 2 });
  });

  it("SUP9 SUP15 goes on whatever exit signals and messages strangers send", async () => {
    await using system = testSystem();
    const app = await system.start(supervisor({ strategy: "oneForOne", children: [Counter.child(0)] }));
    app.exit("normal");
    app.exit("shutdown");
    app.exit(new Error("stranger"));
    (app as Pid as { send(message: unknown): void }).send("hello");
    await system.settle();
    expect(await shown(app)).toBe("counter:running");
    expect(system.deadLetters).toMatchObject([{ kind: "message", message: "hello" }]);
  });

  it("SUP10 stops its children in reverse, one at a time, each waited for", async () => {
    const { worker, news } = scene();
    await using system = testSystem();
    const bye = gate();
    const children = [worker("a"), worker("b", {}, { terminate: () => bye.promise }), worker("c")];
    const app = await system.start(supervisor({ strategy: "oneForOne", children }));
    news();
    const stopping = app.stop();
    await system.settle();
    expect(news()).toBe("-c");
    bye.open();
    await stopping;
    expect(news()).toBe("-b -a");
  });

  it.each(["normal", "shutdown", "error"] as const)(
    "SUP14 stops its children and ends with the reason when its parent ends by %s",
    async (kind) => {
      const { worker, news } = scene();
      await using system = testSystem();
      let app: Pid | undefined;
      const Owner = defineActor({
        init: async (_none: undefined, self) => {
          app = await self.start(supervisor({ strategy: "oneForOne", children: [worker("a"), worker("b")] }));
          return 0;
        },
        exit: (state) => state,
      });
      const owner = await system.start(Owner);
      const reason = kind === "error" ? ({ kind, error: new Error("owner") } as const) : ({ kind } as const);
      news();
      await owner.stop({ reason });
      expect(await app?.down()).toEqual(reason);
      expect(news()).toBe("-b -a");
    },
  );

  it("SF29 stops what has started when it is told to stop before all have", async () => {
    const { worker, news } = scene();
    await using system = testSystem();
    const never = gate();
    const late = worker("late", {}, { init: () => never.promise });
    const inner = supervisor({
      id: "inner",
      strategy: "oneForOne",
      children: [worker("a"), late, worker("z")],
    });
    const app = await system.start(supervisor({ strategy: "oneForOne", children: [] }));
    const starting = app.call.startChild(inner).catch((error: { code: string }) => error.code);
    await system.settle();
    expect(news()).toBe("+a");
    await app.stop();
    expect(await starting).toBe("ERR_EXITED");
    expect(news()).toBe("-a");
    never.open();
    await system.settle();
    expect(news()).toBe("");
  });

  it("takes a supervisor among its children, and stops the whole tree", async () => {
    const { worker, news } = scene();
    await using system = testSystem();
    const inner = supervisor({ id: "inner", strategy: "oneForAll", children: [worker("b"), worker("c")] });
    const app = await system.start(
      supervisor({ strategy: "oneForOne", children: [worker("a"), inner, worker("d")] }),
    );
    expect(await app.call.countChildren()).toEqual({ specs: 3, active: 3, supervisors: 1, workers: 2 });
    await system.stop();
    expect(news()).toBe("+a +b +c +d -d -c -b -a");
  });

  it("restarts a supervisor that gave up, with all its children", async () => {
    const { worker, news } = scene();
    await using system = testSystem();
    const inner = supervisor({
      id: "inner",
      strategy: "oneForOne",
      maxRestarts: 0,
      children: [worker("b"), worker("c")],
    });
    const app = await system.start(supervisor({ strategy: "oneForOne", children: [inner] }));
    const before = (await pidOf(app, "inner")) as Pid as Pid<SupervisorProcess>;
    news();
    (await pidOf(before, "b")).exit("kill");
    await system.settle();
    expect(news()).toBe("-b:killed -c +b +c");
    expect(await before.down()).toEqual({ kind: "shutdown" });
    expect(await shown(app)).toBe("inner:running");
  });
});
