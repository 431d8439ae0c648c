import { describe, expect, it } from "vitest";
import { type Ended, runNode } from "./run.ts";

/** Runs one suite in a vitest of its own. */
function vitest(suite: string): Promise<Ended> {
  const config = "test/faults/suites/vitest.config.ts";
  return runNode(["node_modules/vitest/vitest.mjs", "run", "--config", config, `${suite}.suite.ts`]);
}

/** How many errors outside of tests vitest counted. */
function unhandled({ stderr }: Ended): number {
  return Number(/Vitest caught (\d+) unhandled error/.exec(stderr)?.[1] ?? 0);
}

describe("under vitest", () => {
  it("a fault outside of any actor fails the run as it does without the library", async () => {
    const runs = await Promise.all([vitest("host-with"), vitest("host-without")]);
    for (const ended of runs) {
      expect(ended.stdout).toMatch(/Tests +1 passed/);
      expect(unhandled(ended)).toBe(2);
      expect(ended.stderr).toMatch(/Unhandled Rejection[\s\S]*Error: stray rejection/);
      expect(ended.stderr).toMatch(/Uncaught Exception[\s\S]*Error: stray throw/);
      expect(ended.status).toBe(1);
    }
  });

  it("a fault of an actor fails nothing", async () => {
    const ended = await vitest("actor");
    expect(ended.stdout).toMatch(/Tests +2 passed/);
    expect(unhandled(ended)).toBe(0);
    expect(ended.status).toBe(0);
  });

  it("with two copies of the library it is the same", async () => {
    const ended = await vitest("copies");
    expect(ended.stdout).toMatch(/Tests +1 passed/);
    expect(unhandled(ended)).toBe(1);
    expect(ended.stderr).toContain("Error: stray rejection");
    expect(ended.stderr).not.toContain("an actor's");
    expect(ended.status).toBe(1);
  });
});
