import { describe, expect, it } from "vitest";
import { createSystem } from "../../src/actors/system.ts";
import { isActorError } from "../../src/core/errors.ts";
import { application, isApplication } from "../../src/node/application.ts";
import { supervisor } from "../../src/supervisor/supervisor.ts";
import { FROM_SOURCE, type Program, startNode } from "./program.ts";

function shop(scenario: string): Program {
  return startNode([...FROM_SOURCE, "test/node/programs/shop.ts", scenario]);
}

const onPosix = describe.skipIf(process.platform === "win32");

onPosix("a signal", () => {
  it.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)("%s stops the tree in order, and the exit code is %d", async (signal, code) => {
    const program = shop("idle");
    await program.says("still there");
    program.child.kill(signal);
    const { stdout, stderr, ...ended } = await program.ended;
    expect(ended).toEqual({ code, signal: null });
    expect(stdout.split("\n").slice(2, -1)).toEqual([
      "right closes",
      "right gives back its keys",
      "left closes",
      "left gives back its keys",
      `exit ${code}`,
    ]);
    expect(stderr).toBe(`[troupe] shop: ${signal}, stops in order; another signal ends it at once\n`);
  });

  it("ends the process though a timer of nobody's goes on", async () => {
    const program = shop("leaky");
    await program.says("open");
    program.child.kill("SIGTERM");
    expect(await program.ended).toMatchObject({ code: 143, signal: null });
  });

  it("before the tree has started calls off what prepares it", async () => {
    const program = shop("preparing");
    await program.says("preparing");
    program.child.kill("SIGINT");
    const { code, stdout } = await program.ended;
    expect(code).toBe(130);
    expect(stdout).toContain("preparing has been called off\n");
    expect(stdout).not.toContain("open");
  });

  it("a second time ends it at once, and names what had not ended", async () => {
    const program = shop("hangs for good");
    await program.says("open");
    program.child.kill("SIGTERM");
    await program.says("left closes");
    program.child.kill("SIGINT");
    const { code, stdout, stderr } = await program.ended;
    expect(code).toBe(130);
    expect(stdout).toContain("right gives back its keys");
    expect(stdout).not.toContain("left gives back its keys");
    expect(stderr.split("\n").slice(1)).toEqual([
      "[troupe] shop: SIGINT again, ended at once; not ended:",
      "    till (pid 2)",
      "    tills (pid 1)",
      "",
    ]);
  });

  it("SF23 leaves nothing beyond the deadline: what is left is named, killed, gives back what it owns, and the code is 1", async () => {
    const program = shop("hangs");
    await program.says("open");
    program.child.kill("SIGTERM");
    const { code, stdout, stderr } = await program.ended;
    expect(code).toBe(1);
    expect(stdout).toContain("left gives back its keys");
    expect(stderr.split("\n").slice(1)).toEqual([
      "[troupe] shop: not ended within 50 ms, and killed:",
      "    till (pid 2)",
      "    tills (pid 1)",
      "",
    ]);
  });
});

describe("a tree", () => {
  it("that gives up ends the process with 1 and the chain of what led to it", async () => {
    const { code, stdout, stderr } = await shop("gives up").ended;
    expect(code).toBe(1);
    expect(stdout).toContain("exit 1\n");
    const lines = stderr.replaceAll(/\(.*\/test\/node/g, "(test/node").split("\n");
    expect(lines).toEqual([
      "[troupe] shop has failed; what led to it:",
      "    glass crashed 3 times, the last time while handling info(a string of 4): RangeError: fallen on the floor",
      expect.stringMatching(/^ +at .*\(test\/node\/programs\/shop\.ts:\d+:\d+\)$/),
      "    so shelf (pid 6), which forgives 2 restarts within 5000 ms, gave up",
      "    shelf gave up 2 times",
      "    so app (pid 1), which forgives 1 restart within 5000 ms, gave up",
      "    so shop ends, exit code 1",
      "",
    ]);
  });

  it("whose root crashes ends the process with 1 and the error", async () => {
    const { code, stderr } = await shop("crashes").ended;
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^\[troupe\] shop has failed; what led to it:\n {4}glass \(pid 1\) ended while .*: RangeError: fallen on the floor\n +at .*shop\.ts/,
    );
  });

  it("that does not start ends the process with 1, who did not start, and the error", async () => {
    const { code, stdout, stderr } = await shop("broken").ended;
    expect(code).toBe(1);
    expect(stdout).not.toContain("open");
    expect(stderr.split("\n").slice(0, 5)).toEqual([
      "[troupe] shop did not start, exit code 1:",
      "    app did not start",
      '    child "door" of app did not start',
      '    child "broken" of door did not start',
      "    RangeError: no key for the door",
    ]);
    expect(stderr).toMatch(/at .*init .*shop\.ts:\d+:\d+/);
  });

  it("leaves a fault that no actor owns to Node", async () => {
    const { code, stdout, stderr } = await shop("stray").ended;
    expect(code).toBe(1);
    expect(stdout).not.toContain("closes");
    expect(stderr).toMatch(/^RangeError: nobody's$/m);
    expect(stderr).not.toContain("[troupe]");
  });

  it("whose work comes to an end ends the process with 0", async () => {
    const { code, stderr } = await shop("errand").ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  });
});

describe("application", () => {
  const root = supervisor({ id: "app", strategy: "oneForOne", children: [] });

  it("runs once: a second run is the first", async () => {
    const codes: number[] = [];
    const app = application({ root, signals: [] });
    const first = app.run({ exit: (code) => codes.push(code) });
    const second = app.run({ exit: () => codes.push(-1) });
    app.stop();
    expect(await second).toBe(await first);
    expect(codes).toEqual([0]);
  });

  it("gives the code that exitCode says", async () => {
    const codes: number[] = [];
    const app = application({ root, signals: [], exitCode: ({ kind }) => (kind === "done" ? 7 : 8) });
    const ended = app.run({ onStarted: () => app.stop(), exit: (code) => codes.push(code) });
    expect(await ended).toEqual({ kind: "done", leftovers: [] });
    expect(codes).toEqual([7]);
  });

  it("listens to its signals while it runs, and not longer", async () => {
    const before = process.listenerCount("SIGUSR2");
    const app = application({ root, signals: ["SIGUSR2"] });
    const during: number[] = [];
    await app.run({
      onStarted: () => {
        during.push(process.listenerCount("SIGUSR2"));
        app.stop();
      },
      exit: () => undefined,
    });
    expect([...during, process.listenerCount("SIGUSR2")]).toEqual([before + 1, before]);
  });

  it("plans without starting anything", async () => {
    const app = application({ root: () => root });
    const { system, root: planned } = await app.plan();
    expect(planned).toBe(root);
    const probe = system.spawn(() => undefined);
    expect(probe.serial).toBe(1);
    await system.stop();
  });

  it("refuses options it does not know, all at once", () => {
    const wrong = { root: 1, signals: ["SIGKILL"], deadline: 5 } as never;
    expect(() => application(wrong)).toThrow(
      expect.objectContaining({
        code: "ERR_INVALID_OPTIONS",
        faults: expect.arrayContaining([expect.stringContaining("deadline")]),
      }),
    );
    try {
      application(wrong);
    } catch (error) {
      expect(isActorError(error, "ERR_INVALID_OPTIONS") && error.faults.length).toBe(3);
    }
  });
});

describe("isApplication", () => {
  it("tells an application from everything else", () => {
    const others = [null, undefined, {}, createSystem, supervisor({ strategy: "oneForOne", children: [] })];
    expect(others.map(isApplication)).toEqual(others.map(() => false));
    expect(isApplication(application({ root: supervisor({ strategy: "oneForOne", children: [] }) }))).toBe(
      true,
    );
  });
});
