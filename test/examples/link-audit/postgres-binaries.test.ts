import { execFile } from "node:child_process";
import { chmod, cp, rm, unlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  findPostgres,
  makeRunnable,
  type PostgresBinaries,
} from "../../../examples/link-audit/postgres-binaries.ts";
import { ensureDataFolder } from "../../../examples/link-audit/postmaster.ts";
import { makeScratch } from "./postgres-server.ts";

let scratch: string;
let installed: PostgresBinaries;

beforeAll(async () => {
  scratch = await makeScratch();
  const found = await findPostgres(scratch);
  if (found === undefined) throw new Error("no embedded Postgres is installed for this platform");
  installed = found;
});

afterAll(() => rm(scratch, { recursive: true, force: true }));

/** What a program says of itself, run as the servers are. */
async function versionOf({ postgres, identity }: PostgresBinaries): Promise<string> {
  return (await promisify(execFile)(postgres, ["--version"], { cwd: scratch, ...identity })).stdout;
}

describe("makeRunnable", () => {
  it.runIf(process.platform !== "win32")(
    "copies what the user of the server may not reach, and makes missing links",
    async () => {
      // As npm leaves it below a home that is closed to others, with install scripts switched off.
      const home = join(scratch, "closed");
      await cp(dirname(dirname(installed.postgres)), join(home, "native"), {
        recursive: true,
        verbatimSymlinks: true,
      });
      await unlink(join(home, "native/lib/libpq.so.5"));
      await chmod(home, 0o700);
      const bin = join(home, "native/bin");
      const made = await makeRunnable(
        { initdb: join(bin, "initdb"), postgres: join(bin, "postgres") },
        scratch,
      );
      expect(made.postgres.startsWith(home)).toBe(false);
      expect(await versionOf(made)).toMatch(/^postgres \(PostgreSQL\)/);
      const place = { binaries: made, folder: join(scratch, "pg"), password: "secret", port: undefined };
      await ensureDataFolder(place, new AbortController().signal);
    },
  );
});

describe("findPostgres", () => {
  it("finds binaries that run", async () => {
    expect(await versionOf(installed)).toMatch(/^postgres \(PostgreSQL\)/);
  });
});
