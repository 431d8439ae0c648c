import { once } from "node:events";
import { constants, type ServerHttp2Stream } from "node:http2";
import { describe, expect, it } from "vitest";
import { createRegistry } from "../../../src/registry/create-registry.ts";
import { Http2Connection } from "../../../src/resources/http2/http2-connection.ts";
import { testSystem } from "../../../src/testing/test-system.ts";
import { arrivals } from "../arrivals.ts";
import { startTcpProxy } from "../tcp-proxy.ts";
import { connected } from "./connected.ts";
import { hasRead, startOrigin } from "./origin.ts";

const ok = (stream: ServerHttp2Stream): void => stream.respond({ ":status": 200 }, { endStream: true });

describe("an HTTP/2 session", () => {
  it("is replaced when it has aged: before its time by a share of chance, without a gap, once", async () => {
    await using system = testSystem();
    const registry = createRegistry(system, { keys: "duplicate" });
    const slow = arrivals<ServerHttp2Stream>();
    const { connection, met, sessions } = await connected(
      (stream, headers) => (headers[":path"] === "/slow" ? slow.add(stream) : ok(stream)),
      { system, maxAgeMs: 10_000, join: { registry, key: "upstream" } },
    );
    const patient = { timeoutMs: Number.POSITIVE_INFINITY };
    const begun = connection.call.request({ path: "/slow", ...patient }, patient);
    await slow.count(1);
    await system.advance(8_999);
    await hasRead(sessions[0]);
    expect(met.all).toHaveLength(1);
    // Less a tenth at the most.
    await system.advance(1_000);
    await met.count(2);
    expect(await connection.call.request({ path: "/" })).toMatchObject({ status: 200 });
    expect(registry.lookup("upstream")).toHaveLength(1);
    const [old, fresh] = met.all;
    await hasRead(fresh);
    // By now the new one serves, and the old one has only what it began with.
    const over = once(old as object as NodeJS.EventEmitter, "close");
    slow.all[0]?.respond({ ":status": 201 }, { endStream: true });
    expect(await begun).toMatchObject({ status: 201 });
    await over;
    expect(sessions).toEqual([fresh]);
    expect(await connection.call.request({ path: "/" })).toMatchObject({ status: 200 });
    expect(await connection.call.status()).toMatchObject({ phase: "connected", failures: 0 });
    expect(registry.lookup("upstream")).toHaveLength(1);
  });

  it("serves on where the next one cannot be had, and is replaced when it can", async () => {
    await using system = testSystem();
    const { url, met } = await startOrigin(ok);
    const proxy = await startTcpProxy(Number(new URL(url).port));
    const connection = await system.start(Http2Connection, {
      origin: `http://127.0.0.1:${proxy.port}`,
      maxAgeMs: 1_000,
      connectTimeoutMs: 5_000,
      backoff: { minMs: 100, maxMs: 2_000 },
    });
    await connection.call.ready();
    proxy.stall();
    await system.advance(1_000);
    // The next one gets no SETTINGS, as nobody gets anything.
    await system.advance(5_000);
    proxy.flow();
    expect(await connection.call.request({ path: "/" })).toMatchObject({ status: 200 });
    expect(await connection.call.status()).toMatchObject({ phase: "connected", failures: 0 });
    const before = met.all.length;
    await system.advance(2_000);
    await met.count(before + 1);
    await hasRead(met.all.at(-1));
    expect(await connection.call.request({ path: "/" })).toMatchObject({ status: 200 });
  });

  it("is pinged while nobody asks anything, and given up when it does not answer", async () => {
    await using system = testSystem();
    const registry = createRegistry(system, { keys: "duplicate" });
    const { url } = await startOrigin(ok);
    const proxy = await startTcpProxy(Number(new URL(url).port));
    const connection = await system.start(Http2Connection, {
      origin: `http://127.0.0.1:${proxy.port}`,
      pingIntervalMs: 30_000,
      connectTimeoutMs: 5_000,
      join: { registry, key: "upstream" },
    });
    await connection.call.ready();
    proxy.stall();
    await system.advance(34_999);
    expect(registry.lookup("upstream")).toHaveLength(1);
    await system.advance(1);
    expect(registry.lookup("upstream")).toEqual([]);
    expect((await connection.call.request({ path: "/" }).catch((error) => error)).message).toMatch(
      /no answer to a ping within 5000 ms/,
    );
  });

  it("outlives its pings where the peer answers", async () => {
    await using system = testSystem();
    const { connection, sessions, met } = await connected(ok, { system, pingIntervalMs: 1_000 });
    const [session] = sessions;
    for (let round = 1; round <= 5; round += 1) {
      await system.advance(1_000);
      // Our ping is ahead of this one, and its answer too.
      await hasRead(session);
    }
    await system.advance(999);
    expect(met.all).toHaveLength(1);
    expect(await connection.call.status()).toMatchObject({ phase: "connected" });
  });

  it("has its stream cancelled at the caller's deadline, however long the request might take", async () => {
    await using system = testSystem();
    const streams = arrivals<ServerHttp2Stream>();
    const { connection } = await connected((stream) => streams.add(stream), { system });
    const request = connection.call.request({ path: "/", timeoutMs: 60_000 }, { timeoutMs: 1_000 });
    const late = expect(request).rejects.toMatchObject({ code: "ERR_CALL_TIMEOUT" });
    await streams.count(1);
    const [stream] = streams.all;
    const reset = once(stream as object as NodeJS.EventEmitter, "close");
    await system.advance(1_000);
    await late;
    await reset;
    expect(stream?.rstCode).toBe(constants.NGHTTP2_CANCEL);
    expect(await connection.call.status()).toMatchObject({ inFlight: 0 });
  });

  it("carries no more streams at once than the peer takes; the others wait for their turn", async () => {
    const streams = arrivals<ServerHttp2Stream>();
    let most = 0;
    let open = 0;
    const { connection } = await connected(
      (stream) => {
        open += 1;
        most = Math.max(most, open);
        stream.on("close", () => {
          open -= 1;
        });
        streams.add(stream);
      },
      { server: { settings: { maxConcurrentStreams: 3 } } },
    );
    const requests = Array.from({ length: 12 }, () => connection.call.request({ path: "/" }));
    for (let turn = 0; turn < 12; turn += 1) {
      await streams.count(turn + 1);
      ok(streams.all[turn] as ServerHttp2Stream);
    }
    expect((await Promise.all(requests)).map(({ status }) => status)).toEqual(Array(12).fill(200));
    expect(most).toBeLessThanOrEqual(3);
  });
});
