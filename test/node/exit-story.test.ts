import { describe, expect, it } from "vitest";
import { defineActor } from "../../src/actors/define-actor.ts";
import { ExitStory, formatChain, type GivenUp } from "../../src/node/exit-story.ts";
import { supervisor } from "../../src/supervisor/supervisor.ts";
import { testSystem } from "../../src/testing/test-system.ts";

const Worker = defineActor({ name: "worker", init: (_: void) => 0, casts: { end: (): number => fail() } });

const Discreet = defineActor({
  name: "discreet",
  init: (_: void) => 0,
  casts: { end: (): number => fail() },
  redact: { error: () => new Error("hidden") },
});

function fail(): never {
  throw new RangeError("secret 4711");
}

function heads(chain: readonly GivenUp[]): string[] {
  return formatChain(chain).map((line) => line.split("\n")[0]!);
}

describe("ExitStory", () => {
  it("tells which child crashed how often, by what, and who had enough of it", async () => {
    await using system = testSystem();
    const story = new ExitStory(system.telemetry);
    const children = [Worker.child(undefined, { id: "a" }), Worker.child(undefined, { id: "b" })];
    const app = await system.start(
      supervisor({ id: "app", strategy: "oneForOne", maxRestarts: 2, children }),
    );
    for (const id of ["a", "b", "b"]) {
      const child = (await app.call.whichChildren()).find((one) => one.id === id);
      if (typeof child?.pid === "object") child.pid.exit(new Error(`${id} is out`));
      await system.settle();
    }
    expect(heads(story.chainTo(app))).toEqual([
      "a crashed: Error: a is out",
      "b crashed 2 times, the last time by: Error: b is out",
      "so app (pid 1), which forgives 2 restarts within 5000 ms, gave up",
    ]);
  });

  it("tells of a child's own budget, and counts no other's ends for it", async () => {
    await using system = testSystem();
    const story = new ExitStory(system.telemetry);
    const budget = { maxRestarts: 1 };
    const children = [Worker.child(undefined, { id: "a" }), Worker.child(undefined, { id: "b", budget })];
    const app = await system.start(supervisor({ id: "app", strategy: "oneForOne", children }));
    for (const id of ["a", "b", "a", "b"]) {
      const child = (await app.call.whichChildren()).find((one) => one.id === id);
      if (typeof child?.pid === "object") child.pid.exit(new Error(`${id} is out`));
      await system.settle();
    }
    expect(heads(story.chainTo(app))).toEqual([
      "b crashed 2 times, the last time by: Error: b is out",
      "so app (pid 1), which forgives b 1 restart within 5000 ms, gave up",
    ]);
  });

  it("counts a child that ends in order and must not", async () => {
    await using system = testSystem();
    const story = new ExitStory(system.telemetry);
    const app = await system.start(
      supervisor({ id: "app", strategy: "oneForOne", maxRestarts: 0, children: [Worker] }),
    );
    const [child] = await app.call.whichChildren();
    if (typeof child?.pid === "object") await child.pid.stop();
    await system.settle();
    expect(heads(story.chainTo(app))).toEqual([
      "worker ended by normal",
      "so app (pid 1), which forgives no end, gave up",
    ]);
  });

  it("shows of an error what redact shows", async () => {
    await using system = testSystem();
    const story = new ExitStory(system.telemetry);
    const app = await system.start(
      supervisor({ id: "app", strategy: "oneForOne", maxRestarts: 0, children: [Discreet] }),
    );
    const [child] = await app.call.whichChildren();
    if (typeof child?.pid === "object") (child.pid as never as { cast: { end(): void } }).cast.end();
    await system.settle();
    expect(formatChain(story.chainTo(app)).join("\n")).toContain(
      "discreet crashed while handling end(): Error: hidden",
    );
    expect(formatChain(story.chainTo(app)).join("\n")).not.toContain("4711");
  });

  it("has no chain for a supervisor that was stopped", async () => {
    await using system = testSystem();
    const story = new ExitStory(system.telemetry);
    const app = await system.start(supervisor({ id: "app", strategy: "oneForOne", children: [Worker] }));
    await app.stop({ reason: "shutdown" });
    expect(story.chainTo(app)).toEqual([]);
  });

  it("keeps of one supervisor no more ends than one above its limit, and of others the last 200", async () => {
    await using system = testSystem();
    const story = new ExitStory(system.telemetry);
    const pid = system.spawn(() => undefined);
    const end = {
      id: "a",
      pid: undefined,
      reason: { kind: "killed" },
      budget: "supervisor",
      maxRestarts: 2,
    } as const;
    const other = (n: number): void =>
      system.telemetry.emit("supervisor:gaveUp", { ...end, supervisor: `other ${n}`, periodMs: 1 });
    for (let attempt = 1; attempt <= 50; attempt += 1) {
      system.telemetry.emit("child:restarting", {
        ...end,
        supervisor: "process (pid 1)",
        attempt,
        delayMs: 0,
        group: ["a"],
        crash: undefined,
      });
    }
    system.telemetry.emit("supervisor:gaveUp", { ...end, supervisor: "process (pid 1)", periodMs: 1 });
    expect(story.chainTo(pid)[0]?.ends.length).toBe(3);
    for (let n = 0; n < 199; n += 1) other(n);
    expect(story.chainTo(pid).length).toBe(1);
    other(199);
    expect(story.chainTo(pid)).toEqual([]);
  });

  it("listens no longer once it is stopped", async () => {
    await using system = testSystem();
    const story = new ExitStory(system.telemetry);
    story.stop();
    expect(system.telemetry.heard("supervisor:gaveUp")).toBe(false);
    expect(system.telemetry.heard("child:restarting")).toBe(false);
  });
});
