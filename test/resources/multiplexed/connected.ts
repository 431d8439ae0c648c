import { Buffer } from "node:buffer";
import type { Socket } from "node:net";
import type { System } from "../../../src/actors/definition.ts";
import type { Pid } from "../../../src/core/pid.ts";
import { lengthPrefixed } from "../../../src/resources/multiplexed/length-prefixed.ts";
import { MultiplexedConnection } from "../../../src/resources/multiplexed/multiplexed-connection.ts";
import type { MultiplexedOptions } from "../../../src/resources/multiplexed/multiplexed-options.ts";
import { freshSystem, QUICK } from "../fresh-system.ts";
import { startTcpProxy, type TcpProxy } from "../tcp-proxy.ts";
import { startTcpServer, type TcpServer } from "../tcp-server.ts";

/** A request as the peer sees it. */
export interface Asked {
  readonly id: number;
  readonly text: string;
  readonly socket: Socket;
  /** Answers it, or another id. */
  answer(text: string, id?: number): void;
}

/** What the default codec puts on the wire, both ways. */
export function frame(id: number, text: string): Uint8Array {
  return lengthPrefixed().encode(id, text) as Uint8Array;
}

/** A peer that speaks frames with a length, and does with a request whatever `serve` does. */
export function startPeer(
  serve: (asked: Asked) => void,
  options: { readonly tls?: boolean } = {},
): Promise<TcpServer> {
  return startTcpServer((socket) => {
    const decoder = lengthPrefixed().decoder();
    socket.on("data", (chunk: Uint8Array) => {
      for (const said of decoder.push(chunk)) {
        if (!("value" in said)) continue;
        const text = Buffer.from(said.value).toString();
        const answer = (reply: string, id = said.id): void => void socket.write(frame(id, reply));
        serve({ id: said.id, text, socket, answer });
      }
    });
  }, options);
}

export interface Connected {
  readonly peer: TcpServer;
  readonly proxy: TcpProxy;
  readonly system: System;
  readonly connection: Pid<typeof MultiplexedConnection>;
  /** Sends `text` and answers what came, as text. */
  ask(text: string, options?: { readonly timeoutMs?: number }): Promise<string>;
  /** Settles when the peer has its first request. */
  readonly arrival: Promise<void>;
}

/** A peer behind a proxy, and a connection to it that is ready. */
export async function connected(
  serve: (asked: Asked) => void,
  options: Partial<MultiplexedOptions> & { readonly system?: System } = {},
): Promise<Connected> {
  let arrived = (): void => undefined;
  const arrival = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  const peer = await startPeer(
    (asked) => {
      serve(asked);
      arrived();
    },
    { tls: options.tls !== undefined },
  );
  const proxy = await startTcpProxy(peer.port);
  const { system = freshSystem(), ...given } = options;
  const { host, port } = proxy;
  const connection = await system.start(MultiplexedConnection, { host, port, backoff: QUICK, ...given });
  await connection.call.ready();
  const ask = async (text: string, patience?: { readonly timeoutMs?: number }): Promise<string> =>
    Buffer.from(await connection.call.request(text, patience)).toString();
  return { peer, proxy, system, connection, ask, arrival };
}
