import { Buffer } from "node:buffer";
import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { createRegistry } from "../../../src/registry/create-registry.ts";
import type { Codec } from "../../../src/resources/multiplexed/codec.ts";
import {
  defineMultiplexed,
  MultiplexedConnection,
} from "../../../src/resources/multiplexed/multiplexed-connection.ts";
import { supervisor } from "../../../src/supervisor/supervisor.ts";
import { freshSystem, QUICK } from "../fresh-system.ts";
import { deadPort, startTcpServer } from "../tcp-server.ts";
import { type Asked, connected } from "./connected.ts";

const echo = ({ text, answer }: Asked): void => answer(text);

/** `id text` on a line, both ways. */
const LINES: Codec<string, string> = {
  encode: (id, request) => {
    if (request.includes("\n")) throw new Error("a request is one line");
    return `${id} ${request}\n`;
  },
  decoder: () => {
    let rest = "";
    return {
      *push(chunk) {
        const lines = (rest + Buffer.from(chunk).toString()).split("\n");
        rest = lines.pop() ?? "";
        for (const line of lines) {
          const id = Number.parseInt(line, 10);
          const text = line.slice(line.indexOf(" ") + 1);
          yield text.startsWith("!")
            ? { id, fault: { name: "Refused", message: text } }
            : { id, value: text };
        }
      },
    };
  },
};

describe("MultiplexedConnection", () => {
  it("B1: carries many requests at once over one connection, answered in any order, each to who asked", async () => {
    const held: Asked[] = [];
    const { ask, peer } = await connected((asked) => {
      held.push(asked);
      if (held.length === 50) for (const { text, answer } of held.reverse()) answer(text.toUpperCase());
    });
    const texts = Array.from({ length: 50 }, (_, n) => `request ${n}`);
    expect(await Promise.all(texts.map((text) => ask(text)))).toEqual(
      texts.map((text) => text.toUpperCase()),
    );
    expect(peer.sockets).toHaveLength(1);
  });

  it("B1: takes answers however they were cut on the way", async () => {
    const { ask, proxy } = await connected(echo);
    proxy.trickle(1);
    expect(await Promise.all(["one", "", "three"].map((text) => ask(text)))).toEqual(["one", "", "three"]);
    proxy.trickle(5);
    expect(await Promise.all(["one", "", "three"].map((text) => ask(text)))).toEqual(["one", "", "three"]);
  });

  it("speaks TLS", async () => {
    const peer = await connected(echo, { tls: { rejectUnauthorized: false } });
    expect(await peer.ask("secret")).toBe("secret");
    expect(await peer.connection.call.status()).toMatchObject({ peer: `tls://127.0.0.1:${peer.proxy.port}` });
  });

  it("B5b: starts although nobody listens, spends no restart on it, and refuses requests with handled no", async () => {
    const system = freshSystem();
    const names = createRegistry(system, { keys: "unique" });
    const connection = names.via(MultiplexedConnection, "connection");
    const address = { host: "127.0.0.1", port: await deadPort(), backoff: QUICK };
    const children = [names, MultiplexedConnection.child(address, { name: connection })];
    await system.start(supervisor({ strategy: "oneForOne", maxRestarts: 0, children }));
    const first = names.whereis("connection");
    for (let attempt = 1; attempt <= 5; attempt += 1) {
      await expect(connection.call.ready()).rejects.toMatchObject({
        code: "ERR_DISCONNECTED",
        handled: "no",
      });
      await expect(connection.call.request("x")).rejects.toMatchObject({
        code: "ERR_DISCONNECTED",
        handled: "no",
        message: expect.stringMatching(/ECONNREFUSED/),
      });
    }
    expect(names.whereis("connection")).toBe(first);
  });

  it("tells in one line where it stands", async () => {
    const { connection, proxy, arrival } = await connected(() => undefined);
    const waiting = connection.call.request("x").catch((error) => error);
    await arrival;
    const peer = `tcp://127.0.0.1:${proxy.port}`;
    expect(await connection.call.status()).toEqual({ peer, phase: "connected", inFlight: 1, failures: 0 });
    proxy.cut();
    await waiting;
    expect(await connection.call.status()).toMatchObject({ peer, inFlight: 0, failures: 1 });
  });

  it("closes its socket when it stops, with requests on their way", async () => {
    const { connection, peer, ask, arrival } = await connected(() => undefined);
    const lost = expect(ask("x")).rejects.toMatchObject({ code: "ERR_EXITED" });
    await arrival;
    const [socket] = peer.sockets;
    const closed = socket === undefined ? undefined : once(socket, "close");
    await connection.stop();
    await closed;
    await lost;
    expect(peer.sockets).toEqual([]);
  });

  it.each([
    ["no port", {}, /port/],
    ["a port that is none", { port: 0 }, /port/],
    ["an empty host", { port: 7000, host: "" }, /host/],
    ["an unknown option", { port: 7000, timeout: 5 }, /timeout/],
    ["no room for a request", { port: 7000, maxInFlight: 0 }, /maxInFlight/],
  ])("does not start with %s", async (_, options, fault) => {
    await expect(
      freshSystem().start(MultiplexedConnection, options as { port: number }),
    ).rejects.toMatchObject({
      code: "ERR_START_FAILED",
      message: expect.stringMatching(fault),
    });
  });
});

describe("defineMultiplexed", () => {
  async function startLines() {
    const Lines = defineMultiplexed({ name: "lines", codec: LINES });
    const { port } = await startTcpServer((socket) => {
      socket.on("data", (bytes: Buffer) => {
        for (const line of bytes.toString().split("\n").filter(Boolean)) {
          const [id, text] = [Number.parseInt(line, 10), line.slice(line.indexOf(" ") + 1)];
          socket.write(`${id} ${text === "bad" ? "!no such thing" : text.toUpperCase()}\n`);
        }
      });
    });
    const lines = await freshSystem().start(Lines, { host: "127.0.0.1", port });
    await lines.call.ready();
    return lines;
  }

  it("speaks a protocol of the user's own", async () => {
    const lines = await startLines();
    expect(await Promise.all(["a", "b"].map((text) => lines.call.request(text)))).toEqual(["A", "B"]);
  });

  it("refuses the one request that cannot be encoded, and fails the one that the peer fails at", async () => {
    const lines = await startLines();
    const good = lines.call.request("good");
    await expect(lines.call.request("two\nlines")).rejects.toMatchObject({
      code: "ERR_BAD_MESSAGE",
      handled: "no",
    });
    await expect(lines.call.request("bad")).rejects.toMatchObject({
      code: "ERR_REMOTE",
      remote: { name: "Refused", message: "!no such thing" },
    });
    expect(await good).toBe("GOOD");
    expect(await lines.call.status()).toMatchObject({ phase: "connected", inFlight: 0 });
  });
});
