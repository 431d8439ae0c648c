import { once } from "node:events";
import { connect, constants, type ServerHttp2Stream } from "node:http2";
import { describe, expect, it, onTestFinished } from "vitest";
import { ActorError } from "../../../src/core/errors.ts";
import { type Exchange, type Outcome, startExchange } from "../../../src/resources/http2/exchange.ts";
import type { Http2Request } from "../../../src/resources/http2/request.ts";
import { hasRead, type Serve, startOrigin } from "./origin.ts";

interface Sent extends Promise<Outcome> {
  readonly exchange: Exchange;
}

describe("startExchange", () => {
  it("gives status, headers and body", async () => {
    const { send } = await connected((stream) => {
      stream.respond({ ":status": 404, "content-type": "text/plain", "set-cookie": ["a=1", "b=2"] });
      stream.end("not here");
    });
    const outcome = await send({ path: "/" });
    expect(outcome).toMatchObject({
      ok: true,
      response: { status: 404, headers: { "content-type": "text/plain", "set-cookie": ["a=1", "b=2"] } },
    });
    expect(outcome.ok && new TextDecoder().decode(outcome.response.body)).toBe("not here");
    expect(outcome.ok && Object.keys(outcome.response.headers)).not.toContain(":status");
  });

  it("sends method, path, headers and body", async () => {
    const { send } = await connected(async (stream, headers) => {
      const body = (await stream.toArray()).join("");
      stream.respond({ ":status": 200 });
      stream.end(`${headers[":method"]} ${headers[":path"]} ${headers["x-a"]} ${body}`);
    });
    const outcome = await send({ method: "PUT", path: "/p?q=1", headers: { "x-a": "b" }, body: "content" });
    expect(outcome.ok && String(outcome.response.body)).toBe("PUT /p?q=1 b content");
  });

  it.each([
    ["HEAD", 200],
    ["GET", 204],
  ])("takes an answer to %s without a body (%i)", async (method, status) => {
    const { send } = await connected((stream) => stream.respond({ ":status": status }, { endStream: true }));
    expect(await send({ method, path: "/" })).toMatchObject({ ok: true, response: { status } });
  });

  it("takes an early answer to a body that is still being sent", async () => {
    const { send } = await connected((stream) => {
      stream.respond({ ":status": 413 });
      stream.end("no");
    });
    const body = new Uint8Array(4_000_000);
    expect(await send({ method: "POST", path: "/", body })).toMatchObject({
      ok: true,
      response: { status: 413 },
    });
  });

  it("fails with `handled: unknown` when the session is destroyed before the answer", async () => {
    const { send, sessions } = await connected(() => sessions[0]?.destroy());
    expect(await send({ path: "/" })).toMatchObject({
      ok: false,
      error: { code: "ERR_DISCONNECTED", handled: "unknown" },
    });
  });

  it("fails, and gives no half body, when the session is destroyed in the middle of it", async () => {
    const { send, sessions, arrival } = await connected((stream) => {
      stream.respond({ ":status": 200, "content-type": "text/plain" });
      stream.write("half");
    });
    const outcome = send({ path: "/" });
    await arrival;
    await hasRead(sessions[0]);
    sessions[0]?.destroy();
    expect(await outcome).toMatchObject({
      ok: false,
      error: { code: "ERR_DISCONNECTED", handled: "unknown" },
    });
  });

  it("fails, and gives no half body, when the session is destroyed at this end", async () => {
    const { send, session, sessions, arrival } = await connected((stream) => {
      stream.respond({ ":status": 200 });
      stream.write("half");
    });
    const outcome = send({ path: "/" });
    await arrival;
    await hasRead(sessions[0]);
    session.destroy();
    expect(await outcome).toMatchObject({
      ok: false,
      error: { code: "ERR_DISCONNECTED", handled: "unknown" },
    });
  });

  it("fails with `handled: no` when the peer refuses the stream", async () => {
    const { send } = await connected((stream) => stream.close(constants.NGHTTP2_REFUSED_STREAM));
    expect(await send({ path: "/" })).toMatchObject({
      ok: false,
      error: { code: "ERR_REMOTE", handled: "no", remote: { name: "REFUSED_STREAM" } },
    });
  });

  it("fails with `handled: unknown` and the code's name when the peer resets the stream otherwise", async () => {
    const { send, session } = await connected((stream) => stream.close(constants.NGHTTP2_INTERNAL_ERROR));
    expect(await send({ path: "/" })).toMatchObject({
      ok: false,
      error: { code: "ERR_REMOTE", handled: "unknown", remote: { name: "INTERNAL_ERROR" } },
    });
    expect(session.closed).toBe(false);
  });

  it("fails with `handled: no` for streams above the last one of a GOAWAY, and finishes those below", async () => {
    const streams: ServerHttp2Stream[] = [];
    const { send, sessions } = await connected((stream) => {
      streams.push(stream);
      if (streams.length < 2) return;
      sessions[0]?.goaway(constants.NGHTTP2_NO_ERROR, 1);
      streams[0]?.respond({ ":status": 200 }, { endStream: true });
    });
    const [first, second] = await Promise.all([send({ path: "/1" }), send({ path: "/2" })]);
    expect(first).toMatchObject({ ok: true, response: { status: 200 } });
    expect(second).toMatchObject({ ok: false, error: { code: "ERR_DISCONNECTED", handled: "no" } });
  });

  it("fails with `handled: no` when the session is closed in the turn of the request", async () => {
    const { send, session } = await connected((stream) => stream.respond({ ":status": 200 }));
    const outcome = send({ path: "/" });
    session.close();
    expect(await outcome).toMatchObject({ ok: false, error: { code: "ERR_DISCONNECTED", handled: "no" } });
  });

  it.each(["close", "destroy"] as const)("throws `handled: no` after %s", async (end) => {
    const { session, send } = await connected(() => undefined);
    session[end]();
    expect(() => send({ path: "/" })).toThrow(
      expect.objectContaining({ code: "ERR_DISCONNECTED", handled: "no" }),
    );
  });

  it.each([
    ["a header HTTP/2 has not", { path: "/", headers: { connection: "keep-alive" } }],
    ["a header with a line break", { path: "/", headers: { "x-a": "b\r\nc" } }],
    ["a name that is no name", { path: "/", headers: { "x a": "b" } }],
    ["a path that is no text", { path: 7 as unknown as string }],
  ])("throws `handled: no` for %s", async (_, request) => {
    const { send, session } = await connected(() => undefined);
    expect(() => send(request)).toThrow(expect.objectContaining({ code: "ERR_BAD_MESSAGE", handled: "no" }));
    expect(session.destroyed).toBe(false);
  });

  it("ends an endless body at maxBytes and resets its stream", async () => {
    let reset: Promise<unknown> | undefined;
    const { send } = await connected((stream) => {
      reset = once(stream, "close");
      stream.respond({ ":status": 200 });
      const pour = (): void => {
        while (!stream.destroyed && stream.write(Buffer.alloc(16_384)));
      };
      stream.on("drain", pour);
      pour();
    });
    expect(await send({ path: "/", maxBytes: 50_000 })).toMatchObject({
      ok: false,
      error: { code: "ERR_TOO_LARGE", maxBytes: 50_000 },
    });
    await reset;
  });

  it("takes a body of exactly maxBytes", async () => {
    const { send } = await connected((stream) => {
      stream.respond({ ":status": 200 });
      stream.end("12345");
    });
    expect(await send({ path: "/", maxBytes: 5 })).toMatchObject({ ok: true });
    expect(await send({ path: "/", maxBytes: 4 })).toMatchObject({
      ok: false,
      error: { code: "ERR_TOO_LARGE" },
    });
  });

  it("is cancelled at once, resets its stream, and is settled once", async () => {
    let reset: Promise<unknown> | undefined;
    const { send, arrival, session } = await connected((stream) => {
      reset = once(stream, "close").then(() => stream.rstCode);
    });
    const outcome = send({ path: "/" });
    await arrival;
    const error = new ActorError("ERR_ABORTED", "unknown", "not wanted any more");
    outcome.exchange.cancel(error);
    outcome.exchange.cancel(new ActorError("ERR_ABORTED", "unknown", "twice"));
    expect(await outcome).toEqual({ ok: false, error });
    expect(await reset).toBe(constants.NGHTTP2_CANCEL);
    expect(session.destroyed).toBe(false);
  });
});

/** A client session to an origin that serves with `serve`; `arrival` settles with the first stream. */
async function connected(serve: Serve) {
  let arrived = (): void => undefined;
  const arrival = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  const { url, sessions } = await startOrigin((stream, headers) => {
    serve(stream, headers);
    arrived();
  });
  return { ...(await overSession(url)), sessions, arrival };
}

async function overSession(url: string) {
  const session = connect(url);
  session.on("error", () => undefined);
  onTestFinished(() => session.destroy());
  await once(session, "remoteSettings");
  const send = (request: Http2Request): Sent => {
    const exchanging = { session, origin: "http://test", maxBytes: 1_000_000 };
    let settle: (outcome: Outcome) => void = () => undefined;
    const outcome = new Promise<Outcome>((resolve) => {
      settle = resolve;
    });
    return Object.assign(outcome, { exchange: startExchange(exchanging, request, settle) });
  };
  return { session, send };
}
