import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Contender } from "./measure.ts";
import { openRunner } from "./runner.ts";

/** Flags of every Node process that is measured; `--expose-gc` is for weighing. */
export const nodeFlags: readonly string[] = ["--expose-gc"];

/**
 * A contender that runs on this very Node.
 *
 * @param compiled - the folder that `compileContenders` answered
 */
export function nodeContender(name: string, compiled: string): Contender {
  return {
    name,
    open: (row) =>
      openRunner(row.size === undefined ? `${row.id} of ${name}` : `${row.id} of ${name} with ${row.size}`, {
        command: process.execPath,
        args: [
          ...nodeFlags,
          join(compiled, "contender", "serve.js"),
          join(compiled, "work", name, `${row.id}.js`),
          ...(row.size === undefined ? [] : [String(row.size)]),
        ],
      }),
  };
}

/** The version of a package, or undefined when it is not installed. */
export function versionIn(folder: string): string | undefined {
  const manifest = join(folder, "package.json");
  if (!existsSync(manifest)) return undefined;
  return (JSON.parse(readFileSync(manifest, "utf8")) as { readonly version: string }).version;
}
