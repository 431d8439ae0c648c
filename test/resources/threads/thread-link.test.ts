import { describe, expect, it } from "vitest";
import { testSystem } from "../../../src/testing/test-system.ts";
import { freshSystem, Jobs, moduleOf, sharedJobs, startJobs, TYPESCRIPT } from "./started.ts";

const jobs = sharedJobs();

describe("ThreadLink", () => {
  it.each([
    ["exits", { do: "exit" }, /exited with code 3/],
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

  it("PF30: crashes when nothing is answered within stuckMs, in the middle of a loop too", async () => {
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
  ])("rejects one call, unhandled, for %s as a job, and goes on", async (_, job) => {
    const thread = jobs();
    const bad = thread.call.run(job as never);
    await expect(bad).rejects.toMatchObject({ code: "ERR_BAD_MESSAGE", handled: "no" });
    expect(await thread.call.run({ do: "double", n: 1 })).toBe(2);
  });

  it("rejects one call for a result that cannot be cloned, and goes on", async () => {
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
