/**
 * Postgres clients to check out: what a checkout pool needs to know about `pg`.
 *
 * ```ts no-run needs a Postgres server
 * import { createCheckoutPool, createSystem } from "troupe";
 * import { postgres } from "troupe/resources/postgres";
 *
 * const system = createSystem();
 * const database = createCheckoutPool(system, { size: 10, resource: postgres("postgres://localhost/app") });
 * const { rows } = await database.use((client) => client.query("select 1 as one"));
 * ```
 *
 * A client that loses its connection leaves the pool at once, idle or lent, and its error reaches nobody
 * as an exception; one that is given back inside a transaction or a running query is replaced.
 *
 * @module
 */

import type { Socket } from "node:net";
import { Client, type ClientConfig } from "pg";
import type { Resource } from "../../pools/resource.ts";
import type { Source } from "../../pools/source.ts";
import { checkPostgresOptions, type PostgresOptions } from "./postgres-options.ts";

/**
 * Makes clients of one database lendable.
 *
 * @param config - a connection string, or what `new pg.Client` takes
 * @returns a resource for `createCheckoutPool`
 * @throws InvalidOptionsError
 */
export function postgres(config: string | ClientConfig, options: PostgresOptions = {}): Resource<Client> {
  const { checkTimeoutMs = 1_000, closeTimeoutMs = 1_000 } = checkPostgresOptions(options);
  const source: Source<Client> = {
    open: ({ signal }) => openClient(config, signal),
    check: (client) => isFit(client, checkTimeoutMs),
    close: (client) => closeClient(client, closeTimeoutMs),
    watch: (client, ended) => {
      client.once("error", ended);
      client.once("end", ended);
    },
  };
  return source;
}

/** Connects, or leaves nothing behind: whatever goes wrong, the socket is gone when this rejects. */
async function openClient(config: string | ClientConfig, signal: AbortSignal): Promise<Client> {
  signal.throwIfAborted();
  const client = new Client(config);
  // Without a listener an idle client's error would be thrown at the process.
  client.on("error", () => undefined);
  const abort = (): void => void destroy(client);
  signal.addEventListener("abort", abort, { once: true });
  try {
    await client.connect();
    signal.throwIfAborted();
    return client;
  } catch (error) {
    await destroy(client);
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

/**
 * Fit for the next borrower: idle, outside any transaction, and answering. A client in the middle of a
 * query is unfit without being asked, since the question would stand behind it.
 */
async function isFit(client: Client, timeoutMs: number): Promise<boolean> {
  if (isBusy(client) || isInTransaction(client)) return false;
  const ping = { text: "select 1", query_timeout: timeoutMs };
  return client.query(ping).then(
    // The status comes with the end of a query; that of a failed one may have come only now.
    () => !isInTransaction(client),
    () => false,
  );
}

/** A query that has failed is over for its caller before the server is ready again: then nothing is active. */
function isBusy(client: Client): boolean {
  const known = client as { readonly _activeQuery?: unknown; readonly activeQuery?: unknown };
  // Newer versions of pg warn when the old name is read.
  const active = "_activeQuery" in known ? known._activeQuery : known.activeQuery;
  return active !== null && active !== undefined;
}

/** Older versions of pg do not know; then a client counts as being in none. */
function isInTransaction(client: Partial<Pick<Client, "getTransactionStatus">>): boolean {
  const status = client.getTransactionStatus?.() ?? "I";
  return status !== "I";
}

/** Says goodbye; a server that does not take it in time loses the socket. */
async function closeClient(client: Client, timeoutMs: number): Promise<void> {
  const socket = socketOf(client);
  socket.setTimeout(timeoutMs, () => socket.destroy());
  await client.end();
}

/** Ends the socket wherever it is, the middle of connecting included; settles when it is closed. */
function destroy(client: Client): Promise<void> {
  const socket = socketOf(client);
  return new Promise((resolve) => {
    if (socket.closed) return resolve();
    socket.once("close", () => resolve());
    socket.destroy();
  });
}

/** TLS changes it on the way, so it is asked for each time. */
function socketOf(client: Client): Socket {
  return client.connection.stream as Socket;
}
