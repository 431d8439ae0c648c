/**
 * `npm test`, and with `--quick` `npm run check`: runs every check, says plainly what came of it, names what was
 * skipped and why, and closes with `N passed, N failed`. A check counts as one, a test as one.
 *
 * With `--quick` the tests run beside the other checks.
 */
import { spawn } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import type { TestSummary } from "./summary-reporter.ts";

interface Check {
  readonly name: string;
  /** Arguments for this Node: a program of `node_modules` or of ours. */
  readonly args: readonly string[];
  /** Answers why the check cannot run here, if it cannot. */
  readonly skip?: () => string | undefined;
}

const quick = process.argv.includes("--quick");
const modules = (path: string): string => join("node_modules", path);
const biome = modules("@biomejs/biome/bin/biome");
const tsx = ["--conditions=troupe-source", "--import", "tsx"];
const needsEntry = (): string | undefined =>
  existsSync("src/index.ts") ? undefined : "src/index.ts is not there yet";

/** Of a tree that was checked before, the compiler looks at what has changed since: a fifth of the time. */
const onlyWhatChanged = ["--incremental", "--tsBuildInfoFile", modules(".cache/troupe/tsbuildinfo")];

const QUICK: readonly Check[] = [
  { name: "format", args: [biome, "format", "."] },
  { name: "lint", args: [biome, "check", "--formatter-enabled=false", "--error-on-warnings", "."] },
  { name: "types (TypeScript 6.0)", args: [modules("typescript/bin/tsc"), "-p", ".", ...onlyWhatChanged] },
];
const SLOW: readonly Check[] = [
  { name: "types (TypeScript 7.0)", args: [modules("ts7/bin/tsc"), "-p", "."] },
  { name: "build", args: [...tsx, "scripts/build.ts"], skip: needsEntry },
  { name: "package", args: [...tsx, "scripts/smoke.ts"], skip: needsEntry },
];
/** Programs write to a pipe, which ends at a terminal. */
const COLOURED = { FORCE_COLOR: "1" };
/** A guard against what hangs, far above what a busy machine needs. */
const STEP_LIMIT_MS = 40 * 60_000;

let passed = 0;
let failed = 0;
const skipped: string[] = [];
const startedAtMs = performance.now();

if (quick) {
  const checks = runChecks(QUICK);
  // a worker for each processor: the other checks are over long before the tests
  await Promise.all([checks, runTests(["--project=house", "--project=unit", "--maxWorkers=100%"], checks)]);
} else {
  await runChecks([...QUICK, ...SLOW]);
  await runTests([]);
}

for (const line of skipped) console.log(`skipped  ${line}`);
console.log(`took ${seconds(performance.now() - startedAtMs)}`);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

async function runChecks(checks: readonly Check[]): Promise<void> {
  for (const check of checks) {
    const reason = check.skip?.();
    if (reason !== undefined) {
      skipped.push(`${check.name}: ${reason}`);
      continue;
    }
    const { code, output, tookMs } = await node(check.args);
    report(code === 0, check.name, tookMs);
    if (code !== 0) console.log(output.trimEnd());
  }
}

/**
 * Runs vitest; its reporters write as they go and leave a summary in a file.
 *
 * @param after - what they write is held back until then
 */
async function runTests(args: readonly string[], after: Promise<void> = Promise.resolve()): Promise<void> {
  const file = join(tmpdir(), `troupe-tests-${process.pid}.json`);
  const reporters = ["--reporter=dot", "--reporter=./scripts/summary-reporter.ts"];
  const command = [modules("vitest/vitest.mjs"), "run", ...reporters, ...args];
  const { code, tookMs } = await node(command, {
    variables: { TROUPE_TEST_SUMMARY: file, ...(quick ? { TROUPE_QUICK: "1" } : {}) },
    after,
  });
  await after;
  if (!existsSync(file)) return report(false, "tests: the run broke off without a summary", tookMs);
  const summary = JSON.parse(readFileSync(file, "utf8")) as TestSummary;
  rmSync(file);
  passed += summary.passed;
  failed += summary.failed;
  for (const line of summary.skipped) skipped.push(line);
  const outcome = `${summary.passed} tests passed, ${summary.failed} failed, ${summary.skipped.length} skipped`;
  console.log(`${summary.failed === 0 ? "ok      " : "FAILED  "} tests: ${outcome}  ${seconds(tookMs)}`);
  const { unfinished } = summary;
  if (unfinished.length > 0)
    return report(false, `tests: the run broke off in ${unfinished.join(", ")}`, tookMs);
  // vitest may be unhappy about something that is not a test: an error between tests, a worker that died
  if (code !== 0 && summary.failed === 0) report(false, "tests: the runner ended with an error", tookMs);
}

function report(ok: boolean, name: string, tookMs: number): void {
  if (ok) passed += 1;
  else failed += 1;
  console.log(`${ok ? "ok      " : "FAILED  "} ${name}  ${seconds(tookMs)}`);
}

interface Outcome {
  readonly code: number;
  readonly output: string;
  readonly tookMs: number;
}

interface Shown {
  readonly variables: Readonly<Record<string, string>>;
  readonly after: Promise<void>;
}

/** Runs a program under this Node. Its output is kept, or with `shown` goes to our own, from a moment on. */
function node(args: readonly string[], shown?: Shown): Promise<Outcome> {
  const fromMs = performance.now();
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, {
      env: { ...process.env, ...shown?.variables, ...(process.stdout.isTTY ? COLOURED : { NO_COLOR: "1" }) },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    let shows = false;
    const keep = (chunk: Buffer): void => {
      if (shows) process.stdout.write(chunk);
      else output += chunk.toString();
    };
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    void shown?.after.then(() => {
      shows = true;
      process.stdout.write(output);
    });
    const limit = setTimeout(() => {
      output += `\nstopped after ${seconds(STEP_LIMIT_MS)}`;
      child.kill("SIGKILL");
    }, STEP_LIMIT_MS);
    const done = (code: number): void => {
      clearTimeout(limit);
      resolve({ code, output, tookMs: performance.now() - fromMs });
    };
    child.once("error", (error) => {
      output += error.message;
      done(127);
    });
    child.once("close", (code) => done(code ?? 1));
  });
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
