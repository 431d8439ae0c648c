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
import { selfSigned } from "./certificate.ts";

export type Serve = (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => void;

export interface Origin {
  readonly url: string;
  /** Live sessions, oldest first. */
  readonly sessions: readonly ServerHttp2Session[];
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
  const sockets = new Set<Socket>();
  const start = async (): Promise<void> => {
    server = options.tls === true ? createSecureServer(selfSigned()) : createServer({ ...options.server });
    server.on("session", (session: ServerHttp2Session) => {
      sessions.push(session);
      session.on("error", () => undefined);
      session.on("close", () => sessions.splice(sessions.indexOf(session), 1));
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
  return { url: `${scheme}://127.0.0.1:${port}`, sessions, start, cut, stop };
}

/** Settles when the peer has read everything that was written to `session` before: a ping came back. */
export function hasRead(session: ServerHttp2Session | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    session?.ping((error) => (error ? reject(error) : resolve()));
  });
}

/** A TCP listener that does with a socket whatever `meet` does; its URL says `http:`. */
export async function startTcp(meet: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const server: Server = createTcpServer((socket) => {
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
