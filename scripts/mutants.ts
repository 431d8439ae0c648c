/** The mutation check of `npm run explore -- --mutants`. */
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Edit } from "../test/explore/mutants.ts";
import type { Suite } from "../test/explore/suites.ts";

const COPIED = [
  "src",
  "test/explore",
  "test/registry/people.ts",
  "test/supervisor/scene.ts",
  "scripts",
  "package.json",
  "tsconfig.json",
];

/**
 * Explores a copy of the sources with each mutant, and says in how many runs which scenario has found it.
 *
 * @returns whether all were found
 */
export function checkMutants(suites: Readonly<Record<string, Suite>>, runs: string, seed: string): boolean {
  const mutants = Object.entries(suites).flatMap(([suite, { mutants }]) =>
    Object.entries(mutants).map(([name, edits]) => ({ suite, name, edits })),
  );
  let missed = 0;
  for (const { suite, name, edits } of mutants) {
    const output = withMutant(edits, (folder) =>
      explored(folder, ["--suite", suite, "--runs", runs, "--seed", seed]),
    );
    const found = [...output.matchAll(/^FAILED {2}(.+?): .*\n.*run=(\d+).* (\d+) choices$/gm)];
    if (found.length === 0) missed += 1;
    const by = found.map(([, scenario, run, choices]) => `${scenario} (run ${run}, ${choices} choices)`);
    console.log(found.length === 0 ? `MISSED  ${name}\n${output}` : `found   ${name}: ${by.join(", ")}`);
  }
  console.log(`${mutants.length - missed} found, ${missed} missed`);
  return missed === 0;
}

function withMutant<R>(edits: readonly Edit[], work: (folder: string) => R): R {
  const folder = mkdtempSync(join(tmpdir(), "troupe-mutant-"));
  try {
    for (const path of COPIED) cpSync(path, join(folder, path), { recursive: true });
    symlinkSync(resolve("node_modules"), join(folder, "node_modules"), "dir");
    for (const { file, find, replace } of edits) {
      const text = readFileSync(join(folder, file), "utf8");
      if (!text.includes(find))
        throw new Error(`${file} has no ${JSON.stringify(find)}: the mutant is out of date`);
      writeFileSync(
        join(folder, file),
        text.replaceAll(find, () => replace),
      );
    }
    return work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function explored(folder: string, options: readonly string[]): string {
  const args = ["--conditions=troupe-source", "--import", "tsx", "scripts/explore.ts", ...options];
  const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8" });
  return stdout + stderr;
}
