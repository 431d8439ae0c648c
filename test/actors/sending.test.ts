import { getEventListeners } from "node:events";
import { type CallSelf, createSystem, debug, defineActor, noReply, reply } from "troupe";
import { testSystem } from "troupe/testing";
import { describe, expect, it } from "vitest";
import { kernelOf } from "../../src/actors/system.ts";

const Desk = defineActor({
  name: "desk",
  init: () => 0,
  calls: {
    hang: (n, _: void, _self: CallSelf<never>) => noReply(n),
    count: (n) => reply(n, n),
    bump: (n) => reply(n + 1, n + 1),
  },
  casts: { bump: (n) => n + 1 },
});

describe("ask", () => {
  it("gives up when the caller aborts: handled is no before a handler has seen it, and it never will", async () => {
    await using system = testSystem();
    const desk = await system.start(Desk);
    const controller = new AbortController();
    const answer = desk.call.bump(undefined, { signal: controller.signal }).catch((error) => error);
    controller.abort(new Error("changed my mind"));
    expect(await answer).toMatchObject({
      code: "ERR_ABORTED",
      handled: "no",
      cause: { message: "changed my mind" },
    });
    expect(await desk.call.count()).toBe(0);
  });

  it("and unknown afterwards", async () => {
    await using system = testSystem();
    const desk = await system.start(Desk);
    const controller = new AbortController();
    const answer = desk.call.hang(undefined, { signal: controller.signal }).catch((error) => error);
    await system.settle();
    controller.abort();
    expect(await answer).toMatchObject({ code: "ERR_ABORTED", handled: "unknown" });
  });

  it("rejects at once for a signal that has aborted before", async () => {
    await using system = testSystem();
    const desk = await system.start(Desk);
    await expect(desk.call.bump(undefined, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: "ERR_ABORTED",
    });
    expect(await desk.call.count()).toBe(0);
  });

  it("leaves nothing on a signal whose calls are over", async () => {
    await using system = testSystem();
    const desk = await system.start(Desk);
    const { signal } = new AbortController();
    await Promise.all([1, 2, 3].map(() => desk.call.count(undefined, { signal })));
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });

  it("arms no deadline for what is answered in its turn, and one for what is not", async () => {
    await using system = createSystem({ logger: false });
    const desk = await system.start(Desk);
    const { deadlines } = kernelOf(system);
    const during: number[] = [];
    const answer = desk.call.bump().finally(() => during.push(deadlines.size));
    during.push(deadlines.size);
    expect([await answer, ...during]).toEqual([1, 0, 0]);

    const controller = new AbortController();
    const hanging = desk.call.hang(undefined, { signal: controller.signal }).catch((error) => error);
    await desk.call.count();
    await desk.call.count();
    expect(deadlines.size).toBe(1);
    controller.abort();
    expect(await hanging).toMatchObject({ code: "ERR_ABORTED" });
    expect(deadlines.size).toBe(0);
  });

  it("tells the handler how long its caller waits", async () => {
    await using system = testSystem();
    const Patience = defineActor({
      init: () => 0,
      calls: {
        ask: (n, _: void, self: CallSelf<number>) => {
          self.from.reply(self.from.timeoutMs);
          return noReply(n);
        },
      },
    });
    const patience = await system.start(Patience);
    expect(await patience.call.ask(undefined, { timeoutMs: 50 })).toBe(50);
    expect(await patience.call.ask(undefined, { timeoutMs: Number.POSITIVE_INFINITY })).toBe(
      Number.POSITIVE_INFINITY,
    );
    expect(await patience.call.ask()).toBe(5_000);
  });

  it("refuses a deadline that is no number", async () => {
    await using system = testSystem();
    const pid = system.spawn(async (self) => {
      await self.receive({ timeoutMs: Number.NaN });
    });
    expect(await pid.down()).toMatchObject({ error: { code: "ERR_INVALID_OPTIONS" } });
    const Silent = defineActor({ init: () => 0, calls: { ask: (n) => noReply(n) } });
    const silent = await system.start(Silent);
    for (const waiting of [
      silent.call.ask(undefined, { timeoutMs: Number.NaN }),
      silent.stop({ timeoutMs: Number.NaN }),
    ]) {
      await expect(waiting).rejects.toMatchObject({
        code: "ERR_INVALID_OPTIONS",
        handled: "no",
        faults: ["timeoutMs must be milliseconds or Infinity"],
      });
    }
    expect(kernelOf(system).runtime.scheduler).toMatchObject({ held: 0 });
  });

  it("refuses a signal that cannot abort, all faults of a call together with nothing asked", async () => {
    await using system = testSystem();
    const handled: number[] = [];
    const Open = defineActor({ init: () => 0, calls: { ask: (n) => (handled.push(n), reply(n, n + 1)) } });
    const open = await system.start(Open);
    const wrong = { signal: "now" as unknown as AbortSignal, timeoutMs: Number.NaN };
    await expect(open.call.ask(undefined, wrong)).rejects.toMatchObject({
      code: "ERR_INVALID_OPTIONS",
      handled: "no",
      faults: ["timeoutMs must be milliseconds or Infinity", "signal must be an AbortSignal"],
    });
    await open.call.ask();
    expect(handled).toEqual([0]);
    expect(kernelOf(system).runtime.scheduler).toMatchObject({ held: 0 });
  });

  it("rejects, and asks nothing, with an option that no call has; what is no object is none", async () => {
    await using system = testSystem();
    const handled: number[] = [];
    const Open = defineActor({
      init: () => 0,
      calls: { ask: (n, by: number) => (handled.push(by), reply(n, n + by)) },
    });
    const open = await system.start(Open);
    const wrong = { timeout: 5, timeoutMs: 5, hashKey: "a", idempotent: true };
    await expect(open.call.ask(1, wrong)).rejects.toMatchObject({
      code: "ERR_INVALID_OPTIONS",
      handled: "no",
      faults: ["timeout is no option here; these are: timeoutMs, signal, hashKey, idempotent"],
    });
    await open.call.ask(2, 7 as never);
    await open.call.ask(3, "options" as never);
    await open.call.ask(4, null as never);
    expect(handled).toEqual([2, 3, 4]);
  });

  it("rejects, and asks nothing, for a signal that cannot be listened to", async () => {
    await using system = testSystem();
    const handled: number[] = [];
    const Open = defineActor({ init: () => 0, calls: { ask: (n) => (handled.push(n), reply(n, n + 1)) } });
    const open = await system.start(Open);
    const { signal } = new AbortController();
    signal.addEventListener = () => {
      throw new Error("not here");
    };
    const refused = {
      code: "ERR_INVALID_OPTIONS",
      faults: ["signal cannot be listened to: Error: not here"],
    };
    await expect(open.call.ask(undefined, { signal })).rejects.toMatchObject(refused);
    await expect(debug(open).state({ signal })).rejects.toMatchObject(refused);
    await open.call.ask();
    expect(handled).toEqual([0]);
    expect(kernelOf(system).runtime.scheduler).toMatchObject({ held: 0 });
  });

  it("waits for ever with an endless deadline", async () => {
    await using system = testSystem();
    const desk = await system.start(Desk);
    let settled = false;
    void desk.call
      .hang(undefined, { timeoutMs: Number.POSITIVE_INFINITY })
      .catch(() => undefined)
      .finally(() => (settled = true));
    await system.advance(10_000_000);
    expect(settled).toBe(false);
  });

  it("the message of a timeout says who, how long, and that it may still be handled", async () => {
    await using system = testSystem();
    const desk = await system.start(Desk);
    const answer = desk.call.hang(undefined, { timeoutMs: 20 }).catch((error) => error.message);
    await system.advance(20);
    expect(await answer).toBe(`${desk} did not reply within 20 ms; the request may still be handled`);
  });

  it("a timed-out call that waits in the mailbox is still handled, as in OTP", async () => {
    await using system = testSystem();
    let open!: () => void;
    const opened = new Promise<void>((go) => (open = go));
    const Busy = defineActor({
      init: () => 0,
      casts: { block: async (n) => (await opened, n) },
      calls: { bump: (n) => reply(n, n + 1), count: (n) => reply(n, n) },
    });
    const busy = await system.start(Busy);
    busy.cast.block();
    const late = busy.call.bump(undefined, { timeoutMs: 10 }).catch((error) => error.code);
    await system.advance(10);
    expect(await late).toBe("ERR_CALL_TIMEOUT");
    open();
    await system.settle();
    expect(await busy.call.count()).toBe(1);
  });
});

describe("tell", () => {
  it("G18 to the dead is a dead letter, never a throw", async () => {
    await using system = testSystem();
    const desk = await system.start(Desk);
    await desk.stop();
    desk.cast.bump();
    expect(system.deadLetters).toMatchObject([{ kind: "cast", why: "dead", to: `${desk}` }]);
  });
});
