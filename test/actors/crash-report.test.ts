import {
  type CrashReport,
  defineActor,
  formatRecord,
  type LogRecord,
  next,
  pinoLogger,
  reply,
  type stop,
  supervisor,
} from "troupe";
import { testSystem } from "troupe/testing";
import { describe, expect, it } from "vitest";

const boom = (): never => {
  throw new Error("boom");
};

/** One definition, crashed by one message. */
async function crashOf(definition: object, message: unknown = undefined): Promise<CrashReport> {
  await using system = testSystem();
  const Crashing = defineActor({ init: () => 0, casts: { crash: boom }, ...definition } as {
    init: () => number;
  });
  const pid = await system.start(Crashing);
  (pid as unknown as { cast: { crash(message: unknown): void } }).cast.crash(message);
  await pid.down();
  await system.settle();
  expect(system.crashes).toHaveLength(1);
  return system.crashes[0] as CrashReport;
}

describe("crashReport", () => {
  it("shows kind and size of the last message when redact says nothing of it", async () => {
    const report = await crashOf({ redact: () => "state" }, "a secret");
    expect(report).toMatchObject({
      doing: "handling crash(a string of 8)",
      lastMessage: undefined,
      state: "state",
    });
  });

  it("G29 shows of state, message and error what redact answers", async () => {
    const report = await crashOf(
      {
        init: () => ({ user: "ann", password: "secret" }),
        redact: {
          state: ({ user }: { user: string }) => ({ user }),
          message: (message: { item: string }, name: string) => ({ name, item: message.item }),
          error: (error: Error) => new Error(`${error.message.length} characters`),
        },
      },
      { item: "book", card: "1234" },
    );
    expect(report).toMatchObject({
      state: { user: "ann" },
      lastMessage: { name: "crash", item: "book" },
      doing: 'handling crash({"name":"crash","item":"book"})',
      reason: { kind: "error", error: { message: "4 characters" } },
    });
  });

  it("keeps the thrown value itself when redact says nothing of errors", async () => {
    const thrown = Object.freeze({ odd: true });
    const report = await crashOf({
      casts: {
        crash: () => {
          throw thrown;
        },
      },
    });
    expect(report.reason.kind === "error" && report.reason.error).toBe(thrown);
  });

  it("links, monitors and callers get the error itself, whatever redact makes of it", async () => {
    await using system = testSystem();
    const Crashing = defineActor({
      init: () => 0,
      calls: { crash: boom },
      redact: { error: () => "hidden" },
    });
    const pid = await system.start(Crashing);
    await expect(pid.call.crash()).rejects.toMatchObject({ reason: { error: { message: "boom" } } });
    expect(await pid.down()).toMatchObject({ error: { message: "boom" } });
    await system.settle();
    expect(system.crashes[0]?.reason).toEqual({ kind: "error", error: "hidden" });
  });

  it.each<[string, (info: unknown) => unknown]>([
    ["info", () => boom()],
    ["continue", (message) => (message === "go" ? next(0, { continue: "on" }) : boom())],
  ])("gives redact the name %s", async (what, info) => {
    await using system = testSystem();
    const names: string[] = [];
    const Crashing = defineActor({
      init: () => 0,
      info: (_state, message: unknown) => info(message) as number,
      continue: boom,
      redact: { message: (_message: unknown, name: string) => names.push(name) },
    });
    const pid = await system.start(Crashing);
    pid.send("go");
    await pid.down();
    expect(names).toEqual([what]);
  });

  it("has the message of a handler that awaited, of a promised answer, and of an answer that is none", async () => {
    await using system = testSystem();
    const Crashing = defineActor({
      init: () => 0,
      calls: {
        awaits: async (_state, _n: number) => boom(),
        promises: (state, _n: number) => reply(Promise.reject(new Error("boom")), state),
        babbles: (_state, _n: number) => "no answer" as unknown as ReturnType<typeof stop>,
      },
      redact: { message: (message) => message },
    });
    for (const how of ["awaits", "promises", "babbles"] as const) {
      const pid = await system.start(Crashing);
      await pid.call[how](7).catch(() => undefined);
      await pid.down();
    }
    await system.settle();
    expect(system.crashes.map(({ doing, lastMessage }) => [doing, lastMessage])).toEqual([
      ["handling awaits(7)", 7],
      ["handling promises(7)", 7],
      ["handling babbles(7)", 7],
    ]);
  });

  it("shows no message for a crash that came of none", async () => {
    await using system = testSystem();
    const Quiet = defineActor({ init: () => 0, redact: { message: () => "a message" } });
    const pid = await system.start(Quiet);
    pid.exit(new Error("told to"));
    await pid.down();
    await system.settle();
    expect(system.crashes).toMatchObject([{ doing: undefined, lastMessage: undefined }]);
  });

  it("P29 names the ancestors, nearest first", async () => {
    await using system = testSystem();
    const Leaf = defineActor({ name: "leaf", init: () => 0, casts: { crash: boom } });
    const inner = supervisor({ id: "inner", strategy: "oneForOne", children: [Leaf] });
    const outer = await system.start(supervisor({ id: "outer", strategy: "oneForOne", children: [inner] }));
    const [middle] = await outer.call.whichChildren();
    const [leaf] = await (middle as { readonly pid: typeof outer }).pid.call.whichChildren();
    (leaf as { readonly pid: typeof outer }).pid.exit(new Error("boom"));
    await system.settle();
    expect(system.crashes[0]?.ancestors).toEqual([`${middle?.pid}`, `${outer}`]);
  });

  it("TH10 a secret in state, message, error, cause and field reaches no sink when redact hides it", async () => {
    const canary = "canary-4711";
    const printed: string[] = [];
    const pino = pinoLogger({
      error: (fields, line) =>
        printed.push(JSON.stringify(fields, null, 1), line, String((fields as { err?: Error }).err?.stack)),
      warn: (fields, line) => printed.push(JSON.stringify(fields), line),
    });
    const log = (record: LogRecord): void => {
      printed.push(formatRecord(record));
      if (record.kind === "process:crashed") pino.error(record);
      else pino.warn(record);
    };
    await using system = testSystem({ logger: { error: log, warn: log } });
    const leak = (): never => {
      throw Object.assign(new Error(canary, { cause: new Error(canary) }), { token: canary });
    };
    const Careful = defineActor({
      name: "careful",
      init: () => ({ password: canary }),
      casts: {
        crash: (_state, _message: { readonly card: string }, self) => {
          self.own(1, leak);
          return leak();
        },
      },
      redact: { state: () => "state", message: () => "message", error: () => new Error("hidden") },
    });
    const careful = await system.start(Careful);
    careful.cast.crash({ card: canary });
    await careful.down();
    await system.settle();
    expect(printed.length).toBeGreaterThan(3);
    expect(printed.join("\n")).toContain("hidden");
    expect(printed.join("\n")).not.toContain(canary);
  });

  it("a restart that fails in init shows of the error what redact answers", async () => {
    await using system = testSystem();
    let starts = 0;
    const Late = defineActor({
      init: () => {
        starts += 1;
        if (starts > 1) throw new Error("the password is 4711");
        return 0;
      },
      redact: { error: () => "hidden" },
    });
    const app = await system.start(supervisor({ id: "app", strategy: "oneForOne", children: [Late] }));
    const [child] = await app.call.whichChildren();
    (child as { readonly pid: typeof app }).pid.exit("kill");
    await system.settle();
    const failed = system.crashes.filter(({ doing }) => doing === "starting again");
    expect(failed[0]).toMatchObject({ reason: { kind: "error", error: "hidden" }, ancestors: [`${app}`] });
  });
});
