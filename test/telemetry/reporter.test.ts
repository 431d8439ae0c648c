import { createSystem, defineActor, formatRecord, type LogRecord, supervisor } from "troupe";
import { testSystem } from "troupe/testing";
import { describe, expect, it } from "vitest";
import { reportTo } from "../../src/telemetry/reporter.ts";
import { Telemetry } from "../../src/telemetry/telemetry.ts";
import { ManualClock } from "../../src/testing/manual-clock.ts";
import { firstOracle } from "../../src/testing/oracle.ts";
import { HOSTILE_VALUES } from "../contracts/hostile-values.ts";

/** Keeps what is written, by level. */
function sink() {
  const written: { readonly level: "error" | "warn"; readonly record: LogRecord }[] = [];
  return {
    written,
    error: (record: LogRecord) => void written.push({ level: "error", record }),
    warn: (record: LogRecord) => void written.push({ level: "warn", record }),
    lines: () => written.map(({ level, record }) => `${level}: ${formatRecord(record).split("\n")[0]}`),
  };
}

const Clumsy = defineActor({
  name: "clumsy",
  init: () => 0,
  casts: {
    trips: (): never => {
      throw new Error("over the carpet");
    },
    waits: async (state) => (await new Promise(() => undefined), state),
  },
});

function scene(maxRecords = 2) {
  const telemetry = new Telemetry();
  const clock = new ManualClock(firstOracle);
  const log = sink();
  const reporting = reportTo(telemetry, log, clock, { maxRecords, periodMs: 1_000 });
  const late = (label: string): void => telemetry.emit("fault:late", { label, error: "no" });
  return { telemetry, clock, log, reporting, late };
}

function pass(clock: ManualClock, untilMs: number): void {
  clock.moveTo(untilMs);
  for (let due = clock.takeDue(); due !== undefined; due = clock.takeDue()) due.fire();
}

describe("reportTo", () => {
  it("writes crashes and killed children as errors, what wants to be looked at as warnings", () => {
    const { telemetry, log } = scene(20);
    telemetry.emit("child:shutdownTimedOut", {
      supervisor: "app (pid 1)",
      id: "slow",
      shutdownMs: 50,
      leftovers: [],
    });
    const leftovers = ["slow (pid 3)", "app (pid 1)"];
    const pid = {} as never;
    telemetry.emit("process:stopTimedOut", { pid, label: "app (pid 1)", deadlineMs: 50, leftovers });
    const many = Array.from({ length: 12 }, (_, n) => `n (pid ${n})`);
    telemetry.emit("system:stopTimedOut", { system: "shop", deadlineMs: 50, leftovers: many });
    telemetry.emit("mailbox:high", { pid: {} as never, label: "cart (pid 4)", queued: 1_000 });
    telemetry.emit("fault:late", { label: "cart (pid 4)", error: new Error("no") });
    telemetry.emit("cleanup:failed", { label: "cart (pid 4)", what: "terminate", error: new Error("no") });
    telemetry.emit("listener:failed", { event: "process:started", error: new Error("no") });
    telemetry.emit("lease:leaked", { pool: "db", heldMs: 61.4 });
    const limit = { maxRestarts: 3, periodMs: 5_000, mostRestarts: 2 };
    telemetry.emit("supervisor:cannotGiveUp", { supervisor: "app (pid 1)", ...limit });
    expect(log.lines()).toEqual([
      'error: [troupe] child "slow" of app (pid 1) did not end within 50 ms and was killed',
      "error: [troupe] app (pid 1) did not stop within 50 ms; killed: slow (pid 3), app (pid 1)",
      `error: [troupe] shop did not stop within 50 ms; killed: ${many.slice(0, 10).join(", ")} and 2 more`,
      "warn: [troupe] cart (pid 4) has 1000 messages waiting",
      "warn: [troupe] a fault of cart (pid 4) came up after its end",
      "warn: [troupe] cart (pid 4): terminate failed",
      "warn: [troupe] a listener of process:started failed",
      "warn: [troupe] a lease of db was lost 61 ms after it had been lent",
      "warn: [troupe] app (pid 1) never gives up: with its backoff at most 2 restarts come within 5000 ms, and it forgives 3; say maxRestarts: Infinity if that is meant",
    ]);
  });

  it("holds back what is beyond the limit, and tells how much when the second is over", () => {
    const { clock, log, late } = scene();
    for (let n = 0; n < 500; n += 1) late(`loop (pid ${n})`);
    expect(log.written).toHaveLength(2);
    pass(clock, 999);
    expect(log.written).toHaveLength(2);
    pass(clock, 1_000);
    expect(log.lines()[2]).toBe(
      "warn: [troupe] 498 more warnings within 1000 ms were held back, the last about loop (pid 499)",
    );
    late("loop (pid 500)");
    expect(log.written).toHaveLength(4);
  });

  it("tells before it writes on when the host's timer is late", () => {
    const { clock, log, late } = scene();
    for (let n = 0; n < 3; n += 1) late(`loop (pid ${n})`);
    clock.moveTo(1_500);
    late("loop (pid 3)");
    expect(log.written.map(({ record }) => record.kind)).toEqual([
      "fault:late",
      "fault:late",
      "log:heldBack",
      "fault:late",
    ]);
    expect(clock.nextDueAtMs).toBe(undefined);
    expect(log.written).toHaveLength(4);
  });

  it("counts errors and warnings apart", () => {
    const { telemetry, log, late } = scene();
    for (let n = 0; n < 5; n += 1) late("loop (pid 1)");
    telemetry.emit("child:shutdownTimedOut", {
      supervisor: "app (pid 1)",
      id: "slow",
      shutdownMs: 50,
      leftovers: [],
    });
    expect(log.written.map(({ level }) => level)).toEqual(["warn", "warn", "error"]);
  });

  it("leaves nothing behind when it is stopped, and no timer while nothing is held back", () => {
    const { telemetry, clock, log, late, reporting } = scene();
    late("one (pid 1)");
    expect(clock.nextDueAtMs).toBe(undefined);
    for (let n = 0; n < 5; n += 1) late("loop (pid 1)");
    expect(clock.nextDueAtMs).toBe(1_000);
    reporting.stop();
    late("loop (pid 1)");
    expect([clock.nextDueAtMs, log.written.length, telemetry.heard("fault:late")]).toEqual([
      undefined,
      2,
      false,
    ]);
  });

  it("a logger that is asynchronous and rejects harms nobody and is told of", async () => {
    const telemetry = new Telemetry();
    const failures: unknown[] = [];
    telemetry.on("listener:failed", ({ event, error }) => failures.push([event, error]));
    const rejects = async (): Promise<void> => Promise.reject("no disk");
    reportTo(telemetry, { error: rejects, warn: rejects }, new ManualClock(firstOracle), {
      maxRecords: 1,
      periodMs: 1_000,
    });
    telemetry.emit("fault:late", { label: "clumsy (pid 1)", error: "no" });
    telemetry.emit("child:shutdownTimedOut", {
      supervisor: "app (pid 1)",
      id: "slow",
      shutdownMs: 5,
      leftovers: [],
    });
    await new Promise((turn) => setImmediate(turn));
    expect(failures).toEqual([
      ["fault:late", "no disk"],
      ["child:shutdownTimedOut", "no disk"],
    ]);
  });

  it("a logger that throws harms nobody and is told of, also about what was held back", () => {
    const telemetry = new Telemetry();
    const clock = new ManualClock(firstOracle);
    const fail = (): never => {
      throw new Error("disk full");
    };
    reportTo(telemetry, { error: fail, warn: fail }, clock, { maxRecords: 1, periodMs: 1_000 });
    const told: string[] = [];
    telemetry.on("listener:failed", ({ event }) => told.push(event));
    for (let n = 0; n < 3; n += 1) telemetry.emit("lease:leaked", { pool: "db", heldMs: 1 });
    pass(clock, 1_000);
    expect(told).toEqual(["lease:leaked", "log:heldBack"]);
  });
});

describe("the log of a system", () => {
  it("SF21 has one record for each crash of a loop, up to the limit, and then a count", async () => {
    const log = sink();
    await using system = testSystem({ logger: log, maxRecordsPerSecond: 5 });
    const children = Array.from({ length: 100 }, (_, n) => Clumsy.child(undefined as never, { id: `c${n}` }));
    const app = await system.start(
      supervisor({ id: "app", strategy: "oneForOne", maxRestarts: 200, children }),
    );
    for (const { pid } of await app.call.whichChildren())
      (pid as typeof app).exit(new Error("over the carpet"));
    await system.settle();
    expect(system.crashes).toHaveLength(100);
    expect(log.written).toHaveLength(5);
    expect(log.written.every(({ record }) => record.kind === "process:crashed")).toBe(true);
    await system.advance(1_000);
    expect(log.lines()[5]).toMatch(
      /^warn: \[troupe\] 95 more errors within 1000 ms were held back, the last about clumsy/,
    );
    expect(log.written).toHaveLength(6);
  });

  it.each(HOSTILE_VALUES)("SF31 has one readable record of a crash by $what", async ({ make }) => {
    const written: string[] = [];
    const failures: unknown[] = [];
    const write = (record: LogRecord): void => void written.push(formatRecord(record));
    const system = createSystem({ logger: { error: write, warn: write } });
    system.telemetry.on("listener:failed", (failure) => failures.push(failure));
    const Throwing = defineActor({
      name: "throwing",
      init: () => 0,
      casts: {
        throws: (_state, value: unknown): never => {
          throw value;
        },
      },
      redact: { state: make, message: make },
    });
    const throwing = await system.start(Throwing);
    throwing.cast.throws(make());
    await throwing.down();
    await system.stop();
    expect([failures, written.length]).toEqual([[], 1]);
    const [headline, what] = (written[0] as string).split("\n");
    expect(headline).toMatch(
      /^\[troupe\] throwing \(pid \d+\) crashed while handling throws\(.*\); it stays down$/,
    );
    expect(what?.trim()).not.toBe("");
    expect((written[0] as string).length).toBeLessThan(100_000);
  });

  it("tells what was held back when the system is stopped", async () => {
    const log = sink();
    const system = createSystem({ logger: log, maxRecordsPerSecond: 1 });
    for (let n = 0; n < 3; n += 1) {
      const clumsy = await system.start(Clumsy);
      clumsy.cast.trips();
      await clumsy.down();
    }
    await system.stop();
    expect(log.written.map(({ record }) => record.kind)).toEqual(["process:crashed", "log:heldBack"]);
  });

  it("warns of a mailbox that fills", async () => {
    const log = sink();
    await using system = testSystem({ logger: log });
    const clumsy = await system.start(Clumsy);
    clumsy.cast.waits();
    await system.settle();
    for (let n = 0; n < 1_001; n += 1) clumsy.cast.waits();
    expect(log.lines()).toEqual([`warn: [troupe] ${clumsy} has 1000 messages waiting`]);
    clumsy.exit("kill");
    await clumsy.down();
  });

  it.each([true, "console", console.log, {}, { error: () => undefined }])(
    "refuses %o as a logger",
    (logger) => {
      expect(() => createSystem({ logger: logger as never })).toThrow(
        "logger must be false, or have the functions error and warn",
      );
    },
  );

  it.each([0, 1.5, "many"])("refuses a limit of %j", (maxRecordsPerSecond) => {
    expect(() => createSystem({ maxRecordsPerSecond: maxRecordsPerSecond as number })).toThrow(
      "maxRecordsPerSecond must be a whole number of at least 1",
    );
  });

  it("refuses a logger without warn", () => {
    expect(() => createSystem({ logger: { error: () => undefined } as never })).toThrow("logger");
  });
});
