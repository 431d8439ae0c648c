import { type CrashReport, defineActor } from "troupe";
import { testSystem } from "troupe/testing";
import { describe, expect, it } from "vitest";
import { HOSTILE_VALUES } from "../contracts/hostile-values.ts";

const PARTS = ["state", "message", "error"] as const;
const SECRET = "the password is 4711";

/** What a report says of each part, and what is told of a `redact` that fails. */
async function crashedWith(redact: () => unknown) {
  await using system = testSystem();
  const failures: { readonly part: string; readonly error: unknown }[] = [];
  const late: unknown[] = [];
  system.telemetry.on("redact:failed", ({ part, error }) => failures.push({ part, error }));
  system.telemetry.on("fault:late", (fault) => late.push(fault));
  const Crashing = defineActor({
    init: () => SECRET,
    casts: {
      crash: (_state, _message: string): never => {
        throw new Error(SECRET);
      },
    },
    redact: { state: redact, message: redact, error: redact },
  });
  const pid = await system.start(Crashing);
  pid.cast.crash(SECRET);
  const reason = await pid.down();
  await system.settle();
  const report = system.crashes[0] as CrashReport;
  const error = report.reason.kind === "error" ? report.reason.error : undefined;
  return {
    shown: { state: report.state, message: report.lastMessage, error },
    doing: report.doing,
    reason,
    failures,
    late,
  };
}

describe("shownPart", () => {
  it.each(HOSTILE_VALUES)(
    "G29 a redact that throws $what shows nothing, and the reason stays what it was",
    async ({ make }) => {
      const thrown = make();
      const { shown, doing, reason, failures } = await crashedWith(() => {
        throw thrown;
      });
      expect(shown).toEqual({
        state: "(redact failed)",
        message: "(redact failed)",
        error: "(redact failed)",
      });
      expect(doing).toBe('handling crash("(redact failed)")');
      expect(reason).toMatchObject({ kind: "error", error: { message: SECRET } });
      expect(failures.map(({ part }) => part).sort()).toEqual([...PARTS].sort());
      expect(failures.every(({ error }) => Object.is(error, thrown))).toBe(true);
    },
  );

  it("G29 a redact that throws what it should hide leaks it to no report", async () => {
    const { shown, doing } = await crashedWith(() => {
      throw new Error(SECRET);
    });
    expect(JSON.stringify([shown, doing])).not.toContain(SECRET);
  });

  it.each([
    ["keeps", async () => SECRET],
    ["rejects", () => Promise.reject(new Error(SECRET))],
  ])("a redact that answers a promise which %s shows nothing, and is no fault", async (_what, redact) => {
    const { shown, failures, late } = await crashedWith(redact);
    expect(shown).toEqual({ state: "(redact failed)", message: "(redact failed)", error: "(redact failed)" });
    expect(failures[0]).toMatchObject({
      error: { message: expect.stringContaining("has to answer at once") },
    });
    expect(late).toEqual([]);
  });

  it.each(HOSTILE_VALUES)("a redact may answer $what: that, or nothing, is shown", async ({ make }) => {
    const value = make();
    const { shown } = await crashedWith(() => value);
    for (const part of PARTS)
      expect(Object.is(shown[part], value) || shown[part] === "(redact failed)").toBe(true);
  });
});

describe("shownError", () => {
  it("is the error as redact shows it, also when the fault comes after the end", async () => {
    await using system = testSystem();
    const told: unknown[] = [];
    system.telemetry.on("fault:late", ({ error }) => told.push(error));
    let reject!: (error: Error) => void;
    const Late = defineActor({
      init: () => 0,
      casts: {
        forget: (state) => {
          // What waits for it is the actor's on every Node; of the promise alone, whoever rejects it from Node 24 on.
          void new Promise((_, no) => {
            reject = no;
          }).then(() => undefined);
          return state;
        },
      },
      redact: { error: () => "hidden" },
    });
    const late = await system.start(Late);
    late.cast.forget();
    await system.settle();
    late.exit("kill");
    await late.down();
    reject(new Error(SECRET));
    await new Promise((resolve) => setImmediate(resolve));
    await system.settle();
    expect(told).toEqual(["hidden"]);
  });
});

describe("redact of defineActor", () => {
  it.each<[unknown, string]>([
    [7, "redact must be a function of the state, or functions for state, message and error"],
    [null, "redact must be a function of the state, or functions for state, message and error"],
    [{ states: () => 0 }, 'redact: unknown part "states"; one of state, message, error'],
    [{ message: "hidden" }, "redact.message must be a function"],
  ])("refuses %j", (redact, fault) => {
    expect(() => defineActor({ init: () => 0, redact: redact as () => unknown })).toThrow(fault);
  });
});
