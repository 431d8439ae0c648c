import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeScratch } from "./postgres-server.ts";
import { runAudit } from "./run.ts";
import { endless, serveWeb } from "./web-server.ts";

let folder: string;

beforeAll(async () => {
  folder = await makeScratch();
  await mkdir(join(folder, "clean"));
  await writeFile(join(folder, "clean", "index.md"), "# Clean\n\n[top](#clean)\n");
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe("the command", { timeout: 240_000 }, () => {
  it("explains itself", async () => {
    const { code, stdout } = await runAudit(["--help"]);
    expect([code, stdout.split("\n", 1)[0]]).toEqual([0, "Usage: npm start [-- <folder or URL> [options]]"]);
  });

  it.each([
    [["--shiny"], "unknown option --shiny"],
    [[""], "an empty folder or URL"],
    [["--timeout-ms"], "--timeout-ms needs a whole number"],
    [["/no/such/folder"], 'cannot read "/no/such/folder": no such file or folder'],
  ])("ends with 2 and one line on %j", async (args, line) => {
    expect(await runAudit(args)).toEqual({ code: 2, stdout: "", stderr: `link-audit: ${line}\n` });
  });

  it("ends with 2 and one line on a site that cannot be read", async () => {
    await using server = await serveWeb({ "/": endless });
    const { code, stdout, stderr } = await runAudit([server.url, "--max-bytes", "10000"]);
    expect([code, stdout, stderr]).toEqual([
      2,
      "",
      `link-audit: cannot read "${server.url}": larger than 10000 bytes\n`,
    ]);
  });

  it("finds nothing broken in the project's own documentation", async () => {
    const { code, stdout } = await runAudit(["--json"]);
    expect(JSON.parse(stdout)).toMatchObject({ input: ".", broken: [] });
    expect(code).toBe(0);
  });

  it("ends with 0 and one line where all is well", async () => {
    const input = join(folder, "clean");
    const { code, stdout, stderr } = await runAudit([input]);
    expect([code, stdout]).toEqual([
      0,
      `${input}: 1 page, 1 link (0 lead outside, not checked): none broken\n`,
    ]);
    expect(stderr.match(/\d+ of \d+ addresses/g)?.at(-1)).toBe("1 of 1 addresses");
  });
});
