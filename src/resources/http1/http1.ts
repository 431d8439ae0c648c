/**
 * HTTP/1.1 connections to check out: undici's `Client`, one request at a time, opened and looked after by the pool.
 *
 * ```ts no-run needs an HTTP server
 * import { createCheckoutPool, createSystem } from "troupe";
 * import { http1 } from "troupe/resources/http1";
 *
 * const system = createSystem();
 * const upstream = createCheckoutPool(system, { size: 10, resource: http1("http://localhost:8080") });
 * const page = await upstream.use(async (client) => {
 *   const { statusCode, body } = await client.request({ method: "GET", path: "/", headersTimeout: 1_000 });
 *   return { statusCode, text: await body.text() };
 * });
 * ```
 *
 * A connection is kept alive between loans. One that its server closed, on one side or both, that was reset, or
 * that lay idle longer than the server allows leaves the pool by itself; a server that is down makes the pool wait
 * and try again.
 *
 * **Read the body before you give the connection back**: one on which a request still runs, or whose answer has not
 * come to its end, is not lent again but closed, and what is left of the body ends in an error. A server that
 * answers `Connection: close` gets a new connection for whoever borrows next.
 *
 * Not for `h2`: one HTTP/2 connection serves many at once (`troupe/resources/http2`).
 *
 * @module
 */

import type { Socket } from "node:net";
import { buildConnector, Client } from "undici";
import type { Resource } from "../../pools/resource.ts";
import type { Source } from "../../pools/source.ts";
import { openSocket } from "../tcp-socket.ts";
import { type Http1Options, type Http1Settings, http1Settings } from "./http1-options.ts";

/**
 * Makes connections to one origin lendable.
 *
 * @param origin - `http://host:port` or `https://host`; a path is left out
 * @returns a resource for `createCheckoutPool`
 * @throws InvalidOptionsError
 * @follows the post's checkout pool, where an HTTP/1 connection moves to its caller; hackney's, which drops at checkout
 *   what was closed or spoke unasked
 */
export function http1(origin: string, options: Http1Options = {}): Resource<Client> {
  const settings = http1Settings(origin, options);
  /** The connection each client was opened with. */
  const sockets = new WeakMap<Client, Socket>();
  const socketOf = (client: Client): Socket => sockets.get(client) as Socket;
  const source: Source<Client> = {
    open: async ({ signal }) => {
      const socket = await openSocket(settings.address, signal);
      const client = clientOn(socket, settings);
      sockets.set(client, socket);
      return client;
    },
    check: (client) => isQuiet(client, socketOf(client)),
    close: (client) => closeClient(client, socketOf(client)),
    watch: (client, ended) => {
      client.once("disconnect", ended);
      // Before its first request the client does not know of its connection.
      socketOf(client).once("close", ended);
    },
  };
  return source;
}

/**
 * A client that has its connection already. When a server closes that under a borrower with more requests to make,
 * the client makes another by itself; the pool replaces it when it comes back.
 */
function clientOn(socket: Socket, { origin, address, client: options }: Http1Settings): Client {
  // An idle connection's error is heard as its end.
  socket.on("error", () => undefined);
  const connectAgain = buildConnector({ ...address.tls } as buildConnector.BuildOptions);
  let isFirst = true;
  const connect: buildConnector.connector = (target, callback) => {
    if (!isFirst || socket.destroyed) return connectAgain(target, callback);
    isFirst = false;
    // A client lets go of what keeps the host alive by itself, but counts on having it first; and it goes on only
    // when it hears of its connection in another turn.
    void Promise.resolve().then(() => callback(null, socket.ref()));
  };
  return new Client(origin, { ...options, pipelining: 1, connect });
}

/** Nothing runs on it, nothing has come unasked, and it is open on both sides. */
function isQuiet(client: Client, socket: Socket): boolean {
  const isOpen = !client.destroyed && !client.closed && !socket.destroyed && socket.writable;
  return isOpen && client.stats.size === 0 && socket.readableLength === 0;
}

/** Settles when the connection is closed. */
async function closeClient(client: Client, socket: Socket): Promise<void> {
  await client.destroy();
  // One that was never asked for anything still has it.
  socket.destroy();
  if (!socket.closed) await new Promise<void>((resolve) => socket.once("close", () => resolve()));
}
