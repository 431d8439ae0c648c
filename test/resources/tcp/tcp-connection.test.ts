import { Buffer } from "node:buffer";
import { once } from "node:events";
import type { Socket } from "node:net";
import { describe, expect, it } from "vitest";
import type { System } from "../../../src/actors/definition.ts";
import { kernelOf } from "../../../src/actors/system.ts";
import { tcp } from "../../../src/resources/tcp/tcp.ts";
import type { TcpConnection } from "../../../src/resources/tcp/tcp-connection.ts";
import type { TcpOptions } from "../../../src/resources/tcp/tcp-options.ts";
import { testSystem } from "../../../src/testing/test-system.ts";
import { freshSystem } from "../fresh-system.ts";
import { startTcpProxy, type TcpProxy } from "../tcp-proxy.ts";
import { startTcpServer } from "../tcp-server.ts";

interface Opened {
  readonly connection: TcpConnection;
  /** The peer's end. */
  readonly peer: Socket;
  readonly proxy: TcpProxy;
  check(): unknown;
  close(): unknown;
}

/** A connection to a peer that does nothing by itself, through a proxy. */
async function opened(
  options: Partial<TcpOptions> & { readonly system?: System; readonly tls?: undefined } = {},
): Promise<Opened> {
  const { system = freshSystem(), ...given } = options;
  const server = await startTcpServer(() => undefined, { allowHalfOpen: true });
  const proxy = await startTcpProxy(server.port);
  const resource = tcp(system, { host: proxy.host, port: proxy.port, ...given });
  const peer = server.nextSocket();
  const connection = await resource.open({ signal: new AbortController().signal });
  return {
    connection,
    peer: await peer,
    proxy,
    check: () => resource.check?.(connection),
    close: () => resource.close?.(connection, { kind: "normal" }),
  };
}

/** Settles when `connection` has heard of its end. */
function ended(connection: TcpConnection): Promise<void> {
  return new Promise((resolve) => connection.whenEnded(resolve));
}

const text = (bytes: Uint8Array | undefined): string | undefined => bytes && Buffer.from(bytes).toString();

describe("TcpConnection", () => {
  it("reads what has come", async () => {
    const { connection, peer } = await opened();
    const read = connection.read();
    peer.write("hello");
    expect(text(await read)).toBe("hello");
  });

  it("reads bytes by number and up to a delimiter, however they come, and keeps the rest", async () => {
    const { connection, peer, proxy } = await opened();
    proxy.trickle(1);
    peer.write("HEAD\r\n12345trailer\r\nrest");
    expect(text(await connection.readUntil("\r\n"))).toBe("HEAD");
    expect(text(await connection.readBytes(5))).toBe("12345");
    expect(text(await connection.readBytes(0))).toBe("");
    expect(text(await connection.readUntil(Buffer.from("\r\n")))).toBe("trailer");
    expect(text(await connection.readBytes(4))).toBe("rest");
  });

  it("fetches nothing that nobody asks for: TCP itself holds the peer up", async () => {
    const { connection, peer } = await opened();
    const large = Buffer.alloc(32 * 1024 * 1024, "x");
    const drained = new Promise<void>((resolve) => peer.write(large, () => resolve()));
    let isSent = false;
    void drained.then(() => {
      isSent = true;
    });
    await connection.readBytes(10);
    expect(isSent).toBe(false);
    expect((await connection.readBytes(large.length - 10)).byteLength).toBe(large.length - 10);
    await drained;
  });

  it("writes text and bytes, and settles when they are sent", async () => {
    const { connection, peer } = await opened();
    const said = once(peer, "data");
    await connection.write("hé");
    expect(String((await said)[0])).toBe("hé");
    const more = once(peer, "data");
    await connection.write(Buffer.from([1, 2, 3]));
    expect((await more)[0]).toEqual(Buffer.from([1, 2, 3]));
  });

  it("answers undefined for what comes after the peer's last word, and names how far a longer read came", async () => {
    const { connection, peer } = await opened();
    peer.end("abc");
    await expect(connection.readBytes(4)).rejects.toMatchObject({
      code: "ERR_DISCONNECTED",
      handled: "unknown",
      message: expect.stringMatching(/after 3 of 4 bytes/),
    });
    expect(text(await connection.read())).toBe("abc");
    expect(await connection.read()).toBeUndefined();
    await expect(connection.readUntil("\n")).rejects.toMatchObject({ code: "ERR_DISCONNECTED" });
  });

  it("says its own last word, and reads what the peer says then", async () => {
    const { connection, peer } = await opened();
    const over = once(peer, "end");
    peer.resume();
    connection.end();
    await over;
    peer.end("good bye");
    expect(text(await connection.readBytes(8))).toBe("good bye");
    await expect(connection.write("more")).rejects.toMatchObject({ code: "ERR_DISCONNECTED", handled: "no" });
  });

  it("ends a read exactly at its deadline; what came meanwhile is the next read's", async () => {
    await using system = testSystem();
    const { connection, peer, proxy } = await opened({ system });
    const read = connection.readBytes(4, { timeoutMs: 1_000 });
    const late = expect(read).rejects.toMatchObject({ code: "ERR_CALL_TIMEOUT", timeoutMs: 1_000 });
    peer.write("ab");
    await system.advance(999);
    const early = await Promise.race([
      read.then(
        () => "over",
        () => "over",
      ),
      Promise.resolve("waiting"),
    ]);
    expect(early).toBe("waiting");
    await system.advance(1);
    await late;
    proxy.flow();
    peer.write("cd");
    expect(text(await connection.readBytes(4))).toBe("abcd");
  });

  it("takes the resource's deadline where a read has none of its own", async () => {
    await using system = testSystem();
    const { connection } = await opened({ system, timeoutMs: 300 });
    const late = expect(connection.read()).rejects.toMatchObject({
      code: "ERR_CALL_TIMEOUT",
      timeoutMs: 300,
    });
    await system.advance(300);
    await late;
  });

  it("ends a write at its deadline when the peer does not read", async () => {
    await using system = testSystem();
    const { connection, proxy, check } = await opened({ system });
    proxy.stall();
    const write = connection.write(Buffer.alloc(64 * 1024 * 1024), { timeoutMs: 1_000 });
    const late = expect(write).rejects.toMatchObject({ code: "ERR_CALL_TIMEOUT", handled: "unknown" });
    await system.advance(1_000);
    await late;
    expect(check()).toBe(false);
  });

  it.each<[string, (proxy: TcpProxy) => void]>([
    ["hangs up", (proxy) => proxy.cut()],
    ["resets the connection", (proxy) => proxy.reset()],
    ["closes its half", (proxy) => proxy.halfClose()],
  ])("ends a read and whatever is written later when the peer %s", async (_, harm) => {
    const { connection, proxy } = await opened();
    const over = ended(connection);
    const read = expect(connection.readBytes(1)).rejects.toMatchObject({ code: "ERR_DISCONNECTED" });
    harm(proxy);
    await read;
    await over;
    await expect(
      (async () => {
        for (;;) await connection.write("x");
      })(),
    ).rejects.toMatchObject({ code: "ERR_DISCONNECTED" });
  });

  it("ends a write that a reset cuts off", async () => {
    const { connection, proxy } = await opened();
    proxy.stall();
    const write = expect(connection.write(Buffer.alloc(64 * 1024 * 1024))).rejects.toMatchObject({
      code: "ERR_DISCONNECTED",
      handled: "unknown",
    });
    proxy.reset();
    await write;
  });

  it("refuses a second read while one waits, which goes on", async () => {
    const { connection, peer } = await opened();
    const first = connection.readBytes(2);
    await expect(connection.read()).rejects.toMatchObject({ code: "ERR_BAD_MESSAGE", handled: "no" });
    peer.write("ok");
    expect(text(await first)).toBe("ok");
  });

  it("ends a read at maxBytes, the read's before the resource's, without waiting for the delimiter", async () => {
    const { connection, peer } = await opened({ maxBytes: 4 });
    peer.write("abcd\nabcdef");
    expect(text(await connection.readUntil("\n"))).toBe("abcd");
    await expect(connection.readUntil("\n")).rejects.toMatchObject({ code: "ERR_TOO_LARGE", maxBytes: 4 });
    peer.write("\n");
    expect(text(await connection.readUntil("\n", { maxBytes: 6 }))).toBe("abcdef");
  });

  it.each<[string, (connection: TcpConnection) => Promise<unknown>, RegExp]>([
    ["an empty delimiter", (connection) => connection.readUntil(""), /delimiter/],
    ["a count that is none", (connection) => connection.readBytes(-1), /whole number of bytes/],
    ["a deadline that is none", (connection) => connection.read({ timeoutMs: Number.NaN }), /timeoutMs/],
    ["what is neither text nor bytes", (connection) => connection.write(7 as unknown as string), /string/],
  ])("refuses %s, and stays fit", async (_, ask, fault) => {
    const { connection, check } = await opened();
    await expect(ask(connection)).rejects.toMatchObject({
      code: "ERR_INVALID_OPTIONS",
      message: expect.stringMatching(fault),
    });
    expect(check()).toBe(true);
  });

  it("lets nobody keep Node alive but plain code that waits", async () => {
    const system = freshSystem();
    const { connection, peer } = await opened({ system });
    const { scheduler } = kernelOf(system).runtime;
    let held = 0;
    const { hold, release } = scheduler;
    Object.assign(scheduler, {
      hold: () => {
        held += 1;
        hold.call(scheduler);
      },
      release: () => {
        held -= 1;
        release.call(scheduler);
      },
    });
    const read = connection.readBytes(1);
    expect(held).toBe(1);
    peer.write("x");
    await read;
    expect(held).toBe(0);
    await expect(connection.readBytes(1, { timeoutMs: 0 })).rejects.toMatchObject({
      code: "ERR_CALL_TIMEOUT",
    });
    expect(held).toBe(0);
  });
});
