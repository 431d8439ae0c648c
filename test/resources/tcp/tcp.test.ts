import { Buffer } from "node:buffer";
import { once } from "node:events";
import type { Socket } from "node:net";
import { describe, expect, it } from "vitest";
import { type CheckoutPool, createCheckoutPool } from "../../../src/pools/checkout-pool.ts";
import { tcp } from "../../../src/resources/tcp/tcp.ts";
import type { TcpConnection } from "../../../src/resources/tcp/tcp-connection.ts";
import { testSystem } from "../../../src/testing/test-system.ts";
import { freshSystem } from "../fresh-system.ts";
import { startTcpProxy, type TcpProxy } from "../tcp-proxy.ts";
import { startTcpServer, type TcpServer } from "../tcp-server.ts";

/** Answers each line with itself in capitals. */
function shout(socket: Socket): void {
  socket.on("data", (bytes: Buffer) => socket.write(bytes.toString().toUpperCase()));
}

/** Says a line and answers the peer's. */
async function exchange(connection: TcpConnection, line: string): Promise<string> {
  await connection.write(`${line}\n`);
  return Buffer.from(await connection.readUntil("\n")).toString();
}

/** Settles when `socket` is closed, however; `once` would reject with its error. */
function closed(socket: Socket | undefined): Promise<void> {
  return new Promise((resolve) => socket?.once("close", () => resolve()));
}

interface Lent {
  readonly pool: CheckoutPool<TcpConnection>;
  readonly server: TcpServer;
  readonly proxy: TcpProxy;
  /** An exchange over a connection of the pool. */
  serve(line: string): Promise<string>;
}

async function setUp(meet: (socket: Socket) => void = shout, size = 1): Promise<Lent> {
  const system = freshSystem();
  const server = await startTcpServer(meet);
  const proxy = await startTcpProxy(server.port);
  const pool = createCheckoutPool(system, {
    size,
    resource: tcp(system, { host: proxy.host, port: proxy.port }),
  });
  const serve = (line: string): Promise<string> => pool.use((connection) => exchange(connection, line));
  return { pool, server, proxy, serve };
}

describe("tcp", () => {
  it("lends one connection to one borrower after the other", async () => {
    const { serve, proxy, pool } = await setUp();
    expect(await Promise.all(["a", "b", "c"].map(serve))).toEqual(["A", "B", "C"]);
    expect(proxy.accepted).toBe(1);
    expect(pool.stats()).toMatchObject({ idle: 1, lent: 0 });
  });

  it("opens over TLS", async () => {
    const system = freshSystem();
    const { port } = await startTcpServer(shout, { tls: true });
    const options = { host: "127.0.0.1", port, tls: { rejectUnauthorized: false } };
    const pool = createCheckoutPool(system, { size: 1, resource: tcp(system, options) });
    const answer = await pool.use(async (connection) => {
      await connection.write("secret\n");
      return connection.readUntil("\n");
    });
    expect(Buffer.from(answer).toString()).toBe("SECRET");
  });

  it.each<[string, (proxy: TcpProxy) => void]>([
    ["hung up", (proxy) => proxy.cut()],
    ["was reset", (proxy) => proxy.reset()],
    ["is half closed by its peer", (proxy) => proxy.halfClose()],
  ])("an idle connection that %s leaves the pool by itself", async (_, harm) => {
    const { serve, proxy, pool, server } = await setUp();
    await serve("a");
    const over = closed(server.sockets[0]);
    harm(proxy);
    await over;
    expect(await serve("b")).toBe("B");
    expect(proxy.accepted).toBe(2);
    expect(pool.stats()).toMatchObject({ idle: 1, lent: 0 });
  });

  it("HK4: a connection on which something came unasked is not lent again", async () => {
    const { pool, serve, proxy, server } = await setUp(shout, 2);
    const [idle, busy] = [await pool.checkout(), await pool.checkout()];
    await exchange(idle.resource, "a");
    await idle.checkin();
    server.sockets[0]?.write("and another thing\n");
    // A whole exchange on the other connection: by now that has come.
    await exchange(busy.resource, "b");
    await busy.checkin("discard");
    expect(await serve("c")).toBe("C");
    expect(proxy.accepted).toBe(3);
  });

  it.each<[string, (connection: TcpConnection) => Promise<unknown>]>([
    [
      "bytes unread",
      async (connection) => {
        await connection.write("abc\n");
        await connection.readBytes(1);
      },
    ],
    ["a read that waits", async (connection) => void connection.read().catch(() => undefined)],
    [
      "a read whose deadline passed",
      async (connection) => connection.read({ timeoutMs: 1 }).catch(() => undefined),
    ],
    ["its own half closed", async (connection) => connection.end()],
  ])("a connection that comes back with %s is replaced", async (_, leave) => {
    const { serve, pool, proxy } = await setUp();
    await serve("a");
    await pool.use(leave);
    expect(await serve("b")).toBe("B");
    expect(proxy.accepted).toBe(2);
  });

  it("keeps what the peer says first for the first borrower", async () => {
    const { pool } = await setUp((socket) => socket.write("220 ready\r\n"));
    const greeting = await pool.use((connection) => connection.readUntil("\r\n"));
    expect(Buffer.from(greeting).toString()).toBe("220 ready");
  });

  it("PF32: a borrower that dies in the middle of an exchange takes its connection along", async () => {
    const system = freshSystem();
    const server = await startTcpServer(shout);
    const resource = tcp(system, { host: "127.0.0.1", port: server.port });
    const pool = createCheckoutPool(system, { size: 1, resource });
    const met = server.nextSocket();
    const borrower = system.spawn(async () => {
      const { resource: connection } = await pool.checkout();
      await connection.write("half an exchange\n");
      await connection.readBytes(1_000_000, { timeoutMs: Number.POSITIVE_INFINITY });
    });
    const socket = await met;
    await once(socket, "data");
    const over = closed(socket);
    borrower.exit("kill");
    await over;
    await pool.use((connection) => connection.write("b\n"));
    expect(pool.stats()).toMatchObject({ lent: 0 });
  });

  it("a server that is down makes the pool wait and try again, and crashes nobody", async () => {
    const { pool, proxy, serve } = await setUp();
    await proxy.refuse();
    await expect(pool.checkout({ timeoutMs: 50 })).rejects.toMatchObject({
      code: "ERR_CHECKOUT_TIMEOUT",
      message: expect.stringMatching(/ECONNREFUSED/),
    });
    await proxy.accept();
    expect(await serve("back")).toBe("BACK");
  });

  it("closes in order, and a peer that does not hang up loses its socket when the time is up", async () => {
    await using system = testSystem();
    const server = await startTcpServer((socket) => socket.resume(), { allowHalfOpen: true });
    const resource = tcp(system, { host: "127.0.0.1", port: server.port, closeTimeoutMs: 500 });
    const met = server.nextSocket();
    const connection = await resource.open({ signal: new AbortController().signal });
    const socket = await met;
    const said = once(socket, "end");
    const closing = resource.close?.(connection, { kind: "normal" });
    await said;
    await system.advance(500);
    await closing;
    expect(resource.check?.(connection)).toBe(false);
  });

  it("refuses bad options at once", () => {
    expect(() => tcp(freshSystem(), { port: 0 })).toThrow(
      expect.objectContaining({ code: "ERR_INVALID_OPTIONS" }),
    );
  });
});
