import { rm } from "node:fs/promises";
import { join } from "node:path";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sortBroken, toJson } from "../../../examples/link-audit/report.ts";
import { createPostgres, makeScratch, type PostgresServer } from "./postgres-server.ts";
import { runAudit, startAudit } from "./run.ts";
import { type Tree, writeTree } from "./tree.ts";
import { deadPort } from "./web-server.ts";

const PAGES = 600;
let input: string;
let scratch: string;
let tree: Tree;
let server: PostgresServer;
let url: string;

beforeAll(async () => {
  scratch = await makeScratch();
  input = join(scratch, "site", "site");
  tree = await writeTree(input, PAGES);
  ({ server, url } = await createDatabase());
  await server.start();
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await rm(scratch, { recursive: true, force: true });
});

/** A server on a port, not started yet, and its address. */
async function createDatabase(): Promise<{ readonly server: PostgresServer; readonly url: string }> {
  const port = await deadPort();
  return { server: await createPostgres(port), url: `postgres://audit:secret@127.0.0.1:${port}/postgres` };
}

/** The report that is due, in bytes. */
function due(): string {
  return toJson({ input, pages: PAGES, links: tree.links, leaving: 0, broken: sortBroken(tree.broken) });
}

/** Schemas that a run left behind. */
async function schemas(): Promise<unknown[]> {
  return await query("select nspname from pg_namespace where nspname like 'link_audit%'");
}

async function query(text: string): Promise<unknown[]> {
  const client = new Client(url);
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

describe("a database of one's own", { timeout: 240_000 }, () => {
  it("may be down at the start and die in the middle: nothing is lost, nothing is counted twice", async () => {
    const shaky = await createDatabase();
    await using server = shaky.server;
    const audit = startAudit([input, "--json"], { DATABASE_URL: shaky.url });
    await audit.says("waiting for Postgres: connect ECONNREFUSED");
    await server.start();
    // The first pages are written; now the server dies under the rest, and comes back.
    await audit.says(/\d+ of \d+ addresses/);
    await server.kill();
    await audit.says(/waiting for Postgres.*\n[\s\S]*waiting for Postgres/);
    await server.start();
    const { code, stdout } = await audit.done;
    expect(stdout).toBe(due());
    expect(code).toBe(1);
  });

  it("holds nothing of a run when it is over, however it ended", async () => {
    await runAudit([input, "--json"], { DATABASE_URL: url });
    expect(await schemas()).toEqual([]);
    const audit = startAudit([input, "--json"], { DATABASE_URL: url });
    await audit.says(/\d+ of \d+ addresses/);
    expect(await schemas()).toHaveLength(1);
    audit.child.kill("SIGTERM");
    expect((await audit.done).code).toBe(143);
    expect(await schemas()).toEqual([]);
  });

  it("ends with 2 when its schema is taken from under it", async () => {
    const audit = startAudit([input], { DATABASE_URL: url });
    await audit.says(/\d+ of \d+ addresses/);
    const [schema] = (await schemas()) as { nspname: string }[];
    await query(`drop schema ${schema!.nspname} cascade`);
    const { code, stderr } = await audit.done;
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /link-audit: cannot use Postgres: relation "link_audit_\w+\.\w+" does not exist\n$/,
    );
  });

  it.each([
    [
      "a wrong password",
      () => url.replace("secret", "wrong"),
      'password authentication failed for user "audit"',
    ],
    ["a database that does not exist", () => `${url}x`, 'database "postgresx" does not exist'],
  ])("ends with 2 on %s", async (_, given, why) => {
    const { code, stdout, stderr } = await runAudit([input], { DATABASE_URL: given() });
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toBe(`auditing ${input}\nlink-audit: cannot use Postgres: ${why}\n`);
  });

  it("ends with 2 on an address that is none", async () => {
    const { code, stderr } = await runAudit([input], { DATABASE_URL: "nowhere" });
    expect([code, stderr]).toEqual([2, "link-audit: DATABASE_URL is not a valid address\n"]);
  });
});
