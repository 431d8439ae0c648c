import { describe, expect, it } from "vitest";
import { callerOf } from "../../src/actors/sending.ts";
import { kernelOf } from "../../src/actors/system.ts";
import { ActorError } from "../../src/core/errors.ts";
import { refusalOf, TimedWait, type WaitOptions } from "../../src/registry/timed-wait.ts";
import { leaksOf } from "../../src/testing/leaks.ts";
import { firstOracle, oracleRandom, seededOracle } from "../../src/testing/oracle.ts";
import { simulate, type TestSystem, testSystem } from "../../src/testing/test-system.ts";
import { kill } from "./people.ts";

/** A wait for something that nobody but the test can bring. */
function begin(system: TestSystem, options: WaitOptions = {}) {
  const told: string[] = [];
  const awaited = {
    label: "the bus",
    late: ({ timeoutMs }: { readonly timeoutMs: number }) =>
      new ActorError("ERR_AWAIT_TIMEOUT", "no", `no bus within ${timeoutMs} ms`),
    over: () => told.push("over"),
  };
  return { wait: new TimedWait<string>(kernelOf(system), awaited, options), told };
}

const quiet = (): undefined => undefined;

describe("TimedWait", () => {
  it("settles once, with what comes first", async () => {
    await using system = testSystem();
    const { wait, told } = begin(system, { timeoutMs: 10 });
    wait.resolve("12");
    wait.fail(new Error("late"));
    wait.resolve("13");
    await system.advance(10);
    expect([await wait.promise, told]).toEqual(["12", ["over"]]);
  });

  it("fails, and holds nothing, for a signal that cannot be listened to", async () => {
    await using system = testSystem();
    const { signal } = new AbortController();
    signal.addEventListener = () => {
      throw new Error("not here");
    };
    const { wait } = begin(system, { signal });
    await expect(wait.promise).rejects.toThrow("signal cannot be listened to: Error: not here");
    expect(kernelOf(system).runtime.scheduler).toMatchObject({ held: 0 });
  });

  it("ends with its deadline, 5,000 ms when nothing is said", async () => {
    await using system = testSystem();
    const { wait, told } = begin(system);
    const failed = expect(wait.promise).rejects.toThrow("no bus within 5000 ms");
    await system.advance(5_000);
    await failed;
    expect(told).toEqual(["over"]);
  });

  it("ends with its signal, whose reason is the cause", async () => {
    await using system = testSystem();
    const leaving = new AbortController();
    const { wait } = begin(system, { signal: leaving.signal });
    leaving.abort("home");
    await expect(wait.promise).rejects.toMatchObject({ code: "ERR_ABORTED", handled: "no", cause: "home" });
  });

  it("ends with the process that waits, which is not watched longer than it waits", async () => {
    await using system = testSystem();
    const waits: ReturnType<typeof begin>[] = [];
    const waiter = system.spawn(async (self) => {
      waits.push(begin(system), begin(system));
      waits[1]?.wait.resolve("12");
      await self.receive();
    });
    await system.settle();
    const { caller, promise } = waits[0]!.wait;
    expect(caller?.pid).toBe(waiter);
    expect(caller?.ties?.watchers).toEqual([waits[0]!.wait]);
    const failed = expect(promise).rejects.toMatchObject({ code: "ERR_DETACHED" });
    await kill(waiter);
    await failed;
  });

  it("of plain code ends with its system, however long it would have waited", async () => {
    const simulated = simulate(firstOracle, oracleRandom(seededOracle(0)), {});
    const { system, scheduler } = simulated;
    const { wait, told } = begin(system, { timeoutMs: Number.POSITIVE_INFINITY });
    const ended = expect(wait.promise).rejects.toMatchObject({ code: "ERR_NOT_RUNNING", handled: "no" });
    await system[Symbol.asyncDispose]();
    await ended;
    expect([told, scheduler.held, await leaksOf(simulated)]).toEqual([["over"], 0, undefined]);
  });

  it("of plain code keeps the host alive as long as it waits, and leaves nothing behind", async () => {
    const simulated = simulate(firstOracle, oracleRandom(seededOracle(0)), {});
    const { system, scheduler } = simulated;
    const leaving = new AbortController();
    const waits = [begin(system), begin(system, { signal: leaving.signal }), begin(system)];
    for (const { wait } of waits) wait.promise.catch(quiet);
    expect(scheduler.held).toBe(3);
    leaving.abort();
    waits[0]!.wait.resolve("12");
    await system.advance(5_000);
    expect(scheduler.held).toBe(0);
    await system[Symbol.asyncDispose]();
    expect(await leaksOf(simulated)).toBeUndefined();
  });
});

describe("refusalOf", () => {
  it("refuses unknown options, those of who asks excepted", async () => {
    await using system = testSystem();
    const kernel = kernelOf(system);
    const wrong: object = { timeout: 5 };
    expect(() => refusalOf(kernel, "the bus", wrong)).toThrow(
      "the bus: timeout is no option here; these are: timeoutMs, signal",
    );
    expect(refusalOf(kernel, "the bus", wrong, ["timeoutMs", "signal", "timeout"])).toBeUndefined();
  });

  it("lets nobody wait whose signal has aborted, and no handler of the dead", async () => {
    await using system = testSystem();
    const kernel = kernelOf(system);
    expect(refusalOf(kernel, "the bus", {})).toBeUndefined();
    expect(refusalOf(kernel, "the bus", { signal: AbortSignal.abort() })?.code).toBe("ERR_ABORTED");
    let open = quiet as () => void;
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const seen: unknown[] = [];
    const zombie = system.spawn(async () => {
      await gate;
      seen.push(callerOf(kernel)?.status, refusalOf(kernel, "the bus", {})?.code);
    });
    await system.settle();
    await kill(zombie);
    open();
    await system.settle();
    expect(seen).toEqual(["dead", "ERR_DETACHED"]);
  });

  it("takes milliseconds or Infinity only", () => {
    const system = testSystem();
    for (const timeoutMs of [Number.NaN, "5"]) {
      expect(() => refusalOf(kernelOf(system), "the bus", { timeoutMs: timeoutMs as number })).toThrow(
        /timeoutMs must be milliseconds or Infinity/,
      );
    }
    return system.stop();
  });

  it("takes an AbortSignal only, and says all that is wrong", () => {
    const system = testSystem();
    const wrong = { timeoutMs: Number.NaN, signal: {} as AbortSignal };
    expect(() => refusalOf(kernelOf(system), "the bus", wrong)).toThrow(
      /timeoutMs must be milliseconds or Infinity; signal must be an AbortSignal/,
    );
    return system.stop();
  });
});
