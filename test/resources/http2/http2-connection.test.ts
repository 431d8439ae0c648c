import { once } from "node:events";
import { constants } from "node:http2";
import { describe, expect, it } from "vitest";
import { isActorError } from "../../../src/core/errors.ts";
import { Http2Connection } from "../../../src/resources/http2/http2-connection.ts";
import { freshSystem, QUICK } from "../fresh-system.ts";
import { connected } from "./connected.ts";
import { deadUrl, startOrigin, startTcp } from "./origin.ts";

describe("Http2Connection", () => {
  it("answers a request", async () => {
    const { connection } = await connected((stream) => {
      stream.respond({ ":status": 200, "content-type": "text/plain" });
      stream.end("hello");
    });
    const response = await connection.call.request({ path: "/" });
    expect(response).toMatchObject({ status: 200, headers: { "content-type": "text/plain" } });
    expect(String(response.body)).toBe("hello");
  });

  it("carries many requests at once over one session, answered in any order", async () => {
    const held: (() => void)[] = [];
    const { connection, sessions } = await connected((stream, headers) => {
      held.push(() => {
        stream.respond({ ":status": 200 });
        stream.end(headers[":path"]);
      });
      if (held.length < 50) return;
      for (const answer of held.reverse()) answer();
    });
    const paths = Array.from({ length: 50 }, (_, n) => `/${n}`);
    const responses = await Promise.all(paths.map((path) => connection.call.request({ path })));
    expect(responses.map(({ body }) => String(body))).toEqual(paths);
    expect(sessions).toHaveLength(1);
  });

  it("queues what the peer does not take at once", async () => {
    const { connection } = await connected(
      (stream) => stream.respond({ ":status": 200 }, { endStream: true }),
      {
        server: { settings: { maxConcurrentStreams: 2 } },
      },
    );
    const requests = Array.from({ length: 20 }, () => connection.call.request({ path: "/" }));
    expect((await Promise.all(requests)).map(({ status }) => status)).toEqual(Array(20).fill(200));
  });

  it("cancels the stream of a request whose deadline passes, and goes on", async () => {
    let reset: Promise<unknown> | undefined;
    const { connection } = await connected((stream, headers) => {
      if (headers[":path"] === "/hang") reset = once(stream, "close").then(() => stream.rstCode);
      else stream.respond({ ":status": 200 }, { endStream: true });
    });
    const hanging = connection.call.request({ path: "/hang", timeoutMs: 20 });
    await expect(hanging).rejects.toMatchObject({
      code: "ERR_CALL_TIMEOUT",
      handled: "unknown",
      timeoutMs: 20,
    });
    expect(await reset).toBe(constants.NGHTTP2_CANCEL);
    expect(await connection.call.status()).toMatchObject({ phase: "connected", inFlight: 0 });
    expect(await connection.call.request({ path: "/" })).toMatchObject({ status: 200 });
  });

  it("takes the connection's deadline where a request has none of its own", async () => {
    const { connection } = await connected(() => undefined, { requestTimeoutMs: 20 });
    await expect(connection.call.request({ path: "/" })).rejects.toMatchObject({ timeoutMs: 20 });
  });

  it("ends a body at maxBytes, the request's before the connection's, and goes on", async () => {
    const { connection } = await connected(
      (stream) => {
        stream.respond({ ":status": 200 });
        stream.end("x".repeat(1_000));
      },
      { maxBytes: 10 },
    );
    await expect(connection.call.request({ path: "/" })).rejects.toMatchObject({
      code: "ERR_TOO_LARGE",
      maxBytes: 10,
    });
    expect(await connection.call.request({ path: "/", maxBytes: 1_000 })).toMatchObject({ status: 200 });
  });

  it("refuses one bad request and harms no other", async () => {
    let answer = (): void => undefined;
    const { connection, arrival } = await connected((stream) => {
      answer = () => stream.respond({ ":status": 200 }, { endStream: true });
    });
    const good = connection.call.request({ path: "/" });
    await arrival;
    await expect(connection.call.request({ path: "/", headers: { "x a": "b" } })).rejects.toMatchObject({
      code: "ERR_BAD_MESSAGE",
      handled: "no",
    });
    answer();
    expect(await good).toMatchObject({ status: 200 });
  });

  it("refuses requests beyond maxInFlight", async () => {
    const { connection } = await connected(() => undefined, { maxInFlight: 1 });
    const first = connection.call.request({ path: "/", timeoutMs: 50 });
    await expect(connection.call.request({ path: "/" })).rejects.toMatchObject({
      code: "ERR_OVERLOADED",
      handled: "no",
    });
    await expect(first).rejects.toMatchObject({ code: "ERR_CALL_TIMEOUT" });
  });

  it("cancels the stream when the process that asked has died", async () => {
    let reset: Promise<unknown> | undefined;
    const { connection, system, arrival } = await connected((stream) => {
      reset = once(stream, "close").then(() => stream.rstCode);
    });
    const caller = system.spawn(async () => {
      await connection.call.request({ path: "/" });
    });
    await arrival;
    caller.exit("kill");
    await caller.down();
    expect(await reset).toBe(constants.NGHTTP2_CANCEL);
    expect(await connection.call.status()).toMatchObject({ inFlight: 0 });
  });

  it("speaks h2 over TLS", async () => {
    const { connection } = await connected(
      (stream) => stream.respond({ ":status": 200 }, { endStream: true }),
      {
        tls: true,
      },
    );
    expect(await connection.call.ready()).toBe("h2");
    expect(await connection.call.request({ path: "/" })).toMatchObject({ status: 200 });
  });

  it("starts although nobody listens, and says so", async () => {
    const origin = await deadUrl();
    const connection = await freshSystem().start(Http2Connection, { origin });
    await expect(connection.call.ready()).rejects.toMatchObject({ code: "ERR_DISCONNECTED", handled: "no" });
    const refusal = await connection.call.request({ path: "/" }).catch((error) => error);
    expect(isActorError(refusal, "ERR_DISCONNECTED") && refusal.handled).toBe("no");
    expect(refusal.message).toMatch(/ECONNREFUSED/);
    expect(await connection.call.status()).toMatchObject({ phase: "waiting", failures: 1 });
  });

  it("answers `other` for a peer without HTTP/2, and refuses requests with `handled: no`", async () => {
    const origin = await startTcp((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));
    const connection = await freshSystem().start(Http2Connection, { origin });
    expect(await connection.call.ready()).toBe("other");
    expect(await connection.call.ready()).toBe("other");
    await expect(connection.call.request({ path: "/" })).rejects.toMatchObject({
      code: "ERR_DISCONNECTED",
      handled: "no",
      message: expect.stringMatching(/does not speak HTTP\/2/),
    });
  });

  it("gives up an attempt that gets no SETTINGS in time", async () => {
    const origin = await startTcp(() => undefined);
    const connection = await freshSystem().start(Http2Connection, { origin, connectTimeoutMs: 20 });
    await expect(connection.call.ready()).rejects.toMatchObject({
      code: "ERR_DISCONNECTED",
      message: expect.stringMatching(/no SETTINGS within 20 ms/),
    });
  });

  it("closes its session when it stops, with requests on their way", async () => {
    const { connection, sessions, arrival } = await connected(() => undefined);
    const lost = expect(connection.call.request({ path: "/" })).rejects.toMatchObject({ code: "ERR_EXITED" });
    await arrival;
    const [session] = sessions;
    const closed = session === undefined ? undefined : once(session, "close");
    await connection.stop();
    await closed;
    await lost;
    expect(sessions).toHaveLength(0);
  });

  it.each([
    ["an origin that is no URL", { origin: "localhost" }, /origin/],
    ["an origin of another scheme", { origin: "ftp://localhost" }, /origin/],
    ["an unknown option", { origin: "http://localhost", timeout: 5 }, /timeout/],
    ["a deadline that is none", { origin: "http://localhost", requestTimeoutMs: 0 }, /requestTimeoutMs/],
  ])("does not start with %s", async (_, options, fault) => {
    await expect(freshSystem().start(Http2Connection, options)).rejects.toMatchObject({
      code: "ERR_START_FAILED",
      message: expect.stringMatching(fault),
    });
  });

  it("keeps to the origin of a longer URL", async () => {
    const { url } = await startOrigin((stream) => stream.respond({ ":status": 200 }, { endStream: true }));
    const connection = await freshSystem().start(Http2Connection, { origin: `${url}/a/b?c`, backoff: QUICK });
    await connection.call.ready();
    expect(await connection.call.status()).toMatchObject({ origin: url });
  });
});
