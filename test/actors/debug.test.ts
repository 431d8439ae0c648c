import { createRegistry, debug, defineActor, isActorError, next, reply, supervisor } from "troupe";
import { testSystem } from "troupe/testing";
import { describe, expect, expectTypeOf, it } from "vitest";

const Counter = defineActor({
  name: "counter",
  init: (start: number) => ({ count: start }),
  calls: { value: (state) => reply(state.count, state) },
  casts: {
    add: (state, by: number) => ({ count: state.count + by }),
    work: async (state, done: Promise<void>) => (await done, state),
  },
  redact: ({ count }) => ({ digits: String(count).length }),
});

type Count = { readonly count: number };

describe("debug", () => {
  it("SYS1 answers the state that all messages sent before have left", async () => {
    await using system = testSystem();
    const counter = await system.start(Counter, 5);
    counter.cast.add(2);
    const state = debug<Count>(counter).state();
    counter.cast.add(100);
    expect(await state).toEqual({ count: 7 });
    expectTypeOf(state).resolves.toEqualTypeOf<Count>();
    expectTypeOf(debug(counter).state).returns.resolves.toBeUnknown();
  });

  it("SYS1 replaces the state in its turn, and answers the new one", async () => {
    await using system = testSystem();
    const counter = await system.start(Counter, 5);
    counter.cast.add(2);
    const replaced = debug<Count>(counter).replaceState(({ count }) => ({ count: count * 10 }));
    counter.cast.add(1);
    expect(await replaced).toEqual({ count: 70 });
    expect(await counter.call.value()).toBe(71);
  });

  it.each([
    [
      "throws",
      () => {
        throw new Error("boom");
      },
      { message: "boom" },
    ],
    [
      "rejects",
      async () => {
        throw new Error("later");
      },
      { name: "TypeError" },
    ],
    ["answers a promise", async () => ({ count: 0 }), { name: "TypeError" }],
    ["answers next(…)", () => next({ count: 0 }, {}), { name: "TypeError" }],
    [
      "throws nothing at all",
      () => {
        throw undefined;
      },
      undefined,
    ],
  ])("SYS1 a function that %s is the caller's failure: the state is kept", async (_how, update, error) => {
    await using system = testSystem();
    const counter = await system.start(Counter, 5);
    const failure = await debug<Count>(counter)
      .replaceState(update as unknown as (state: Count) => Count)
      .then(
        () => "replaced",
        (thrown: unknown) => thrown,
      );
    if (error === undefined) expect(failure).toBeUndefined();
    else expect(failure).toMatchObject(error);
    expect(await counter.call.value()).toBe(5);
    await new Promise((resolve) => setImmediate(resolve));
    expect(debug(counter).status().status).toBe("running");
    expect(system.crashes).toEqual([]);
  });

  it("SYS1 shows status, parent, definition, queue, ties and names, and the state through redact", async () => {
    await using system = testSystem();
    const names = createRegistry(system, { keys: "unique", name: "names" });
    const hits = names.via(Counter, "hits");
    const Parent = defineActor({
      name: "parent",
      init: async (_: void, self) => {
        const child = await self.start(Counter.child(123, { name: hits }));
        self.monitor(child);
        return child;
      },
      calls: { child: (child) => reply(child, child) },
    });
    const parent = await system.start(Parent);
    const child = await parent.call.child();
    expect(debug(hits).status()).toEqual({
      pid: child,
      label: String(child),
      definition: "counter",
      status: "running",
      busy: false,
      queued: 0,
      openCalls: 0,
      parent,
      linkCount: 1,
      monitorCount: 0,
      monitoredByCount: 1,
      names: ["hits in names"],
      links: [parent],
      monitors: [],
      monitoredBy: [parent],
      waitsFor: [],
      trapsExits: false,
      state: { digits: 3 },
    });
    expect(debug(parent).status()).toMatchObject({ links: [child], monitors: [child], state: undefined });
  });

  it("SYS1 shows a process whose handler hangs, without waiting for it", async () => {
    await using system = testSystem();
    const counter = await system.start(Counter, 5);
    counter.cast.work(new Promise(() => undefined));
    counter.cast.add(1);
    await system.settle();
    expect(debug(counter).status()).toMatchObject({ status: "running", busy: true, queued: 1 });
    counter.exit("kill");
    await counter.down();
    expect(debug(counter).status()).toMatchObject({ status: "dead", busy: false, queued: 0 });
  });

  it("SYS1 a redact that fails does no harm", async () => {
    await using system = testSystem();
    const Secretive = defineActor({
      init: () => 1,
      redact: () => {
        throw new Error("no");
      },
    });
    expect(debug(await system.start(Secretive)).status().state).toBe("(redact failed)");
  });

  it("keeps the state of the library's own processes to itself, and shows the rest", async () => {
    await using system = testSystem();
    const app = await system.start(
      supervisor({ id: "app", strategy: "oneForOne", children: [Counter.child(1)] }),
    );
    await expect(debug(app).state()).rejects.toMatchObject({ code: "ERR_UNSUPPORTED", handled: "no" });
    await expect(debug(app).replaceState(() => 1)).rejects.toMatchObject({ code: "ERR_UNSUPPORTED" });
    expect(debug(app).status()).toMatchObject({ definition: "app", linkCount: 1, trapsExits: true });
    expect(await app.call.countChildren()).toMatchObject({ active: 1 });
  });

  it("resolves a name anew at each use", async () => {
    await using system = testSystem();
    const names = createRegistry(system, { keys: "unique" });
    const hits = names.via(Counter, "hits");
    const desk = debug<Count>(hits);
    await expect(desk.state()).rejects.toMatchObject({ code: "ERR_NOPROC", handled: "no" });
    expect(() => desk.status()).toThrow(/nobody has .*hits/);
    for (const start of [1, 2]) {
      const counter = await system.start(Counter.child(start, { name: hits }));
      expect(await desk.state()).toEqual({ count: start });
      await counter.stop();
    }
  });

  it.each([undefined, null, 7, "counter", {}, { kind: "pool" }])("refuses %j", (target) => {
    expect(() => debug(target as never)).toThrow("takes a system, a pid or a name");
  });

  it("refuses what is no function", async () => {
    await using system = testSystem();
    const desk = debug(await system.start(Counter, 1));
    for (const call of [() => desk.replaceState(1 as never), () => desk.trace("all" as never)]) {
      expect(call).toThrow(/takes a function/);
      try {
        call();
      } catch (error) {
        expect(isActorError(error, "ERR_INVALID_OPTIONS")).toBe(true);
      }
    }
  });
});
