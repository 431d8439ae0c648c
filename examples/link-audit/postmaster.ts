/**
 * One run of a Postgres server over one folder: making the folder, starting, stopping.
 *
 * @module
 */

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, chown, mkdir, rename, rm, stat, writeFile } from "node:fs/promises";
import type { Socket } from "node:net";
import { join } from "node:path";
import type { PostgresBinaries } from "./postgres-binaries.ts";

/** Where a server keeps its data and where it listens. */
export interface PostgresPlace {
  readonly binaries: PostgresBinaries;
  /** A folder of its own, which nobody else may enter. */
  readonly folder: string;
  readonly password: string;
  /** A port of the loopback interface, or `undefined` for a socket in `folder`. */
  readonly port: number | undefined;
}

/** Names the socket's file; nobody else listens in the folder. */
const SOCKET_PORT = 5432;

/** Connections the server takes; more than the audit opens. */
const MAX_CONNECTIONS = 32;

/** What `pg` needs to connect. */
export function clientConfigOf({ folder, password, port }: PostgresPlace) {
  const host = port === undefined ? folder : "127.0.0.1";
  return { host, port: port ?? SOCKET_PORT, user: "audit", password, database: "postgres" };
}

/** Makes the data folder unless it is there: whole or not at all, so that a run that was cut short leaves nothing. */
export async function ensureDataFolder(place: PostgresPlace, signal: AbortSignal): Promise<void> {
  const { binaries, folder, password } = place;
  if (await exists(dataFolderOf(folder))) return;
  const half = join(folder, "data.new");
  const secret = join(folder, "secret");
  await rm(half, { recursive: true, force: true });
  await mkdir(half, { recursive: true, mode: 0o700 });
  await writeFile(secret, password, { mode: 0o600 });
  if (binaries.identity !== undefined) {
    const { uid, gid } = binaries.identity;
    await Promise.all([folder, half, secret].map((path) => chown(path, uid, gid)));
  }
  await chmod(folder, 0o700);
  const auth = ["--auth-local=trust", "--auth-host=scram-sha-256", `--pwfile=${secret}`];
  const args = ["-D", half, "-U", "audit", "-E", "UTF8", "--locale=C", "--no-sync", ...auth];
  const child = launch(place, binaries.initdb, args, signal);
  const said = collect(child);
  const [code] = (await once(child, "close")) as [number | null];
  if (code !== 0) throw new Error(`initdb ended with ${code}: ${said()}`);
  await rename(half, dataFolderOf(folder));
}

/**
 * Starts the server; settles when it takes connections.
 *
 * @throws Error with the server's own words when it ends before that
 */
export async function startPostmaster(
  place: PostgresPlace,
  own: (child: ChildProcess) => void,
): Promise<void> {
  const { binaries, folder, port } = place;
  const listen =
    port === undefined
      ? ["-c", "listen_addresses=", "-c", `unix_socket_directories=${folder}`, "-p", String(SOCKET_PORT)]
      : ["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-p", String(port)];
  // The folder is thrown away after the run: it has to survive a killed server, not a power cut.
  const settings = ["fsync=off", "full_page_writes=off", `max_connections=${MAX_CONNECTIONS}`, "jit=off"];
  const args = ["-D", dataFolderOf(folder), ...listen, ...settings.flatMap((setting) => ["-c", setting])];
  const child = launch(place, binaries.postgres, args, undefined);
  // The last resort: whatever ends this process, its server goes with it.
  const lastResort = () => void child.kill("SIGQUIT");
  process.once("exit", lastResort);
  child.once("exit", () => process.off("exit", lastResort));
  watchOver(place, child);
  own(child);
  const said = collect(child);
  await new Promise<void>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) =>
      reject(new Error(`postgres ended with ${code ?? signal}: ${said()}`)),
    );
    child.stderr?.on("data", () => {
      if (said().includes("ready to accept connections")) resolve();
    });
  });
}

/** Ends a server: politely, then less so. Settles when it is gone. */
export async function stopPostmaster(child: ChildProcess, patienceMs = 2_000): Promise<void> {
  // SIGINT is "fast": sessions are cut, data is kept. SIGQUIT is "immediate".
  for (const signal of ["SIGINT", "SIGQUIT", "SIGKILL"] as const) {
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
    const patience = AbortSignal.timeout(patienceMs);
    const gone = once(child, "exit", { signal: patience }).catch(() => undefined);
    child.kill(signal);
    await gone;
  }
}

/**
 * Has the system end the server when this process is killed and can end nothing itself: a shell waits for the end
 * of a pipe that nobody writes to, and that closes with us.
 */
function watchOver(place: PostgresPlace, server: ChildProcess): void {
  if (process.platform === "win32" || server.pid === undefined) return;
  const { uid, gid } = place.binaries.identity ?? {};
  const guard = spawn("/bin/sh", ["-c", 'read -r _; kill -QUIT "$0"', String(server.pid)], {
    cwd: place.folder,
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
    ...(uid === undefined ? {} : { uid, gid }),
  });
  // Nobody has to be guarded where there is no shell.
  guard.once("error", () => undefined);
  guard.unref();
  (guard.stdin as Socket).unref();
  // First the guard, so that it never ends who has got the number next.
  server.once("exit", () => guard.kill("SIGKILL"));
}

/** Starts a program in a process group of its own, so that an interrupt at the terminal reaches it through us alone. */
function launch(
  place: PostgresPlace,
  program: string,
  args: readonly string[],
  signal: AbortSignal | undefined,
) {
  const { uid, gid } = place.binaries.identity ?? {};
  return spawn(program, args, {
    cwd: place.folder,
    env: { LC_ALL: "C", PATH: process.env.PATH, SystemRoot: process.env.SystemRoot },
    stdio: ["ignore", "pipe", "pipe"],
    detached: process.platform !== "win32",
    windowsHide: true,
    ...(uid === undefined ? {} : { uid, gid }),
    ...(signal === undefined ? {} : { signal }),
  });
}

/** Keeps the last words of a program. */
function collect(child: ChildProcess): () => string {
  let text = "";
  const add = (chunk: Buffer): void => {
    text = (text + chunk.toString("utf8")).slice(-2_000);
  };
  child.stdout?.on("data", add);
  child.stderr?.on("data", add);
  return () => text.trim();
}

function dataFolderOf(folder: string): string {
  return join(folder, "data");
}

async function exists(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  );
}
