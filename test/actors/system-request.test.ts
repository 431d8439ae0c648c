import { debug, defineActor, noReply, reply } from "troupe";
import { testSystem } from "troupe/testing";
import { describe, expect, it } from "vitest";

const Clerk = defineActor({
  name: "clerk",
  mailbox: { capacity: 1, policy: "dropOldest" },
  init: (_: void) => 0,
  calls: {
    own: async (n, _: void, self) => reply(await debug(self.pid).state(), n),
    wait: async (n, done: Promise<void>) => (await done, noReply(n)),
  },
  casts: { note: (n) => n + 1, hang: async (n) => (await new Promise(() => undefined), n) },
});

describe("askSystem", () => {
  it("has a deadline, and gives up when it is told to", async () => {
    await using system = testSystem();
    const clerk = await system.start(Clerk);
    const given = new AbortController();
    clerk.cast.hang();
    const late = expect(debug(clerk).state({ timeoutMs: 20 })).rejects.toMatchObject({
      code: "ERR_CALL_TIMEOUT",
    });
    const usual = expect(debug(clerk).suspend()).rejects.toMatchObject({ code: "ERR_CALL_TIMEOUT" });
    const aborted = expect(debug(clerk).state({ signal: given.signal })).rejects.toMatchObject({
      code: "ERR_ABORTED",
      handled: "no",
    });
    given.abort();
    await aborted;
    await system.advance(20);
    await late;
    await system.advance(4_980);
    await usual;
    await expect(debug(clerk).state({ timeoutMs: Number.NaN })).rejects.toMatchObject({
      code: "ERR_INVALID_OPTIONS",
    });
  });

  it("refuses unknown options, all faults at once, and does nothing", async () => {
    await using system = testSystem();
    const clerk = await system.start(Clerk);
    const wrong = { timeout: 20, timeoutMs: Number.NaN };
    await expect(debug(clerk).suspend(wrong)).rejects.toMatchObject({
      code: "ERR_INVALID_OPTIONS",
      faults: [
        "timeout is no option here; these are: timeoutMs, signal",
        "timeoutMs must be milliseconds or Infinity",
      ],
    });
    expect(debug(clerk).status().status).toBe("running");
  });

  it("does not do what was given up before its turn", async () => {
    await using system = testSystem();
    const clerk = await system.start(Clerk);
    const given = new AbortController();
    const suspended = debug(clerk).suspend({ signal: given.signal });
    given.abort();
    await expect(suspended).rejects.toMatchObject({ code: "ERR_ABORTED" });
    await system.settle();
    expect(debug(clerk).status().status).toBe("running");
  });

  it("asking oneself from a handler is a circle", async () => {
    await using system = testSystem();
    const clerk = await system.start(Clerk);
    await expect(clerk.call.own()).rejects.toMatchObject({ code: "ERR_EXITED" });
    expect(await clerk.down()).toMatchObject({ kind: "error", error: { code: "ERR_CALL_CYCLE" } });
  });

  it("answers with the reason when the process ends first, and refuses the dead", async () => {
    await using system = testSystem();
    const clerk = await system.start(Clerk);
    clerk.cast.hang();
    await system.settle();
    const asked = expect(debug(clerk).state()).rejects.toMatchObject({
      code: "ERR_EXITED",
      handled: "no",
      reason: { kind: "killed" },
    });
    clerk.exit("kill");
    await asked;
    await expect(debug(clerk).state()).rejects.toMatchObject({ code: "ERR_NOPROC", handled: "no" });
  });

  it("waits for an init that awaits", async () => {
    await using system = testSystem();
    let go!: (state: string) => void;
    const Slow = defineActor({ init: () => new Promise<string>((ready) => (go = ready)) });
    const started = system.start(Slow);
    await system.settle();
    const asked = debug(system.processes()[0]!.pid).state();
    go("ready");
    expect(await asked).toBe("ready");
    await started;
  });

  it("is shed by no mailbox policy, and makes no dead letters", async () => {
    await using system = testSystem();
    const clerk = await system.start(Clerk);
    let finish!: () => void;
    void clerk.call.wait(new Promise((done) => (finish = done))).catch(() => undefined);
    await system.settle();
    const states = [
      debug(clerk)
        .state({ timeoutMs: 1 })
        .catch(() => "late"),
      debug(clerk).state(),
    ];
    await system.advance(1);
    finish();
    expect(await Promise.all(states)).toEqual(["late", 0]);
    await system.settle();
    expect(system.deadLetters).toEqual([]);
  });

  it("a process without callbacks answers nothing, and says so", async () => {
    await using system = testSystem();
    const bare = system.spawn(async (self) => void (await self.receive()));
    for (const asked of [debug(bare).state(), debug(bare).suspend(), debug(bare).resume()]) {
      await expect(asked).rejects.toMatchObject({ code: "ERR_UNSUPPORTED", handled: "no" });
    }
    expect(debug(bare).status()).toMatchObject({ status: "running", state: undefined });
  });
});
