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
 * as an exception; one that is given back inside a transaction or a running query is replaced, and what it ran is
 * cancelled on the server. Nothing is asked before a loan; `pingAfterMs` of the pool asks clients that are idle.
 *
 * @module
 */

import type { EventEmitter } from "node:events";
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
    ping: (client) => answers(client, checkTimeoutMs),
    close: (client) => closeClient(config, client, closeTimeoutMs),
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
 * Fit for the next borrower: connected, idle, and outside any transaction. All of it is known here, so that nobody
 * waits for a question to the server; only the end of a query that has just failed is still on its way.
 */
function isFit(client: Client, timeoutMs: number): boolean | Promise<boolean> {
  if (isBusy(client) || isInTransaction(client) || socketOf(client).readyState !== "open") return false;
  return (
    (client as { readonly readyForQuery?: boolean }).readyForQuery === true || answers(client, timeoutMs)
  );
}

/** Asks the server. A client in the middle of a query is not asked: the question would stand behind that. */
async function answers(client: Client, timeoutMs: number): Promise<boolean> {
  if (isBusy(client)) return false;
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
async function closeClient(config: string | ClientConfig, client: Client, timeoutMs: number): Promise<void> {
  const socket = socketOf(client);
  // A server that computes does not notice that nobody listens any more.
  const ended = isBusy(client) ? await cancelQuery(config, client, timeoutMs) : undefined;
  socket.setTimeout(timeoutMs, () => socket.destroy());
  await (ended?.goodbye ?? client.end());
}

/**
 * Has the server give up what it does for `client`, and says goodbye as soon as it has. The server forgets a request
 * that overtakes its query, on a connection of its own, and never says so: it is repeated after pauses that double,
 * until the client is gone or the pauses have come to `timeoutMs`.
 *
 * @returns the goodbye that was said; none when the server did not give up in time
 * @follows Postgres `CancelRequest`
 */
async function cancelQuery(
  config: string | ClientConfig,
  client: Client,
  timeoutMs: number,
): Promise<{ readonly goodbye: Promise<void> | undefined }> {
  const over = new AbortController();
  const wire = client.connection as unknown as Wire;
  let goodbye: Promise<void> | undefined;
  // Before the client hears of it, which would send the next of the queries that wait in it.
  const sayGoodbye = (): void => {
    goodbye = client.end();
  };
  wire.prependOnceListener("readyForQuery", sayGoodbye);
  wire.once("end", () => over.abort());
  // The pauses so far come to one less than the next.
  for (let pauseMs = 0; pauseMs <= timeoutMs && !over.signal.aborted; pauseMs = pauseMs * 2 || 1)
    if (!(await requestCancel(config, client, { pauseMs, timeoutMs, signal: over.signal }))) break;
  wire.off("readyForQuery", sayGoodbye);
  return { goodbye };
}

/** What one request waits for: itself, the server, and whether it is still wanted. */
interface CancelWaits {
  readonly pauseMs: number;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** Asks once, `pauseMs` after it has connected, by TLS where the client does. Answers whether the server has taken note. */
function requestCancel(
  config: string | ClientConfig,
  client: Client,
  { pauseMs, timeoutMs, signal }: CancelWaits,
): Promise<boolean> {
  const { connection: wire, host, port } = new Client(config);
  const connection = wire as unknown as Wire;
  const { stream } = connection;
  const { processID, secretKey } = client as unknown as BackendKey;
  return new Promise((resolve) => {
    let isAsked = false;
    const hangUp = (): void => void connection.stream.destroy();
    const onSilence = (ms: number, act: () => void): void => {
      stream.removeAllListeners("timeout");
      stream.setTimeout(ms, act);
    };
    const ask = (): void => {
      isAsked = true;
      onSilence(timeoutMs, () => {
        isAsked = false;
        hangUp();
      });
      connection.cancel(processID, secretKey);
    };
    const connected = (): void => (pauseMs === 0 ? ask() : onSilence(pauseMs, ask));
    connection.once("connect", () => {
      if (!connection.ssl) connected();
      else if (connection.sslNegotiation !== "direct") connection.requestSsl();
    });
    connection.once("sslconnect", () => void connection.stream.once("secureConnect", connected));
    connection.on("error", hangUp);
    signal.addEventListener("abort", hangUp, { once: true });
    // It hangs up when it has read the request.
    stream.once("close", () => {
      signal.removeEventListener("abort", hangUp);
      resolve(isAsked);
    });
    onSilence(timeoutMs, hangUp);
    if (host.startsWith("/")) connection.connect(`${host}/.s.PGSQL.${port}`);
    else connection.connect(port, host);
  });
}

/** What is not in the declarations of pg: its own way to the server. */
interface Wire extends EventEmitter {
  /** Another one from `sslconnect` on. */
  readonly stream: Socket;
  readonly ssl: unknown;
  /** Older versions of pg know one way only. */
  readonly sslNegotiation?: string;
  connect(portOrPath: number | string, host?: string): void;
  requestSsl(): void;
  cancel(processID: number, secretKey: number): void;
}

/** What a server wants to be shown by who cancels. */
interface BackendKey {
  readonly processID: number;
  readonly secretKey: number;
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
