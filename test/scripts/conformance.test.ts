import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const recorded = gunzipSync(readFileSync("test/conformance/scenarios/processes.jsonl.gz"));
const [first = "", second = ""] = recorded.toString("utf8").split("\n");
let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "troupe-conformance-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs the script on a folder. @returns its exit code, and the lines that it has written */
function conformance(path: string): Promise<{ readonly code: number; readonly lines: readonly string[] }> {
  const args = ["--conditions=troupe-source", "--import", "tsx", "scripts/conformance.ts", path];
  return new Promise((resolve) => {
    const child = execFile(process.execPath, args, (_error, output, complaint) => {
      resolve({ code: child.exitCode ?? -1, lines: (output + complaint).trimEnd().split("\n") });
    });
  });
}

describe("scripts/conformance.ts", () => {
  it("reads subfolders, plain and compressed lines, and names what is not played", async () => {
    const good = join(folder, "good");
    mkdirSync(join(good, "inside"), { recursive: true });
    writeFileSync(join(good, "plain.jsonl"), `${first}\n{"id":"x-1","scenario":{}}\n`);
    writeFileSync(join(good, "inside", "packed.jsonl.gz"), gzipSync(second));
    const { code, lines } = await conformance(good);
    expect(lines).toContain("  not played  1  no interpreter");
    expect(lines.at(-1)).toMatch(
      /^2 played, \d matched, \d matched under rules, 0 mismatched \(1 not played\)$/,
    );
    expect(code).toBe(0);
  });

  it("ends with 1 on a mismatch, and shows where", async () => {
    const bad = join(folder, "bad");
    mkdirSync(bad);
    writeFileSync(join(bad, "bad.jsonl"), first.replace('"alive":["a","b"]', '"alive":["a"]'));
    const { code, lines } = await conformance(bad);
    expect(lines.slice(0, 4)).toEqual([
      "MISMATCH processes processes-h01",
      "  alive.1",
      "    recorded undefined",
      '    played   "b"',
    ]);
    expect(lines.at(-1)).toBe("1 played, 0 matched, 0 matched under rules, 1 mismatched");
    expect(code).toBe(1);
  });

  it("ends with 2 where there is nothing to play", async () => {
    expect(await conformance(join(folder, "nowhere"))).toMatchObject({ code: 2 });
  });
});
