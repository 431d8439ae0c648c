import {
  childSpec,
  createRegistry,
  defineActor,
  isActorError,
  type Pid,
  type StartOptions,
  supervisor,
} from "troupe";
import { testSystem } from "troupe/testing";
import { describe, expect, it } from "vitest";

/** Starts when its gate opens. */
const Slow = defineActor({ name: "slow", init: (gate: Promise<number>) => gate });
const never = new Promise<never>(() => undefined);

async function codeOf(starting: Promise<unknown>): Promise<string> {
  return starting.then(
    () => "started",
    (error) => error.code,
  );
}

describe("start with timeoutMs", () => {
  it("G6 kills what has not started in time, and then its name is free", async () => {
    await using system = testSystem();
    const names = createRegistry(system, { keys: "unique" });
    const name = names.via(Slow, "slow");
    const starting = system.start(Slow.child(never, { name }), undefined, { timeoutMs: 50 });
    const heard = starting.catch((error: unknown) => ({ error, pid: names.lookup("slow")[0] }));
    await system.advance(49);
    expect(names.lookup("slow")).toHaveLength(1);
    await system.advance(1);
    const { error, pid } = (await heard) as { readonly error: unknown; readonly pid: unknown };
    expect(isActorError(error, "ERR_START_TIMEOUT") && error.handled).toBe("unknown");
    expect((error as Error).message).toMatch(/^slow \(pid \d+\) did not start within 50 ms and was killed/);
    expect(pid).toBeUndefined();
  });

  it("G6 leaves a linked starter alone, whether it traps or not", async () => {
    await using system = testSystem();
    const codes: string[] = [];
    const starters = [true, false].map((trap) =>
      system.spawn(async (self) => {
        self.trapExit(trap);
        codes.push(await codeOf(self.start(Slow, never, { timeoutMs: 50 })));
        await self.receive((message): message is "end" => message === "end");
        codes.push("end");
      }),
    );
    await system.settle();
    await system.advance(50);
    for (const starter of starters) starter.send("end");
    expect(await Promise.all(starters.map((starter) => starter.down()))).toEqual([
      { kind: "normal" },
      { kind: "normal" },
    ]);
    expect(codes).toEqual(["ERR_START_TIMEOUT", "ERR_START_TIMEOUT", "end", "end"]);
  });

  it("is not in the way of a start that is over in time, nor of a synchronous init", async () => {
    await using system = testSystem();
    let open = (_state: number): void => undefined;
    const gate = new Promise<number>((resolve) => {
      open = resolve;
    });
    const slow = system.start(Slow, gate, { timeoutMs: 50 });
    await system.advance(40);
    open(1);
    const pid = await slow;
    const quick = await system.start(defineActor({ init: () => 0 }), undefined, { timeoutMs: 0 });
    await system.advance(1_000);
    pid.exit("kill");
    quick.exit("kill");
    expect(await Promise.all([pid.down(), quick.down()])).toEqual([{ kind: "killed" }, { kind: "killed" }]);
  });

  it("kills what the function of a spec starts too late", async () => {
    await using system = testSystem();
    let give = (_pid: Pid): void => undefined;
    const spec = childSpec({
      id: "own",
      start: () =>
        new Promise<Pid>((resolve) => {
          give = resolve;
        }),
    });
    const code = codeOf(system.start(spec, undefined, { timeoutMs: 50 }));
    await system.advance(50);
    expect(await code).toBe("ERR_START_TIMEOUT");
    const late = await system.start(defineActor({ init: () => 0 }));
    give(late);
    expect(await late.down()).toEqual({ kind: "killed" });
  });

  it("takes the children that had started with a supervisor that had not", async () => {
    await using system = testSystem();
    let first: Pid | undefined;
    const First = defineActor({
      name: "first",
      init: (_: void, self) => {
        first = self.pid;
      },
    });
    const spec = supervisor({ strategy: "oneForOne", children: [First, Slow.child(never)] });
    const code = codeOf(system.start(spec, undefined, { timeoutMs: 50 }));
    await system.advance(50);
    expect(await code).toBe("ERR_START_TIMEOUT");
    expect(await first?.down()).toEqual({ kind: "killed" });
  });
});

describe("start", () => {
  it("says of options that are none of its own where they belong, all at once, and starts nothing", async () => {
    await using system = testSystem();
    let begun = 0;
    const Counted = defineActor({
      init: () => {
        begun += 1;
      },
    });
    const wrong = { name: "hits", timeoutMs: -1, timeout: 5 } as StartOptions;
    const error = await system.start(Counted, undefined, wrong).catch((thrown) => thrown);
    expect(error.code).toBe("ERR_INVALID_OPTIONS");
    expect([...error.faults].sort()).toEqual([
      "name is an option of a child: start Definition.child(arg, { name }) instead",
      "timeoutMs must be milliseconds, a number of at least 0 or Infinity",
      'unknown option "timeout"',
    ]);
    expect(begun).toBe(0);
  });
});
