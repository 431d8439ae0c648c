import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { UsageError } from "./options.ts";

/** A program of Node besides the one that runs this. */
export interface OtherNode {
  readonly path: string;
  readonly version: string;
}

/** Where `newest` is kept: nothing that git sees, and gone with the installed packages. */
const cache = join(import.meta.dirname, "..", "node_modules", ".cache", "troupe", "node-newest");

/**
 * Finds a Node to measure on.
 *
 * @param given - the path of a program, or `newest`: the latest that npm's package `node` gives, installed on demand
 * @throws UsageError when it does not run, or cannot be installed
 */
export function findNode(given: string): OtherNode {
  const path = given === "newest" ? installNewest() : given;
  const { status, stdout, error } = spawnSync(path, ["-p", "process.versions.node"], { encoding: "utf8" });
  if (status === 0 && /^\d+\.\d+\.\d+\s*$/.test(stdout)) return { path, version: stdout.trim() };
  throw new UsageError(`--node takes a program of Node or "newest"; ${path}: ${error?.message ?? "not one"}`);
}

function installNewest(): string {
  mkdirSync(cache, { recursive: true });
  writeFileSync(join(cache, "package.json"), '{ "private": true }\n');
  const args = ["install", "--prefix", cache, "--no-audit", "--no-fund", "--no-package-lock", "node@latest"];
  const { status, error } = spawnSync("npm", args, { cwd: cache, stdio: ["ignore", 2, 2] });
  if (status !== 0)
    throw new UsageError(`npm could not install node@latest: ${error?.message ?? "see above"}`);
  return join(cache, "node_modules", "node", "bin", "node");
}
