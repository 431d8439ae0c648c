import { type TestSystem, testSystem } from "troupe/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { assign, createActor, createMachine, setup } from "xstate";
import type { From } from "../../src/actors/sending.ts";
import { fromMachine } from "../../src/machines/from-machine.ts";
import { act, answer, callerOf, pidOf } from "../../src/machines/powers.ts";
import { eventTimeout, insert, postpone, stateTimeout, timeout } from "../../src/machines/step.ts";

let system: TestSystem;
beforeEach(() => {
  system = testSystem();
});
afterEach(() => system.stop());

type Event =
  | { type: "print"; text: string }
  | { type: "online" | "offline" | "later" | "flush" | "idle" | "count" };

const printer = setup({
  types: {
    events: {} as Event,
    context: {} as { waiting: readonly (From<unknown> | undefined)[]; log: readonly string[] },
  },
}).createMachine({
  id: "printer",
  context: { waiting: [], log: [] },
  initial: "offline",
  on: { count: { actions: answer(({ context }) => context.log.length) } },
  states: {
    offline: {
      on: {
        online: "online",
        print: { actions: act(postpone()) },
        later: { actions: assign({ waiting: ({ context, self }) => [...context.waiting, callerOf(self)] }) },
      },
    },
    online: {
      on: {
        offline: "offline",
        print: {
          actions: [
            assign({ log: ({ context, event }) => [...context.log, event.text] }),
            answer(({ event }) => `printed ${event.text}`),
          ],
        },
        flush: {
          actions: ({ context }) => {
            for (const from of context.waiting) from?.reply("flushed");
          },
        },
      },
    },
  },
});

describe("act", () => {
  it("SM5 SM14 puts events off until the machine is in another state, the oldest first", async () => {
    const pid = await system.start(fromMachine(printer));
    for (const text of ["1", "2"]) pid.send({ type: "print", text });
    pid.send({ type: "count" });
    pid.send({ type: "online" });
    pid.send({ type: "print", text: "3" });
    expect((await pid.call.snapshot()).context.log).toEqual(["1", "2", "3"]);
  });

  it("SM7 SM8 SM14 sets timeouts whose content is the event that comes", async () => {
    const machine = createMachine({
      context: { seen: [] as string[] },
      initial: "a",
      entry: act(timeout("named", 300, { type: "named" })),
      states: {
        a: {
          entry: [act(stateTimeout(100, { type: "state" })), act(eventTimeout(50, { type: "silence" }))],
          on: { go: "b" },
        },
        b: {},
      },
      on: {
        ping: { actions: act(({ event }) => insert({ type: "again", of: event["n"] })) },
        "*": { actions: assign({ seen: ({ context, event }) => [...context.seen, event.type] }) },
      },
    });
    const pid = await system.start(fromMachine(machine));
    const seen = async () => (await pid.call.snapshot()).context.seen;
    await system.advance(50);
    expect(await seen()).toEqual(["silence"]);
    await system.advance(50);
    expect(await seen()).toEqual(["silence", "state"]);
    pid.send({ type: "ping", n: 1 });
    expect(await seen()).toEqual(["silence", "state", "again"]);
    pid.send({ type: "go" });
    await system.advance(200);
    expect(await seen()).toEqual(["silence", "state", "again", "named"]);
  });

  it("is for machines that run by fromMachine", () => {
    const actor = createActor(createMachine({ entry: act(postpone()) }));
    const errors: unknown[] = [];
    actor.subscribe({ error: (error) => errors.push(error) });
    actor.start();
    expect(errors).toMatchObject([
      { message: expect.stringContaining("act(…) is for machines that run by fromMachine") },
    ]);
  });
});

describe("answer", () => {
  it("SM11 SM14 answers the call now, and after it was put off", async () => {
    const pid = await system.start(fromMachine(printer));
    const printed = pid.call.ask({ type: "print", text: "hello" });
    expect(await pid.call.ask({ type: "count" })).toBe(0);
    pid.send({ type: "online" });
    expect(await printed).toBe("printed hello");
    expect(await pid.call.ask({ type: "count" })).toBe(1);
  });

  it("SM11 leaves a call open that nobody answers, until the machine ends", async () => {
    const pid = await system.start(fromMachine(printer));
    const asked = pid.call.ask({ type: "offline" }, { timeoutMs: 60_000 });
    await system.settle();
    pid.exit("shutdown");
    await expect(asked).rejects.toMatchObject({ code: "ERR_EXITED", reason: { kind: "shutdown" } });
  });

  it("SM11 answers with the end: the answer first", async () => {
    const machine = createMachine({
      initial: "a",
      states: { a: { on: { quit: { target: "b", actions: answer("bye") } } }, b: { type: "final" } },
    });
    const pid = await system.start(fromMachine(machine));
    expect(await pid.call.ask({ type: "quit" })).toBe("bye");
    expect(await pid.down()).toEqual({ kind: "normal" });
  });
});

describe("pidOf", () => {
  it("is the process behind an action's self", async () => {
    const pids: unknown[] = [];
    const pid = await system.start(
      fromMachine(createMachine({ entry: ({ self }) => pids.push(pidOf(self)) })),
    );
    expect(pids).toEqual([pid]);
  });
});

describe("callerOf", () => {
  it("SM11 SM14 is kept and answered from another state", async () => {
    const pid = await system.start(fromMachine(printer));
    const waiting = [pid.call.ask({ type: "later" }), pid.call.ask({ type: "later" })];
    pid.send({ type: "later" });
    pid.send({ type: "online" });
    pid.send({ type: "flush" });
    expect(await Promise.all(waiting)).toEqual(["flushed", "flushed"]);
  });
});
