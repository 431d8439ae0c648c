import {
  type Actor,
  type Answered,
  type CallSelf,
  createRegistry,
  createSystem,
  defineActor,
  noReply,
  type Pid,
  reply,
  type Speaks,
} from "troupe";
import { testSystem } from "troupe/testing";
import { describe, expect, it } from "vitest";

type Node = Speaks<{ ask: (path: readonly Pid<Node>[]) => string; deferred: () => string }>;

/** Asks the first of a path to ask the rest. */
const Asking: Actor<string, { ask: (path: readonly Pid<Node>[]) => string; deferred: () => string }> =
  defineActor({
    name: "asking",
    init: (name: string) => name,
    calls: {
      ask: async (name, path: readonly Pid<Node>[]) => {
        const [next, ...rest] = path;
        return reply(next === undefined ? name : await next.call.ask(rest), name);
      },
      deferred: (name) => reply(name, name),
    },
  });

/** What began it: crashes carry what they were caused by. */
function rootOf(error: unknown): unknown {
  const inner = (error as { cause?: unknown; reason?: { error?: unknown } }) ?? {};
  const next = inner.reason?.error ?? inner.cause;
  return next === undefined ? error : rootOf(next);
}

describe("8 · waiting in a circle", () => {
  it("G11 a call to oneself rejects at once, with the circle in the message", async () => {
    await using system = testSystem();
    const a = await system.start(Asking, "a");
    const error = await a.call.ask([a]).catch((caught) => caught.cause);
    expect(error).toMatchObject({ code: "ERR_CALL_CYCLE", handled: "no", circle: [`${a}`, `${a}`] });
    expect(error.message).toContain(`${a} → ${a}`);
  });

  it("a circle of three rejects at once, whatever the order", async () => {
    for (let seed = 1; seed <= 20; seed += 1) {
      await using system = testSystem({ seed });
      const [a, b, c] = [
        await system.start(Asking, "a"),
        await system.start(Asking, "b"),
        await system.start(Asking, "c"),
      ];
      const caught = await a.call.ask([b, c, a]).catch((error) => error);
      expect(caught.code).toBe("ERR_EXITED");
      expect(system.nowMs).toBe(0);
    }
  });

  it("on the host, too, where a wait begins only once nobody had an answer in its turn", async () => {
    await using system = createSystem({ logger: false });
    for (const length of [1, 2, 3, 7]) {
      const first = await system.start(Asking, `first of ${length}`);
      const rest = await Promise.all(
        Array.from({ length: length - 1 }, (_none, i) => system.start(Asking, `${i} of ${length}`)),
      );
      // No deadline comes to the rescue: who waits for a circle here waits for ever.
      const caught = await first.call.ask([...rest, first], { timeoutMs: Infinity }).catch((error) => error);
      expect(rootOf(caught), `a ring of ${length}`).toMatchObject({ code: "ERR_CALL_CYCLE", handled: "no" });
    }
  });

  it("on the host, too, a handler that has returned waits for nobody, whatever the next one waits for", async () => {
    await using system = createSystem({ logger: false });
    type Back = Speaks<{ get: () => string }>;
    const Asked = defineActor({
      name: "asked",
      init: (asker: Pid<Back>) => asker,
      calls: {
        ping: async (asker) => {
          await new Promise((resolve) => setImmediate(resolve));
          return reply(await asker.call.get(), asker);
        },
      },
    });
    const Asker = defineActor({
      name: "asker",
      init: () => "got",
      calls: { get: (got) => reply(got, got) },
      casts: {
        fire: (got, { asked, answers }: { asked: Pid<typeof Asked>; answers: unknown[] }) => {
          void asked.call.ping().then(
            (answer) => answers.push(answer),
            (error) => answers.push(error),
          );
          return got;
        },
        slow: async (got, until: Promise<void>) => {
          await until;
          return got;
        },
      },
    });
    const asker = await system.start(Asker);
    const asked = await system.start(Asked, asker as unknown as Pid<Back>);
    const answers: unknown[] = [];
    asker.cast.fire({ asked, answers });
    // The next handler is under way before anybody knows that the call of the last one has to wait.
    asker.cast.slow(new Promise((resolve) => setImmediate(() => setImmediate(resolve))));
    await asker.call.get();
    await asked.call.ping();
    expect(answers).toEqual(["got"]);
  });

  it("a circle of calls that were made by different askers is found as well", async () => {
    await using system = testSystem();
    const a = await system.start(Asking, "a");
    const b = await system.start(Asking, "b");
    const outcomes = await Promise.allSettled([a.call.ask([b]), b.call.ask([a])]);
    expect(outcomes.some(({ status }) => status === "rejected")).toBe(true);
    expect(system.nowMs).toBe(0);
  });

  it("a long line without a circle is answered", async () => {
    await using system = testSystem();
    const line = await Promise.all(Array.from({ length: 50 }, (_none, i) => system.start(Asking, `n${i}`)));
    const [first, ...rest] = line;
    expect(await first?.call.ask(rest)).toBe("n49");
  });

  it("reply(promise, state) waits for nobody", async () => {
    await using system = testSystem();
    const Concurrent = defineActor({
      name: "concurrent",
      init: () => 0,
      calls: {
        around: (n, other: Pid<Node>, self) => reply(other.call.ask([self.pid as unknown as Pid<Node>]), n),
        ask: (n, _path: readonly Pid<Node>[]) => reply("answered by itself", n),
      },
    });
    const concurrent = await system.start(Concurrent);
    const other = await system.start(Asking, "other");
    expect(await concurrent.call.around(other)).toBe("answered by itself");
  });

  it("self.request makes no edge; the answer comes as a message with its tag", async () => {
    await using system = testSystem();
    const Requesting = defineActor({
      name: "requesting",
      init: (): { readonly from: import("troupe").From<unknown> | undefined } => ({ from: undefined }),
      calls: {
        around: (_s, other: Pid<Node>, self: CallSelf<unknown>) => {
          self.request(() => other.call.ask([self.pid as unknown as Pid<Node>]), "tag");
          return noReply({ from: self.from });
        },
        ask: (s, _path: readonly Pid<Node>[]) => reply("asked back", s),
      },
      info: (s, answer: Answered<string, string>) => {
        s.from?.reply(answer);
        return s;
      },
    });
    const requesting = await system.start(Requesting);
    const other = await system.start(Asking, "other");
    expect(await requesting.call.around(other)).toEqual({
      type: "answer",
      tag: "tag",
      ok: true,
      value: "asked back",
    });
  });

  it("a handler that has returned waits for nobody, even if its call is still out", async () => {
    await using system = testSystem();
    const Loose = defineActor({
      name: "loose",
      init: () => 0,
      casts: {
        go: (n, other: Pid<Node>, self) => {
          void other.call.ask([self.pid as unknown as Pid<Node>]);
          return n;
        },
      },
      calls: { ask: (n, _path: readonly Pid<Node>[]) => reply("fine", n + 1), n: (n) => reply(n, n) },
    });
    const loose = await system.start(Loose);
    const other = await system.start(Asking, "other");
    loose.cast.go(other);
    await system.settle();
    expect(await loose.call.n()).toBe(1);
  });

  it("a child whose init calls its waiting parent is refused", async () => {
    await using system = testSystem();
    const Child = defineActor({
      name: "child",
      init: async (parent: Pid<Speaks<{ ask: () => number }>>) => parent.call.ask(),
    });
    const Parent = defineActor({
      name: "parent",
      init: () => 0,
      calls: {
        begin: async (n, _: void, self) => {
          const code = await self
            .start(Child, self.pid as unknown as Pid<Speaks<{ ask: () => number }>>)
            .then(
              () => "started",
              (error) => error.reason.error.code,
            );
          return reply(code as string, n);
        },
        ask: (n) => reply(n, n),
      },
      exit: (n) => n,
    });
    const parent = await system.start(Parent);
    expect(await parent.call.begin()).toBe("ERR_CALL_CYCLE");
  });

  it("a process that stops itself and waits for it is refused", async () => {
    await using system = testSystem();
    const Selfish = defineActor({
      init: () => 0,
      calls: {
        end: async (n, _: void, self) => reply(await self.pid.stop().catch((error) => error.code), n),
      },
    });
    const selfish = await system.start(Selfish);
    expect(await selfish.call.end()).toBe("ERR_CALL_CYCLE");
    expect(await selfish.call.end()).toBe("ERR_CALL_CYCLE");
  });

  it("a child that is started by self.request may ask its parent while a handler of the parent waits", async () => {
    await using system = testSystem();
    let open!: () => void;
    const opened = new Promise<void>((go) => (open = go));
    const Child = defineActor({
      init: async (parent: Pid<Node>) => {
        await Promise.resolve();
        return parent.call.deferred();
      },
    });
    const Parent = defineActor({
      init: (): readonly Answered[] => [],
      calls: {
        begin: async (answers, _: void, self) => {
          self.request(() => self.start(Child, self.pid as unknown as Pid<Node>), "child");
          await opened;
          return reply("begun", answers);
        },
        ask: (answers, _path: readonly Pid<Node>[]) => reply("asked", answers),
        deferred: (answers) => reply("deferred", answers),
        answers: (answers) => reply(answers, answers),
      },
      info: (answers, answer: Answered) => [...answers, answer],
    });
    const parent = await system.start(Parent);
    const begun = parent.call.begin();
    await system.settle();
    open();
    await begun;
    await system.settle();
    expect(await parent.call.answers()).toMatchObject([{ tag: "child", ok: true }]);
  });

  it("a name that is waited for makes no edge in self.request either", async () => {
    await using system = testSystem();
    const names = createRegistry(system, { keys: "unique" });
    const late = names.via(Asking, "late", { waitMs: 1_000 });
    let open!: () => void;
    const opened = new Promise<void>((go) => (open = go));
    const Requesting = defineActor({
      init: (): readonly Answered[] => [],
      calls: {
        begin: async (answers, _: void, self) => {
          self.request(() => late.call.ask([self.pid as unknown as Pid<Node>]), "late");
          await opened;
          return reply("begun", answers);
        },
        ask: (answers, _path: readonly Pid<Node>[]) => reply("asked back", answers),
        deferred: (answers) => reply("deferred", answers),
        answers: (answers) => reply(answers, answers),
      },
      info: (answers, answer: Answered) => [...answers, answer],
    });
    const requesting = await system.start(Requesting);
    const begun = requesting.call.begin();
    await system.settle();
    await system.start(Asking.child("late", { name: late }));
    await system.settle();
    open();
    await begun;
    await system.settle();
    expect(await requesting.call.answers()).toMatchObject([{ tag: "late", ok: true, value: "asked back" }]);
  });

  it("a listener that asks the process in whose turn it hears of something waits as plain code does", async () => {
    await using system = testSystem();
    let open!: () => void;
    const opened = new Promise<void>((go) => (open = go));
    const gone = await system.start(Asking, "gone");
    await gone.stop();
    const Speaking = defineActor({
      init: () => 0,
      calls: {
        speak: async (n) => {
          gone.send("a dead letter" as never);
          await opened;
          return reply(n, n);
        },
        heard: (n) => reply("heard", n),
      },
    });
    const speaking = await system.start(Speaking);
    let heard: Promise<string> | undefined;
    system.telemetry.on("message:dead", () => {
      heard ??= speaking.call.heard();
    });
    const spoken = speaking.call.speak();
    await system.settle();
    open();
    await spoken;
    expect(await heard).toBe("heard");
  });

  it("a lock is an edge to its holder, as long as that one's handler has not returned", async () => {
    await using system = testSystem();
    const names = createRegistry(system, { keys: "unique" });
    const Holder = defineActor({
      name: "holder",
      init: () => 0,
      calls: {
        holds: async (state, other: Pid<Speaks<{ wants: () => string }>>) =>
          reply(await names.lock("k", () => other.call.wants().catch((error) => error.cause.code)), state),
        beside: (state) =>
          reply(
            names.lock("k", () => asked),
            state,
          ),
        wants: async (state) => reply(await names.lock("k", () => "given"), state),
      },
    });
    let ask = (): void => undefined;
    const asked = new Promise<void>((resolve) => {
      ask = resolve;
    });
    const [ann, bob] = [await system.start(Holder), await system.start(Holder)];
    expect(await ann.call.holds(bob)).toBe("ERR_CALL_CYCLE");
    const eve = await system.start(Holder);
    const beside = ann.call.beside();
    await system.settle();
    const wanted = eve.call.wants();
    await system.settle();
    ask();
    await beside;
    expect(await wanted).toBe("given");
    expect(system.nowMs).toBe(0);
  });
});
