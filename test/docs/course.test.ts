import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { runExample } from "./run-example.ts";

const FOLDER = "examples/course";
const chapters = existsSync(FOLDER) ? readdirSync(FOLDER).filter((name) => name.endsWith(".ts")) : [];

describe("the course", () => {
  it("has chapters", () => {
    expect(chapters.length).toBeGreaterThan(0);
  });
});

for (const name of chapters) {
  const file = `${FOLDER}/${name}`;
  const code = readFileSync(file, "utf8");

  describe(file, () => {
    it("says what is true", async () => {
      await runExample({ file, line: 1, code });
    });

    it("fits on a page", () => {
      expect(code.trimEnd().split("\n").length).toBeLessThanOrEqual(80);
    });

    it("imports the package by its name, and no neighbour", () => {
      const specifiers = [...code.matchAll(/\bfrom\s+["']([^"']+)["']/g)].map(([, specifier]) => specifier!);
      expect(specifiers.filter((specifier) => specifier.startsWith("."))).toEqual([]);
      expect(specifiers.some((specifier) => /^troupe(\/|$)/.test(specifier))).toBe(true);
    });

    it("shows what comes out of it", () => {
      expect(code).toContain("//=>");
    });
  });
}
