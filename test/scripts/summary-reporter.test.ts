import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { TestSummary } from "../../scripts/summary-reporter.ts";

let suite: string;

beforeEach(() => {
  mkdirSync(".cache", { recursive: true });
  suite = mkdtempSync(resolve(".cache/suite-")); // inside the repository, so that it finds vitest
  writeFileSync(join(suite, "vitest.config.ts"), "export default {};");
});

afterEach(() => {
  rmSync(suite, { recursive: true, force: true });
});

describe("SummaryReporter", () => {
  it("counts tests, and names skipped ones with their reasons", () => {
    file("a.test.ts", 'it("passes", () => {});', 'it("fails", () => expect(1).toBe(2));');
    file("b.test.ts", 'describe("b", () => it("skips", (context) => context.skip("no server")));');
    expect(summary()).toEqual({
      passed: 1,
      failed: 1,
      skipped: [expect.stringMatching(/b\.test\.ts › b > skips: no server$/)],
      unfinished: [],
    });
  });

  it("names each failed test, with the first line of its error", () => {
    file("a.test.ts", 'it("fails", () => expect(1, "one\\ntwo").toBe(2));');
    expect(ran().said).toMatch(/^failed {3}.*a\.test\.ts › fails: one$/m);
  });

  it("names the file in which a run broke off", () => {
    file(
      "a.test.ts",
      'import { existsSync, watch } from "node:fs";',
      "const out = process.env.TROUPE_TEST_SUMMARY;",
      'it("ends the run", async () => {',
      "  await new Promise((begun) => {",
      "    watch(import.meta.dirname, () => existsSync(out) && begun());",
      "    if (existsSync(out)) begun();",
      "  });",
      '  process.kill(process.ppid, "SIGKILL");',
      "});",
    );
    expect(summary().unfinished).toEqual([expect.stringMatching(/a\.test\.ts$/)]);
  });

  it("says when a skipped test gives no reason", () => {
    file("a.test.ts", 'it.skip("skips", () => {});');
    expect(summary().skipped).toEqual([expect.stringMatching(/› skips: no reason given$/)]);
  });

  it("counts a file that cannot be read as failed", () => {
    file("a.test.ts", 'it("passes", () => {});');
    file("b.test.ts", 'throw new Error("broken");');
    expect(summary()).toEqual({ passed: 1, failed: 1, skipped: [], unfinished: [] });
  });

  it("counts an error outside any test as failed", () => {
    file("a.test.ts", 'it("passes", () => {});', 'void Promise.reject(new Error("stray"));');
    expect(summary()).toEqual({ passed: 1, failed: 1, skipped: [], unfinished: [] });
  });
});

function file(name: string, ...lines: readonly string[]): void {
  writeFileSync(join(suite, name), ['import { describe, expect, it } from "vitest";', ...lines].join("\n"));
}

function summary(): TestSummary {
  return ran().written;
}

/** Runs the suite in a vitest of its own. */
function ran(): { readonly written: TestSummary; readonly said: string } {
  const out = join(suite, "summary.json");
  const reporter = resolve("scripts/summary-reporter.ts");
  const args = [resolve("node_modules/vitest/vitest.mjs"), "run", "--root", suite, "--reporter", reporter];
  const { stdout, stderr } = spawnSync(process.execPath, args, {
    encoding: "utf8",
    env: { ...process.env, TROUPE_TEST_SUMMARY: out },
  });
  expect(stdout + stderr).not.toContain("Startup Error");
  return { written: JSON.parse(readFileSync(out, "utf8")) as TestSummary, said: stdout };
}
