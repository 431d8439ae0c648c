/** Real TCP peers for the tests, on loopback, gone when the test is over. */
import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { onTestFinished } from "vitest";
import { selfSigned } from "./http2/certificate.ts";

export interface TcpServer {
  readonly port: number;
  /** Connections that stand, oldest first. */
  readonly sockets: readonly Socket[];
  /** Settles when the next connection is there. */
  nextSocket(): Promise<Socket>;
}

/** A listener that does with a connection whatever `meet` does. */
export async function startTcpServer(
  meet: (socket: Socket) => void,
  options: { readonly tls?: boolean; readonly allowHalfOpen?: boolean } = {},
): Promise<TcpServer> {
  const { tls = false, allowHalfOpen = false } = options;
  const sockets: Socket[] = [];
  const waiting: ((socket: Socket) => void)[] = [];
  const onSocket = (socket: Socket): void => {
    sockets.push(socket);
    socket.on("error", () => undefined);
    socket.on("close", () => sockets.splice(sockets.indexOf(socket), 1));
    meet(socket);
    waiting.shift()?.(socket);
  };
  const server: Server = tls
    ? createTlsServer(selfSigned(), onSocket)
    : createServer({ allowHalfOpen }, onSocket);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(async () => {
    const closed = once(server, "close");
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  });
  return {
    port: (server.address() as AddressInfo).port,
    sockets,
    nextSocket: () => new Promise((resolve) => waiting.push(resolve)),
  };
}

/** A port of loopback on which nobody listens. */
export async function deadPort(): Promise<number> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
