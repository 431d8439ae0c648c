/**
 * Files of recorded lines: `.jsonl`, plain or compressed.
 *
 * @module
 */

import { readFileSync } from "node:fs";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import type { Line } from "./family.ts";

const READERS: Readonly<Record<string, (bytes: Buffer) => Buffer>> = {
  ".jsonl": (bytes) => bytes,
  ".jsonl.gz": gunzipSync,
  ".jsonl.br": brotliDecompressSync,
};

/** The endings of files that can be read. */
export const ENDINGS: readonly string[] = Object.keys(READERS);

/** The lines of a file; `undefined` for one that holds none. */
export function linesOf(path: string): readonly Line[] | undefined {
  const read = Object.entries(READERS).find(([ending]) => path.endsWith(ending))?.[1];
  if (read === undefined) return undefined;
  const lines = read(readFileSync(path)).toString("utf8").split("\n");
  return lines.filter((line) => line.trim() !== "").map((line) => JSON.parse(line) as Line);
}
