/**
 * Uses the packed package in an empty folder as a user would: every promised file is there, every entry loads, the
 * programs of `scripts/smoke` run by `import` and by `require`, and the declarations stand on their own.
 */
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import manifest from "../package.json" with { type: "json" };

/** What an install would have put beside the package: its dependency, the peers that entries need, what runs TypeScript, and Node's types. */
const NEIGHBOURS = ["eventemitter3", "pg", "undici", "tsx"];
const TYPES = ["@types/node", "undici-types", "@types/pg", "pg-types", "pg-protocol"];

const home = mkdtempSync(join(tmpdir(), "troupe-smoke-"));
const installed = join(home, "node_modules/troupe");
try {
  unpack();
  for (const [entry, target] of Object.entries(manifest.exports)) {
    if (typeof target === "string") continue;
    for (const file of [target.types, target.default]) {
      if (!existsSync(join(installed, file)))
        throw new Error(`${entry} promises ${file}, which is not in the package`);
    }
    node("--input-type=module", "--eval", `await import(${JSON.stringify(entry.replace(".", "troupe"))});`);
  }
  cpSync("scripts/smoke", home, { recursive: true });
  node("use.mjs");
  // on Node 20 and early 22 `require` of an ES module prints that it is new
  node("--no-warnings", "use.cjs");
  checkCommand();
  node(resolve("node_modules/typescript/bin/tsc"), "-p", ".");
  node(resolve("node_modules/ts7/bin/tsc"), "-p", ".");
} finally {
  rmSync(home, { recursive: true, force: true });
}

/** Packs the package and lays it out as an install would. */
function unpack(): void {
  const npm = process.env.npm_execpath?.endsWith(".js")
    ? [process.execPath, process.env.npm_execpath]
    : ["npm"];
  const packed = run(".", [...npm, "pack", "--silent", "--ignore-scripts", "--pack-destination", home]);
  mkdirSync(installed, { recursive: true });
  run(".", ["tar", "-xzf", join(home, packed.trim()), "-C", installed, "--strip-components=1"]);
  for (const name of [...NEIGHBOURS, ...TYPES]) {
    mkdirSync(dirname(join(home, "node_modules", name)), { recursive: true });
    symlinkSync(resolve("node_modules", name), join(home, "node_modules", name));
  }
}

/** The command starts under a name of its own and runs a tree in TypeScript, from its start to its end. */
function checkCommand(): void {
  const command = join(installed, manifest.bin.troupe);
  if ((statSync(command).mode & 0o100) === 0) throw new Error(`${command} cannot be executed`);
  const version = run(home, [process.execPath, command, "--version"]);
  if (version !== `${manifest.version}\n`) throw new Error(`troupe --version says ${version}`);
  const printed = run(home, [process.execPath, command, "run", "shop.mts"]);
  if (printed !== "till\n└── till (pid 1)\nclosed\n") throw new Error(`troupe run says ${printed}`);
}

function node(...args: readonly string[]): void {
  run(home, [process.execPath, ...args]);
}

/** Runs a program to its end; its output when it succeeds, an error with all it said when not. */
function run(folder: string, [command = "", ...args]: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd: folder, encoding: "utf8" });
  if (status === 0) return stdout;
  throw new Error(`${command} ${args.join(" ")}\n${error?.message ?? ""}${stdout}${stderr}`);
}
