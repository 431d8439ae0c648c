/**
 * Real origins for the tests: HTTP/2 in the clear or over TLS, on loopback, gone when the test is over.
 */
import { once } from "node:events";
import {
  createSecureServer,
  createServer,
  type Http2Server,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
  type ServerOptions,
} from "node:http2";
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from "node:net";
import { onTestFinished } from "vitest";
import { type Arrivals, arrivals } from "../arrivals.ts";
import { selfSigned } from "./certificate.ts";

export type Serve = (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => void;

export interface Origin {
  readonly url: string;
  /** Live sessions, oldest first. */
  readonly sessions: readonly ServerHttp2Session[];
  /** All sessions that have come. */
  readonly met: Arrivals<ServerHttp2Session>;
  /** Starts again on the same port, after {@link Origin.stop}. */
  start(): Promise<void>;
  /** Cuts every connection without a word, as a killed process would. */
  cut(): void;
  /** Cuts every connection and stops listening. */
  stop(): Promise<void>;
}

/** An HTTP/2 origin that answers with `serve`; with `tls`, over TLS with a certificate of its own. */
export async function startOrigin(
  serve: Serve,
  options: { readonly tls?: boolean; readonly server?: ServerOptions } = {},
): Promise<Origin> {
  const scheme = options.tls === true ? "https" : "http";
  let server: Http2Server;
  let port = 0;
  const sessions: ServerHttp2Session[] = [];
  const met = arrivals<ServerHttp2Session>();
  const sockets = new Set<Socket>();
  const start = async (): Promise<void> => {
    server = options.tls === true ? createSecureServer(selfSigned()) : createServer({ ...options.server });
    server.on("session", (session: ServerHttp2Session) => {
      sessions.push(session);
      session.on("error", () => undefined);
      session.on("close", () => sessions.splice(sessions.indexOf(session), 1));
      met.add(session);
    });
    server.on(options.tls === true ? "secureConnection" : "connection", (socket: Socket) => {
      sockets.add(socket);
      socket.on("error", () => undefined);
      socket.on("close", () => sockets.delete(socket));
    });
    server.on("stream", (stream, headers) => {
      stream.on("error", () => undefined);
      serve(stream, headers);
    });
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
    port = (server.address() as AddressInfo).port;
  };
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  const stop = async (): Promise<void> => {
    if (!server.listening) return;
    const closed = once(server, "close");
    server.close();
    cut();
    await closed;
  };
  await start();
  onTestFinished(stop);
  return { url: `${scheme}://127.0.0.1:${port}`, sessions, met, start, cut, stop };
}

/** Settles when the peer has read everything that was written to `session` before: a ping came back. */
export function hasRead(session: ServerHttp2Session | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    session?.ping((error) => (error ? reject(error) : resolve()));
  });
}

/** A TCP listener that does with a socket whatever `meet` does; its URL says `http:`. */
export async function startTcp(
  meet: (socket: Socket) => void,
  options: { readonly allowHalfOpen?: boolean } = {},
): Promise<string> {
  const sockets = new Set<Socket>();
  const server: Server = createTcpServer(options, (socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.on("close", () => sockets.delete(socket));
    meet(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(async () => {
    const closed = once(server, "close");
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Frames of HTTP/2 as they go over the wire (RFC 9113). */
export const FRAME = {
  settings: Buffer.from("000000040000000000", "hex"),
  settingsAck: Buffer.from("000000040100000000", "hex"),
  ping: Buffer.from("0000080600000000000000000000000000", "hex"),
  /** The last stream that counts is 1. */
  goaway: Buffer.from("0000080700000000000000000100000000", "hex"),
  goawayInternalError: Buffer.from("0000080700000000000000000100000002", "hex"),
  /** Longer than any frame may be. */
  nonsense: Buffer.from("ffffff0400ffffffff", "hex"),
  /** `:status: 200` on stream 1, and its end. */
  ok: Buffer.from("00000101050000000188", "hex"),
} as const;

/** An HTTP/2 peer made by hand: greets, then does `answer` when stream 1 is asked for; never hangs up by itself. */
export function startPeer(answer: (socket: Socket) => void): Promise<string> {
  const greet = (socket: Socket): void => {
    let said = Buffer.alloc(0);
    let asked = false;
    socket.write(Buffer.concat([FRAME.settings, FRAME.settingsAck]));
    socket.on("data", (bytes: Buffer) => {
      said = Buffer.concat([said, bytes]);
      if (asked || !hasHeaders(said)) return;
      asked = true;
      answer(socket);
    });
  };
  return startTcp(greet, { allowHalfOpen: true });
}

/** Whether a HEADERS frame is among what a client has said after its preface of 24 bytes. */
function hasHeaders(said: Buffer): boolean {
  for (let at = 24; at + 9 <= said.length; at += 9 + said.readUIntBE(at, 3)) {
    if (said[at + 3] === 1) return true;
  }
  return false;
}

/** A URL on loopback where nobody listens. */
export async function deadUrl(): Promise<string> {
  const server = createTcpServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return `http://127.0.0.1:${port}`;
}
