import { rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Report, sortBroken, toJson } from "../../../examples/link-audit/report.ts";
import { makeScratch } from "./postgres-server.ts";
import { runAudit } from "./run.ts";
import { writeTree } from "./tree.ts";

let scratch: string;

beforeAll(async () => {
  scratch = await makeScratch();
});

afterAll(() => rm(scratch, { recursive: true, force: true }));

/** Writes a site of so many pages; answers where it is, and the report that is due. */
async function prepare(pages: number): Promise<{ readonly input: string; readonly due: Report }> {
  const input = join(scratch, `site-${pages}`, "site");
  const { links, broken } = await writeTree(input, pages);
  return { input, due: { input, pages, links, leaving: 0, broken: sortBroken(broken) } };
}

/** What chaos says it did. */
function tollOf(stderr: string) {
  const kinds = "pages? connections? registr(?:y|ies) threads? pools? database clients? databases?";
  const counts = kinds.split(/ (?!clients)/).map((kind) => `(\\d+) ${kind}`);
  const line = new RegExp(`killed (\\d+) \\(${counts.join(", ")}\\); (\\d+) restarts?`);
  const match = line.exec(stderr.replaceAll(/(?<=\d),(?=\d)/g, ""));
  const [
    all = 0,
    page = 0,
    connection = 0,
    registry = 0,
    thread = 0,
    pool = 0,
    client = 0,
    server = 0,
    restarts = 0,
  ] = (match ?? []).slice(1).map(Number);
  return { all, page, connection, registry, thread, pool, client, server, restarts };
}

describe.each([120, 2_000])(
  "a folder of %d pages with twenty faults",
  (pages) => {
    it("is reported with exactly these, and with the same bytes under chaos", async () => {
      const { input, due } = await prepare(pages);
      const calm = await runAudit([input, "--json"]);
      expect(calm.stderr).not.toContain("crashed");
      expect(JSON.parse(calm.stdout).broken).toEqual(due.broken);
      expect(calm.stdout).toBe(toJson(due));
      expect(calm.code).toBe(1);

      const shot = await runAudit([input, "--json", "--chaos", "--seed", "7"]);
      expect(shot.stdout).toBe(calm.stdout);
      expect(shot.code).toBe(1);
      const toll = tollOf(shot.stderr);
      expect(toll.all).toBeGreaterThanOrEqual(pages / 10);
      const { page, connection, registry, thread, pool, client } = toll;
      expect(Math.min(page, connection, registry, thread, pool, client)).toBeGreaterThanOrEqual(1);
      expect(toll.server).toBe(1);
      expect(toll.restarts).toBeGreaterThanOrEqual(toll.connection + toll.registry);
    });
  },
  240_000,
);
