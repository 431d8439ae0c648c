import { pino } from "pino";
import { createSystem, defineActor, pinoLogger, supervisor } from "troupe";
import { testSystem } from "troupe/testing";
import { describe, expect, it } from "vitest";
import { HOSTILE_VALUES } from "../contracts/hostile-values.ts";

/** A line of pino's, as far as it is looked at. */
interface Line {
  readonly level: number;
  readonly msg: string;
  readonly kind: string;
  readonly [field: string]: unknown;
}

/** A real pino that writes into a list. */
function pinoInto(lines: Line[], options: pino.LoggerOptions = {}) {
  return pinoLogger(pino({ base: null, ...options }, { write: (line) => void lines.push(JSON.parse(line)) }));
}

const Clumsy = defineActor({
  name: "clumsy",
  init: (_none: undefined) => ({ steps: 3, pin: "4711" }),
  casts: {
    trips: (_state, over: unknown): never => {
      throw over;
    },
    fails: (_state, _order: { readonly item: string; readonly card: string }): never => {
      throw new RangeError("no such item");
    },
    becomes: (_state, value: unknown) => value as { steps: number; pin: string },
  },
  redact: {
    state: ({ steps }) => ({ steps }),
    message: (message, name) => (name === "fails" ? { item: (message as { item: string }).item } : "hidden"),
  },
});

describe("pinoLogger", () => {
  it("writes a crash as one line of fields", async () => {
    const lines: Line[] = [];
    await using system = testSystem({ logger: pinoInto(lines) });
    const app = await system.start(
      supervisor({ id: "app", strategy: "oneForOne", maxRestarts: 3, children: [Clumsy] }),
    );
    const [child] = await app.call.whichChildren();
    const clumsy = child?.pid as Awaited<ReturnType<typeof system.start<typeof Clumsy>>>;
    clumsy.cast.fails({ item: "book", card: "1234 5678" });
    await system.settle();
    expect(lines).toHaveLength(1);
    const { time: _, err, ...fields } = lines[0] as Line;
    expect(fields).toEqual({
      level: 50,
      kind: "process:crashed",
      label: `${clumsy}`,
      reason: "error",
      doing: 'handling fails({"item":"book"})',
      lastMessage: { item: "book" },
      state: { steps: 3 },
      ancestors: [`${app}`],
      restart: { attempt: 1, maxRestarts: 3 },
      fate: "restarted",
      msg: `${clumsy} crashed while handling fails({"item":"book"}); restart 1 of 3`,
    });
    expect(err).toMatchObject({ type: "RangeError", message: "no such item" });
    expect((err as { stack: string }).stack).toContain("pino-logger.test.ts");
    expect(Object.keys(err as object).sort()).toEqual(["message", "stack", "type"]);
  });

  it("writes no field of an error but its name, message and stack", async () => {
    const lines: Line[] = [];
    await using system = testSystem({ logger: pinoInto(lines) });
    const clumsy = await system.start(Clumsy, undefined);
    clumsy.cast.trips(Object.assign(new Error("refused"), { headers: { authorization: "canary" } }));
    await system.settle();
    expect(lines[0]?.msg).toContain("crashed");
    expect(JSON.stringify(lines)).not.toContain("canary");
  });

  it("writes warnings at pino's warn, with the error under err", () => {
    const lines: Line[] = [];
    const logger = pinoInto(lines);
    logger.warn({ kind: "fault:late", label: "cart (pid 4)", error: new TypeError("no") });
    logger.warn({ kind: "log:heldBack", what: "errors", count: 7, periodMs: 1_000, last: "cart (pid 4)" });
    expect(lines).toMatchObject([
      { level: 40, kind: "fault:late", label: "cart (pid 4)", err: { type: "TypeError", message: "no" } },
      { level: 40, kind: "log:heldBack", what: "errors", count: 7, periodMs: 1_000 },
    ]);
    expect(lines[0]).not.toHaveProperty("error");
  });

  it("takes a child logger, and leaves serializers to it", () => {
    const lines: Line[] = [];
    const serializers = { err: (error: Error) => `seen: ${error.message}` };
    pinoInto(lines, { base: { app: "shop" }, serializers }).warn({
      kind: "fault:late",
      label: "cart (pid 4)",
      error: new Error("no"),
    });
    expect(lines[0]).toMatchObject({ app: "shop", err: "seen: no" });
  });

  describe.each(HOSTILE_VALUES)("SF31 when an actor comes upon $what", ({ make }) => {
    it.each(["an error", "a cause", "a part"])("that is thrown as %s: one readable line", async (as) => {
      const lines: Line[] = [];
      const failures: unknown[] = [];
      const system = createSystem({ logger: pinoInto(lines) });
      system.telemetry.on("listener:failed", (failure) => failures.push(failure));
      const clumsy = await system.start(Clumsy, undefined);
      const value = make();
      const parts = new AggregateError([value], "parts");
      const thrown = { "an error": value, "a cause": new Error("outer", { cause: value }), "a part": parts }[
        as
      ];
      clumsy.cast.trips(thrown);
      await clumsy.down();
      await system.stop();
      expect(failures).toEqual([]);
      expect(lines).toHaveLength(1);
      const { message, stack, type } = (lines[0] as Line)["err"] as Record<
        "message" | "stack" | "type",
        string
      >;
      expect([typeof message, typeof stack, typeof type]).toEqual(["string", "string", "string"]);
      expect(stack).not.toBe("");
    });

    it("that redact shows of state and message: one line", async () => {
      const lines: Line[] = [];
      const failures: unknown[] = [];
      const Showing = defineActor({
        name: "showing",
        init: () => 0,
        casts: {
          trips: (): never => {
            throw new Error("over the carpet");
          },
        },
        redact: { state: make, message: make },
      });
      const system = createSystem({ logger: pinoInto(lines) });
      system.telemetry.on("listener:failed", (failure) => failures.push(failure));
      const showing = await system.start(Showing);
      showing.cast.trips();
      await showing.down();
      await system.stop();
      expect([failures, lines.length]).toEqual([[], 1]);
    });
  });
});
