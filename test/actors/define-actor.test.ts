import { type Actor, accepts, createSystem, defineActor, InvalidOptionsError, reply } from "troupe";
import { describe, expect, expectTypeOf, it } from "vitest";
import * as z from "zod";

describe("defineActor", () => {
  it("lists all faults at once, unknown keys included", () => {
    // biome-ignore lint/suspicious/noThenProperty: that is the fault
    const wrong = { init: 3, cast: {}, calls: { then: () => 0, add: "no" }, terminate: true };
    const caught = (() => {
      try {
        return defineActor(wrong as never);
      } catch (error) {
        return error as InvalidOptionsError;
      }
    })() as InvalidOptionsError;
    expect(caught).toBeInstanceOf(InvalidOptionsError);
    expect(caught.faults).toEqual([
      'unknown key "cast"',
      "init must be a function",
      "terminate must be a function",
      expect.stringContaining("calls.then would make every address look like a promise"),
      "calls.add must be a function",
    ]);
  });

  it.each([
    [{ capacity: Number.NaN, policy: "reject" }, ["mailbox.capacity must be a whole number of at least 1"]],
    [{ capacity: 5, policy: "drop" }, ['mailbox.policy must be "reject", "dropNewest" or "dropOldest"']],
    [{ highWater: 0 }, ["mailbox.highWater must be a whole number of at least 1"]],
    [
      { highwater: 5 },
      ['mailbox: unknown option "highwater"', "mailbox.highWater must be a whole number of at least 1"],
    ],
    [
      { capacity: 5, policy: "reject", highWater: 3 },
      ["mailbox takes highWater, or capacity and policy, not both"],
    ],
  ])("refuses the mailbox %j", (mailbox, faults) => {
    expect(() => defineActor({ init: () => 0, mailbox: mailbox as never })).toThrow(
      expect.objectContaining({ faults }),
    );
  });

  it("gives each handler a method of its own name, found by go-to-definition and shown in stacks", async () => {
    await using system = createSystem({ logger: false });
    const Named = defineActor({
      init: () => 0,
      calls: { value: (n) => reply(n, n) },
      casts: { hit: (n) => n + 1 },
    });
    const named = await system.start(Named);
    expect([named.call.value.name, named.cast.hit.name]).toEqual(["value", "hit"]);
    expect(named.call).toBe(named.call);
  });

  it("takes handlers with odd names", async () => {
    await using system = createSystem({ logger: false });
    const Odd = defineActor({
      init: () => "fine",
      calls: {
        constructor: (s: string) => reply(s, s),
        "with space": (s) => reply(s, s),
      },
    });
    const odd = await system.start(Odd);
    expect(await odd.call["with space"]()).toBe("fine");
    expect(await (odd.call.constructor as unknown as () => Promise<string>)()).toBe("fine");
  });

  it("makes child specs with its name as id, permanent and with 5,000 ms", () => {
    const Plain = defineActor({ name: "plain", init: (n: number) => n });
    expect(Plain.child(1)).toMatchObject({
      id: "plain",
      restart: "permanent",
      shutdownMs: 5_000,
      type: "worker",
    });
    expect(Plain.child(1, { id: "other", restart: "transient" })).toMatchObject({
      id: "other",
      restart: "transient",
    });
    expect(Plain.child(1).with({ significant: true })).toMatchObject({ id: "plain", significant: true });
  });

  it("an actor called through a name of another definition rejects", async () => {
    const { createRegistry } = await import("troupe");
    await using system = createSystem({ logger: false });
    const One = defineActor({ name: "one", init: () => 0, calls: { ask: (n) => reply(n, n) } });
    const Other = defineActor({ name: "other", init: () => 0, calls: { ask: (n) => reply(n, n) } });
    const names = createRegistry(system, { keys: "unique" });
    names.register("k", await system.start(One));
    await expect(names.via(Other, "k").call.ask()).rejects.toMatchObject({
      code: "ERR_WRONG_ACTOR",
      handled: "no",
    });
  });
});

describe("the type of a definition", () => {
  const Counter = defineActor({
    init: (start: number) => ({ count: start }),
    calls: {
      value: (s) => reply(s.count, s),
      add: (s, by: number) => reply(s.count + by, s),
      later: (s) => reply(Promise.resolve("x"), s),
      checked: accepts(z.string().transform(Number), (s, n) => reply(n, s)),
    },
    casts: { reset: () => ({ count: 0 }) },
  });

  it("has plain signatures of what is asked and told", () => {
    expectTypeOf(Counter).toExtend<
      Actor<
        number,
        {
          value: () => number;
          add: (by: number) => number;
          later: () => string;
          checked: (input: string) => number;
        },
        { reset: () => void }
      >
    >();
  });

  it("refuses what does not fit", async () => {
    await using system = createSystem({ logger: false });
    const counter = await system.start(Counter, 1);
    // @ts-expect-error a number is asked for
    void counter.call.add("2").catch(() => undefined);
    // @ts-expect-error no such cast
    expect(() => counter.cast.add(1)).toThrow(TypeError);
    expectTypeOf(counter.call.later()).resolves.toEqualTypeOf<string>();
    await counter.call.value();
  });
});
