import { createRegistry, defineAgent, supervisor } from "troupe";
import { type TestSystem, testSystem } from "troupe/testing";
import { afterEach, beforeEach, describe, expect, expectTypeOf, it } from "vitest";
import { kernelOf } from "../../src/actors/system.ts";

const Counter = defineAgent((start: number) => ({ count: start }), { name: "counter" });
const bump = ({ count }: { readonly count: number }) => ({ count: count + 1 });
const boom = (): never => {
  throw new Error("boom");
};

let system: TestSystem;
beforeEach(() => {
  system = testSystem();
});
afterEach(async () => {
  await system.stop();
  expect(kernelOf(system).table.size).toBe(0);
  expect(kernelOf(system).deadlines.size).toBe(0);
});

describe("defineAgent", () => {
  it("A1 gets, updates, and does both, with the state in hand", async () => {
    const counter = await system.start(Counter, 5);
    expect(await counter.call.get(({ count }) => count * 2)).toBe(10);
    await counter.call.update(bump);
    expect(await counter.call.getAndUpdate((state) => [state.count, { count: 0 }])).toBe(6);
    expect(await counter.call.get((state) => state)).toEqual({ count: 0 });
  });

  it("A1 functions run inside the agent, one at a time, asynchronous ones too", async () => {
    const counter = await system.start(Counter, 0);
    const slow = counter.call.update(async (state) => {
      await Promise.resolve();
      return bump(state);
    });
    const ran: unknown[] = [];
    const next = counter.call.get((state) => {
      ran.push(kernelOf(system).running?.pid);
      return state.count;
    });
    await slow;
    expect(await next).toBe(1);
    expect(ran).toEqual([counter]);
  });

  it("A1 knows the types of state and answer", async () => {
    const counter = await system.start(Counter, 0);
    expectTypeOf(counter.call.get(({ count }) => `${count}`)).resolves.toEqualTypeOf<string>();
    expectTypeOf(counter.call.getAndUpdate((state) => [1, state])).resolves.toEqualTypeOf<number>();
    // @ts-expect-error the state is no string
    counter.cast.update(() => "wrong");
    await counter.call.get(() => undefined);
  });

  it.each([
    ["undefined", () => undefined],
    ["a single value", () => [1]],
    ["three", () => [1, 2, 3]],
    ["a promise of no pair", async () => 7],
  ])("A2 getAndUpdate that answers %s ends the agent, and the caller is told", async (_what, change) => {
    const counter = await system.start(Counter, 0);
    await expect(counter.call.getAndUpdate(change as never)).rejects.toMatchObject({
      code: "ERR_EXITED",
      reason: { kind: "error", error: expect.any(TypeError) },
    });
    expect(await counter.down()).toMatchObject({ kind: "error" });
  });

  it("A3 an init that throws is a failed start", async () => {
    await expect(system.start(defineAgent(boom))).rejects.toMatchObject({
      code: "ERR_START_FAILED",
      reason: { kind: "error", error: { message: "boom" } },
    });
  });

  it("A4 a call that is late rejects, and its function still runs", async () => {
    const counter = await system.start(Counter, 0);
    const open: { gate?: () => void } = {};
    const late = counter.call.update(
      async (state) => {
        await new Promise<void>((gate) => {
          open.gate = gate;
        });
        return bump(state);
      },
      { timeoutMs: 100 },
    );
    const refused = expect(late).rejects.toMatchObject({ code: "ERR_CALL_TIMEOUT", handled: "unknown" });
    await system.advance(100);
    await refused;
    open.gate?.();
    expect(await counter.call.get(({ count }) => count)).toBe(1);
  });

  it("A4 a function that throws ends the agent; a dead one is ERR_NOPROC", async () => {
    const counter = await system.start(Counter, 0);
    await expect(counter.call.get(boom)).rejects.toMatchObject({ code: "ERR_EXITED" });
    await expect(counter.call.get(bump)).rejects.toMatchObject({ code: "ERR_NOPROC" });
  });

  it("A5 update answers nothing, and a cast never fails", async () => {
    const counter = await system.start(Counter, 0);
    expect(await counter.call.update(bump)).toBeUndefined();
    expect(counter.cast.update(bump)).toBeUndefined();
    expect(await counter.call.get(({ count }) => count)).toBe(2);
    await counter.stop();
    expect(counter.cast.update(bump)).toBeUndefined();
    expect(system.deadLetters).toMatchObject([{ kind: "cast", why: "dead" }]);
  });

  it("stands under a supervisor, with a name that outlives a crash", async () => {
    const names = createRegistry(system, { keys: "unique" });
    const hits = names.via(Counter, "hits");
    const child = Counter.child(0, { name: hits });
    await system.start(supervisor({ strategy: "oneForOne", children: [names, child] }));
    await hits.call.update(bump);
    await hits.call.get(boom).catch(() => undefined);
    expect(await hits.call.get(({ count }) => count)).toBe(0);
  });
});
