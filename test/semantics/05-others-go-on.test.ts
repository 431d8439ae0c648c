import { type CallSelf, createSystem, defineActor, noReply, reply, type Self, type System } from "troupe";
import { testSystem } from "troupe/testing";
import { describe, expect, it } from "vitest";

const MANY = 20_000;

interface Turns {
  readonly done: () => number;
  readonly before: number;
  readonly most: number;
  readonly from: CallSelf<number>["from"] | undefined;
}

const Hostile = defineActor({
  name: "hostile",
  init: (handle: () => void) => handle,
  calls: { ask: (handle) => reply("here", handle) },
  info: (handle, _message: number) => {
    handle();
    return handle;
  },
});

/** Wants a turn of its own again and again until `done()` has come to {@link MANY}. */
const Other = defineActor({
  name: "other",
  init: (done: () => number, self: Self): Turns => {
    self.send("turn");
    return { done, before: done(), most: 0, from: undefined };
  },
  calls: {
    most: (turns, _none: undefined, { from }: CallSelf<number>) => noReply({ ...turns, from }),
  },
  info: (turns, _message: "turn", self: Self): Turns => {
    const now = turns.done();
    const most = Math.max(turns.most, now - turns.before);
    if (now >= MANY) turns.from?.reply(most);
    if (now < MANY || turns.from === undefined) self.send("turn");
    return { ...turns, before: now, most };
  },
});

/** @returns the most that was done between two turns of somebody else */
async function mostBetweenTurns(system: System, done: () => number): Promise<number> {
  const other = await system.start(Other, done);
  return other.call.most(undefined, { timeoutMs: Number.POSITIVE_INFINITY });
}

describe("5 · a process with very many messages holds up nobody else", () => {
  it("others have their turns between slices of 64 messages", async () => {
    await using system = createSystem({ logger: false });
    let handled = 0;
    const hostile = await system.start(Hostile, () => {
      handled += 1;
    });
    for (let message = 0; message < MANY; message += 1) hostile.send(message);
    const most = await mostBetweenTurns(system, () => handled);
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThanOrEqual(64 * 2);
  });

  it("others have their turns while a receive looks past messages that do not fit", async () => {
    await using system = createSystem({ logger: false });
    let looked = 0;
    const isWanted = (message: unknown): message is "wanted" => {
      looked += 1;
      return message === "wanted";
    };
    const got: unknown[] = [];
    const picky = system.spawn<unknown>(async (self) => void got.push(await self.receive(isWanted)));
    for (let message = 0; message < MANY; message += 1) picky.send(message);
    picky.send("wanted");
    expect(await mostBetweenTurns(system, () => looked)).toBeLessThanOrEqual(1_000);
    await picky.down();
    expect([got, looked]).toEqual([["wanted"], MANY + 1]);
  });

  it.each([0, 10])(
    "a receive with timeoutMs %d finds what waited already, however far behind",
    async (timeoutMs) => {
      await using system = createSystem({ logger: false });
      const got: unknown[] = [];
      const isWanted = (message: unknown): message is "wanted" => message === "wanted";
      const picky = system.spawn<unknown>(async (self) => {
        got.push(await self.receive(isWanted, { timeoutMs }));
        got.push(await self.receive(isWanted, { timeoutMs }).catch((error) => error.code));
        got.push(await self.receive());
      });
      for (let message = 0; message < MANY; message += 1) picky.send(message);
      picky.send("wanted");
      await picky.down();
      expect(got).toEqual(["wanted", "ERR_RECEIVE_TIMEOUT", 0]);
    },
  );

  it("a receive whose time is up while it looks gives up when it has looked at all, and at each once", async () => {
    await using system = testSystem();
    const looked: unknown[] = [];
    const got: unknown[] = [];
    const isWanted = (message: unknown): message is "wanted" => {
      looked.push(message);
      return message === "wanted";
    };
    const picky = system.spawn<unknown>(async (self) => {
      got.push(await self.receive(isWanted, { timeoutMs: 0 }).catch((error) => error.code));
    });
    for (let message = 0; message < MANY; message += 1) picky.send(message);
    await system.advance(1);
    expect(got).toEqual(["ERR_RECEIVE_TIMEOUT"]);
    expect(looked).toEqual(Array.from({ length: MANY }, (_, message) => message));
  });

  it("a receive whose time is up gives up, though messages come as fast as it looks at them", async () => {
    await using system = createSystem({ logger: false });
    let looked = 0;
    const outcome = await new Promise((resolve) => {
      const picky = system.spawn<unknown>(async (self) => {
        const isWanted = (_message: unknown): _message is never => {
          looked += 1;
          if (looked < 1_000_000) picky.send("more");
          return false;
        };
        resolve(await self.receive(isWanted, { timeoutMs: 1 }).catch((error) => error.code));
      });
      for (let message = 0; message < MANY; message += 1) picky.send(message);
    });
    expect(outcome).toBe("ERR_RECEIVE_TIMEOUT");
    expect(looked).toBeLessThan(1_000_000);
  });

  it("others have their turns while the dead letters of one that was killed are told of", async () => {
    await using system = createSystem({ logger: false });
    let handled = 0;
    const told: unknown[] = [];
    system.telemetry.on("message:dead", ({ message }) => told.push(message));
    const hostile = await system.start(Hostile, () => {
      handled += 1;
    });
    for (let message = 0; message < MANY; message += 1) hostile.send(message);
    const asked = hostile.call.ask().catch((error) => [error.code, error.handled, told.length < MANY]);
    hostile.exit("kill");
    expect(await mostBetweenTurns(system, () => told.length)).toBeLessThanOrEqual(1_000);
    expect(await asked).toEqual(["ERR_EXITED", "no", true]);
    expect(handled).toBe(0);
    expect(told).toEqual(Array.from({ length: MANY }, (_, message) => message));
  });

  it("a system has told of every dead letter before it is stopped", async () => {
    const system = createSystem({ logger: false });
    const told: unknown[] = [];
    system.telemetry.on("message:dead", ({ message, count }) => told.push([message, count]));
    const hostile = await system.start(Hostile, () => undefined);
    for (let message = 0; message < MANY; message += 1) hostile.send(message);
    hostile.exit("kill");
    await system.stop();
    expect(told).toEqual(Array.from({ length: MANY }, (_, message) => [message, message + 1]));
  });
});
