/**
 * Where the ledger is kept: in the Postgres that `DATABASE_URL` names, or in one of our own.
 *
 * @module
 */

import { randomBytes } from "node:crypto";
import { join } from "node:path";
import type { ClientConfig } from "pg";
import { findFreePort } from "./origin.ts";
import { findPostgres } from "./postgres-binaries.ts";
import { clientConfigOf, type PostgresPlace } from "./postmaster.ts";

/** A database for one run. */
export interface DatabasePlace {
  readonly client: ClientConfig;
  /** The run's own schema. */
  readonly schema: string;
  /** The server to start; `undefined` when there is one. */
  readonly server: PostgresPlace | undefined;
}

/** A database, or one line that says why there is none. */
export type PlacedDatabase =
  | { readonly ok: true; readonly database: DatabasePlace }
  | { readonly ok: false; readonly why: string };

/** The longest path that a socket's address has room for, on every system. */
const LONGEST_SOCKET_PATH = 100;

/** Milliseconds for a connection to be made. */
const CONNECT_MS = 3_000;

/** Finds a place for the ledger. */
export async function placeDatabase(url: string | undefined, scratch: string): Promise<PlacedDatabase> {
  const schema = `link_audit_${randomBytes(6).toString("hex")}`;
  const connectionTimeoutMillis = CONNECT_MS;
  if (url !== undefined && url !== "") {
    if (!URL.canParse(url)) return { ok: false, why: "DATABASE_URL is not a valid address" };
    const client = { connectionString: url, connectionTimeoutMillis };
    return { ok: true, database: { client, schema, server: undefined } };
  }
  const binaries = await findPostgres(scratch);
  if (binaries === undefined) {
    const platform = `${process.platform}-${process.arch}`;
    return {
      ok: false,
      why: `there is no embedded Postgres for ${platform}; set DATABASE_URL to one of your own`,
    };
  }
  const folder = join(scratch, "pg");
  const fits =
    process.platform !== "win32" && Buffer.byteLength(folder) < LONGEST_SOCKET_PATH - ".s.PGSQL.5432".length;
  const port = fits ? undefined : await findFreePort();
  const server: PostgresPlace = { binaries, folder, password: randomBytes(12).toString("hex"), port };
  return {
    ok: true,
    database: { client: { ...clientConfigOf(server), connectionTimeoutMillis }, schema, server },
  };
}
