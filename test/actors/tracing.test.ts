import { AsyncLocalStorage } from "node:async_hooks";
import {
  createSystem,
  defineActor,
  InvalidOptionsError,
  next,
  type Pid,
  type PidOf,
  reply,
  startTask,
  type TracedMessage,
  type Tracing,
} from "troupe";
import { testSystem } from "troupe/testing";
import { describe, expect, it } from "vitest";

interface Span {
  readonly name: string;
  readonly parent: Span | undefined;
  ended: "returned" | "threw" | "settled" | undefined;
}

/** A tracer as an OpenTelemetry bridge is one: the active span in an asynchronous context, a span a message. */
function fakeTracer() {
  const active = new AsyncLocalStorage<Span | undefined>();
  const spans: Span[] = [];
  const seen: TracedMessage[] = [];
  const tracing: Tracing<Span | undefined> = {
    capture: (message) => {
      seen.push(message);
      return active.getStore();
    },
    run(parent, { kind, name }, work) {
      const span: Span = { name: `${kind} ${name}`, parent, ended: undefined };
      spans.push(span);
      return active.run(span, () => {
        try {
          const answer = work();
          span.ended = "returned";
          if (answer instanceof Promise) void answer.then(() => (span.ended = "settled"));
          return answer;
        } catch (thrown) {
          span.ended = "threw";
          throw thrown;
        }
      });
    },
  };
  return { tracing, active, spans, seen, paths: () => spans.map(pathOf) };
}

function pathOf({ name, parent }: Span): string {
  return parent === undefined ? name : `${pathOf(parent)} > ${name}`;
}

const Log = defineActor({
  name: "log",
  init: () => 0,
  calls: { size: (n) => reply(n, n) },
  casts: { line: (n, _text: string) => n + 1 },
  info: (n, _message: unknown) => n + 1,
});

describe("tracing", () => {
  it("carries the sender's context over calls, casts, messages and starts, also after an await", async () => {
    const { tracing, active, paths } = fakeTracer();
    await using system = testSystem({ tracing });
    const log = await system.start(Log);
    const Shop = defineActor({
      name: "shop",
      init: () => 0,
      calls: {
        order: async (n) => {
          log.cast.line("begun");
          await log.call.size();
          log.send("asked");
          await system.start(Log);
          return reply(n, n);
        },
      },
    });
    const shop = await system.start(Shop);
    const request: Span = { name: "request", parent: undefined, ended: undefined };
    await active.run(request, () => shop.call.order());
    await system.settle();
    expect(paths()).toEqual([
      "start log",
      "start shop",
      "request > call order",
      "request > call order > cast line",
      "request > call order > call size",
      // a synchronous init runs inside the starter's turn
      "request > call order > start log",
      "request > call order > message info",
    ]);
  });

  it("carries it into tasks and spawned processes, and what they ask for", async () => {
    const { tracing, paths } = fakeTracer();
    await using system = testSystem({ tracing });
    const log = await system.start(Log);
    const Worker = defineActor({
      name: "worker",
      init: () => 0,
      calls: {
        work: async (n, _: void, self) => {
          const count = async (): Promise<number> => log.call.size();
          return reply(await startTask(self, count).result(), n);
        },
      },
    });
    await (await system.start(Worker)).call.work();
    expect(paths().slice(2)).toEqual([
      "call work",
      "call work > spawn count",
      "call work > spawn count > call size",
    ]);
  });

  it("goes on with the same context in a continue and with the answer to a request", async () => {
    const { tracing, paths } = fakeTracer();
    await using system = testSystem({ tracing });
    const log = await system.start(Log);
    const Steps = defineActor({
      name: "steps",
      init: () => 0,
      casts: {
        begin: (n, _: void, self) => {
          self.request(() => log.call.size(), "size");
          return next(n, { continue: "more" });
        },
      },
      continue: (n) => {
        log.cast.line("continued");
        return n;
      },
      info: (n, _message: unknown) => {
        log.cast.line("answered");
        return n;
      },
    });
    const steps = await system.start(Steps);
    steps.cast.begin();
    await system.settle();
    expect(paths().filter((path) => path.includes("line"))).toEqual([
      "cast begin > cast line",
      "cast begin > cast line",
    ]);
  });

  it("says what each message is, whom it is for, and on whose behalf it was sent", async () => {
    const { tracing, seen } = fakeTracer();
    await using system = testSystem({ tracing });
    let asked: readonly Pid[] = [];
    const Last = defineActor({
      name: "last",
      init: () => 0,
      casts: { note: (n, _: void, self) => ((asked = self.callers), n) },
    });
    const last = await system.start(Last);
    const First = defineActor({
      name: "first",
      init: () => 0,
      casts: { go: (n) => (last.cast.note(), n) },
    });
    const first = await system.start(First);
    const plain = system.spawn(function starter() {
      first.cast.go();
    });
    await plain.down();
    await system.settle();
    expect(seen.map(({ kind, name, to, callers }) => [kind, name, to, callers])).toEqual([
      ["start", "last", last, []],
      ["start", "first", first, []],
      ["spawn", "starter", plain, []],
      ["cast", "go", first, [plain]],
      ["cast", "note", last, [first, plain]],
    ]);
    expect(asked).toEqual([first, plain]);
  });

  it("sees how a handler ended: returned, thrown, or settled later", async () => {
    const { tracing, spans } = fakeTracer();
    await using system = testSystem({ tracing, logger: false });
    const Ends = defineActor({
      init: () => 0,
      calls: {
        now: (n) => reply(n, n),
        later: async (n) => reply(n, n),
        never: (): never => {
          throw new Error("boom");
        },
      },
    });
    const ends = await system.start(Ends);
    await ends.call.now();
    await ends.call.later();
    await ends.call.never().catch(() => undefined);
    expect(spans.map(({ ended }) => ended)).toEqual(["returned", "returned", "settled", "threw"]);
  });

  it.each<readonly [string, Partial<Tracing>]>([
    [
      "captures",
      {
        capture: () => {
          throw new Error("the tracer's own");
        },
      },
    ],
    [
      "runs, before the handler",
      {
        run: () => {
          throw new Error("the tracer's own");
        },
      },
    ],
    [
      "runs, after the handler",
      {
        run: (_carried, _message, work) => {
          work();
          throw new Error("the tracer's own");
        },
      },
    ],
    ["runs the handler twice", { run: (_carried, _message, work) => (work(), work()) }],
    ["does not run the handler", { run: () => undefined as never }],
  ])("harms no message when the hook fails as it %s", async (_, failing) => {
    const { tracing } = fakeTracer();
    await using system = testSystem({ tracing: { ...tracing, ...failing } as Tracing });
    const failures: string[] = [];
    system.telemetry.on("listener:failed", ({ event }) => failures.push(event));
    const log = await system.start(Log);
    log.cast.line("one");
    log.send("two");
    expect(await log.call.size()).toBe(2);
    expect(new Set(failures)).toEqual(new Set(["tracing"]));
  });

  it("reports a hook that fails later, which is nobody's crash and no fault of the process", async () => {
    const asynchronous: Tracing = {
      capture: async () => Promise.reject(new Error("no context")),
      run: (async (_carried: unknown, { name }: TracedMessage, work: () => unknown) => {
        await work();
        if (name === "line") throw new Error("no exporter");
      }) as unknown as Tracing["run"],
    };
    await using system = testSystem({ tracing: asynchronous, logger: false });
    const failures: unknown[] = [];
    system.telemetry.on("listener:failed", ({ event, error }) => failures.push([event, String(error)]));
    system.telemetry.on("fault:late", ({ error }) => failures.push(["fault:late", error]));
    const log = await system.start(Log);
    log.cast.line("one");
    await system.settle();
    expect(failures).toEqual([
      ["tracing", "Error: no context"],
      ["tracing", "Error: no context"],
      ["tracing", "Error: no exporter"],
    ]);
    expect(await log.call.size()).toBe(1);
  });

  it.each(["isolated", "handlersOnly"] as const)(
    "passes a handler's error on through an asynchronous hook without a second fault, with faults %s",
    async (faults) => {
      const tracing: Tracing = {
        capture: () => undefined,
        run: (async (_carried: unknown, _message: unknown, work: () => unknown) => await work()) as never,
      };
      const system = createSystem({ tracing, faults, logger: false });
      const told: unknown[] = [];
      for (const event of ["listener:failed", "fault:late"] as const)
        system.telemetry.on(event, ({ error }) => told.push(error));
      const boom = new RangeError("boom");
      const Bad = defineActor({
        init: () => 0,
        casts: {
          fall: () => {
            throw boom;
          },
          fallLater: async () => Promise.reject(boom),
        },
      });
      for (const handler of ["fall", "fallLater"] as const) {
        const bad = await system.start(Bad);
        bad.cast[handler]();
        expect(await bad.down()).toEqual({ kind: "error", error: boom });
      }
      await new Promise((turn) => setImmediate(turn));
      await system.stop();
      expect(told).toEqual([]);
    },
  );

  it("P29 names nobody twice and only the nearest 50 callers, however long messages go on", async () => {
    const seen: TracedMessage[] = [];
    const tracing: Tracing = {
      capture: (message) => void seen.push(message),
      run: (_, _message, work) => work(),
    };
    await using system = testSystem({ tracing });
    const Hop = defineActor({
      name: "hop",
      init: () => 0,
      info: (n, message: unknown) => {
        const { left, path } = message as {
          readonly left: number;
          readonly path: readonly PidOf<typeof Log>[];
        };
        const [next, ...rest] = path;
        if (left > 0) next?.send({ left: left - 1, path: [...rest, next] });
        return n;
      },
    });
    const two = [await system.start(Hop), await system.start(Hop)] as const;
    two[0].send({ left: 100, path: [two[1], two[0]] });
    await system.settle();
    expect(seen.at(-1)?.callers).toEqual([two[1], two[0]]);

    const ring: PidOf<typeof Hop>[] = [];
    for (let i = 0; i < 60; i += 1) ring.push(await system.start(Hop));
    ring[0]?.send({ left: 59, path: ring.slice(1) });
    await system.settle();
    expect(seen.at(-1)?.to).toBe(ring[59]);
    expect(seen.at(-1)?.callers).toEqual(ring.slice(9, 59).reverse());
  });

  it("keeps a crash a crash, and its report the handler's own error", async () => {
    const { tracing } = fakeTracer();
    await using system = testSystem({ tracing, logger: false });
    const boom = new RangeError("boom");
    const Bad = defineActor({
      init: () => 0,
      casts: {
        fall: () => {
          throw boom;
        },
      },
    });
    const bad = await system.start(Bad);
    bad.cast.fall();
    expect(await bad.down()).toEqual({ kind: "error", error: boom });
  });

  it("leaves the tracer's context of the starter out of what the system itself runs", async () => {
    const { tracing, active } = fakeTracer();
    let inTimer: Span | undefined | "unset" = "unset";
    await using system = testSystem({ tracing });
    const Timer = defineActor({
      init: (_: void, self) => {
        self.sendAfter(10, "tick");
        return 0;
      },
      info: (n, _message: unknown) => {
        inTimer = active.getStore()?.parent;
        return n;
      },
    });
    await active.run({ name: "request", parent: undefined, ended: undefined }, () => system.start(Timer));
    await system.advance(10);
    expect(inTimer).toBeUndefined();
  });

  it("is checked with the other options", () => {
    expect(() => createSystem({ tracing: { capture: 1 } as never })).toThrow(InvalidOptionsError);
  });
});
