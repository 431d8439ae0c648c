import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { sampleOf } from "../depth.ts";

/**
 * What each compiler says of `use` and `mistakes`, which both see the package by its own name, from `src`. A quick run
 * asks the first, which takes a quarter of the time.
 */
const COMPILERS = [
  { version: "7", compile: byCommand },
  { version: "6", compile: inProcess },
] as const;

describe.each(sampleOf<(typeof COMPILERS)[number]>(COMPILERS))(
  "TypeScript $version",
  ({ version, compile }) => {
    const said = once(compile);

    it("compiles what users write", { timeout: 60_000 }, () => {
      expect(readdirSync("test/types/use").filter((name) => name.endsWith(".ts"))).not.toEqual([]);
      expect(said().filter((line) => !line.startsWith("mistakes/"))).toEqual([]);
    });

    it("explains the likeliest mistakes in messages that stay as they are", { timeout: 60_000 }, async () => {
      const messages = said().filter((message) => message.startsWith("mistakes/"));
      await expect(`${messages.join("\n")}\n`).toMatchFileSnapshot(`mistakes/typescript-${version}.txt`);
    });
  },
);

/**
 * The compiler that the other house rules have loaded; asked of these files only, as `src` is compiled elsewhere.
 * The mistakes come first: in messages a union has the order in which the compiler met its members.
 */
function inProcess(): string[] {
  const { config } = ts.readConfigFile("test/types/tsconfig.json", ts.sys.readFile);
  const { fileNames, options } = ts.parseJsonConfigFileContent(config, ts.sys, "test/types");
  const program = ts.createProgram(fileNames, options);
  const found = [
    ...program.getOptionsDiagnostics(),
    ...program.getGlobalDiagnostics(),
    ...fileNames.flatMap((name) => {
      const file = program.getSourceFile(name);
      return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
    }),
  ];
  const host = {
    getCurrentDirectory: ts.sys.getCurrentDirectory,
    getCanonicalFileName: String,
    getNewLine: () => "\n",
  };
  return messagesIn(ts.formatDiagnostics(found, host));
}

function byCommand(): string[] {
  const args = ["node_modules/ts7/bin/tsc", "-p", "test/types", "--pretty", "false"];
  const { status, stdout, stderr, error } = spawnSync(process.execPath, args, { encoding: "utf8" });
  if (error || stderr !== "") throw error ?? new Error(stderr);
  expect(status === 0).toBe(stdout === "");
  return messagesIn(stdout);
}

/** One message each, its further lines with it, its path from `test/types`. */
function messagesIn(output: string): string[] {
  const text = output
    .replaceAll("\r\n", "\n")
    .replaceAll(/^test\/types\//gm, "")
    .trimEnd();
  return text === "" ? [] : text.split(/\n(?! )/);
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
