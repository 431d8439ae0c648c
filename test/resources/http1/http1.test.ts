import type { RequestListener, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Client } from "undici";
import { describe, expect, it } from "vitest";
import type { System } from "../../../src/actors/definition.ts";
import { type CheckoutPool, createCheckoutPool } from "../../../src/pools/checkout-pool.ts";
import { http1 } from "../../../src/resources/http1/http1.ts";
import { arrivals } from "../arrivals.ts";
import { freshSystem } from "../fresh-system.ts";
import { startTcpProxy, type TcpProxy } from "../tcp-proxy.ts";
import { type HttpServer, startHttpServer } from "./http-server.ts";

interface Lent {
  readonly system: System;
  readonly pool: CheckoutPool<Client>;
  readonly server: HttpServer;
  readonly proxy: TcpProxy;
  /** A whole exchange over a connection of the pool. */
  fetch(path: string): Promise<string>;
}

const echo: RequestListener = (request, response) => void response.end(request.url);

async function setUp(serve: RequestListener = echo, size = 1): Promise<Lent> {
  const system = freshSystem();
  const server = await startHttpServer(serve);
  const proxy = await startTcpProxy(server.port);
  const pool = createCheckoutPool(system, { size, resource: http1(`http://127.0.0.1:${proxy.port}`) });
  return { system, pool, server, proxy, fetch: (path) => pool.use((client) => exchange(client, path)) };
}

async function exchange(client: Client, path: string): Promise<string> {
  const { body } = await client.request({ method: "GET", path });
  return body.text();
}

/** Settles when `socket` is closed, however; `once` would reject with its error. */
function closed(socket: Socket | undefined): Promise<void> {
  return new Promise((resolve) => socket?.once("close", () => resolve()));
}

describe("http1", () => {
  it("keeps one connection alive over many loans", async () => {
    const { fetch, proxy, pool } = await setUp();
    expect(await Promise.all(["/a", "/b", "/c"].map(fetch))).toEqual(["/a", "/b", "/c"]);
    expect(proxy.accepted).toBe(1);
    expect(pool.stats()).toMatchObject({ idle: 1, lent: 0 });
  });

  it("PF24: opens no more connections than the pool's size, whatever is asked at once", async () => {
    const { fetch, proxy } = await setUp(echo, 3);
    const paths = Array.from({ length: 40 }, (_, n) => `/${n}`);
    expect(await Promise.all(paths.map(fetch))).toEqual(paths);
    expect(proxy.accepted).toBe(3);
  });

  it("speaks TLS", async () => {
    const { port } = await startHttpServer(echo, { tls: true });
    const resource = http1(`https://127.0.0.1:${port}`, { tls: { rejectUnauthorized: false } });
    const pool = createCheckoutPool(freshSystem(), { size: 1, resource });
    expect(await pool.use((client) => exchange(client, "/secret"))).toBe("/secret");
  });

  it("sends the second of two requests when the first is answered: no pipelining", async () => {
    const asked = arrivals<ServerResponse>();
    const { pool, fetch } = await setUp((_, response) => asked.add(response));
    const both = pool.use((client) => Promise.all([exchange(client, "/1"), exchange(client, "/2")]));
    await asked.count(1);
    const next = fetch("/3");
    expect(asked.all).toHaveLength(1);
    asked.all[0]?.end("1");
    await asked.count(2);
    asked.all[1]?.end("2");
    expect(await both).toEqual(["1", "2"]);
    await asked.count(3);
    asked.all[2]?.end("3");
    expect(await next).toBe("3");
  });

  it.each<[string, (proxy: TcpProxy) => void]>([
    ["was closed by its server", (proxy) => proxy.cut()],
    ["was reset", (proxy) => proxy.reset()],
    ["is half closed", (proxy) => proxy.halfClose()],
    [
      "says something unasked (HK4)",
      (proxy) => proxy.inject("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nno"),
    ],
  ])("an idle connection that %s leaves the pool by itself", async (_, harm) => {
    const { fetch, proxy, pool, server } = await setUp();
    await fetch("/a");
    const over = closed(server.sockets[0]);
    harm(proxy);
    await over;
    expect(await fetch("/b")).toBe("/b");
    expect(proxy.accepted).toBe(2);
    expect(pool.stats()).toMatchObject({ idle: 1, lent: 0 });
  });

  it("one that was opened and never used leaves the pool as well", async () => {
    const { pool, proxy, server, fetch } = await setUp();
    await pool.use(() => undefined);
    await server.met.count(1);
    const over = closed(server.met.all[0]);
    proxy.cut();
    await over;
    expect(await fetch("/a")).toBe("/a");
    expect(proxy.accepted).toBe(2);
  });

  it("one that comes back with a request on its way is closed, and the next borrower has another", async () => {
    const asked = arrivals<Socket>();
    const { pool, fetch, proxy } = await setUp((request, response) => {
      if (request.url === "/hang") asked.add(request.socket);
      else response.end(request.url);
    });
    let hanging: Promise<unknown> | undefined;
    await pool.use(async (client) => {
      hanging = exchange(client, "/hang").catch((error) => error);
      await asked.count(1);
    });
    const over = closed(asked.all[0]);
    expect(await fetch("/a")).toBe("/a");
    await over;
    expect(await hanging).toBeInstanceOf(Error);
    expect(proxy.accepted).toBe(2);
  });

  it("one that comes back with a body half read is closed, and the body ends in an error", async () => {
    const { pool, fetch, proxy } = await setUp((request, response) => {
      if (request.url === "/large") response.end(Buffer.alloc(8 * 1024 * 1024));
      else response.end(request.url);
    });
    const body = await pool.use(
      async (client) => (await client.request({ method: "GET", path: "/large" })).body,
    );
    expect(await fetch("/a")).toBe("/a");
    await expect(body.text()).rejects.toThrow();
    expect(proxy.accepted).toBe(2);
  });

  it("a server that says `Connection: close` gets a connection for each loan, and for each request of one", async () => {
    const { pool, fetch, proxy } = await setUp((request, response) => {
      response.setHeader("connection", "close");
      response.end(request.url);
    });
    expect([await fetch("/a"), await fetch("/b")]).toEqual(["/a", "/b"]);
    expect(proxy.accepted).toBe(2);
    const both = await pool.use(async (client) => [
      await exchange(client, "/c"),
      await exchange(client, "/d"),
    ]);
    expect(both).toEqual(["/c", "/d"]);
    expect(proxy.accepted).toBe(4);
  });

  it("PF32: a borrower that dies takes its connection along", async () => {
    const asked = arrivals<Socket>();
    const { system, pool } = await setUp((request) => asked.add(request.socket));
    const borrower = system.spawn(async () => {
      const { resource: client } = await pool.checkout();
      await exchange(client, "/hang");
    });
    await asked.count(1);
    const over = closed(asked.all[0]);
    borrower.exit("kill");
    await over;
    expect(pool.stats()).toMatchObject({ lent: 0 });
  });

  it("a server that is down makes the pool wait and try again, and crashes nobody", async () => {
    const { pool, proxy, fetch } = await setUp();
    await proxy.refuse();
    await expect(pool.checkout({ timeoutMs: 50 })).rejects.toMatchObject({
      code: "ERR_CHECKOUT_TIMEOUT",
      message: expect.stringMatching(/ECONNREFUSED/),
    });
    await proxy.accept();
    expect(await fetch("/back")).toBe("/back");
  });

  it("closes its connections with the pool, used or not", async () => {
    const { pool, server, fetch } = await setUp(echo, 2);
    const met = [await pool.checkout(), await pool.checkout()];
    for (const lease of met) await lease.checkin();
    await fetch("/a");
    await server.met.count(2);
    const all = server.sockets.map(closed);
    expect(all).toHaveLength(2);
    await pool.close();
    await Promise.all(all);
  });

  it("takes an answer that trickles in", async () => {
    const { fetch, proxy } = await setUp();
    proxy.trickle(1);
    expect(await fetch("/slow")).toBe("/slow");
  });

  it("is given up while it shakes hands when nobody wants it any more", async () => {
    const { port } = await startHttpServer(echo);
    const proxy = await startTcpProxy(port);
    proxy.stall();
    const controller = new AbortController();
    const opening = http1(`https://127.0.0.1:${proxy.port}`).open({ signal: controller.signal });
    const given = expect(opening).rejects.toThrow("nobody wants it");
    controller.abort(new Error("nobody wants it"));
    await given;
  });
});
