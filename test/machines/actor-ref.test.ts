import { createSystem, defineActor } from "troupe";
import { type TestSystem, testSystem } from "troupe/testing";
import { afterEach, beforeEach, describe, expect, expectTypeOf, it } from "vitest";
import { assign, createActor, emit, setup, toPromise, waitFor } from "xstate";
import { toActorRef } from "../../src/machines/actor-ref.ts";
import { fromMachine } from "../../src/machines/from-machine.ts";

let system: TestSystem;
beforeEach(() => {
  system = testSystem();
});
afterEach(() => system.stop());

const counter = setup({
  types: {
    context: {} as { count: number },
    events: {} as { type: "inc" } | { type: "end" } | { type: "crash" },
    emitted: {} as { type: "counted"; count: number },
    output: {} as number,
  },
}).createMachine({
  id: "counter",
  context: { count: 0 },
  initial: "on",
  states: {
    on: {
      on: {
        inc: {
          actions: [
            assign({ count: ({ context }) => context.count + 1 }),
            emit(({ context }) => ({ type: "counted", count: context.count })),
          ],
        },
        end: "off",
        crash: {
          actions: () => {
            throw new Error("boom");
          },
        },
      },
    },
    off: { type: "final" },
  },
  output: ({ context }) => context.count,
});
const Counter = fromMachine(counter);

describe("toActorRef", () => {
  it("sends, reads, subscribes, selects and listens as XState's own references do", async () => {
    const ref = toActorRef(await system.start(Counter));
    const counts: number[] = [];
    const emitted: number[] = [];
    const selected: number[] = [];
    const subscription = ref.subscribe(({ context }) => counts.push(context.count));
    ref.on("counted", ({ count }) => emitted.push(count));
    ref.select(({ context }) => context.count > 1).subscribe((isMore) => selected.push(Number(isMore)));
    for (let i = 0; i < 3; i += 1) ref.send({ type: "inc" });
    expect(ref.getSnapshot().context.count).toBe(0);
    await system.settle();
    subscription.unsubscribe();
    ref.send({ type: "inc" });
    await system.settle();
    expect({ counts, emitted, selected }).toEqual({
      counts: [1, 2, 3],
      emitted: [1, 2, 3, 4],
      selected: [1],
    });
    expect(ref.id).toBe("counter");
    expect(JSON.stringify(ref)).toBe('{"xstate$$type":1,"id":"counter"}');
    expectTypeOf(ref.getSnapshot().context.count).toEqualTypeOf<number>();
  });

  it("works with waitFor and toPromise", async () => {
    const ref = toActorRef(await system.start(Counter));
    const three = waitFor(ref, ({ context }) => context.count === 3);
    const output = toPromise(ref);
    for (let i = 0; i < 3; i += 1) ref.send({ type: "inc" });
    expect((await three).value).toBe("on");
    ref.send({ type: "end" });
    expect(await output).toBe(3);
    expect(ref.getSnapshot().status).toBe("done");
  });

  it("tells of a crash as an error, of a stop as a completion, and late subscribers too", async () => {
    const crashed = toActorRef(await system.start(Counter));
    const crash = toPromise(crashed as never);
    crashed.send({ type: "crash" });
    await expect(crash).rejects.toThrow("boom");
    expect(crashed.getSnapshot()).toMatchObject({ status: "error", error: { message: "boom" } });
    const late: unknown[] = [];
    crashed.subscribe({ error: (error) => late.push((error as Error).message) });
    const stopped = toActorRef(await system.start(Counter));
    stopped.subscribe({ complete: () => late.push("completed") });
    stopped.stop();
    await system.settle();
    expect(late).toEqual(["boom", "completed"]);
    expect(stopped.getSnapshot().status).toBe("stopped");
  });

  it("is an actor to XState's own actors: they send to it", async () => {
    const ref = toActorRef(await system.start(Counter));
    const sender = createActor(
      setup({ types: { input: {} as { to: typeof ref } } }).createMachine({
        entry: ({ event }) =>
          (event as unknown as { input: { to: typeof ref } }).input.to.send({ type: "inc" }),
      }),
      { input: { to: ref } },
    );
    sender.start();
    await system.settle();
    expect(ref.getSnapshot().context.count).toBe(1);
  });

  it("is for machines that run", async () => {
    const Plain = defineActor({ init: () => 0 });
    const plain = await system.start(Plain);
    expect(() => toActorRef(plain as never)).toThrow("toActorRef: takes the pid of a machine that runs");
    const pid = await system.start(Counter);
    await pid.stop();
    expect(() => toActorRef(pid)).toThrow("is dead, or no actor of fromMachine");
  });

  it("an observer that throws is a fault of no actor", async () => {
    await using real = createSystem({ logger: false });
    const ref = toActorRef(await real.start(Counter));
    const stray = new Promise((resolve) => {
      process.once("unhandledRejection", resolve);
    });
    ref.subscribe(() => {
      throw new Error("observer");
    });
    ref.send({ type: "inc" });
    expect(await stray).toMatchObject({ message: "observer" });
    expect(ref.getSnapshot().status).toBe("active");
  });
});
