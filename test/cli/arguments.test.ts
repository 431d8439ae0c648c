import { describe, expect, it } from "vitest";
import { readArguments } from "../../src/cli/arguments.ts";

describe("readArguments", () => {
  it.each([
    [["run", "a.ts"], { kind: "run", module: "a.ts", watch: false, rest: [] }],
    [["run", "--watch", "a.ts"], { kind: "run", module: "a.ts", watch: true, rest: [] }],
    [["run", "a.ts", "--watch"], { kind: "run", module: "a.ts", watch: true, rest: [] }],
    [
      ["run", "a.ts", "--", "--watch", "b"],
      { kind: "run", module: "a.ts", watch: false, rest: ["--watch", "b"] },
    ],
    [["tree", "a.ts"], { kind: "tree", module: "a.ts", rest: [] }],
    [["tree", "a.ts", "--", "--help"], { kind: "tree", module: "a.ts", rest: ["--help"] }],
    [["watched", "a.ts", "--", "x"], { kind: "watched", module: "a.ts", rest: ["x"] }],
    [["--version"], { kind: "version" }],
    [["-v"], { kind: "version" }],
  ])("reads %j", (argv, command) => {
    expect(readArguments(argv)).toEqual(command);
  });

  it.each([
    [["--help"], "troupe tree <module>"],
    [["-h"], "troupe tree <module>"],
    [["help"], "troupe tree <module>"],
    [["run", "--help"], "--watch"],
    [["run", "-h"], "--watch"],
    [["run", "a.ts", "b.ts", "--help"], "--watch"],
    [["tree", "--help"], "starts none of its processes"],
  ])("helps with %j", (argv, text) => {
    expect(readArguments(argv)).toEqual({ kind: "text", text: expect.stringContaining(text) });
  });

  it.each([
    [[], "say what to do\n\ntroupe: runs a supervision tree"],
    [["rnu", "a.ts"], "there is no command rnu; did you mean run?; see troupe --help"],
    [["serve"], "there is no command serve; see troupe --help"],
    [["a.ts"], "there is no command a.ts; to start it: troupe run a.ts"],
    [["--wat"], "there is no option --wat; see troupe --help"],
    [["run"], "run: name a module: a file that exports what is to run; see troupe run --help"],
    [["run", "a.ts", "b.ts"], "run: takes one module, not also b.ts; what is for the module comes after --"],
    [["run", "a.ts", "--wtach"], "run: there is no option --wtach; did you mean --watch?"],
    [["run", "a.ts", "-w"], "run: there is no option -w"],
    [["run", "a.ts", "--watch=yes"], "run: --watch takes no value"],
    [["tree", "a.ts", "--watch"], "tree: there is no option --watch"],
  ])("refuses %j and says what to do", (argv, why) => {
    const command = readArguments(argv);
    expect(command.kind === "refused" && command.why).toContain(why);
  });
});
