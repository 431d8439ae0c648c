import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { programOf } from "./program.ts";
import { BenchFault, type Work } from "./work.ts";

const find = createRequire(import.meta.url);

/** What a compiler did for a program. */
export interface Compiled {
  /** Of the processor. */
  readonly ms: number;
  readonly instantiations: number;
}

/**
 * Runs the compiler, and writes at its end how long the processor was busy. One that could take the place of this
 * process (Node 24 on) would leave nobody to write it.
 */
const TIMED = `
  delete process.execve;
  process.on("exit", () => {
    const { user, system } = process.cpuUsage();
    console.log("Processor ms: " + (user + system) / 1000);
  });
  require(process.argv[1]);`;

/**
 * Type-checks a program of so many actors against the package as it is built, in a process of its own.
 *
 * @param compiler - where it is installed: `typescript` is 6, `ts7` is 7
 * @throws BenchFault with what the compiler says when the program is not right
 */
export function compile(actors: number, compiler = "typescript"): Compiled {
  const root = dirname(find.resolve("troupe/package.json"));
  mkdirSync(join(root, ".cache"), { recursive: true });
  const folder = mkdtempSync(join(root, ".cache", "types-"));
  try {
    writeFileSync(join(folder, "program.ts"), programOf(actors));
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["program.ts"] }));
    const tsc = join(root, "node_modules", compiler, "bin/tsc");
    const args = ["--eval", TIMED, tsc, "-p", folder, "--extendedDiagnostics", "--pretty", "false"];
    const { status, stdout } = spawnSync(process.execPath, args, { encoding: "utf8" });
    if (status !== 0) throw new BenchFault(`${compiler} does not compile ${actors} actors: ${stdout}`);
    return { ms: read("Processor ms", stdout), instantiations: read("Instantiations", stdout) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const compilerOptions = {
  target: "es2022",
  lib: ["es2023", "esnext.disposable"],
  module: "nodenext",
  types: ["node"],
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  skipLibCheck: true,
  noEmit: true,
};

/** An operation is an actor of the program. */
export function compiling(): Work {
  return { run: (actors) => ({ counted: actors, figure: compile(actors).ms }) };
}

function read(what: string, report: string): number {
  const found = new RegExp(`^${what}: +([\\d.]+)`, "m").exec(report)?.[1];
  if (found === undefined) throw new BenchFault(`the compiler does not say its ${what}: ${report}`);
  return Number(found);
}
