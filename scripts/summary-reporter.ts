/** A vitest reporter that leaves a summary of the run in the file named by `TROUPE_TEST_SUMMARY`. */
import { writeFileSync } from "node:fs";
import { relative } from "node:path";
import type { Reporter, TestCase, TestModule } from "vitest/node";

/** What a run came to. */
export interface TestSummary {
  readonly passed: number;
  /** Tests that failed, files that could not be read, and errors outside any test. */
  readonly failed: number;
  /** One line for each skipped test: where, which, why. */
  readonly skipped: readonly string[];
}

export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], strayErrors: readonly unknown[]): void {
    const file = process.env.TROUPE_TEST_SUMMARY;
    if (file === undefined) return;
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const count = (state: string): number => tests.filter((test) => test.result().state === state).length;
    // a file whose own body throws has errors of its own and perhaps no test at all
    const broken = modules.reduce((sum, module) => sum + module.errors().length, 0);
    const summary: TestSummary = {
      passed: count("passed"),
      failed: count("failed") + count("pending") + broken + strayErrors.length,
      skipped: tests.filter((test) => test.result().state === "skipped").map(describeSkip),
    };
    writeFileSync(file, JSON.stringify(summary));
  }
}

function describeSkip(test: TestCase): string {
  const result = test.result();
  const why = (result.state === "skipped" && result.note) || "no reason given";
  return `${relative(process.cwd(), test.module.moduleId)} › ${test.fullName}: ${why}`;
}
