import { AsyncLocalStorage } from "node:async_hooks";
import { EventEmitter } from "node:events";
import { beforeAll, describe, expect, it } from "vitest";
import { reply } from "../../src/actors/answers.ts";
import { defineActor } from "../../src/actors/define-actor.ts";
import { createSystem } from "../../src/actors/system.ts";
import { attribution } from "../../src/core/attribution-node.ts";
import { anOwner, attributionContract } from "../contracts/attribution.contract.ts";

attributionContract("attribution on Node", attribution, { knowsOwners: true });

describe("attribution on Node", () => {
  it("keeps what a handler enters in any of its turns from every other process", async () => {
    const storage = new AsyncLocalStorage<string>();
    const Keeper = defineActor({
      name: "keeper",
      init: () => 0,
      calls: {
        enter: (state, what: string) => {
          storage.enterWith(what);
          return reply(what, state);
        },
        see: (state) => reply(storage.getStore(), state),
      },
    });
    const system = createSystem();
    const [keeper, other] = [await system.start(Keeper), await system.start(Keeper)];
    for (const what of ["first", "second", "third"]) {
      await keeper.call.enter(what);
      expect(await other.call.see()).toBeUndefined();
      expect(await (await system.start(Keeper)).call.see()).toBeUndefined();
      expect(storage.getStore()).toBeUndefined();
    }
    await system.stop();
  });

  it("keeps what init enters from every other process, and from plain code", async () => {
    const storage = new AsyncLocalStorage<string>();
    const seen: (string | undefined)[] = [];
    const Keeper = defineActor({
      name: "keeper",
      init: async (what: string) => {
        seen.push(storage.getStore());
        storage.enterWith(what);
        await null;
        seen.push(storage.getStore());
        return 0;
      },
      calls: { see: (state) => reply(storage.getStore(), state) },
    });
    const system = createSystem();
    const first = await system.start(Keeper, "the first's");
    const second = await system.start(Keeper, "the second's");
    expect(seen).toEqual([undefined, "the first's", undefined, "the second's"]);
    expect([undefined, "the first's"]).toContain(await first.call.see());
    expect([undefined, "the second's"]).toContain(await second.call.see());
    expect(storage.getStore()).toBeUndefined();
    await system.stop();
  });

  it.each<[string, <R>(work: () => R) => R]>([
    ["begins", (work) => attribution.enter(anOwner(), work, undefined)],
    ["runs outside", (work) => attribution.outside(work)],
    ["runs outside as somebody", (work) => attribution.outside(() => attribution.run(anOwner(), work))],
  ])("keeps what is entered in what %s from what comes later", (_what, way) => {
    const storage = new AsyncLocalStorage<string>();
    way(() => storage.enterWith("its own"));
    const see = (): string | undefined => storage.getStore();
    expect([see(), way(see), attribution.enter(anOwner(), see, undefined), attribution.outside(see)]).toEqual(
      [undefined, undefined, undefined, undefined],
    );
  });

  beforeAll(() => attribution.install());

  it("lets whatever else the process emits go on untouched", () => {
    const heard: unknown[] = [];
    const listener = (...args: unknown[]): void => void heard.push(...args);
    process.once("troupe:test" as never, listener as never);
    expect(process.emit("troupe:test" as never, 1 as never, 2 as never)).toBe(true);
    expect(process.emit("troupe:test" as never)).toBe(false);
    expect(heard).toEqual([1, 2]);
  });

  it("leaves a fault to the host's own listeners where no owner is known", () => {
    const heard: unknown[] = [];
    const error = new Error("nobody's");
    const emitted = withListeners(
      (thrown) => heard.push(thrown),
      () => process.emit("uncaughtException", error),
    );
    expect([emitted, heard]).toEqual([true, [error]]);
  });

  it("keeps an owner's fault from the host's own listeners", () => {
    const heard: unknown[] = [];
    const owner = anOwner();
    const error = new Error("the owner's");
    withListeners(
      (thrown) => heard.push(thrown),
      () => attribution.run(owner, () => process.emit("uncaughtException", error)),
    );
    expect([owner.faults, heard]).toEqual([[error], []]);
  });

  it("keeps an owner's fault from monitors of the host's, too, and tells its owner once", () => {
    const heard: unknown[] = [];
    const owner = anOwner();
    const error = new Error("the owner's");
    const monitor = (thrown: Error): void => void heard.push(thrown);
    process.on("uncaughtExceptionMonitor", monitor);
    try {
      attribution.run(owner, () => {
        process.emit("uncaughtExceptionMonitor", error);
        process.emit("uncaughtException", error);
      });
      process.emit("uncaughtExceptionMonitor", error);
    } finally {
      process.off("uncaughtExceptionMonitor", monitor);
    }
    expect([owner.faults, heard]).toEqual([[error], [error]]);
  });

  it("tells an owner once of a rejection that comes as an exception first, as Node does when strict", () => {
    const owner = anOwner();
    const error = new Error("the owner's");
    const claimed = attribution.run(owner, () => [
      Reflect.apply(process.emit, process, ["uncaughtException", error, "unhandledRejection"]),
      Reflect.apply(process.emit, process, ["unhandledRejection", error, Promise.resolve()]),
    ]);
    expect([claimed, owner.faults]).toEqual([[true, true], [error]]);
  });

  it("comes back when somebody has put back what the process emitted with before", () => {
    const { emit } = process;
    try {
      process.emit = EventEmitter.prototype.emit as typeof process.emit;
      attribution.install();
      const owner = anOwner();
      attribution.run(owner, () => process.emit("uncaughtException", new Error("boom")));
      expect(owner.faults).toHaveLength(1);
    } finally {
      process.emit = emit;
    }
  });

  it.each<[string, (error: Error) => void]>([
    ["a promise that rejects and is forgotten", (error) => void Promise.reject(error)],
    ["an asynchronous function that throws after an await", (error) => void throwAfterAwait(error)],
    ["a timer's callback", (error) => void setTimeout(raise, 1, error)],
    ["an immediate's callback", (error) => void setImmediate(raise, error)],
    ["process.nextTick", (error) => process.nextTick(raise, error)],
    [
      "an emitter's error without a listener",
      (error) => void setImmediate(() => new EventEmitter().emit("error", error)),
    ],
  ])("gives the fault of %s to the owner in whose context it arose", async (_what, fail) => {
    const error = new Error("boom");
    const [owner, bystander] = [anOwner(), anOwner()];
    attribution.run(bystander, () => undefined);
    const scope = attribution.scope(owner)!;
    scope.runInAsyncScope(fail, undefined, error);
    while (owner.faults.length === 0) await new Promise((resolve) => setImmediate(resolve));
    expect(owner.faults).toEqual([error]);
    expect(bystander.faults).toEqual([]);
  });
});

/** Runs `emit` while `listener` is the only one that listens for exceptions. */
function withListeners<R>(listener: (error: unknown) => void, emit: () => R): R {
  const others = process.rawListeners("uncaughtException") as NodeJS.UncaughtExceptionListener[];
  process.removeAllListeners("uncaughtException");
  process.on("uncaughtException", listener);
  try {
    return emit();
  } finally {
    process.removeAllListeners("uncaughtException");
    for (const other of others) process.on("uncaughtException", other);
  }
}

async function throwAfterAwait(error: Error): Promise<void> {
  await null;
  throw error;
}

function raise(error: Error): never {
  throw error;
}
