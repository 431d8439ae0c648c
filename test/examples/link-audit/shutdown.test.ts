import { execFile } from "node:child_process";
import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sortBroken, toJson } from "../../../examples/link-audit/report.ts";
import { makeScratch } from "./postgres-server.ts";
import { startAudit } from "./run.ts";
import { type Tree, writeTree } from "./tree.ts";

const PAGES = 600;
let scratch: string;
let input: string;
let tree: Tree;

beforeAll(async () => {
  scratch = await makeScratch();
  input = join(scratch, "site", "site");
  tree = await writeTree(input, PAGES);
});

afterAll(() => rm(scratch, { recursive: true, force: true }));

/** Processes with `text` in their command line, as `id command`; those that only wait to be reaped are none. */
async function processesWith(text: string): Promise<string[]> {
  return (await processes()).filter((line) => line.includes(text));
}

/** All processes, from where Linux lists them, or as `ps` tells. */
async function processes(): Promise<string[]> {
  if (process.platform !== "linux") {
    const { stdout } = await promisify(execFile)("ps", ["-eo", "pid=,stat=,args="], {
      maxBuffer: 10_000_000,
    });
    const lines = stdout.split("\n").map((line) => line.trim().split(/\s+/));
    return lines
      .filter(([, state]) => !state?.startsWith("Z"))
      .map(([id, , ...args]) => `${id} ${args.join(" ")}`);
  }
  const ids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const lines = ids.map(async (id) => {
    // A process may be gone by now; one that is only to be reaped has no command line any more.
    const line = await readFile(`/proc/${id}/cmdline`, "utf8").catch(() => "");
    return `${id} ${line.replaceAll("\0", " ")}`;
  });
  return await Promise.all(lines);
}

/** Starts an audit with a folder for its temporary files of its own. */
async function startIn(name: string, args: readonly string[]) {
  const temporary = join(scratch, name);
  await mkdir(temporary);
  return { temporary, audit: startAudit([input, ...args], { TMPDIR: temporary }) };
}

describe.skipIf(process.platform === "win32")("an audit that is interrupted", { timeout: 240_000 }, () => {
  it.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)("by %s ends with %d, and leaves nothing behind", async (signal, code) => {
    const { temporary, audit } = await startIn(signal, ["--json"]);
    await audit.says(/\d+ of \d+ addresses/);
    expect((await processesWith(temporary)).length).toBeGreaterThan(0); // its Postgres
    audit.child.kill(signal);
    expect(await audit.done).toMatchObject({ code, stdout: "" });
    expect(await processesWith(temporary)).toEqual([]);
    expect((await readdir(temporary)).filter((name) => name.startsWith("link-audit"))).toEqual([]);
  });

  it("by SIGKILL, which it cannot hear of, takes its Postgres along all the same", async () => {
    const { temporary, audit } = await startIn("SIGKILL", ["--json"]);
    await audit.says(/\d+ of \d+ addresses/);
    const line = (await processesWith(temporary)).find((found) => found.includes("bin/postgres -D"));
    const host = / -D (\S+)\/data /.exec(line!)?.[1] ?? "";
    const client = new Client({ host, user: "audit", database: "postgres" });
    client.on("error", () => undefined);
    await client.connect();
    const ended = new Promise((resolve) => client.once("end", resolve));
    audit.child.kill("SIGKILL");
    await ended;
    expect((await audit.done).code).toBeNull();
  });

  it("before anything is up leaves nothing behind either", async () => {
    const { temporary, audit } = await startIn("early", []);
    await audit.says("auditing");
    audit.child.kill("SIGINT");
    expect((await audit.done).code).toBe(130);
    expect(await processesWith(temporary)).toEqual([]);
    expect((await readdir(temporary)).filter((name) => name.startsWith("link-audit"))).toEqual([]);
  });
});

describe.skipIf(process.platform === "win32")(
  "an audit whose own Postgres is killed",
  { timeout: 240_000 },
  () => {
    it("starts it again on the same data, and reports what is due", async () => {
      const { temporary, audit } = await startIn("killed", ["--json"]);
      await audit.says(/\d+ of \d+ addresses/);
      const [postmaster] = (await processesWith(temporary)).filter((line) =>
        line.includes("bin/postgres -D"),
      );
      process.kill(Number(postmaster!.split(" ", 1)[0]), "SIGKILL");
      const { code, stdout, stderr } = await audit.done;
      expect(stderr).toContain("postgres ended with SIGKILL");
      const broken = sortBroken(tree.broken);
      expect(stdout).toBe(toJson({ input, pages: PAGES, links: tree.links, leaving: 0, broken }));
      expect(code).toBe(1);
      expect(await processesWith(temporary)).toEqual([]);
    });
  },
);
