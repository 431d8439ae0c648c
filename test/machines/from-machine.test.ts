import { createSystem, debug, type Pid, type System, supervisor } from "troupe";
import { type TestSystem, testSystem } from "troupe/testing";
import { afterEach, beforeEach, describe, expect, expectTypeOf, it } from "vitest";
import {
  type AnyEventObject,
  type AnyStateMachine,
  assign,
  createActor,
  createMachine,
  emit,
  fromCallback,
  fromObservable,
  fromPromise,
  type InspectionEvent,
  raise,
  sendTo,
  setup,
} from "xstate";
import { processOf } from "../../src/actors/process.ts";
import { kernelOf } from "../../src/actors/system.ts";
import type { Chart, PersistedMachine } from "../../src/machines/chart.ts";
import { fromMachine, type MachineActor } from "../../src/machines/from-machine.ts";
import type { Machine } from "../../src/machines/machine.ts";

let system: TestSystem;
beforeEach(() => {
  system = testSystem();
});
afterEach(async () => {
  await system.stop();
  expect(kernelOf(system).table.size).toBe(0);
  expect(kernelOf(system).deadlines.size).toBe(0);
});

const boom = (): never => {
  throw new Error("boom");
};

/** Goes wrong in each of the ways in which a machine can. */
function failing(how: Readonly<Record<string, unknown>>): AnyStateMachine {
  return createMachine({
    id: "failing",
    initial: "well",
    states: { well: "on" in how ? {} : { on: { GO: { target: "ill" } } }, ill: {} },
    ...how,
  } as never);
}
const within = (invoke: unknown): AnyStateMachine =>
  failing({ states: { well: { on: { GO: "ill" } }, ill: { invoke: { src: invoke } } } });

async function supervised(machine: AnyStateMachine) {
  const app = await system.start(
    supervisor({
      strategy: "oneForOne",
      children: [fromMachine(machine).child(undefined, { id: "machine" })],
    }),
  );
  const machinePid = async () =>
    (await app.call.whichChildren())[0]?.pid as unknown as Pid<MachineActor<AnyStateMachine>>;
  return { app, machinePid };
}

function labels(of: System = system): readonly string[] {
  return of.processes().map(({ label }) => label.replace(/ \(pid \d+\)/, ""));
}

describe("fromMachine", () => {
  it("takes events as messages, one at a time, and answers its snapshot", async () => {
    const door = setup({
      types: {
        events: {} as { type: "open" } | { type: "close" },
        input: {} as { locked: boolean },
        context: {} as { locked: boolean },
      },
    }).createMachine({
      id: "door",
      context: ({ input }) => ({ locked: input.locked }),
      initial: "closed",
      states: {
        closed: { on: { open: { guard: ({ context }) => !context.locked, target: "open" } } },
        open: { on: { close: "closed" } },
      },
    });
    const Door = fromMachine(door);
    const pid = await system.start(Door, { locked: false });
    pid.send({ type: "open" });
    const snapshot = await pid.call.snapshot();
    expectTypeOf(snapshot.value).toEqualTypeOf<"closed" | "open">();
    expect(snapshot.value).toBe("open");
    expect(labels()).toEqual(["door"]);
    // @ts-expect-error a door cannot be slammed
    pid.send({ type: "slam" });
    // @ts-expect-error the input is missing
    Door.child();
    const locked = await system.start(Door, { locked: true });
    locked.send({ type: "open" });
    expect((await locked.call.snapshot()).value).toBe("closed");
  });

  it("ends with normal in its final state, and answers its output to whoever waits", async () => {
    const machine = createMachine({
      initial: "a",
      states: { a: { on: { GO: "b" } }, b: { type: "final" } },
      output: ({ event }) => ({ by: event.type }),
    });
    const pid = await system.start(fromMachine(machine));
    const outputs = [pid.call.output(), pid.call.output(undefined, { timeoutMs: 60_000 })];
    pid.send({ type: "GO" });
    expect(await Promise.all(outputs)).toEqual([
      { by: "xstate.done.state.(machine).b" },
      { by: "xstate.done.state.(machine).b" },
    ]);
    expect(await pid.down()).toEqual({ kind: "normal" });
    await expect(pid.call.output()).rejects.toMatchObject({ code: "ERR_NOPROC" });
  });

  it("keeps nothing of who has waited for its output and given up", async () => {
    const machine = createMachine({ initial: "a", states: { a: { on: { GO: "b" } }, b: { type: "final" } } });
    const pid = await system.start(fromMachine(machine));
    const chart = (processOf(pid).state as Machine).beside as Chart;
    const given = new AbortController();
    const waits = [
      pid.call.output(undefined, { timeoutMs: 10 }),
      pid.call.output(undefined, { signal: given.signal }),
      pid.call.output(undefined, { timeoutMs: 60_000 }),
    ];
    const outcomes = Promise.allSettled(waits);
    await system.settle();
    expect(chart.waiting).toBe(3);
    given.abort();
    await system.advance(10);
    expect(chart.waiting).toBe(1);
    pid.send({ type: "GO" });
    expect((await outcomes).map(({ status }) => status)).toEqual(["rejected", "rejected", "fulfilled"]);
    expect(chart.waiting).toBe(0);
  });

  it("ends before its first message when it begins in its final state", async () => {
    const pid = await system.start(
      fromMachine(createMachine({ initial: "a", states: { a: { type: "final" } } })),
    );
    expect(await pid.down()).toEqual({ kind: "normal" });
  });

  it.each([
    ["an action", failing({ on: { GO: { actions: boom } } })],
    ["an assigner", failing({ context: {}, on: { GO: { actions: assign(boom) } } })],
    ["a guard", failing({ on: { GO: { guard: boom, actions: () => undefined } } })],
    [
      "an entry action after a delay",
      failing({ states: { well: { after: { 100: "ill" } }, ill: { entry: boom } } }),
    ],
    ["an invoked promise", within(fromPromise(async () => boom()))],
    ["an invoked promise's creator", within(fromPromise(() => boom()))],
    ["an invoked callback", within(fromCallback(() => boom()))],
    [
      "an invoked callback's receiver",
      failing({
        on: { GO: { actions: sendTo("c", { type: "GO" }) } },
        invoke: { id: "c", src: fromCallback(({ receive }) => receive(boom)) },
      }),
    ],
    [
      "an invoked observable",
      within(
        fromObservable(
          () =>
            ({
              subscribe: (to: { error(e: unknown): void }) => {
                to.error(new Error("boom"));
                return { unsubscribe: () => undefined };
              },
            }) as never,
        ),
      ),
    ],
    ["an invoked machine", within(createMachine({ entry: boom }))],
    [
      "a child's forgotten promise",
      within(
        fromCallback(() => {
          void Promise.reject(new Error("boom"));
        }),
      ),
    ],
  ])("a throw in %s is its end, and its supervisor starts it anew", async (_what, machine) => {
    const { machinePid } = await supervised(machine);
    const first = await machinePid();
    first.send({ type: "GO" });
    await system.advance(100);
    expect(await first.down()).toMatchObject({
      kind: "error",
      error: { message: expect.stringContaining("boom") },
    });
    const second = await machinePid();
    expect(second).not.toBe(first);
    expect((await second.call.snapshot()).value).toBe("well");
  });

  it("a machine that handles onError lives on when a child fails, by a throw, a kill or a stray fault", async () => {
    const machine = createMachine({
      context: { failures: [] as unknown[] },
      initial: "on",
      states: {
        on: {
          invoke: {
            id: "worker",
            src: fromCallback(({ receive }) => receive(boom)),
            onError: {
              target: "on",
              reenter: true,
              actions: assign({
                failures: ({ context, event }) => [...context.failures, (event.error as Error).message],
              }),
            },
          },
          on: { GO: { actions: sendTo("worker", { type: "GO" }) } },
        },
      },
    });
    const pid = await system.start(fromMachine(machine));
    pid.send({ type: "GO" });
    await system.settle();
    system
      .processes()
      .find(({ label }) => label.startsWith("machine child"))
      ?.pid.exit("kill");
    await system.settle();
    const { context } = await pid.call.snapshot();
    expect(context.failures).toEqual([
      "boom",
      expect.stringMatching(/^machine child \[worker\] \(pid \d+\) exited/),
    ]);
    expect(labels()).toEqual(["(machine)", "machine child [worker]"]);
  });

  it("starts a child anew as often as it is told, then lets the machine hear", async () => {
    let starts = 0;
    const machine = createMachine({
      initial: "on",
      states: {
        on: {
          invoke: {
            id: "worker",
            src: fromCallback(({ receive }) => {
              starts += 1;
              receive(boom);
            }),
            onError: "sorry",
          },
          on: { GO: { actions: sendTo("worker", { type: "GO" }) } },
        },
        sorry: {},
      },
    });
    const pid = await system.start(
      fromMachine(machine, { children: { worker: { maxRestarts: 2, periodMs: 1_000 } } }),
    );
    for (const restarted of [2, 3]) {
      pid.send({ type: "GO" });
      await system.settle();
      expect(starts).toBe(restarted);
      expect((await pid.call.snapshot()).value).toBe("on");
    }
    pid.send({ type: "GO" });
    await system.settle();
    expect((await pid.call.snapshot()).value).toBe("sorry");
    expect(labels()).toEqual(["(machine)"]);
  });

  it.each(["stop", "kill", "crash", "exit"] as const)(
    "leaves nothing behind on %s: children, theirs, and what they opened",
    async (how) => {
      const closed: string[] = [];
      const open = (name: string) => fromCallback(() => () => closed.push(name));
      const machine = createMachine({
        invoke: [
          { id: "one", src: open("one") },
          {
            id: "below",
            src: createMachine({
              invoke: { id: "two", src: open("two") },
              after: { 500: { actions: () => closed.push("late") } },
            }),
          },
        ],
        on: { CRASH: { actions: boom } },
      });
      const pid = await system.start(fromMachine(machine));
      expect(labels()).toEqual([
        "(machine)",
        "machine child [one]",
        "machine child [below]",
        "machine child [two]",
      ]);
      if (how === "stop") await pid.stop();
      if (how === "kill") pid.exit("kill");
      if (how === "crash") pid.send({ type: "CRASH" } as never);
      if (how === "exit") pid.exit("shutdown");
      await system.advance(1_000);
      expect(labels()).toEqual([]);
      expect(closed.sort()).toEqual(["one", "two"]);
    },
  );

  it("stops what a state invoked before the next one starts, and frees its system id", async () => {
    const log: string[] = [];
    const port = (name: string) =>
      fromCallback(() => {
        log.push(`open ${name}`);
        return () => log.push(`close ${name}`);
      });
    const machine = createMachine({
      initial: "a",
      states: {
        a: {
          invoke: { src: port("a"), systemId: "port" },
          on: { GO: "b", AGAIN: { target: "a", reenter: true } },
        },
        b: { invoke: { src: port("b"), systemId: "port" } },
      },
    });
    const pid = await system.start(fromMachine(machine));
    pid.send({ type: "AGAIN" });
    pid.send({ type: "GO" });
    await system.settle();
    expect(log).toEqual(["open a", "close a", "open a", "close a", "open b"]);
  });

  it("goes on where it was when what it saved is loaded: its state, its children, what was delayed", async () => {
    let saved: PersistedMachine | undefined;
    const machine = createMachine({
      id: "kept",
      context: { count: 0 },
      initial: "a",
      states: {
        a: { on: { GO: "b" } },
        b: {
          after: { 300: "c" },
          invoke: { id: "still", src: fromPromise(() => new Promise(() => undefined)) },
        },
        c: {},
      },
      on: {
        COUNT: { actions: assign({ count: ({ context }) => context.count + 1 }) },
        CRASH: { actions: boom },
      },
    });
    const Kept = fromMachine(machine, {
      persist: {
        load: () => saved,
        save: async (persisted) => {
          await Promise.resolve();
          saved = JSON.parse(JSON.stringify(persisted));
        },
      },
    });
    const app = await system.start(
      supervisor({ strategy: "oneForOne", children: [Kept.child(undefined, { id: "kept" })] }),
    );
    const kept = async () => (await app.call.whichChildren())[0]?.pid as unknown as Pid<typeof Kept>;
    const first = await kept();
    first.send({ type: "COUNT" });
    first.send({ type: "GO" });
    await system.advance(100);
    first.send({ type: "COUNT" });
    await system.settle();
    first.send({ type: "CRASH" });
    await first.down();
    const second = await kept();
    expect(await second.call.snapshot()).toMatchObject({ value: "b", context: { count: 2 } });
    expect(labels()).toContain("machine child [still]");
    expect((await second.call.persisted()).delayed).toMatchObject([{ leftMs: 200 }]);
    await system.advance(200);
    expect((await second.call.snapshot()).value).toBe("c");
  });

  it("no delayed transition of a dead incarnation fires", async () => {
    const fired: string[] = [];
    let made = 0;
    const machine = createMachine({
      context: { id: 0 },
      entry: assign({ id: () => (made += 1) }),
      initial: "a",
      states: {
        a: {
          after: { 100: { target: "b", actions: ({ context }) => fired.push(`after of ${context.id}`) } },
        },
        b: {},
      },
      on: { CRASH: { actions: boom } },
    });
    const { machinePid } = await supervised(machine);
    await system.advance(50);
    (await machinePid()).send({ type: "CRASH" });
    await system.advance(50);
    expect(fired).toEqual([]);
    await system.advance(50);
    expect(fired).toEqual(["after of 2"]);
  });

  it("a delayed transition whose state was left while it waited in the mailbox does not come", async () => {
    const machine = createMachine({
      initial: "a",
      states: { a: { after: { 100: "late" }, on: { AGAIN: { target: "a", reenter: true } } }, late: {} },
    });
    const pid = await system.start(fromMachine(machine));
    await debug(pid as unknown as Pid).suspend();
    pid.send({ type: "AGAIN" });
    await system.advance(100);
    await debug(pid as unknown as Pid).resume();
    await system.settle();
    expect((await pid.call.snapshot()).value).toBe("a");
  });

  it("what a child says of its end while its machine lets go of it does not reach the next one of its name", async () => {
    const jobs: ((output: number) => void)[] = [];
    const machine = createMachine({
      context: { done: 0 },
      initial: "idle",
      states: {
        idle: { on: { WORK: "busy" } },
        busy: {
          invoke: {
            id: "job",
            src: fromPromise<number>(() => new Promise((resolve) => jobs.push(resolve))),
            onDone: { target: "idle", actions: assign({ done: ({ event }) => event.output }) },
          },
          on: { LEAVE: "idle" },
        },
      },
    });
    const pid = await system.start(fromMachine(machine));
    pid.send({ type: "WORK" });
    await system.settle();
    await debug(pid as unknown as Pid).suspend();
    pid.send({ type: "LEAVE" });
    pid.send({ type: "WORK" });
    jobs[0]?.(1);
    await system.settle();
    await debug(pid as unknown as Pid).resume();
    await system.settle();
    expect(await pid.call.snapshot()).toMatchObject({ value: "busy", context: { done: 0 } });
    jobs[1]?.(2);
    await system.settle();
    expect(await pid.call.snapshot()).toMatchObject({ value: "idle", context: { done: 2 } });
  });

  it("tells inspectors what XState's own interpreter tells them", async () => {
    const machine = createMachine({
      id: "told",
      context: { n: 0 },
      initial: "a",
      states: {
        a: { entry: [raise({ type: "X" })], on: { X: {}, GO: { target: "b", actions: assign({ n: 1 }) } } },
        b: { entry: emit({ type: "arrived" }) },
      },
    });
    const shape = (event: InspectionEvent): unknown => {
      const { type, rootId, actorRef } = event;
      const { event: what } = event as { event?: AnyEventObject };
      const { snapshot } = event as { snapshot?: { value?: unknown } };
      return [type, actorRef.sessionId === rootId, what?.type, snapshot?.value];
    };
    const theirs: unknown[] = [];
    const actor = createActor(machine, { inspect: (event) => theirs.push(shape(event)) });
    actor.start();
    actor.send({ type: "GO" });
    const ours: unknown[] = [];
    const pid = await system.start(fromMachine(machine, { inspect: (event) => ours.push(shape(event)) }));
    pid.send({ type: "GO" });
    await system.settle();
    expect(ours.length).toBeGreaterThan(5);
    expect(ours).toEqual(theirs);
  });

  it("a message that is no event is a dead letter; a start that fails says why", async () => {
    const pid = await system.start(fromMachine(createMachine({ id: "m" })));
    const letters: unknown[] = [];
    system.telemetry.on("message:dead", ({ why }) => letters.push(why));
    pid.send("hello" as never);
    await system.settle();
    expect(letters).toEqual(["badMessage"]);
    await expect(system.start(fromMachine(createMachine({ entry: boom })))).rejects.toMatchObject({
      code: "ERR_START_FAILED",
      reason: { error: { message: "boom" } },
    });
    await expect(system.start(fromMachine(createMachine({ context: boom })))).rejects.toMatchObject({
      code: "ERR_START_FAILED",
    });
  });

  it("refuses a call whose event is none, and lives on", async () => {
    const pid = await system.start(fromMachine(createMachine({ id: "m" })));
    for (const event of [undefined, null, "hello", {}]) {
      await expect(pid.call.ask(event as never)).rejects.toThrow(
        "m.ask takes an event: an object with a type",
      );
    }
    expect((await pid.call.snapshot()).status).toBe("active");
  });

  it("does not start from what was never saved, and says so", async () => {
    for (const given of [null, "text", {}, { snapshot: null, delayed: [] }, { snapshot: {} }]) {
      const persist = { load: () => given as never, save: () => undefined };
      await expect(system.start(fromMachine(createMachine({ id: "m" }), { persist }))).rejects.toThrow(
        "persist.load answers undefined, or what persist.save was given",
      );
    }
  });

  it("is ended by a link that is no child's, and hears nothing of one that ends in order", async () => {
    const pid = await system.start(fromMachine(createMachine({ id: "m" })));
    system.spawn((self) => self.link(pid as never));
    await system.settle();
    expect((await pid.call.snapshot()).status).toBe("active");
    system.spawn(async (self) => {
      self.link(pid as never);
      self.exit("shutdown");
    });
    expect(await pid.down()).toEqual({ kind: "shutdown" });
  });

  it("says what log(…) says, and shows of its state what redact shows", async () => {
    const said: unknown[] = [];
    const told: unknown[] = [];
    const machine = createMachine({
      id: "m",
      initial: "a",
      states: { a: {} },
      on: { CRASH: { actions: boom } },
    });
    const pid = await system.start(
      fromMachine(machine, {
        name: "named",
        log: (...args) => said.push(args),
        redact: ({ value }) => value,
      }),
    );
    system.telemetry.on("process:crashed", ({ state, label }) => told.push([label.split(" ")[0], state]));
    expect(await debug<{ value: string }>(pid as unknown as Pid).state()).toMatchObject({ value: "a" });
    pid.send({ type: "CRASH" });
    await system.settle();
    expect(told).toEqual([["named", "a"]]);
  });

  it("lists all faults of its options at once, and takes nothing but machines", () => {
    const machine = createMachine({});
    expect(() =>
      fromMachine(machine, {
        childs: {},
        inspect: 1,
        children: { a: { maxRestarts: -1, periodMs: 5 } },
      } as never),
    ).toThrow(
      'fromMachine: children.a.maxRestarts must be a whole number of at least 0; inspect must be a function; unknown option "childs"',
    );
    expect(() => fromMachine(fromPromise(async () => 1) as never)).toThrow("takes a machine of XState v5");
  });

  it("runs on the host's clock and event loop as well", async () => {
    const machine = createMachine({
      initial: "a",
      states: {
        a: { invoke: { src: fromPromise(async () => 7), onDone: "b" } },
        b: { after: { 1: "c" } },
        c: { type: "final" },
      },
      output: 7,
    });
    await using real = createSystem({ logger: false });
    const pid = await real.start(fromMachine(machine));
    expect(await pid.call.output()).toBe(7);
  });
});
