import { rm } from "node:fs/promises";
import { join } from "node:path";
import { Client } from "pg";
import { createSystem } from "troupe";
import { expect, it } from "vitest";
import { EmbeddedPostgres } from "../../../examples/link-audit/embedded-postgres.ts";
import { findPostgres } from "../../../examples/link-audit/postgres-binaries.ts";
import { clientConfigOf } from "../../../examples/link-audit/postmaster.ts";
import { makeScratch } from "./postgres-server.ts";

it("EmbeddedPostgres is a server while the actor lives: it ends with it, and the actor with the server", async () => {
  const scratch = await makeScratch();
  const binaries = (await findPostgres(scratch))!;
  const place = { binaries, folder: join(scratch, "pg"), password: "secret", port: undefined };
  await using system = createSystem({ logger: false });

  const first = await system.start(EmbeddedPostgres, place);
  const client = new Client(clientConfigOf(place));
  await client.connect();
  client.on("error", () => {}); // its server is about to be killed
  const ended = first.down();
  process.kill((await first.call.processId())!, "SIGKILL");
  expect(await ended).toMatchObject({ kind: "error", error: { message: "postgres ended with SIGKILL" } });

  const second = await system.start(EmbeddedPostgres, place);
  const processId = (await second.call.processId())!;
  second.exit("kill");
  // Settles when nothing of it is left, the server included.
  await expect(second.stop()).rejects.toMatchObject({ reason: { kind: "killed" } });
  expect(() => process.kill(processId, 0)).toThrow(/ESRCH/);
  await rm(scratch, { recursive: true });
});
