import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findPostgres } from "../../../examples/link-audit/postgres-binaries.ts";
import {
  ensureDataFolder,
  type PostgresPlace,
  startPostmaster,
  stopPostmaster,
} from "../../../examples/link-audit/postmaster.ts";

/** A Postgres server of a test's own. */
export interface PostgresServer extends AsyncDisposable {
  readonly place: PostgresPlace;
  start(): Promise<void>;
  /** Kills the server as a power cut would, and waits until it is gone. */
  kill(): Promise<void>;
}

/** Makes a server, not started yet; on a port when one is given, else on a socket. */
export async function createPostgres(port?: number): Promise<PostgresServer> {
  const scratch = await makeScratch();
  const binaries = await findPostgres(scratch);
  if (binaries === undefined) throw new Error("no embedded Postgres is installed for this platform");
  const place = { binaries, folder: join(scratch, "pg"), password: "secret", port };
  await ensureDataFolder(place, new AbortController().signal);
  let server: ChildProcess | undefined;
  return {
    place,
    start: () =>
      startPostmaster(place, (child) => {
        server = child;
      }),
    kill: async () => {
      const gone = once(server!, "exit");
      server!.kill("SIGKILL");
      await gone;
    },
    [Symbol.asyncDispose]: async () => {
      if (server !== undefined) await stopPostmaster(server);
      await rm(scratch, { recursive: true, force: true });
    },
  };
}

/** A folder that servers without rights may walk into. */
export async function makeScratch(): Promise<string> {
  const scratch = await realpath(await mkdtemp(join(tmpdir(), "link-audit-test-")));
  await chmod(scratch, 0o755);
  return scratch;
}

/** The id of a user without rights, as most systems have it. */
const NOBODY = 65_534;

/** Acts as a user whom file permissions bind: they do not bind root. */
export async function withoutRights<T>(act: () => Promise<T>): Promise<T> {
  if (process.geteuid?.() !== 0) return await act();
  process.seteuid?.(NOBODY);
  try {
    return await act();
  } finally {
    process.seteuid?.(0);
  }
}
