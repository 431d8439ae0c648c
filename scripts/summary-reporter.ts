/**
 * A vitest reporter that leaves a summary of the run in the file named by `TROUPE_TEST_SUMMARY`, and names each test
 * that fails at once: a run that is broken off has said by then what went wrong.
 */
import { renameSync, writeFileSync } from "node:fs";
import { relative } from "node:path";
import type { Reporter, TestCase, TestModule } from "vitest/node";

/** What a run came to. */
export interface TestSummary {
  readonly passed: number;
  /** Tests that failed, files that could not be read, and errors outside any test. */
  readonly failed: number;
  /** One line for each skipped test: where, which, why. */
  readonly skipped: readonly string[];
  /** Files that had begun and not ended when the run broke off. */
  readonly unfinished: readonly string[];
}

export default class SummaryReporter implements Reporter {
  readonly #begun = new Map<TestModule, "running" | "over">();

  onTestModuleStart(module: TestModule): void {
    this.#begun.set(module, "running");
    this.#write([]);
  }

  onTestModuleEnd(module: TestModule): void {
    this.#begun.set(module, "over");
    this.#write([]);
  }

  onTestCaseResult(test: TestCase): void {
    const { state, errors } = test.result();
    if (state !== "failed") return;
    const why = errors?.[0]?.message.split("\n", 1)[0] ?? "no error given";
    console.log(`\nfailed   ${placeOf(test)}: ${why}`);
  }

  onTestRunEnd(modules: readonly TestModule[], strayErrors: readonly unknown[]): void {
    for (const module of modules) this.#begun.set(module, "over");
    this.#write(strayErrors);
  }

  #write(strayErrors: readonly unknown[]): void {
    const file = process.env.TROUPE_TEST_SUMMARY;
    if (file === undefined) return;
    const running = [...this.#begun.keys()].filter((module) => this.#begun.get(module) === "running");
    const modules = [...this.#begun.keys()].filter((module) => !running.includes(module));
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const count = (state: string): number => tests.filter((test) => test.result().state === state).length;
    // a file whose own body throws has errors of its own and perhaps no test at all
    const broken = modules.reduce((sum, module) => sum + module.errors().length, 0);
    const summary: TestSummary = {
      passed: count("passed"),
      failed: count("failed") + count("pending") + broken + strayErrors.length,
      skipped: tests.filter((test) => test.result().state === "skipped").map(describeSkip),
      unfinished: running.map(fileOf),
    };
    writeFileSync(`${file}.new`, JSON.stringify(summary)); // never seen half written
    renameSync(`${file}.new`, file);
  }
}

function describeSkip(test: TestCase): string {
  const result = test.result();
  const why = (result.state === "skipped" && result.note) || "no reason given";
  return `${placeOf(test)}: ${why}`;
}

function placeOf(test: TestCase): string {
  return `${fileOf(test.module)} › ${test.fullName}`;
}

function fileOf(module: TestModule): string {
  return relative(process.cwd(), module.moduleId);
}
