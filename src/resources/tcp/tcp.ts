/**
 * TCP connections to check out: passive ones, for protocols of question and answer that know no ids.
 *
 * ```ts no-run needs a Redis server
 * import { createCheckoutPool, createSystem } from "troupe";
 * import { tcp } from "troupe/resources/tcp";
 *
 * const system = createSystem();
 * const redis = createCheckoutPool(system, { size: 10, resource: tcp(system, { port: 6379 }) });
 * const pong = await redis.use(async (connection) => {
 *   await connection.write("PING\r\n");
 *   const answer = await connection.readUntil("\r\n", { timeoutMs: 100 });
 *   return new TextDecoder().decode(answer);
 * });
 * ```
 *
 * A connection whose peer hung up, on one side or both, leaves the pool at once, idle or lent. One on which
 * something came that nobody had asked for, or that a borrower left in the middle of an exchange (bytes unread
 * or unsent, a deadline that passed, a failed read), is not lent again: it is closed and another one is opened.
 *
 * Not for a protocol that answers out of order: one connection then serves everybody (`troupe/resources/multiplexed`).
 *
 * @module
 */

import type { System } from "../../actors/definition.ts";
import { kernelOf } from "../../actors/system.ts";
import type { Resource } from "../../pools/resource.ts";
import type { Source } from "../../pools/source.ts";
import { openSocket } from "../tcp-socket.ts";
import { TcpConnection } from "./tcp-connection.ts";
import { type TcpOptions, tcpSettings } from "./tcp-options.ts";

/**
 * Makes connections to one TCP peer lendable.
 *
 * @param system - whose clock reads and writes have their deadlines from
 * @returns a resource for `createCheckoutPool`
 * @throws InvalidOptionsError
 * @follows hackney's pool of passive sockets, which drops what hung up or spoke unasked at checkout
 */
export function tcp(system: System, options: TcpOptions): Resource<TcpConnection> {
  const settings = tcpSettings(options);
  const kernel = kernelOf(system);
  const source: Source<TcpConnection> = {
    open: async ({ signal }) =>
      new TcpConnection(await openSocket(settings.address, signal), settings, kernel),
    check: (connection) => connection.isFit,
    close: (connection) => connection.close(),
    watch: (connection, ended) => connection.whenEnded(ended),
  };
  return source;
}
