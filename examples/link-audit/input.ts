/**
 * What the user wants audited: a folder, one file of it, or a site.
 *
 * @module
 */

import { open, realpath, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Limits } from "./fault-reason.ts";
import { isPageFile } from "./media-type.ts";
import { aim, type Scope, showKey } from "./scope.ts";
import { openSite } from "./site.ts";
import { listPages, requestPathTo } from "./static-file.ts";
import type { Protocol } from "./web.ts";

/** An input that can be audited. */
export interface Input {
  /** As the report names it. */
  readonly shown: string;
  readonly scope: Scope;
  /** Where the audit begins. */
  readonly entries: readonly { readonly key: string; readonly shown: string }[];
  /** The folder to serve, or `undefined` for a site, which is there already. */
  readonly folder: string | undefined;
  readonly protocol: Protocol;
}

/** An input, or one line that says why there is none. */
export type Opened =
  | { readonly ok: true; readonly input: Input }
  | { readonly ok: false; readonly why: string };

/** The project whose documentation is audited when nothing else is named. */
const PROJECT = fileURLToPath(new URL("../../", import.meta.url));

/** Where the project keeps its documentation; links from there lead to the rest. */
const DOCUMENTATION = /^\/(?:docs\/.*|[^/]+\.md)$/;

const EXPLANATIONS: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  ELOOP: "symbolic links in a circle",
  ENAMETOOLONG: "the name is too long",
  ENOENT: "no such file or folder",
  ENOTDIR: "no such file or folder",
  EPERM: "permission denied",
};

/** Opens what the user named; relative paths begin at `from`. */
export async function openInput(named: string | undefined, from: string, limits: Limits): Promise<Opened> {
  if (named === undefined) return await openPath(".", PROJECT, (path) => DOCUMENTATION.test(path));
  const scheme = /^([a-z][a-z0-9+.-]+):\/\//i.exec(named)?.[1]?.toLowerCase();
  if (scheme === undefined) return await openPath(named, resolve(from, named), () => true);
  if (scheme !== "http" && scheme !== "https") return refused(named, `${scheme}: is not http: or https:`);
  if (!URL.canParse(named)) return refused(named, "not a valid address");
  const site = await openSite(named, limits);
  if (!site.ok) return refused(named, site.why);
  const { start, protocol } = site;
  const scope: Scope = { kind: "site", origin: start.origin };
  const to = aim(scope, start.href, start.href);
  if (to.kind !== "inside") return refused(named, "the address is too long");
  const entries = [{ key: to.key, shown: to.key }];
  return { ok: true, input: { shown: named, scope, entries, folder: undefined, protocol } };
}

async function openPath(
  shown: string,
  path: string,
  isEntry: (requestPath: string) => boolean,
): Promise<Opened> {
  try {
    const real = await realpath(path);
    const stats = await stat(real);
    if (!stats.isDirectory() && !stats.isFile()) return refused(shown, "neither a file nor a folder");
    if (stats.isFile() && !isPageFile(real)) return refused(shown, "not an HTML or Markdown page");
    if (stats.isFile()) await (await open(real)).close(); // whether it may be read
    const folder = stats.isFile() ? dirname(real) : real;
    const root = pathToFileURL(`${folder}/`).href;
    const paths = stats.isFile() ? [requestPathTo(folder, real)] : (await listPages(folder)).filter(isEntry);
    const scope: Scope = { kind: "folder", root };
    const keys = paths.map((page) => root + page.slice(1));
    const entries = keys.map((key) => ({ key, shown: showKey(scope, key) }));
    return { ok: true, input: { shown, scope, entries, folder, protocol: "h2" } };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return refused(shown, EXPLANATIONS[code ?? ""] ?? message);
  }
}

function refused(named: string, why: string): Opened {
  return { ok: false, why: `cannot read ${JSON.stringify(named)}: ${why}` };
}
