import { describe, expect, expectTypeOf, it } from "vitest";
import type { Pid } from "../../../src/core/pid.ts";
import { defineThread, Thread } from "../../../src/resources/threads/thread.ts";
import type { Transferring } from "../../../src/resources/threads/transfer.ts";
import { freshSystem, moduleOf, sharedJobs, TYPESCRIPT } from "./started.ts";

const jobs = sharedJobs();

describe("defineThread", () => {
  it("has the worker do a job", async () => {
    const thread = jobs();
    expect(await thread.call.run({ do: "double", n: 21 })).toBe(42);
  });

  it("does each job in the worker, not here", async () => {
    const thread = jobs();
    expect(await thread.call.run({ do: "which" })).toBeGreaterThan(0);
  });

  it("answers many jobs at once, each its own", async () => {
    const thread = jobs();
    const answers = Array.from({ length: 100 }, (_, n) => thread.call.run({ do: "double", n }));
    expect(await Promise.all(answers)).toEqual(Array.from({ length: 100 }, (_, n) => 2 * n));
  });

  it("answers a job while another awaits", async () => {
    const thread = jobs();
    const never = thread.call.run({ do: "never" }, { timeoutMs: 20 });
    expect(await thread.call.run({ do: "double", n: 1 })).toBe(2);
    await expect(never).rejects.toMatchObject({ code: "ERR_CALL_TIMEOUT" });
  });

  it("hands workerData to the worker", async () => {
    const thread = jobs();
    expect(await thread.call.run({ do: "data" })).toEqual({ list: [1, 2] });
  });

  it("rejects one call with what the handler threw, as data, and goes on", async () => {
    const thread = jobs();
    await expect(thread.call.run({ do: "throw", what: "error" })).rejects.toMatchObject({
      code: "ERR_REMOTE",
      handled: "unknown",
      message: expect.stringMatching(/TypeError: bad job/),
      remote: {
        name: "TypeError",
        message: "bad job",
        code: "E_JOB",
        stack: expect.stringMatching(/jobs\.worker\.ts/),
      },
    });
    expect(await thread.call.run({ do: "double", n: 1 })).toBe(2);
  });

  it.each([["a text"], [undefined], [null], [{ some: "object" }]])(
    "survives %j as what is thrown",
    async (what) => {
      const thread = jobs();
      await expect(thread.call.run({ do: "throw", what })).rejects.toMatchObject({
        code: "ERR_REMOTE",
        remote: { name: "Error", message: expect.stringMatching(/^thrown: /) },
      });
      expect(await thread.call.run({ do: "double", n: 1 })).toBe(2);
    },
  );

  it("types what goes in and what comes out", () => {
    const Resizer = defineThread<{ readonly width: number }, Uint8Array>({ name: "resizer" });
    expectTypeOf<Pid<typeof Resizer>["call"]["run"]>()
      .parameter(0)
      .toEqualTypeOf<{ readonly width: number } | Transferring<{ readonly width: number }>>();
    expectTypeOf<Pid<typeof Resizer>["call"]["run"]>().returns.resolves.toEqualTypeOf<Uint8Array>();
    expect(Resizer.name).toBe("resizer");
  });
});

describe("Thread", () => {
  it("takes and gives anything", async () => {
    const thread = await freshSystem().start(Thread, { module: moduleOf("jobs"), ...TYPESCRIPT });
    expectTypeOf(await thread.call.run({ do: "double", n: 4 })).toBeUnknown();
    expect(await thread.call.run({ do: "double", n: 4 })).toBe(8);
  });
});
