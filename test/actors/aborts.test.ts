import { getEventListeners } from "node:events";
import { describe, expect, it } from "vitest";
import { Aborts } from "../../src/actors/aborts.ts";
import { defineActor } from "../../src/actors/define-actor.ts";
import { createRegistry } from "../../src/registry/create-registry.ts";
import { testSystem } from "../../src/testing/test-system.ts";

const listenersOf = (signal: AbortSignal): number => getEventListeners(signal, "abort").length;

describe("Aborts", () => {
  it("tells all who wait with a signal, in the order in which they came, and listens to it once", () => {
    const aborts = new Aborts();
    const controller = new AbortController();
    const told: string[] = [];
    const ends = ["a", "b", "c"].map((who) => aborts.listen("call", controller.signal, () => told.push(who)));
    expect(listenersOf(controller.signal)).toBe(1);
    ends[1]!();
    controller.abort();
    expect([told, listenersOf(controller.signal)]).toEqual([["a", "c"], 0]);
  });

  it("leaves nothing on a signal when nobody waits with it, and listens to it anew", () => {
    const aborts = new Aborts();
    const controller = new AbortController();
    const { signal } = controller;
    const told: string[] = [];
    const [endFirst, endSecond] = ["first", "second"].map((who) =>
      aborts.listen("call", signal, () => told.push(who)),
    );
    endFirst!();
    expect(listenersOf(signal)).toBe(1);
    endSecond!();
    expect(listenersOf(signal)).toBe(0);
    aborts.listen("call", signal, () => told.push("third"));
    endSecond!();
    controller.abort();
    expect(told).toEqual(["third"]);
  });

  it("tells nobody who was let go of by one before it", () => {
    const aborts = new Aborts();
    const controller = new AbortController();
    const told: string[] = [];
    let endSecond = (): void => undefined;
    aborts.listen("call", controller.signal, () => endSecond());
    endSecond = aborts.listen("call", controller.signal, () => told.push("second"));
    controller.abort();
    expect(told).toEqual([]);
  });

  it("refuses a signal that cannot be listened to, and lets go of one that cannot be left", () => {
    const aborts = new Aborts();
    const { signal } = new AbortController();
    const broken = (): never => {
      throw new Error("not here");
    };
    signal.removeEventListener = broken;
    const end = aborts.listen("call", signal, () => undefined);
    expect(end).not.toThrow();
    signal.addEventListener = broken;
    expect(() => aborts.listen("call", signal, () => undefined)).toThrow(
      expect.objectContaining({
        code: "ERR_INVALID_OPTIONS",
        faults: ["signal cannot be listened to: Error: not here"],
      }),
    );
  });

  it("is one listener for all calls and waits of a system, of which none is left", async () => {
    await using system = testSystem();
    const Deaf = defineActor({
      init: () => 0,
      calls: { never: (_state, _input: number) => new Promise<never>(() => {}) },
    });
    const deaf = await system.start(Deaf);
    const names = createRegistry<string>(system, { keys: "unique" });
    const controller = new AbortController();
    const { signal } = controller;
    const forEver = { signal, timeoutMs: Number.POSITIVE_INFINITY };
    const waits = [
      ...Array.from({ length: 12 }, () => deaf.call.never(1, forEver)),
      names.whenRegistered("nobody", forEver),
      names.via(Deaf, "nobody", { waitMs: 60_000 }).call.never(1, forEver),
    ];
    await system.settle();
    expect(listenersOf(signal)).toBe(1);
    controller.abort();
    const outcomes = await Promise.allSettled(waits);
    expect(new Set(outcomes.map((outcome) => outcome.status === "rejected" && outcome.reason.code))).toEqual(
      new Set(["ERR_ABORTED"]),
    );
    expect(listenersOf(signal)).toBe(0);
  });
});
