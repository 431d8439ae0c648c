/**
 * Serves a folder over HTTP/2 without encryption, to this machine alone.
 *
 * @module
 */

import { once } from "node:events";
import { createServer as createHttp2Server, type ServerHttp2Session } from "node:http2";
import { type AddressInfo, createServer } from "node:net";
import { defineActor, stop } from "troupe";
import { answerStream } from "./origin-answer.ts";

/** What is served where. */
export interface OriginOptions {
  /** The folder's real path. */
  readonly folder: string;
  readonly port: number;
}

const LOOPBACK = "127.0.0.1";

/** Listens while it lives; a restart listens on the same port. */
export const Origin = defineActor({
  name: "origin",
  init: async ({ folder, port }: OriginOptions, self) => {
    const server = createHttp2Server();
    const sessions = new Set<ServerHttp2Session>();
    server.on("session", (session) => {
      sessions.add(session);
      session.on("close", () => sessions.delete(session));
      session.on("error", () => {}); // a client that breaks off is nobody's fault here
    });
    server.on("stream", (stream, headers) => void answerStream(folder, stream, headers));
    self.own(server, async (held) => {
      const closed = held.listening ? once(held, "close") : undefined;
      held.close();
      for (const session of sessions) session.destroy();
      await closed;
    });
    server.listen(port, LOOPBACK);
    await once(server, "listening", { signal: self.signal });
    server.on("error", (error) => self.send(error));
    return server;
  },
  info: (server, error: Error) => stop(error, server),
});

/** A port of the loopback interface that is free now. */
export async function findFreePort(): Promise<number> {
  const probe = createServer().listen(0, LOOPBACK);
  await once(probe, "listening");
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, "close");
  return port;
}

/** Where a folder on this port is to be found. */
export function originUrl(port: number): string {
  return `http://${LOOPBACK}:${port}`;
}
