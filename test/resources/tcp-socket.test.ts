import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { openSocket, peerOf } from "../../src/resources/tcp-socket.ts";
import { deadPort, startTcpServer } from "./tcp-server.ts";

const NEVER = new AbortController().signal;

describe("peerOf", () => {
  it.each([
    [{ port: 7000 }, "tcp://localhost:7000"],
    [{ host: "example.org", port: 443, tls: {} }, "tls://example.org:443"],
    [{ host: "::1", port: 80 }, "tcp://[::1]:80"],
  ])("calls %j %s", (address, expected) => {
    expect(peerOf(address)).toBe(expected);
  });
});

describe("openSocket", () => {
  it.each([false, true])("answers a socket that can be spoken to (tls: %s)", async (tls) => {
    const { port, nextSocket } = await startTcpServer(() => undefined, { tls });
    const peer = nextSocket();
    const address = { host: "127.0.0.1", port, ...(tls ? { tls: { rejectUnauthorized: false } } : {}) };
    const socket = await openSocket(address, NEVER);
    const said = once(await peer, "data");
    socket.write("hello");
    expect(String((await said)[0])).toBe("hello");
    socket.destroy();
  });

  it("rejects where nobody listens", async () => {
    const address = { host: "127.0.0.1", port: await deadPort() };
    await expect(openSocket(address, NEVER)).rejects.toMatchObject({ code: "ECONNREFUSED" });
  });

  it("rejects a certificate that nobody vouches for, and leaves nothing behind", async () => {
    const { port, nextSocket } = await startTcpServer((socket) => socket.resume());
    const peer = nextSocket();
    const opening = openSocket({ host: "127.0.0.1", port, tls: {} }, NEVER);
    const refused = expect(opening).rejects.toMatchObject({ message: expect.any(String) });
    const socket = await peer;
    socket.end("this is no handshake");
    await refused;
    if (!socket.closed) await once(socket, "close");
  });

  it("leaves nothing behind when it is given up in the middle of a handshake", async () => {
    const { port, nextSocket } = await startTcpServer((socket) => socket.resume());
    const peer = nextSocket();
    const controller = new AbortController();
    const opening = openSocket({ host: "127.0.0.1", port, tls: {} }, controller.signal);
    const given = expect(opening).rejects.toThrow("nobody wants it");
    const socket = await peer;
    const closed = once(socket, "close");
    controller.abort(new Error("nobody wants it"));
    await given;
    await closed;
  });

  it("does not begin for who has given up already", async () => {
    const gone = AbortSignal.abort(new Error("gone"));
    await expect(openSocket({ port: 1 }, gone)).rejects.toThrow("gone");
  });
});
