import {
  createSystem,
  debug,
  defineActor,
  dynamicSupervisor,
  fail,
  formatTrace,
  next,
  noReply,
  type Pid,
  reply,
  supervisor,
  type TraceEvent,
} from "troupe";
import { testSystem } from "troupe/testing";
import { describe, expect, it } from "vitest";
import { processOf } from "../../src/actors/process.ts";
import { kernelOf } from "../../src/actors/system.ts";

const Echo = defineActor({
  name: "echo",
  init: (_: void) => 0,
  calls: {
    echo: (n, what: string) => reply(what, n + 1),
    refuse: (n) => fail("no", n),
    later: async (n, done: Promise<string>) => reply(await done, n + 1),
  },
  casts: {
    hit: (n) => n + 1,
    boom: () => {
      throw new Error("boom");
    },
    go: (n) => next(n, { continue: "there", idleMs: 10 }),
  },
  info: (n) => n + 1,
  continue: (n) => n + 1,
  idle: (n) => n,
  exit: (n) => n,
  down: (n) => n,
});

const Asker = defineActor({
  name: "asker",
  init: (echo: Pid<typeof Echo>) => echo,
  casts: {
    ask: async (echo) => (await echo.call.echo("from asker"), echo),
    tell: (echo) => (echo.cast.hit(), echo),
  },
});

/** What is told, in short. */
function short(event: TraceEvent): string {
  if (event.type === "handled") return "handled";
  if (event.type === "answered") return `${event.ok ? "answered" : "failed"} ${String(event.value)}`;
  return `${event.type} ${event.message.kind} ${event.message.name}`;
}

describe("debug(process).trace", () => {
  it("SYS3 tells who is sent what, who takes it, what is answered, and the state before and after", async () => {
    await using system = testSystem();
    const echo = await system.start(Echo);
    const told: unknown[] = [];
    debug(echo).trace((event, state) => told.push([short(event), state]));
    await echo.call.echo("hello");
    await echo.call.refuse().catch(() => undefined);
    echo.cast.hit();
    await system.settle();
    expect(told).toEqual([
      ["sent call echo", 0],
      ["taken call echo", 0],
      ["answered hello", 0],
      ["handled", 1],
      ["sent call refuse", 1],
      ["taken call refuse", 1],
      ["failed no", 1],
      ["handled", 1],
      ["sent cast hit", 1],
      ["taken cast hit", 1],
      ["handled", 2],
    ]);
  });

  it("SYS3 tells of a handler that awaits when it has settled", async () => {
    await using system = testSystem();
    const echo = await system.start(Echo);
    const told: string[] = [];
    let finish!: (what: string) => void;
    debug(echo).trace((event) => told.push(short(event)));
    const asked = echo.call.later(new Promise((done) => (finish = done)));
    await system.settle();
    expect(told).toEqual(["sent call later", "taken call later"]);
    finish("at last");
    await asked;
    expect(told.slice(2)).toEqual(["answered at last", "handled"]);
  });

  it("SYS3 tells of messages, continues, idles, exits, downs and stops", async () => {
    await using system = testSystem();
    const echo = await system.start(Echo);
    const told: string[] = [];
    debug(echo).trace((event) => told.push(short(event)));
    echo.send("raw");
    echo.cast.go();
    await system.advance(10);
    echo.exit("shutdown");
    await system.settle();
    await echo.stop();
    expect(told.filter((line) => line !== "handled")).toEqual([
      "sent message message",
      "sent cast go",
      "taken message message",
      "taken cast go",
      "taken continue continue",
      "taken idle idle",
      "sent exit exit",
      "taken exit exit",
      "sent stop stop",
      "taken stop stop",
    ]);
  });

  it("SYS3 tells of a bare process, of a down, and who it is from", async () => {
    await using system = testSystem();
    const echo = await system.start(Echo);
    const watcher = system.spawn(async (self) => {
      self.monitor(echo);
      await self.receive();
    });
    await system.settle();
    const told: unknown[] = [];
    debug(watcher).trace((event, state) => told.push([short(event), "from" in event && event.from, state]));
    await echo.stop();
    await system.settle();
    expect(told).toEqual([
      ["sent down down", echo, undefined],
      ["taken down down", echo, undefined],
    ]);
  });

  it("SYS3 tells of a kill when it is sent: nobody takes it", async () => {
    await using system = testSystem();
    const echo = await system.start(Echo);
    const told: string[] = [];
    debug(echo).trace((event) => told.push(formatTrace(event)));
    echo.exit("kill");
    await echo.down();
    expect(told).toEqual(["echo (pid 1) is sent exit killed"]);
  });

  it("SYS3 shows what the process itself sends, and from whom it is", async () => {
    await using system = testSystem();
    const echo = await system.start(Echo);
    const asker = await system.start(Asker, echo);
    const lines: string[] = [];
    debug(asker).trace((event) => lines.push(formatTrace(event)));
    asker.cast.ask();
    asker.cast.tell();
    await system.settle();
    expect(lines).toEqual([
      "asker (pid 2) is sent cast ask()",
      "asker (pid 2) is sent cast tell()",
      "asker (pid 2) takes cast ask()",
      'echo (pid 1) is sent call echo("from asker") from asker (pid 2)',
      "asker (pid 2) has handled it",
      "asker (pid 2) takes cast tell()",
      "echo (pid 1) is sent cast hit() from asker (pid 2)",
      "asker (pid 2) has handled it",
    ]);
  });

  it("SYS3 does not tell of what is asked by debug itself, of deadlines, and of messages that were withdrawn", async () => {
    await using system = testSystem();
    const echo = await system.start(Echo);
    const told: string[] = [];
    const given = new AbortController();
    debug(echo).trace((event) => told.push(short(event)));
    await debug(echo).suspend();
    await debug(echo).state();
    const calls = [echo.call.echo("a", { signal: given.signal }), echo.call.echo("b", { timeoutMs: 5 })];
    given.abort();
    const settled = Promise.allSettled(calls);
    await system.advance(5);
    await settled;
    await debug(echo).resume();
    await system.settle();
    expect(told).toEqual(["sent call echo", "sent call echo", "taken call echo", "handled"]);
  });

  it("SYS3 ends when it is told to, with untrace, and with the process; then nobody pays for it", async () => {
    await using system = testSystem();
    const [one, two] = [await system.start(Echo), await system.start(Echo)];
    let told = 0;
    const count = (): void => void (told += 1);
    const end = debug(one).trace(count);
    end();
    end();
    debug(two).trace(count);
    debug(two).untrace();
    debug(one).untrace();
    one.cast.hit();
    two.cast.hit();
    await system.settle();
    expect(told).toBe(0);
    expect(kernelOf(system).observer).toBeUndefined();
    debug(one).trace(count);
    one.exit("kill");
    await one.down();
    told = 0;
    one.cast.hit();
    two.cast.hit();
    debug(one).trace(count);
    await system.settle();
    expect(told).toBe(0);
    expect(kernelOf(system).observer).toBeUndefined();
  });

  it("SYS3 leaves nothing on a process when it has ended", async () => {
    await using system = testSystem();
    const echo = await system.start(Echo);
    const watchers = () => processOf(echo).ties?.watchers?.length ?? 0;
    const before = watchers();
    for (let i = 0; i < 3; i += 1) debug(echo).trace(() => undefined)();
    debug(echo).log();
    expect(watchers()).toBe(before + 1);
    debug(echo).untrace();
    expect(watchers()).toBe(before);
  });

  it("SYS3 removes a listener that throws, and says so; the process and other listeners go on", async () => {
    await using system = testSystem();
    const failures: unknown[] = [];
    system.telemetry.on("listener:failed", (failure) => failures.push(failure));
    const echo = await system.start(Echo);
    let told = 0;
    const boom = new Error("boom");
    debug(echo).trace(() => {
      throw boom;
    });
    debug(echo).trace(async () => {
      throw boom;
    });
    debug(echo).trace(() => void (told += 1));
    expect(await echo.call.echo("fine")).toBe("fine");
    expect(await echo.call.echo("still fine")).toBe("still fine");
    expect(told).toBe(8);
    await system.settle();
    expect(failures).toEqual([
      { event: "trace", error: boom, detached: true },
      { event: "trace", error: boom, detached: true },
    ]);
  });

  it("SYS4 a listener runs in no process's name, and that it sends something is not told of", async () => {
    await using system = testSystem();
    const echo = await system.start(Echo);
    const other = await system.start(Echo);
    const told: string[] = [];
    debug(other).trace((event) => told.push(formatTrace(event)));
    const heard: (Pid | undefined)[] = [];
    const Post = defineActor({
      calls: { who: (n, _: void, self) => (heard.push(self.from.pid), reply(0, n)) },
      init: () => 0,
    });
    const post = await system.start(Post);
    const asked: Promise<unknown>[] = [];
    const end = debug(echo).trace(({ type }) => {
      if (type !== "taken") return;
      other.cast.hit();
      asked.push(post.call.who());
    });
    await echo.call.echo("x");
    await system.settle();
    expect(told).toEqual(["echo (pid 2) takes cast hit()", "echo (pid 2) has handled it"]);
    expect(heard).toEqual([undefined]);
    expect(asked).toHaveLength(1);
    end();
  });
});

describe("debug(system).trace", () => {
  it("SYS4 sees a process from its first message, and the next incarnation too", async () => {
    await using system = testSystem();
    const told: string[] = [];
    debug(system).trace((event) => told.push(`${String(event.pid)} ${short(event)}`), { definition: Echo });
    const app = await system.start(
      supervisor({ strategy: "oneForOne", children: [Echo.child(undefined, { restart: "permanent" })] }),
    );
    const echoNow = () => system.processes().at(-1)!.pid as Pid<typeof Echo>;
    echoNow().cast.boom();
    await system.settle();
    await echoNow().call.echo("again");
    expect(told).toEqual([
      "echo (pid 2) sent cast boom",
      "echo (pid 2) taken cast boom",
      "supervisor (pid 1) sent exit exit",
      "echo (pid 3) sent call echo",
      "echo (pid 3) taken call echo",
      "echo (pid 3) answered again",
      "echo (pid 3) handled",
    ]);
    debug(system).untrace();
    await echoNow().call.echo("untraced");
    expect(told).toHaveLength(7);
    await app.stop();
  });

  it("SYS4 keeps the state of the library's own processes to itself", async () => {
    await using system = testSystem();
    const states: unknown[] = [];
    debug(system).trace((_event, state) => states.push(state));
    const crew = await system.start(dynamicSupervisor());
    await crew.call.countChildren();
    expect(states).toEqual([undefined, undefined, undefined, undefined]);
  });

  it.each([
    ["an unknown option", { of: Echo }],
    ["what is no definition", { definition: { name: "echo" } }],
  ])("refuses %s", (_what, options) => {
    const trace = () => debug(createSystem()).trace(() => undefined, options as never);
    expect(trace).toThrow(expect.objectContaining({ code: "ERR_INVALID_OPTIONS" }));
  });
});

describe("Traces", () => {
  /** Calls, casts, monitors, timers, restarts: all of it in an order that the seed decides. */
  async function play(seed: number, isTraced: boolean): Promise<readonly string[]> {
    await using system = testSystem({ seed });
    const happened: string[] = [];
    let events = 0;
    if (isTraced) {
      debug(system).trace(() => void (events += 1));
      debug(system).log(20);
    }
    system.telemetry.on("process:exited", ({ label, reason }) => happened.push(`${label} ${reason.kind}`));
    const Worker = defineActor({
      name: "worker",
      init: (_: void, self) => {
        self.every(7, "tick");
        return 0;
      },
      info: (n, message, self) => {
        happened.push(`${String(self.pid)} ${String(message)}`);
        return n + 1;
      },
      casts: {
        crash: () => {
          throw new Error("crash");
        },
      },
      calls: {
        count: (n) => reply(n, n),
        slow: (n, _: void, self) => {
          self.send("slow");
          self.sendAfter(3, "slower");
          return reply(n, n);
        },
        never: (n, _?: unknown) => noReply(n),
      },
    });
    const app = await system.start(
      supervisor({
        strategy: "oneForAll",
        maxRestarts: 50,
        children: ["a", "b", "c"].map((id) => Worker.child(undefined, { id, restart: "permanent" })),
      }),
    );
    const workers = () =>
      system.processes().filter((row) => row.definition === "worker") as { pid: Pid<typeof Worker> }[];
    if (isTraced) for (const { pid } of workers()) debug(pid).statistics();
    for (let round = 0; round < 6; round += 1) {
      for (const { pid } of workers()) {
        pid.call.slow().then(
          (n) => happened.push(`${String(pid)} answered ${n}`),
          (error) => happened.push(`${String(pid)} ${error.code}`),
        );
        if (round % 2 === 1) pid.cast.crash();
      }
      await system.advance(5);
    }
    await app.stop();
    expect(events > 0).toBe(isTraced);
    return happened;
  }

  it("SYS4 change nothing: under each seed a traced run does what an untraced one does, in the same order", async () => {
    const runs = new Set<string>();
    for (let seed = 0; seed < 40; seed += 1) {
      const untraced = await play(seed, false);
      expect(await play(seed, true), `seed ${seed}`).toEqual(untraced);
      runs.add(untraced.join("\n"));
    }
    expect(runs.size).toBeGreaterThan(10);
  });
});
