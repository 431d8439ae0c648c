import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";

const FOLDER = "examples/course";
const chapters = existsSync(FOLDER) ? readdirSync(FOLDER).filter((name) => name.endsWith(".ts")) : [];

describe("a chapter of the course", () => {
  it("is there", () => {
    expect(chapters.length).toBeGreaterThan(0);
  });

  for (const name of chapters) {
    it(`${name} runs as a program and comes to an end`, () => {
      const args = ["--conditions=troupe-source", "--import", "tsx", `${FOLDER}/${name}`];
      const { status, signal, stderr } = spawnSync(process.execPath, args, {
        encoding: "utf8",
        timeout: 30_000,
      });
      expect({ status, signal }, stderr).toEqual({ status: 0, signal: null });
    });
  }
});
