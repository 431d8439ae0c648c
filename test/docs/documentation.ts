/**
 * Where documentation stands: the pages, the sources with their doc comments, and the public entries.
 *
 * @module
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";
import manifest from "../../package.json" with { type: "json" };
import { type Fence, fencesOf } from "./fence.ts";

/** Markdown at the root and below `docs`. */
export const pages: readonly string[] = [
  ...readdirSync(".").filter((name) => name.endsWith(".md")),
  ...filesBelow("docs", ".md"),
];

/** Every source file, by path from the root. */
export const sources: readonly string[] = filesBelow("src", ".ts");

/** The source files of the public entries that exist; the main one first. */
export const entryFiles: readonly string[] = Object.values(manifest.exports)
  .flatMap((target) => (typeof target === "string" ? [] : target["troupe-source"].replace(/^\.\//, "")))
  .filter((file) => existsSync(file));

/** The fences of `files` that run. */
export function fencesIn(files: readonly string[]): Fence[] {
  return files
    .flatMap((file) => fencesOf(file, readFileSync(file, "utf8")))
    .filter((fence) => fence.noRun === undefined);
}

function filesBelow(folder: string, ending: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(ending))
    .map((path) => join(folder, path).split(sep).join("/"))
    .sort();
}
