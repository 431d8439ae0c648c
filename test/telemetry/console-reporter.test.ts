import { describe, expect, it, vi } from "vitest";
import { reply, stop } from "../../src/actors/answers.ts";
import { defineActor } from "../../src/actors/define-actor.ts";
import type { ExitReason, ReasonInput } from "../../src/core/exit-reason.ts";
import { consoleLogger, formatCrash, formatRecord } from "../../src/telemetry/console-reporter.ts";
import type { CrashReport } from "../../src/telemetry/events.ts";
import type { LogRecord } from "../../src/telemetry/logger.ts";
import { testSystem } from "../../src/testing/test-system.ts";
import { HOSTILE_VALUES } from "../contracts/hostile-values.ts";

describe("consoleLogger", () => {
  it("writes errors and warnings to standard error", () => {
    const error = vi.spyOn(console, "error").mockReturnValue();
    const warn = vi.spyOn(console, "warn").mockReturnValue();
    consoleLogger.error({ kind: "process:crashed", ...crash({}) });
    consoleLogger.warn({ kind: "lease:leaked", pool: "db", heldMs: 60 });
    expect(error.mock.calls).toEqual([[formatCrash(crash({}))]]);
    expect(warn.mock.calls).toEqual([["[troupe] a lease of db was lost 60 ms after it had been lent"]]);
    vi.restoreAllMocks();
  });

  it.each<[string, ReasonInput, boolean]>([
    ["normal", "normal", false],
    ["shutdown", "shutdown", false],
    ["shutdown with a detail", { kind: "shutdown", detail: "deploy" }, false],
    ["an error", new Error("boom"), true],
    ["killed", { kind: "killed" }, true],
  ])("G26 an end by %s: is there a report?", async (_, reason, isReported) => {
    const written: unknown[] = [];
    const logger = { error: (record: unknown) => void written.push(record), warn: () => undefined };
    await using system = testSystem({ logger });
    const Ending = defineActor({
      name: "ending",
      init: () => 0,
      casts: { end: (n, why: ReasonInput) => stop(why, n) },
    });
    const ending = await system.start(Ending);
    ending.cast.end(reason);
    await system.settle();
    expect(written).toHaveLength(isReported ? 1 : 0);
  });

  it("shows who, what became of it, while handling what, the user's own line, and the redacted state", async () => {
    const written: string[] = [];
    await using system = testSystem({
      logger: { error: (record) => void written.push(formatRecord(record)), warn: () => undefined },
    });
    const Counter = defineActor({
      name: "counter",
      init: (start: number) => ({ count: start, secret: "hush" }),
      calls: {
        add: (state, by: number) => {
          if (by > 100) throw new RangeError(`cannot add ${by}`);
          return reply(by, state);
        },
      },
      redact: ({ count }) => ({ count }),
    });
    const counter = await system.start(Counter, 5);
    await counter.call.add(500).catch(() => undefined);
    await system.settle();
    expect(written).toHaveLength(1);
    const [headline, message, frame, ...rest] = written[0]!.split("\n");
    expect(headline).toMatch(
      /^\[troupe\] counter \(pid \d+\) crashed while handling add\(500\); it stays down$/,
    );
    expect(message).toBe("    RangeError: cannot add 500");
    expect(frame).toMatch(/^ +at .*test[/\\]telemetry[/\\]console-reporter\.test\.ts:\d+/);
    expect(rest).toEqual(['    state: {"count":5}']);
    expect(written[0]).not.toContain("hush");
  });
});

describe("formatCrash", () => {
  it.each<[Partial<CrashReport>, string]>([
    [{}, "[troupe] counter (pid 7) crashed; it stays down"],
    [
      { doing: "handling add(500)" },
      "[troupe] counter (pid 7) crashed while handling add(500); it stays down",
    ],
    [
      { fate: "restarted", restart: { attempt: 1, maxRestarts: 3 } },
      "[troupe] counter (pid 7) crashed; restart 1 of 3",
    ],
    [
      { fate: "stays down", restart: { attempt: 4, maxRestarts: 3 } },
      "[troupe] counter (pid 7) crashed; it stays down after 3 restarts",
    ],
    [
      { fate: "stays down", restart: { attempt: 1, maxRestarts: 0 } },
      "[troupe] counter (pid 7) crashed; it stays down",
    ],
    [{ fate: "restarted" }, "[troupe] counter (pid 7) crashed; restart"],
    [
      { fate: "supervisor gives up", restart: { attempt: 4, maxRestarts: 3 } },
      "[troupe] counter (pid 7) crashed; its supervisor gives up after 3 restarts",
    ],
    [
      { fate: "supervisor gives up", restart: { attempt: 2, maxRestarts: 1 } },
      "[troupe] counter (pid 7) crashed; its supervisor gives up after 1 restart",
    ],
    [
      { fate: "supervisor gives up", restart: { attempt: 1, maxRestarts: 0 } },
      "[troupe] counter (pid 7) crashed; its supervisor gives up: it forgives no crash",
    ],
    [{ fate: "supervisor gives up" }, "[troupe] counter (pid 7) crashed; its supervisor gives up"],
  ])("begins the report %j with %s", (report, headline) => {
    expect(formatCrash(crash(report)).split("\n")[0]).toBe(headline);
  });

  it.each<[ExitReason, string]>([
    [{ kind: "killed" }, "    killed"],
    [{ kind: "noconnection" }, "    noconnection"],
    [{ kind: "error", error: "a string" }, '    thrown: "a string"'],
    [{ kind: "error", error: undefined }, "    thrown: undefined"],
  ])("shows %j as %s", (reason, text) => {
    expect(formatCrash(crash({ reason })).split("\n").slice(1)).toEqual([text]);
  });

  it("shows causes, each once, and what is no error among them", () => {
    const root = stackless("root", { cause: { code: 7 } });
    const error = stackless("outer", { cause: stackless("middle", { cause: root }) });
    expect(linesOf(error)).toEqual([
      "Error: outer",
      "caused by Error: middle",
      "caused by Error: root",
      'caused by {"code":7}',
    ]);
    const circle = stackless("one");
    circle.cause = stackless("other", { cause: circle });
    expect(linesOf(circle)).toEqual(["Error: one", "caused by Error: other"]);
  });

  it("shows the first errors of an aggregate", () => {
    const parts = Array.from({ length: 7 }, (_, index) => stackless(`part ${index}`));
    const error = Object.defineProperty(new AggregateError(parts, "all of them"), "stack", {
      value: undefined,
    });
    expect(linesOf(error)).toEqual([
      "AggregateError: all of them",
      ...[0, 1, 2, 3, 4].map((index) => `one of 7: Error: part ${index}`),
      "and 2 more",
    ]);
  });

  it("keeps a stack that is all the library's or the host's whole", () => {
    const error = new Error("inner");
    error.stack = "Error: inner\n    at node:internal/timers:1:2\n    at node:net:3:4";
    expect(linesOf(error)).toEqual([
      "Error: inner",
      "    at node:internal/timers:1:2",
      "    at node:net:3:4",
    ]);
  });

  it("cuts a stack below the user's last line", () => {
    const error = new Error("mine");
    error.stack =
      "Error: mine\n    at inner (node:fs:1:2)\n    at mine (/app/mine.ts:1:2)\n    at node:internal:3:4";
    expect(linesOf(error)).toEqual([
      "Error: mine",
      "    at inner (node:fs:1:2)",
      "    at mine (/app/mine.ts:1:2)",
    ]);
  });

  it.each(HOSTILE_VALUES)("SF31 survives $what, as an error, as a cause and as a state", ({ make }) => {
    const values = [make(), withCause(make()), new AggregateError([make()], "parts")];
    for (const error of values) {
      const text = formatCrash(crash({ reason: { kind: "error", error }, state: make() }));
      expect(text.split("\n")[0]).toBe("[troupe] counter (pid 7) crashed; it stays down");
      expect(text.split("\n")[1]?.trim()).not.toBe("");
    }
  });
});

describe("formatRecord", () => {
  it.each<[LogRecord, string[]]>([
    [
      { kind: "fault:late", label: "cart (pid 4)", error: "no" },
      ["[troupe] a fault of cart (pid 4) came up after its end", '    thrown: "no"'],
    ],
    [
      { kind: "cleanup:failed", label: "cart (pid 4)", what: "terminate", error: stackless("stuck") },
      ["[troupe] cart (pid 4): terminate failed", "    Error: stuck"],
    ],
    [
      { kind: "listener:failed", event: "process:started", error: undefined },
      ["[troupe] a listener of process:started failed", "    thrown: undefined"],
    ],
    [
      { kind: "listener:failed", event: "lease:late", error: stackless("no"), id: "metrics", detached: true },
      ['[troupe] handler "metrics" of lease:late failed and is told no more', "    Error: no"],
    ],
    [
      { kind: "log:heldBack", what: "errors", count: 480, periodMs: 1_000, last: "loop (pid 9)" },
      ["[troupe] 480 more errors within 1000 ms were held back, the last about loop (pid 9)"],
    ],
  ])("shows %j", (record, lines) => {
    expect(formatRecord(record).split("\n")).toEqual(lines);
  });

  it("shows a crash as formatCrash does", () => {
    expect(formatRecord({ kind: "process:crashed", ...crash({}) })).toBe(formatCrash(crash({})));
  });
});

function crash(report: Partial<CrashReport>): CrashReport {
  return {
    pid: {} as CrashReport["pid"],
    label: "counter (pid 7)",
    reason: { kind: "killed" },
    doing: undefined,
    lastMessage: undefined,
    state: undefined,
    ancestors: [],
    restart: undefined,
    fate: "stays down",
    ...report,
  };
}

/** What is shown of an error, without the indentation of the report. */
function linesOf(error: unknown): string[] {
  const lines = formatCrash(crash({ reason: { kind: "error", error } })).split("\n");
  return lines.slice(1).map((line) => line.replace(/^ {4}/, ""));
}

function stackless(message: string, options?: ErrorOptions): Error {
  return Object.defineProperty(new Error(message, options), "stack", { value: undefined });
}

function withCause(cause: unknown): Error {
  return Object.defineProperty(new Error("outer"), "cause", { value: cause });
}
