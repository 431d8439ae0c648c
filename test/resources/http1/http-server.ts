/** Real HTTP/1.1 origins for the tests, on loopback, gone when the test is over. */
import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { onTestFinished } from "vitest";
import { type Arrivals, arrivals } from "../arrivals.ts";
import { selfSigned } from "../http2/certificate.ts";

export interface HttpServer {
  readonly port: number;
  /** Connections that stand, oldest first. */
  readonly sockets: readonly Socket[];
  /** All connections that have come. */
  readonly met: Arrivals<Socket>;
}

/** An origin that answers with `serve`, and never ends an idle connection by itself. */
export async function startHttpServer(
  serve: RequestListener,
  options: { readonly tls?: boolean } = {},
): Promise<HttpServer> {
  const { tls = false } = options;
  const sockets: Socket[] = [];
  const met = arrivals<Socket>();
  const server: Server = tls ? createHttpsServer(selfSigned(), serve) : createServer(serve);
  server.keepAliveTimeout = 0;
  server.on(tls ? "secureConnection" : "connection", (socket: Socket) => {
    sockets.push(socket);
    met.add(socket);
    socket.on("error", () => undefined);
    socket.on("close", () => sockets.splice(sockets.indexOf(socket), 1));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(async () => {
    const closed = once(server, "close");
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  });
  return { port: (server.address() as AddressInfo).port, sockets, met };
}
