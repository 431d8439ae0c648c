/**
 * Loads the module that was named, and makes an application of what it exports.
 *
 * @module
 */

import { readdirSync, realpathSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, extname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { type Application, application, isApplication } from "../node/application.ts";
import type { ApplicationOptions } from "../node/application-options.ts";
import { stackOf } from "../telemetry/thrown-text.ts";
import { readyForTypeScript } from "./typescript.ts";

/** An application, or why there is none and which exit code says so. */
export type Loaded =
  | { readonly ok: true; readonly application: Application }
  | { readonly ok: false; readonly why: string; readonly code: 1 | 2 };

/** What a module may export by default, for messages. */
const WANTED =
  "export by default what is to run: an application, a supervisor or another child spec, or a function of the system that makes one";

/**
 * Loads a module.
 *
 * @param given - its path as it was typed, from the working folder on
 * @param rest - what it finds behind its own path in `process.argv`
 */
export async function loadModule(given: string, rest: readonly string[]): Promise<Loaded> {
  const path = resolve(given);
  const missing = whyMissing(given, path) ?? (await readyForTypeScript(path));
  if (missing !== undefined) return { ok: false, why: missing, code: 2 };
  process.argv = [process.execPath, path, ...rest];
  let exported: Readonly<Record<string, unknown>>;
  try {
    exported = (await import(pathToFileURL(path).href)) as Readonly<Record<string, unknown>>;
  } catch (error) {
    return { ok: false, why: `${given} could not be loaded:\n${stackOf(error)}`, code: 1 };
  }
  const root = defaultOf(exported);
  if (isApplication(root)) return { ok: true, application: root };
  if (!isRoot(root)) return { ok: false, why: `${given} ${whyUnfit(exported, root)}; ${WANTED}`, code: 2 };
  const applicationOf = await libraryOf(path);
  return { ok: true, application: applicationOf({ name: basename(path, extname(path)), root }) };
}

/** The path of a module as far as its folder: what is watched. */
export function folderOf(given: string): string {
  return dirname(resolve(given));
}

/** Why there is no such file; `undefined` when there is. */
export function whyMissing(given: string, path: string = resolve(given)): string | undefined {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isDirectory()) return `${given} is a folder; name a module in it`;
  if (found !== undefined) return undefined;
  const meant = siblings(path).find((name) => basename(name, extname(name)) === basename(path));
  const hint = meant === undefined ? "" : `; did you mean ${join(dirname(given), meant)}?`;
  return `there is no file ${given} in ${process.cwd()}${hint}`;
}

function siblings(path: string): readonly string[] {
  const folder = dirname(path);
  const isFolder = statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true;
  return isFolder ? readdirSync(folder).filter((name) => /\.[cm]?[jt]s$/.test(name)) : [];
}

/** A module in CommonJS that was compiled from `export default` has it one level further down. */
function defaultOf(exported: Readonly<Record<string, unknown>>): unknown {
  const { default: given } = exported;
  const isCompiled =
    typeof given === "object" && given !== null && "__esModule" in given && "default" in given;
  return isCompiled ? given.default : given;
}

type Root = ApplicationOptions["root"];

/** A child spec, something that knows its own, or a function. */
function isRoot(value: unknown): value is Root {
  if (typeof value === "function") return true;
  if (typeof value !== "object" || value === null) return false;
  return typeof (value as { child?: unknown }).child === "function" || ("id" in value && "restart" in value);
}

function whyUnfit(exported: Readonly<Record<string, unknown>>, root: unknown): string {
  if (root !== undefined)
    return `exports by default ${typeof root === "object" ? "an object" : `a ${typeof root}`} that cannot be started`;
  const names = Object.keys(exported).filter((name) => name !== "default");
  return names.length === 0 ? "exports nothing" : `has no default export, only ${names.join(", ")}`;
}

/**
 * What a module exports is started by the copy of this library that it imports itself, which for a module in
 * CommonJS may be another one than for `import`.
 */
async function libraryOf(path: string): Promise<typeof application> {
  const require = createRequire(path);
  try {
    const own = require.resolve("troupe/node");
    const isCommon = realpathSync(path) in require.cache || path in require.cache;
    const library: unknown = isCommon ? require(own) : await import(pathToFileURL(own).href);
    return (library as { readonly application: typeof application }).application;
  } catch {
    return application;
  }
}
