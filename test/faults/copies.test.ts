import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { run } from "./run.ts";

let folder: string;

beforeAll(() => {
  mkdirSync(".cache", { recursive: true });
  folder = mkdtempSync(resolve(".cache/copy-")); // inside the project, so that it finds its dependencies
  cpSync("src", join(folder, "src"), { recursive: true });
  cpSync("package.json", join(folder, "package.json"));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe("two copies of the library in one process", () => {
  it("take the faults of their own actors each, and leave to Node what neither owns", async () => {
    const { status, stdout, stderr } = await run("copies", [folder]);
    const [first, second, third] = [1, 2, 3].map((pid) => `faulty (pid ${pid}): Error: boom`);
    expect(JSON.parse(stdout)).toEqual({
      sameCode: false,
      afterFirst: { first: [first, second], second: [] },
      afterSecond: { first: [first, second], second: [first, second] },
      last: [third, "faulty (pid 4): Error: boom"],
    });
    expect(stderr.match(/^Error: the host's$/gm)).toHaveLength(1);
    expect(status).toBe(1);
  });
});
