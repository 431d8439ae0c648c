import { once } from "node:events";
import { createServer, type Http2Server, type ServerHttp2Stream } from "node:http2";
import type { AddressInfo } from "node:net";
import { createRegistry, createSystem, type DuplicateRegistry, type System, supervisor } from "troupe";
import { Http2Connection } from "troupe/resources/http2";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Ask, type ConnectionKey, createWeb } from "../../../examples/link-audit/web.ts";

const LIMITS = { timeoutMs: 300, maxBytes: 1_000 };
let server: Http2Server;
let origin: string;
let system: System;
let connections: DuplicateRegistry<ConnectionKey>;
let ask: Ask;

beforeEach(async () => {
  server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  system = createSystem({ logger: false });
  connections = createRegistry<ConnectionKey>(system, { keys: "duplicate" });
  const one = { origin, join: { registry: connections, key: "inside" } };
  const children = [1, 2].map((n) => Http2Connection.child(one, { id: `connection-${n}` }));
  await system.start(supervisor({ strategy: "oneForOne", children: [connections, ...children] }));
  ask = createWeb(connections, { kind: "site", origin }, "h2", { ...LIMITS, timeoutMs: 5_000 });
});

afterEach(async () => {
  await system.stop();
  server.close();
});

/** Answers with 200 and a body. */
function answer(stream: ServerHttp2Stream, body: string): void {
  stream.respond({ ":status": 200 });
  stream.end(body);
}

describe("createWeb", () => {
  it("waits for the first connection, and asks over it", async () => {
    server.on("stream", (stream, headers) => answer(stream, String(headers[":path"])));
    const asked = await ask("GET", `${origin}/a%20b?c=d`, "inside");
    expect(asked.ok && new TextDecoder().decode(asked.answer.body)).toBe("/a%20b?c=d");
  });

  it("asks again when all connections are killed under a request", async () => {
    const held = new Promise<void>((resolve) => {
      server.once("stream", (first) => {
        first.on("error", () => {}); // its client is about to be killed
        server.on("stream", (stream) => answer(stream, "at last"));
        resolve();
      });
    });
    const asked = ask("GET", `${origin}/`, "inside");
    await held;
    for (const { pid } of connections.lookup("inside")) pid.exit("kill");
    expect(await asked).toMatchObject({ ok: true, answer: { status: 200 } });
  });

  it("tells a server that keeps silent from one that says too much, and from nobody at all", async () => {
    server.on("stream", (stream, headers) => {
      stream.on("error", () => {}); // cut off by the client
      if (headers[":path"] === "/much") answer(stream, "x".repeat(2_000));
    });
    const hasty = createWeb(connections, { kind: "site", origin }, "h2", LIMITS);
    expect(await hasty("GET", `${origin}/silent`, "inside")).toMatchObject({
      fault: { reason: "no answer within 300 ms", again: false },
    });
    expect(await hasty("GET", `${origin}/much`, "inside")).toMatchObject({
      fault: { reason: "larger than 1000 bytes", again: false },
    });
    expect(await hasty("GET", `${origin}/`, "outside")).toMatchObject({
      fault: { reason: "no connection", again: false },
    });
  });

  it("says that a connection was lost, when the server hangs up", async () => {
    server.on("stream", (stream) => stream.session?.destroy());
    expect(await ask("GET", `${origin}/`, "inside")).toMatchObject({
      fault: { reason: "connection lost", again: true },
    });
  });
});
