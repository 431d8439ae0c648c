/**
 * The module of a reader's thread as one file. A thread that was killed has to be back soon: one file of plain
 * JavaScript is loaded in a tenth of the time that a tree of TypeScript takes.
 *
 * @module
 */

import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build, stop } from "esbuild";

/**
 * Writes the file.
 *
 * @param folder - where it goes
 * @returns its URL, for `new Worker`
 */
export async function bundleReader(folder: string): Promise<URL> {
  const outfile = join(folder, "reader.mjs");
  await build({
    entryPoints: [fileURLToPath(new URL("./reader.ts", import.meta.url))],
    outfile,
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20",
    conditions: ["troupe-source"],
    logLevel: "silent",
  });
  await stop(); // esbuild keeps a process waiting for more
  return pathToFileURL(outfile);
}
