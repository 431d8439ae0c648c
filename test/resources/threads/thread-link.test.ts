import { once } from "node:events";
import { MessageChannel } from "node:worker_threads";
import { describe, expect, it, onTestFinished } from "vitest";
import { createRegistry } from "../../../src/registry/create-registry.ts";
import { transfer } from "../../../src/resources/threads/transfer.ts";
import { testSystem } from "../../../src/testing/test-system.ts";
import { freshSystem, Jobs, moduleOf, sharedJobs, startJobs, TYPESCRIPT } from "./started.ts";

const jobs = sharedJobs();

/** A job that says when it has begun, and what it says. */
function telling(what: "spin" | "listen") {
  const { port1, port2 } = new MessageChannel();
  onTestFinished(() => port1.close());
  const heard: string[] = [];
  port1.on("message", (message: string) => heard.push(message));
  return {
    job: transfer({ do: what, tell: port2 }, [port2]),
    begun: once(port1, "message"),
    next: () => once(port1, "message"),
    heard,
  };
}

describe("ThreadLink", () => {
  it.each([
    ["exits", { do: "exit" }, /exited with code 3/],
    ["exits as if all were well (SF34)", { do: "leave" }, /exited with code 0/],
    ["rejects a promise that nobody holds (SF34)", { do: "forget" }, /in its last turn/],
    ["throws outside of its handler", { do: "uncaught" }, /outside of the handler/],
  ] as const)("crashes, and every caller hears of it, when the worker %s", async (_, job, why) => {
    const thread = await startJobs();
    const others = [thread.call.run({ do: "never" }), thread.call.run({ do: "never" })];
    const last = thread.call.run(job);
    for (const call of [...others, last]) {
      await expect(call).rejects.toMatchObject({ code: "ERR_EXITED", handled: "unknown" });
    }
    const reason = await thread.down();
    expect(reason).toMatchObject({ kind: "error", error: { message: expect.stringMatching(why) } });
  });

  it("crashes when nothing is answered within stuckMs, in the middle of a loop too", async () => {
    const thread = await startJobs({ stuckMs: 30 });
    const stuck = thread.call.run({ do: "hang" });
    const queued = thread.call.run({ do: "double", n: 1 });
    for (const call of [stuck, queued]) await expect(call).rejects.toMatchObject({ code: "ERR_EXITED" });
    expect(await thread.down()).toMatchObject({
      kind: "error",
      error: { message: expect.stringMatching(/answered none of its 2 jobs within 30 ms/) },
    });
  });

  it("counts the time without any answer, from the first job on, and none while it is idle", async () => {
    await using system = testSystem();
    const thread = await system.start(Jobs, { module: moduleOf("jobs"), ...TYPESCRIPT, stuckMs: 1_000 });
    await system.advance(60_000);
    const patient = { timeoutMs: Number.POSITIVE_INFINITY };
    const never = expect(thread.call.run({ do: "never" }, patient)).rejects.toMatchObject({
      code: "ERR_EXITED",
    });
    await system.advance(999);
    expect(await thread.call.run({ do: "double", n: 1 }, patient)).toBe(2);
    await system.advance(999);
    expect(await thread.call.run({ do: "double", n: 2 }, patient)).toBe(4);
    await system.advance(1_000);
    await never;
    expect(await thread.down()).toMatchObject({ kind: "error" });
  });

  it.each([
    ["a function", () => undefined],
    ["a symbol", Symbol("no")],
    ["an object with a method", { run: () => undefined }],
  ])("SF32: rejects one call, unhandled, for %s as a job, and goes on", async (_, job) => {
    const thread = jobs();
    const bad = thread.call.run(job as never);
    await expect(bad).rejects.toMatchObject({ code: "ERR_BAD_MESSAGE", handled: "no" });
    expect(await thread.call.run({ do: "double", n: 1 })).toBe(2);
  });

  it("SF32: rejects one call for a result that cannot be cloned, and goes on", async () => {
    const thread = jobs();
    await expect(thread.call.run({ do: "function" })).rejects.toMatchObject({
      code: "ERR_REMOTE",
      handled: "unknown",
      remote: { name: "DataCloneError" },
    });
    expect(await thread.call.run({ do: "double", n: 1 })).toBe(2);
  });

  it("survives an error whose own fields are hostile", async () => {
    const thread = jobs();
    await expect(thread.call.run({ do: "hostile" })).rejects.toMatchObject({ code: "ERR_REMOTE" });
    expect(await thread.call.run({ do: "double", n: 1 })).toBe(2);
  });

  it("leaves the user's own messages alone, and answers nobody asked for", async () => {
    const thread = jobs();
    expect(await thread.call.run({ do: "babble" })).toBe("heard");
    expect(await thread.call.run({ do: "double", n: 1 })).toBe(2);
  });

  it("refuses jobs beyond maxJobs", async () => {
    const thread = await startJobs({ maxJobs: 1 });
    for (const n of [1, 2]) expect(await thread.call.run({ do: "double", n })).toBe(2 * n);
    const open = thread.call.run({ do: "never" }, { timeoutMs: 20 });
    await expect(thread.call.run({ do: "double", n: 1 })).rejects.toMatchObject({
      code: "ERR_OVERLOADED",
      handled: "no",
    });
    await expect(open).rejects.toMatchObject({ code: "ERR_CALL_TIMEOUT" });
  });

  it("does not start a module that fails, and says with what", async () => {
    const starting = freshSystem().start(Jobs, { module: moduleOf("broken"), ...TYPESCRIPT });
    await expect(starting).rejects.toMatchObject({
      code: "ERR_START_FAILED",
      cause: { name: "SyntaxError", message: "cannot even start" },
    });
  });

  it("does not start a module that is not there", async () => {
    const starting = freshSystem().start(Jobs, { module: new URL("./workers/none.ts", import.meta.url) });
    await expect(starting).rejects.toMatchObject({ code: "ERR_START_FAILED" });
  });

  it("does not start a module that never calls serve", async () => {
    const starting = freshSystem().start(Jobs, {
      module: moduleOf("silent"),
      ...TYPESCRIPT,
      startTimeoutMs: 500,
    });
    await expect(starting).rejects.toMatchObject({
      code: "ERR_START_FAILED",
      message: expect.stringMatching(/did not call serve\(\) within 500 ms/),
    });
  });

  it("SF33: ends when the worker has no memory left, and everybody hears of it", async () => {
    const thread = await startJobs({ resourceLimits: { maxOldGenerationSizeMb: 32 } });
    const other = thread.call.run({ do: "never" });
    for (const call of [other, thread.call.run({ do: "devour" })])
      await expect(call).rejects.toMatchObject({ code: "ERR_EXITED", handled: "unknown" });
    const out = { kind: "error", error: { code: "ERR_WORKER_OUT_OF_MEMORY" } };
    expect(await thread.down()).toMatchObject(out);
  });

  it("PF40: aborts a job that has not begun, which it never does, and no other", async () => {
    const thread = await startJobs({ abortGraceMs: 0 });
    const [begins, never] = [telling("spin"), telling("spin")];
    const [first, second] = [new AbortController(), new AbortController()];
    const aborted = [
      thread.call.run(begins.job, { signal: first.signal }),
      thread.call.run(never.job, { signal: second.signal }),
    ].map((call) => expect(call).rejects.toMatchObject({ code: "ERR_ABORTED" }));
    const third = thread.call.run({ do: "double", n: 3 });
    await begins.begun;
    second.abort();
    first.abort();
    await Promise.all(aborted);
    expect(await third).toBe(6);
    expect(never.heard).toEqual([]);
  });

  it("PF40: tells a job that awaits that it is aborted, and leaves the others beside it alone", async () => {
    const thread = await startJobs({ abortGraceMs: 0 });
    const which = await thread.call.run({ do: "which" });
    const [listens, stays] = [telling("listen"), telling("listen")];
    const abort = new AbortController();
    const aborted = thread.call.run(listens.job, { signal: abort.signal });
    const other = thread.call.run(stays.job, { timeoutMs: 60_000 }).catch(({ code }) => code);
    await Promise.all([listens.begun, stays.begun]);
    const told = listens.next();
    abort.abort();
    await expect(aborted).rejects.toMatchObject({ code: "ERR_ABORTED", handled: "unknown" });
    await told;
    expect(await thread.call.run({ do: "which" })).toBe(which);
    expect([listens.heard, stays.heard]).toEqual([["begun", "aborted"], ["begun"]]);
    await thread.stop({ reason: "shutdown" });
    expect(await other).toBe("ERR_EXITED");
  });

  it("PF30: replaces the worker of a job that ran out of time, and goes on with what waited behind it", async () => {
    const thread = await startJobs({ abortGraceMs: 0 });
    const which = await thread.call.run({ do: "which" });
    const late = thread.call.run({ do: "hang" }, { timeoutMs: 20 });
    const behind = [1, 2, 3].map((n) => thread.call.run({ do: "double", n }));
    await expect(late).rejects.toMatchObject({ code: "ERR_CALL_TIMEOUT" });
    expect(await Promise.all(behind)).toEqual([2, 4, 6]);
    expect(await thread.call.run({ do: "which" })).not.toBe(which);
  });

  it("leaves a job that holds the thread abortGraceMs to come back", async () => {
    await using system = testSystem();
    const thread = await system.start(Jobs, { module: moduleOf("jobs"), ...TYPESCRIPT, abortGraceMs: 1_000 });
    const which = await thread.call.run({ do: "which" });
    const spins = telling("spin");
    const patient = { timeoutMs: Number.POSITIVE_INFINITY };
    const abort = new AbortController();
    const spinning = thread.call.run(spins.job, { ...patient, signal: abort.signal });
    const aborted = expect(spinning).rejects.toMatchObject({ code: "ERR_ABORTED" });
    const behind = thread.call.run({ do: "which" }, patient);
    let isBack = false;
    void behind.then(() => {
      isBack = true;
    });
    await spins.begun;
    abort.abort();
    await aborted;
    await system.advance(999);
    expect(isBack).toBe(false);
    await system.advance(1);
    expect(await behind).not.toBe(which);
  });

  it("says of a job that had not begun when the thread ended that it was not handled", async () => {
    const thread = await startJobs();
    const spins = telling("spin");
    const held = thread.call.run(spins.job).catch(({ handled }) => handled);
    const behind = thread.call.run({ do: "double", n: 1 }).catch(({ handled }) => handled);
    await spins.begun;
    thread.send({ type: "ended", error: new Error("as a worker that dies") });
    expect(await Promise.all([held, behind])).toEqual(["unknown", "no"]);
  });

  it.each([
    ["maxUses", { maxUses: 2 }],
    ["maxHeapBytes", { maxHeapBytes: 1 }],
  ])("replaces the worker after %s, and loses no job", async (_, limits) => {
    const system = freshSystem();
    const registry = createRegistry(system, { keys: "duplicate" });
    const options = { module: moduleOf("jobs"), ...TYPESCRIPT, ...limits, join: { registry, key: "jobs" } };
    const thread = await system.start(Jobs, options);
    const which: unknown[] = [];
    for (let job = 0; job < 3; job += 1) which.push(await thread.call.run({ do: "which" }));
    expect(new Set(which).size).toBeGreaterThan(1);
    const answers = Array.from({ length: 4 }, (_, n) => thread.call.run({ do: "double", n }));
    expect(await Promise.all(answers)).toEqual(Array.from({ length: 4 }, (_, n) => 2 * n));
    const member = await registry.whenRegistered("jobs");
    expect(member.pid).toBe(thread);
  });

  it("moves what is transferred, both ways", async () => {
    const bytes = new Uint8Array([0, 1, 255]);
    const answer = await jobs().call.run(transfer({ do: "invert", bytes }, [bytes.buffer]));
    expect(answer).toEqual({ bytes: new Uint8Array([255, 254, 0]), given: 3 });
    expect(bytes.byteLength).toBe(0);
  });

  it("tells the cause of an error too", async () => {
    const failing = jobs().call.run({ do: "cause" });
    await expect(failing).rejects.toMatchObject({
      remote: { name: "RangeError", cause: { name: "TypeError", message: "inner" } },
    });
  });

  it("ends the worker with the actor, in the middle of a loop too", async () => {
    const thread = await startJobs();
    const beat = new Int32Array(new SharedArrayBuffer(4));
    expect(await thread.call.run({ do: "beat", beat })).toBe("begins");
    while (Atomics.load(beat, 0) === 0);
    await thread.stop({ reason: "shutdown" });
    const last = Atomics.load(beat, 0);
    // Another thread starts and works meanwhile; the first one has come to nothing since `stop` settled.
    expect(await (await startJobs()).call.run({ do: "double", n: 1 })).toBe(2);
    expect(Atomics.load(beat, 0)).toBe(last);
  });
});
