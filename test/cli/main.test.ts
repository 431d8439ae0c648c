import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import manifest from "../../package.json" with { type: "json" };
import { type Ended, FROM_SOURCE, type Program, startNode } from "../node/program.ts";

const PROGRAMS = "test/cli/programs";

function troupe(args: readonly string[], env: Readonly<Record<string, string>> = {}): Program {
  return startNode([...FROM_SOURCE, "src/cli/main.ts", ...args], env);
}

function ended(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Ended> {
  return troupe(args, env).ended;
}

const RUNNING = [
  "shop",
  "└── app (pid 1)",
  "    ├── names (pid 2)",
  "    ├── tills (pid 3)",
  "    │   ├── left: till (pid 4) · left in names",
  "    │   └── right: till (pid 5) · right in names",
  "    └── guests (pid 6)",
  "",
].join("\n");

describe.skipIf(process.platform === "win32")("troupe run", () => {
  it.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)(
    "prints the tree that runs, plain when piped, until %s stops it in order",
    async (signal, code) => {
      const program = troupe(["run", `${PROGRAMS}/shop.ts`, "--", "left", "right"]);
      await program.says("guests");
      program.child.kill(signal);
      const end = await program.ended;
      expect(end).toMatchObject({ code, signal: null, stdout: RUNNING });
      expect(end.stderr).toBe(
        `[troupe] shop: ${signal}, stops in order within 8000 ms; another signal ends it at once\n`,
      );
    },
  );

  it("runs an application that the module exports", async () => {
    const program = troupe(["run", `${PROGRAMS}/application.ts`]);
    await program.says("clerk");
    program.child.kill("SIGTERM");
    expect(await program.ended).toMatchObject({ code: 143, stdout: "office\n└── clerk (pid 1)\n" });
  });

  it("ends with 1 and the reason when the root cannot be made", async () => {
    const { code, stdout, stderr } = await ended(["run", `${PROGRAMS}/failing.ts`]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(
      /^\[troupe\] failing did not start, exit code 1:\n {4}RangeError: no key for the door\n/,
    );
  });

  it("ends with 1 and the error when the module throws", async () => {
    const { code, stderr } = await ended(["run", `${PROGRAMS}/throwing.ts`]);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^troupe: .*throwing\.ts could not be loaded:\nRangeError: out of paper\n +at .*throwing\.ts:2/,
    );
  });

  it.each([
    ["nowhere.ts", /^troupe: there is no file .*nowhere\.ts in \//],
    ["shop", /; did you mean test\/cli\/programs\/shop\.ts\?$/m],
    ["", /is a folder; name a module in it/],
    ["named.ts", /has no default export, only app, shop; export by default what is to run: an application/],
    ["number.ts", /exports by default a number that cannot be started; export by default/],
  ])("refuses %j with 2 and what to do", async (name, says) => {
    const { code, stdout, stderr } = await ended(["run", `${PROGRAMS}/${name}`]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(says);
  });
});

describe("troupe tree", () => {
  it("prints what would start and what comes only while it runs, and starts nothing", async () => {
    const end = await ended(["tree", `${PROGRAMS}/shop.ts`]);
    expect(end).toMatchObject({ code: 0, stderr: "" });
    expect(end.stdout.split("\n")).toEqual([
      "shop",
      "└── app · restForOne, forgives 3 restarts within 5000 ms",
      "    ├── names",
      "    ├── tills · oneForOne, forgives 3 restarts within 5000 ms",
      "    │   └── left: till · transient",
      "    └── guests · dynamic, forgives 3 restarts within 5000 ms · its children come while it runs",
      "",
    ]);
  });

  it("asks an application for its root", async () => {
    expect(await ended(["tree", `${PROGRAMS}/application.ts`])).toMatchObject({
      code: 0,
      stdout: "office\n└── clerk\n",
    });
  });

  it("ends with 1 and the reason when the root cannot be made", async () => {
    const { code, stderr } = await ended(["tree", `${PROGRAMS}/failing.ts`]);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^troupe: .*failing\.ts has no tree to show: making its root failed\nRangeError: no key/,
    );
  });

  it("is coloured where colour is forced, and not where it is declined", async () => {
    const [coloured, plain] = await Promise.all([
      ended(["tree", `${PROGRAMS}/application.ts`], { FORCE_COLOR: "1" }),
      ended(["tree", `${PROGRAMS}/application.ts`], { FORCE_COLOR: "1", NO_COLOR: "1" }),
    ]);
    expect(coloured.stdout).toContain("\x1b[36mclerk\x1b[0m");
    expect(plain.stdout).not.toContain("\x1b");
  });

  it.skipIf(!hasScript())("is coloured on a terminal", () => {
    const command = [
      process.execPath,
      ...FROM_SOURCE,
      "src/cli/main.ts",
      "tree",
      `${PROGRAMS}/application.ts`,
    ];
    const { NO_COLOR: _n, FORCE_COLOR: _f, ...inherited } = process.env;
    const env = { ...inherited, TERM: "xterm" };
    const onTerminal = (variables: object) =>
      execFileSync("script", ["-qec", command.join(" "), "/dev/null"], {
        encoding: "utf8",
        env: { ...env, ...variables },
      });
    expect(onTerminal({})).toContain("\x1b[36mclerk\x1b[0m");
    expect(onTerminal({ NO_COLOR: "1" })).not.toContain("\x1b[36m");
    expect(onTerminal({ TERM: "dumb" })).not.toContain("\x1b[36m");
  });
});

describe("troupe", () => {
  it("says its version", async () => {
    expect(await ended(["--version"])).toMatchObject({ code: 0, stdout: `${manifest.version}\n` });
  });

  it("helps on standard output with 0, and refuses on standard error with 2", async () => {
    const [help, refused] = await Promise.all([ended(["run", "--help"]), ended(["run", "a.ts", "--wtach"])]);
    expect(help).toMatchObject({ code: 0, stdout: expect.stringContaining("--watch"), stderr: "" });
    expect(refused).toMatchObject({
      code: 2,
      stdout: "",
      stderr: expect.stringContaining("did you mean --watch?"),
    });
  });
});

/** What gives a program a terminal of its own, on Linux. */
function hasScript(): boolean {
  try {
    return execFileSync("script", ["--version"], { encoding: "utf8" }).includes("util-linux");
  } catch {
    return false;
  }
}
