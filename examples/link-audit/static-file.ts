/**
 * Finds the file of a request in a folder, and nothing outside of it.
 *
 * @module
 */

import { readdir, realpath, stat } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { namesOf } from "./address.ts";
import { isPageFile } from "./media-type.ts";

/** What a folder answers to a path. */
export type Found =
  | { readonly kind: "file"; readonly path: string; readonly size: number }
  /** The same file under its own name: the index of a folder, the end of a symbolic link. */
  | { readonly kind: "moved"; readonly to: string }
  | { readonly kind: "forbidden" }
  | { readonly kind: "missing" };

/** What a folder shows when it is asked for itself, best first. */
const INDEXES = ["index.html", "index.htm", "index.md", "README.md", "readme.md"];

/** Folders that hold no pages of the author's own. */
const LEFT_OUT = new Set(["node_modules"]);

/**
 * Looks up a request's path.
 *
 * @param folder - its real path, without symbolic links
 */
export async function findFile(folder: string, requestPath: string): Promise<Found> {
  const names = namesOf(requestPath.split(/[?#]/, 1)[0]!);
  if (names === undefined || names.some((name) => name === ".." || name === ".")) return { kind: "missing" };
  if (names.slice(0, -1).includes("")) return { kind: "missing" };
  try {
    const path = await realpath(join(folder, ...names));
    const inside = relative(folder, path);
    if (inside === ".." || inside.startsWith(`..${sep}`)) return { kind: "forbidden" };
    const { size, isFile, isFolder } = await kindOf(path);
    if (isFolder) return await findIndex(folder, path);
    if (isFile && names.at(-1) === "") return { kind: "missing" };
    if (!isFile) return { kind: "forbidden" }; // reading a pipe or a device might never end
    const to = requestPathTo(folder, path);
    return to === requestPathOf(names) ? { kind: "file", path, size } : { kind: "moved", to };
  } catch (error) {
    return { kind: isForbidden(error) ? "forbidden" : "missing" };
  }
}

/**
 * All pages in a folder, as the paths they are requested by, in order. Symbolic links are not followed: what they
 * lead to inside the folder is met under its own name, and circles are never entered. Names that begin with a
 * dot, and `node_modules`, are left out; links to them are still checked. A folder inside that may not be read stands
 * in the list itself, so that the report says so.
 *
 * @throws Error of the file system when `folder` itself cannot be read
 */
export async function listPages(folder: string): Promise<readonly string[]> {
  const pages: string[] = [];
  const ahead = [folder];
  for (let current = ahead.pop(); current !== undefined; current = ahead.pop()) {
    const entries = await readdir(current, { withFileTypes: true }).catch((error: unknown) => {
      if (current === folder || !isForbidden(error)) throw error;
      return undefined;
    });
    if (entries === undefined) pages.push(requestPathTo(folder, current));
    for (const entry of entries ?? []) {
      const path = join(current, entry.name);
      if (entry.name.startsWith(".") || LEFT_OUT.has(entry.name)) continue;
      if (entry.isDirectory()) ahead.push(path);
      if (entry.isFile() && isPageFile(entry.name)) pages.push(requestPathTo(folder, path));
    }
  }
  return pages.sort();
}

/** The path under which a file inside the folder is requested, escaped. */
export function requestPathTo(folder: string, path: string): string {
  return requestPathOf(relative(folder, path).split(sep));
}

function requestPathOf(names: readonly string[]): string {
  return `/${names.map(encodeURIComponent).join("/")}`;
}

function isForbidden(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === "EACCES" || code === "EPERM";
}

async function findIndex(folder: string, path: string): Promise<Found> {
  const entries = new Set(await readdir(path));
  const index = INDEXES.find((name) => entries.has(name));
  return index === undefined
    ? { kind: "missing" }
    : { kind: "moved", to: requestPathTo(folder, join(path, index)) };
}

async function kindOf(path: string): Promise<{ size: number; isFile: boolean; isFolder: boolean }> {
  const stats = await stat(path);
  return { size: stats.size, isFile: stats.isFile(), isFolder: stats.isDirectory() };
}
