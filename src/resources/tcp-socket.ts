/**
 * Sockets to a TCP peer, in the clear or over TLS.
 *
 * @module
 */

import { connect as connectTcp, isIP, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import type { TcpAddress } from "./tcp-address-options.ts";

/**
 * How a peer is called in messages.
 *
 * @example
 * ```ts
 * peerOf({ host: "::1", port: 7000 }); //=> "tcp://[::1]:7000"
 * peerOf({ port: 7000, tls: {} }); //=> "tls://localhost:7000"
 * ```
 */
export function peerOf({ host = "localhost", port, tls }: TcpAddress): string {
  const scheme = tls === undefined ? "tcp" : "tls";
  return `${scheme}://${isIP(host) === 6 ? `[${host}]` : host}:${port}`;
}

/**
 * Starts connecting. The socket keeps nobody alive by itself, and sends what it is given without waiting for more.
 *
 * @param connected - called when the peer can be spoken to: after the handshake over TLS
 */
export function connectSocket({ host = "localhost", port, tls }: TcpAddress, connected: () => void): Socket {
  const servername = isIP(host) === 0 ? host : "";
  const socket =
    tls === undefined
      ? connectTcp({ host, port }, connected)
      : connectTls({ servername, ...tls, host, port }, connected);
  return socket.setNoDelay(true).unref();
}

/**
 * Connects, or leaves nothing behind.
 *
 * @returns the socket once the peer can be spoken to; rejects when it cannot, and when `signal` aborts, with its reason
 */
export function openSocket(address: TcpAddress, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const settled = (): void => {
      signal.removeEventListener("abort", onAbort);
      socket.removeListener("error", onError);
      socket.removeListener("close", onClose);
    };
    const socket = connectSocket(address, () => {
      settled();
      resolve(socket);
    });
    const onError = (error: Error): void => {
      settled();
      // A second error, of the handshake for instance, has nobody to hear it.
      socket.on("error", () => undefined);
      socket.destroy();
      reject(error);
    };
    const onClose = (): void => onError(new Error(`${peerOf(address)} hung up before it could be spoken to`));
    const onAbort = (): void => onError(signal.reason as Error);
    socket.once("error", onError);
    socket.once("close", onClose);
    signal.addEventListener("abort", onAbort, { once: true });
  });
}
