/** Measures what importing an entry of `dist` brings along. */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";

export interface EntrySize {
  /** The entry and all files of the package that it imports, directly or not. */
  readonly files: readonly string[];
  /** Bytes of all of them together, gzipped. */
  readonly gzipped: number;
}

/** Follows relative imports from `entry`; packages outside are not counted. */
export function coreSize(entry: string): EntrySize {
  const files = new Set<string>();
  const visit = (file: string): void => {
    if (files.has(file)) return;
    files.add(file);
    for (const [, specifier] of readFileSync(file, "utf8").matchAll(
      /(?:from|import)\s*["'](\.[^"']+)["']/g,
    )) {
      visit(join(dirname(file), specifier!));
    }
  };
  visit(entry);
  const all = [...files].map((file) => readFileSync(file));
  return { files: [...files], gzipped: gzipSync(Buffer.concat(all), { level: 9 }).length };
}
