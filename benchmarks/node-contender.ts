import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Contender } from "./measure.ts";
import { openRunner } from "./runner.ts";
import type { Variant } from "./variants.ts";

/** Flags of every Node process that is measured; `--expose-gc` is for weighing. */
export const nodeFlags: readonly string[] = ["--expose-gc"];

/**
 * A contender that runs on Node.
 *
 * @param compiled - the folder that `compileContenders` answered
 * @param variant - on which Node and how; this very one and as usual when absent
 */
export function nodeContender(name: string, compiled: string, variant?: Variant): Contender {
  const who = variant === undefined || variant.name === name ? name : `${name} (${variant.name})`;
  return {
    name,
    open: (row) =>
      openRunner(row.size === undefined ? `${row.id} of ${who}` : `${row.id} of ${who} with ${row.size}`, {
        command: variant?.node?.path ?? process.execPath,
        env: variant?.handlersOnly === true ? { TROUPE_BENCH_FAULTS: "handlersOnly" } : {},
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
