import {
  accepts,
  type CallSelf,
  debug,
  fail,
  ignore,
  noReply,
  type Pid,
  refuse,
  reply,
  type Self,
  stop,
  supervisor,
} from "troupe";
import { type TestSystem, testSystem } from "troupe/testing";
import { afterEach, beforeEach, describe, expect, expectTypeOf, it } from "vitest";
import * as z from "zod";
import { kernelOf } from "../../src/actors/system.ts";
import { defineStateMachine } from "../../src/machines/define-state-machine.ts";
import { again, insert, postpone, stateTimeout, step } from "../../src/machines/step.ts";

type Door = { readonly state: "locked"; readonly code: string } | { readonly state: "closed" | "open" };

const LOCKED: Door = { state: "locked", code: "1234" };
const Door = defineStateMachine({
  name: "door",
  init: (code: string): Door => ({ state: "locked", code }),
  calls: {
    unlock: (door, code: string) =>
      door.state === "locked" && door.code === code ? reply(true, { state: "closed" }) : reply(false, door),
    where: (door) => reply(door.state, door),
    pass: (door) => (door.state === "open" ? reply("passed", door) : step(door, postpone())),
  },
  casts: {
    push: (door) => (door.state === "locked" ? step(door, postpone()) : { state: "open" }),
    crash: () => {
      throw new Error("boom");
    },
  },
  info: (door, message: "slam") => (message === "slam" && door.state === "open" ? { state: "closed" } : door),
});

let system: TestSystem;
beforeEach(() => {
  system = testSystem();
});
afterEach(async () => {
  await system.stop();
  expect(kernelOf(system).table.size).toBe(0);
  expect(kernelOf(system).deadlines.size).toBe(0);
});

describe("defineStateMachine", () => {
  it("SM1 what a message means depends on the state, told apart by its name", async () => {
    const door = await system.start(Door, "1234");
    expect(await door.call.unlock("0000")).toBe(false);
    expect(await door.call.unlock("1234")).toBe(true);
    door.cast.push();
    expect(await door.call.where()).toBe("open");
    door.send("slam");
    expect(await door.call.where()).toBe("closed");
  });

  it("SM3 a call that is put off stays open and is answered in another state", async () => {
    const door = await system.start(Door, "1234");
    const passed = door.call.pass(undefined, { timeoutMs: 60_000 });
    door.cast.push();
    await door.call.unlock("1234");
    expect(await passed).toBe("passed");
  });

  it("SM11 a call is answered now, later from another state, with an error, or by the end", async () => {
    type State = { readonly state: "waiting" | "done"; readonly from?: CallSelf<string>["from"] };
    const Desk = defineStateMachine({
      init: (): State => ({ state: "waiting" }),
      calls: {
        later: (_desk, _none: void, self: CallSelf<string>) => noReply({ state: "waiting", from: self.from }),
        promised: (desk) => reply(Promise.resolve("promised"), desk),
        wrong: (desk) => fail(new Error("wrong"), desk),
        last: (desk) => reply("last", stop("normal", desk)),
        quit: (desk) => stop("shutdown", desk),
      },
      casts: {
        answer: (desk) => {
          desk.from?.reply("now");
          return { state: "done" };
        },
      },
    });
    const desk = await system.start(Desk);
    const later = desk.call.later();
    expectTypeOf(later).resolves.toEqualTypeOf<string>();
    desk.cast.answer();
    expect(await later).toBe("now");
    expect(await desk.call.promised()).toBe("promised");
    await expect(desk.call.wrong()).rejects.toThrow("wrong");
    expect(await desk.call.last()).toBe("last");
    expect(await desk.down()).toEqual({ kind: "normal" });
    const other = await system.start(Desk);
    const open = other.call.later();
    const quitting = other.call.quit();
    await expect(open).rejects.toMatchObject({ code: "ERR_EXITED", reason: { kind: "shutdown" } });
    await expect(quitting).rejects.toMatchObject({ code: "ERR_EXITED", reason: { kind: "shutdown" } });
  });

  it("SM11 a promised answer of a call that was put off ends the machine when it is broken", async () => {
    const broken = Promise.reject(new Error("broken"));
    broken.catch(() => undefined);
    const Late = defineStateMachine({
      init: (): { state: "a" | "b" } => ({ state: "a" }),
      calls: { ask: (at) => (at.state === "a" ? step(at, postpone()) : reply(broken, at)) },
      casts: { go: () => ({ state: "b" }) },
    });
    const late = await system.start(Late);
    const asked = late.call.ask();
    late.cast.go();
    await expect(asked).rejects.toMatchObject({
      code: "ERR_EXITED",
      reason: { error: { message: "broken" } },
    });
  });

  it("SM12 init may step, ignore, refuse and wait", async () => {
    const start = (how: string): unknown => {
      if (how === "ignore") return ignore();
      if (how === "refuse") return refuse("shutdown");
      return Promise.resolve(step({ state: "a", seen: "" }, insert(how)));
    };
    const Starting = defineStateMachine({
      init: start as (how: string) => Promise<{ state: "a"; seen: string }>,
      calls: { seen: (at) => reply(at.seen, at) },
      internal: (at, what) => ({ ...at, seen: String(what) }),
    });
    await expect(system.start(Starting, "ignore")).rejects.toMatchObject({ code: "ERR_IGNORED" });
    await expect(system.start(Starting, "refuse")).rejects.toMatchObject({ code: "ERR_START_FAILED" });
    expect(await (await system.start(Starting, "first")).call.seen()).toBe("first");
  });

  it.each([
    ["nothing", () => undefined, "machine answered undefined: a machine's state is an object with a state"],
    ["a text", () => "open", "machine answered string"],
    ["fail for a cast", (at: object) => fail("x", at), "machine.go answered fail(…)"],
    [
      "no action",
      (at: object) => step(at, "postpone" as never),
      "machine.go was answered with a step that holds no action",
    ],
  ])("SM12 %s is no answer: the machine ends with what may be answered", async (_what, go, text) => {
    const Bad = defineStateMachine({ init: () => ({ state: "a" }), casts: { go: go as never } });
    const bad = await system.start(Bad);
    (bad.cast as unknown as { go(): void }).go();
    expect(await bad.down()).toMatchObject({
      kind: "error",
      error: { message: expect.stringContaining(text) },
    });
  });

  it("SM12 a timeout without a handler for it ends the machine and says so", async () => {
    const Bad = defineStateMachine({ init: () => step({ state: "a" }, stateTimeout(5)) });
    const bad = await system.start(Bad);
    await system.advance(5);
    expect(await bad.down()).toMatchObject({ error: { message: expect.stringContaining("has no timeout") } });
  });

  it("SM13 is looked into by its own state: read, replaced, redacted", async () => {
    const Redacted = defineStateMachine({
      name: "vault",
      init: () => ({ state: "shut", secret: "xyz" }),
      calls: { secret: (at) => reply(at.secret, at) },
      casts: {
        crash: () => {
          throw new Error("boom");
        },
      },
      redact: ({ state }) => state,
    });
    const vault = await system.start(Redacted);
    expect(await debug(vault).state()).toEqual({ state: "shut", secret: "xyz" });
    await debug<{ state: string; secret: string }>(vault).replaceState((at) => ({ ...at, secret: "new" }));
    expect(await vault.call.secret()).toBe("new");
    const told: unknown[] = [];
    system.telemetry.on("process:crashed", ({ state }) => told.push(state));
    vault.cast.crash();
    await system.settle();
    expect(told).toEqual(["shut"]);
  });

  it("comes back clean under a supervisor: what was put off, its timeouts and its data are gone", async () => {
    const app = await system.start(
      supervisor({ strategy: "oneForOne", children: [Door.child("1234", { id: "door" })] }),
    );
    const first = (await app.call.whichChildren())[0]?.pid as Pid<typeof Door>;
    const passing = first.call.pass();
    first.cast.crash();
    await expect(passing).rejects.toMatchObject({ code: "ERR_EXITED" });
    const second = (await app.call.whichChildren())[0]?.pid as Pid<typeof Door>;
    expect(second).not.toBe(first);
    expect(await debug(second).state()).toEqual(LOCKED);
  });

  it("traps where it has an exit handler, and hears of deaths", async () => {
    const heard: unknown[] = [];
    const Parent = defineStateMachine({
      init: (_none: void, self: Self) => {
        self.monitor(self.spawn(() => Promise.reject(new Error("boom"))));
        return { state: "a" };
      },
      exit: (at, { reason }) => {
        heard.push(["exit", reason.kind]);
        return at;
      },
      down: (at, { reason }) => {
        heard.push(["down", reason.kind]);
        return at;
      },
    });
    await system.start(Parent);
    await system.settle();
    expect(heard.sort()).toEqual([
      ["down", "error"],
      ["exit", "error"],
    ]);
  });

  it("counts a message that it does not read as a dead letter, and lives on", async () => {
    const Deaf = defineStateMachine({ init: () => ({ state: "a" }) });
    const deaf = await system.start(Deaf);
    const letters: unknown[] = [];
    system.telemetry.on("message:dead", ({ why }) => letters.push(why));
    deaf.send("hello" as never);
    await system.settle();
    expect(letters).toEqual(["unhandled"]);
    expect(await debug(deaf).state()).toEqual({ state: "a" });
  });

  it("checks messages at the door", async () => {
    const Checked = defineStateMachine({
      init: () => ({ state: "a", sum: 0 }),
      calls: {
        add: accepts(z.number(), (at: { state: string; sum: number }, by) =>
          reply(at.sum + by, { ...at, sum: at.sum + by }),
        ),
      },
    });
    const checked = await system.start(Checked);
    expect(await checked.call.add(2)).toBe(2);
    await expect(checked.call.add("2" as never)).rejects.toMatchObject({ code: "ERR_BAD_MESSAGE" });
  });

  it("lists all faults of a definition at once", () => {
    const wrong = {
      name: "bad",
      init: 1,
      enter: 2,
      calls: { state: 4 },
      casts: { go: 3 },
      idle: () => 0,
      extra: 1,
    };
    expect(() => defineStateMachine(wrong as never)).toThrow(
      'defineStateMachine("bad"): unknown key "extra"; init must be a function; calls.state must be a function; casts.go must be a function; enter must be a function; a machine has no idle: use eventTimeout(…)',
    );
  });

  it("types its addresses, and refuses a state that is none of the union", async () => {
    const door = await system.start(Door, "1234");
    const where: "locked" | "closed" | "open" = await door.call.where();
    expect(where).toBe("locked");
    // @ts-expect-error it answers no other
    (await door.call.where()) satisfies "locked";
    expectTypeOf(door.call.unlock).parameter(0).toEqualTypeOf<string>();
    defineStateMachine({
      init: (): Door => LOCKED,
      casts: {
        // @ts-expect-error a door is never ajar
        push: () => ({ state: "ajar" }),
      },
    });
    await door.call.where();
  });

  it("again and an asynchronous enter keep one event at a time", async () => {
    const seen: string[] = [];
    const Slow = defineStateMachine({
      init: (): { state: "a" | "b" } => ({ state: "a" }),
      casts: { go: () => ({ state: "b" }), again: (at) => again(at) },
      calls: { seen: (at) => reply(seen.join(" "), at) },
      enter: async ({ state }, from) => {
        seen.push(`enter ${state} from ${from}`);
        await Promise.resolve();
        seen.push(`in ${state}`);
      },
    });
    const slow = await system.start(Slow);
    slow.cast.go();
    slow.cast.again();
    expect(await slow.call.seen()).toBe("enter a from a in a enter b from a in b enter b from b in b");
  });
});
