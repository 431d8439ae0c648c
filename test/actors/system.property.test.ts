import fc from "fast-check";
import {
  type Actor,
  defineActor,
  dynamicSupervisor,
  fail,
  next,
  noReply,
  type Pid,
  reply,
  type Self,
  type Speaks,
  stop,
  supervisor,
} from "troupe";
import { type TestSystem, testSystem } from "troupe/testing";
import { describe, expect, it } from "vitest";
import { linksOf } from "../../src/actors/links.ts";
import { type Process, processOf } from "../../src/actors/process.ts";
import { kernelOf } from "../../src/actors/system.ts";
import { depthOf } from "../depth.ts";

/** What an actor is told to do in a handler; `other` is another actor, or itself. */
const DEEDS = [
  "call",
  "callAndForget",
  "request",
  "requestStart",
  "startChild",
  "startChildLate",
  "spawn",
  "stopOther",
  "stopSelf",
  "killOther",
  "exitOther",
  "link",
  "unlink",
  "monitor",
  "demonitor",
  "sendAfter",
  "every",
  "own",
  "ownSlow",
  "ownBroken",
  "wait",
  "idle",
  "continue",
  "stop",
  "throw",
  "exit",
  "reject",
  "trap",
  "nothing",
] as const;
type Deed = (typeof DEEDS)[number];

interface Task {
  readonly deed: Deed;
  readonly other: Doer;
  readonly gate: Promise<void>;
}
type Doer = Pid<Speaks<{ ask: (task: Task) => string }, { do: (task: Task) => void }, unknown>>;

const HOWS = ["now", "later", "promised", "deferred", "fails"] as const;
const INITS = ["plain", "trapping", "slow", "waiting", "failing", "supervised"] as const;

async function perform({ deed, other, gate }: Task, self: Self): Promise<void> {
  const nothing: Task = { deed: "nothing", other, gate };
  switch (deed) {
    case "call":
      await other.call.ask(nothing, { timeoutMs: 50 });
      return;
    case "callAndForget":
      other.call.ask(nothing, { timeoutMs: 70 }).catch(() => undefined);
      return;
    case "request":
      return self.request(() => other.call.ask(nothing), "asked");
    case "requestStart":
      return self.request(() => self.start(Bystander, gate), "started");
    case "startChild":
      await self.start(Bystander, Promise.resolve());
      return;
    case "startChildLate":
      await self.start(Bystander, gate);
      return;
    case "spawn":
      self.spawn(async (bare) => {
        for (;;) {
          await bare.receive({ timeoutMs: 30 }).catch(() => gate);
          bare.own("of a bare process", () => gate);
        }
      });
      return;
    case "stopOther":
      await other.stop({ timeoutMs: 40 });
      return;
    case "stopSelf":
      await self.pid.stop();
      return;
    case "killOther":
      return other.exit("kill");
    case "exitOther":
      return other.exit(new Error("told to"));
    case "link":
      return self.link(other);
    case "unlink":
      return self.unlink(other);
    case "monitor":
      self.monitor(other);
      return;
    case "demonitor": {
      const ref = self.monitor(other);
      await gate;
      self.demonitor(ref, { flush: true });
      return;
    }
    case "sendAfter":
      self.sendAfter(25, "after");
      return;
    case "every":
      self.every(20, "tick");
      return;
    case "own":
      self.own("at once", () => undefined);
      return;
    case "ownSlow":
      self.own("slow", async () => {
        await gate;
        await other.call.ask(nothing, { timeoutMs: 10 });
      });
      return;
    case "ownBroken":
      self.own("broken", () => {
        throw new Error("does not close");
      });
      return;
    case "wait":
      return gate;
    case "throw":
      throw new Error("told to");
    case "exit":
      return self.exit("shutdown");
    case "reject":
      void gate.then(() => Promise.reject(new Error("forgotten")));
      return;
    case "trap":
      self.trapExit(true);
      return;
    default:
      return;
  }
}

function after({ deed }: Task, state: number) {
  if (deed === "idle") return next(state, { idleMs: 35 });
  if (deed === "continue") return next(state, { continue: "on" });
  return deed === "stop" ? stop("normal", state) : state;
}

const Bystander: Actor<Promise<void>> = defineActor({
  name: "bystander",
  init: async (ready: Promise<void>) => void (await ready),
});

function doer(how: (typeof HOWS)[number], exit: object) {
  return defineActor({
    name: "doer",
    init: async (init: { readonly begun: Promise<void> | undefined; readonly fails: boolean }) => {
      if (init.begun !== undefined) await init.begun;
      if (init.fails) throw new Error("told to");
      return 0;
    },
    calls: {
      ask: (state, task: Task, self) => {
        if (how === "promised")
          return reply(
            perform(task, self).then(() => "done"),
            after(task, state),
          );
        if (how === "deferred") {
          const { from } = self;
          perform(task, self).then(() => from.reply("done"), from.fail.bind(from));
          return noReply(after(task, state));
        }
        if (how === "fails") return fail(new Error("will not"), after(task, state));
        return perform(task, self).then(() => reply("done", after(task, state)));
      },
    },
    casts: { do: (state, task: Task, self) => perform(task, self).then(() => after(task, state)) },
    info: (state) => state,
    idle: (state) => state + 1,
    continue: (state) => state,
    terminate: how === "later" ? async () => void (await Promise.resolve()) : () => undefined,
    ...exit,
  });
}

const step = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("start"),
      init: fc.constantFrom(...INITS),
      how: fc.constantFrom(...HOWS),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constantFrom("ask", "tell"),
      at: fc.nat(7),
      other: fc.nat(7),
      deed: fc.constantFrom(...DEEDS),
      cut: fc.constantFrom("none", "deadline", "abort"),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom("stop", "kill", "shutdown", "normal", "down"),
      at: fc.nat(7),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom("settle", "open", "abort"), at: fc.nat(7) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("advance"), ms: fc.nat(60) }) },
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

const asks = (deed: Deed): Step => ({ kind: "ask", at: 0, other: 0, deed, cut: "none" });

/** Runs that have left something behind once. */
const FOUND: readonly Step[][] = [
  // A bare process came to a receive after its death: a deadline and a zombie were left.
  [
    asks("spawn"),
    { kind: "advance", ms: 30 },
    asks("call"),
    { kind: "settle", at: 0 },
    asks("call"),
    asks("call"),
    { kind: "settle", at: 0 },
  ],
];

/** One run: actors that come and go, and everything that plain code waits for. */
class Run {
  readonly system: TestSystem;
  readonly processes = new Set<Process>();
  readonly #doers: Doer[] = [];
  readonly #waiting: Promise<unknown>[] = [];
  readonly #gates: (() => void)[] = [];
  #given = new AbortController();

  constructor(seed: number) {
    this.system = testSystem({ seed });
    this.system.telemetry.on("process:started", ({ pid }) => this.processes.add(processOf(pid)));
  }

  async take(one: Step): Promise<void> {
    if ("init" in one) return this.#start(one.init, one.how);
    if ("ms" in one) return this.system.advance(one.ms);
    if (one.kind === "settle") return this.system.settle();
    if (one.kind === "open") return this.#gates.shift()?.();
    if (one.kind === "abort") {
      this.#given.abort();
      this.#given = new AbortController();
      return;
    }
    const pid = this.#doers[one.at % Math.max(1, this.#doers.length)];
    if (pid === undefined) return;
    if ("deed" in one) {
      const other = this.#doers[one.other % this.#doers.length] as Doer;
      const task: Task = { deed: one.deed, other, gate: this.#gate() };
      if (one.kind === "tell") return pid.cast.do(task);
      const cut = { none: {}, deadline: { timeoutMs: 15 }, abort: { signal: this.#given.signal } }[one.cut];
      return this.#waitFor(pid.call.ask(task, { timeoutMs: 500, ...cut }));
    }
    if (one.kind === "stop") return this.#waitFor(pid.stop({ timeoutMs: 80 }));
    if (one.kind === "down") return this.#waitFor(pid.down());
    pid.exit(one.kind as "kill" | "shutdown" | "normal");
  }

  /** Ends everything, and lets everything that still runs run out. */
  async end(): Promise<void> {
    const stopped = this.system.stop();
    for (const open of this.#gates) open();
    await this.system.advance(60_000);
    await stopped;
    await Promise.all(this.#waiting);
    await this.system.advance(60_000);
  }

  async #start(init: (typeof INITS)[number], how: (typeof HOWS)[number]): Promise<void> {
    const Doing = doer(how, init === "trapping" ? { exit: (state: number) => state } : {});
    const begun = init === "waiting" ? this.#gate() : init === "slow" ? Promise.resolve() : undefined;
    const given = { begun, fails: init === "failing" };
    const keep = (pid: Pid): void => void this.#doers.push(pid as Doer);
    if (init === "supervised") {
      const child = Doing.child(given, { shutdownMs: 100 });
      const app = await this.system.start(
        supervisor({ strategy: "oneForOne", maxRestarts: 2, children: [child] }),
      );
      for (const { pid } of await app.call.whichChildren()) keep(pid as Pid);
      return;
    }
    if (how === "promised") {
      const pool = await this.system.start(dynamicSupervisor());
      return this.#waitFor(pool.call.startChild(Doing, given).then(keep));
    }
    const starting = this.system.start(Doing, given).then(keep);
    this.#waitFor(starting);
    await this.system.settle();
  }

  #gate(): Promise<void> {
    return new Promise((open) => void this.#gates.push(open));
  }

  #waitFor(waiting: Promise<unknown>): void {
    this.#waiting.push(waiting.catch(() => undefined));
  }
}

/** What a process that has died still has to do with others. */
function tiesOf(process: Process): object {
  const { ties, mailbox, signals, suspension, completion } = process;
  return {
    links: linksOf(process).length,
    watched: ties?.watched?.size ?? 0,
    watching: ties?.watching?.size ?? 0,
    watchers: ties?.watchers?.length ?? 0,
    timers: ties?.timers?.size ?? 0,
    open: ties?.open?.size ?? 0,
    waits: (ties?.wait === undefined ? 0 : 1) + (ties?.moreWaits?.size ?? 0),
    owned: ties?.owned?.length ?? 0,
    overs: ties?.overs?.length ?? 0,
    left: [ties?.receiver, mailbox, signals, suspension, completion].filter((one) => one !== undefined),
  };
}

const NO_TIES = {
  links: 0,
  watched: 0,
  watching: 0,
  watchers: 0,
  timers: 0,
  open: 0,
  waits: 0,
  owned: 0,
  overs: 0,
  left: [],
};

describe("a system that has stopped", () => {
  it("has nothing left, whatever its actors have done and in whatever order", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(),
        fc.array(step, { minLength: 5, maxLength: 60, size: "max" }),
        async (seed, steps) => {
          const run = new Run(seed);
          for (const how of HOWS) await run.take({ kind: "start", init: "plain", how });
          for (const one of steps) await run.take(one);
          await run.end();
          const { table, closing, deadlines, zombies, edgeless, running, freshWait, nested, runtime } =
            kernelOf(run.system);
          expect({
            table: [...table.values()].map(({ label }) => label),
            closing: closing.size,
            deadlines: deadlines.size,
            held: (runtime.scheduler as unknown as { readonly held: number }).held,
            ...{ zombies, edgeless, running, freshWait, nested },
          }).toEqual({
            table: [],
            closing: 0,
            deadlines: 0,
            held: 0,
            zombies: 0,
            edgeless: false,
            running: undefined,
            freshWait: undefined,
            nested: 0,
          });
          for (const process of run.processes) {
            expect([process.label, process.status, process.over]).toEqual([process.label, "dead", true]);
            expect(tiesOf(process)).toEqual(NO_TIES);
          }
        },
      ),
      { numRuns: depthOf(150), examples: FOUND.map((found): [number, Step[]] => [0, found]) },
    );
  }, 60_000);
});
