import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";

/** Both compilers see the package by its own name, from `src`. */
const COMPILERS = [
  { version: "6", program: "node_modules/typescript/bin/tsc" },
  { version: "7", program: "node_modules/ts7/bin/tsc" },
] as const;

describe.each(COMPILERS)("TypeScript $version", ({ version, program }) => {
  it("compiles what users write", { timeout: 60_000 }, () => {
    expect(readdirSync("test/types/use").filter((name) => name.endsWith(".ts"))).not.toEqual([]);
    expect(compile(program, "test/types/use")).toBe("");
  });

  it("explains the likeliest mistakes in messages that stay as they are", { timeout: 60_000 }, async () => {
    const messages = compile(program, "test/types/mistakes");
    await expect(messages).toMatchFileSnapshot(`mistakes/typescript-${version}.txt`);
  });
});

/** What the compiler says about a project, with paths from `test/types`; empty when all is well. */
function compile(program: string, project: string): string {
  const { status, stdout, stderr, error } = spawnSync(
    process.execPath,
    [program, "-p", project, "--pretty", "false"],
    {
      encoding: "utf8",
    },
  );
  if (error || stderr !== "") throw error ?? new Error(stderr);
  expect(status === 0).toBe(stdout === "");
  return stdout.replaceAll("\r\n", "\n").replaceAll(/^test\/types\//gm, "");
}
