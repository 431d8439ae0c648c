/**
 * Makes Node ready for a module in TypeScript: by tsx, where the module's project has it, or by Node itself.
 *
 * @module
 */

import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

/** What is needed of the host, so that a host without either can be shown. */
export interface TypeScriptHost {
  /** Node strips types by itself. */
  readonly strips: boolean;
  /** Something that loads TypeScript is in place already. */
  readonly loads: boolean;
  /** The folder in which the command was typed: tsx may be installed there. */
  readonly cwd: string;
}

/** This process. */
export function thisHost(): TypeScriptHost {
  const { typescript = false } = process.features as { readonly typescript?: string | false };
  return { strips: typescript !== false, loads: import.meta.url.endsWith(".ts"), cwd: process.cwd() };
}

/**
 * Readies this process for the module at `path`; modules in JavaScript need nothing.
 *
 * @returns why it cannot be loaded, with what to do; `undefined` when it can
 */
export async function readyForTypeScript(
  path: string,
  host: TypeScriptHost = thisHost(),
): Promise<string | undefined> {
  if (!/\.[cm]?tsx?$/.test(path) || host.loads) return undefined;
  // tsx comes first: it also takes what is more than types, such as enums, and paths of tsconfig.json.
  const tsx = found("tsx", path) ?? found("tsx", `${host.cwd}/`);
  if (tsx !== undefined) {
    await import(pathToFileURL(tsx).href);
    return undefined;
  }
  if (host.strips) return undefined;
  return `Node ${process.versions.node} does not load TypeScript by itself; install tsx (npm install --save-dev tsx), or use Node 22.18 or later`;
}

function found(name: string, from: string): string | undefined {
  try {
    return createRequire(from).resolve(name);
  } catch {
    return undefined;
  }
}
