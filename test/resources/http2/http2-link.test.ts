import { once } from "node:events";
import { constants, type ServerHttp2Stream } from "node:http2";
import type { Socket } from "node:net";
import { describe, expect, it } from "vitest";
import { isActorError } from "../../../src/core/errors.ts";
import type { Pid } from "../../../src/core/pid.ts";
import { createRegistry } from "../../../src/registry/create-registry.ts";
import type { DisconnectedError } from "../../../src/resources/errors.ts";
import { Http2Connection } from "../../../src/resources/http2/http2-connection.ts";
import { testSystem } from "../../../src/testing/test-system.ts";
import { freshSystem } from "../fresh-system.ts";
import { connected } from "./connected.ts";
import { FRAME, hasRead, startOrigin, startPeer, startTcp } from "./origin.ts";

/**
 * Up to Node 21 a session that is destroyed resets its streams before it says GOAWAY, and one that is sent what is no
 * frame says nothing of it.
 */
const isOldNode = Number(process.versions.node.split(".")[0]) < 22;

/** Answers at once, or never under `/hang`. */
function answerOrHang(stream: ServerHttp2Stream, path: string | undefined): void {
  if (path !== "/hang") stream.respond({ ":status": 200 }, { endStream: true });
}

/** One request, after the attempt under way: each try ends with an event, so that a loop of them does not spin. */
async function answers(connection: Pid<typeof Http2Connection>): Promise<boolean> {
  try {
    await connection.call.ready();
    return (await connection.call.request({ path: "/" })).status === 200;
  } catch (error) {
    if (isActorError(error, "ERR_DISCONNECTED")) return false;
    throw error;
  }
}

describe("Http2Link", () => {
  it.each([
    ["cut without a word", "ERR_DISCONNECTED"],
    [
      "destroyed by the peer, which on Node 20 resets its streams first",
      isOldNode ? "ERR_REMOTE" : "ERR_DISCONNECTED",
    ],
  ])(
    "B1 B6: fails every request on its way at once when the session is %s, and comes back",
    async (how, code) => {
      const origin = await connected((stream, headers) => {
        if (headers[":path"] !== "/last") answerOrHang(stream, headers[":path"]);
        else if (how.startsWith("cut")) origin.cut();
        else origin.sessions[0]?.destroy();
      });
      const { connection } = origin;
      const lost = ["/hang", "/hang", "/last"].map((path) =>
        connection.call.request({ path, timeoutMs: 60_000 }, { timeoutMs: 60_000 }),
      );
      const outcomes = await Promise.allSettled(lost);
      expect(outcomes[0]).toMatchObject({ status: "rejected", reason: { code, handled: "unknown" } });
      expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"]);
      while (!(await answers(connection)));
    },
  );

  it("gives no half body when the session is lost in the middle of it", async () => {
    const { connection, sessions, arrival } = await connected((stream) => {
      stream.respond({ ":status": 200 });
      stream.write("half");
    });
    const request = connection.call.request({ path: "/" });
    await arrival;
    await hasRead(sessions[0]);
    sessions[0]?.destroy();
    await expect(request).rejects.toMatchObject({ code: "ERR_DISCONNECTED", handled: "unknown" });
  });

  it("finishes on the session that was told to go what it began there, and asks anew on another", async () => {
    let first: ServerHttp2Stream | undefined;
    const { connection, sessions, arrival } = await connected((stream, headers) => {
      if (headers[":path"] === "/slow") first = stream;
      else answerOrHang(stream, headers[":path"]);
    });
    const slow = connection.call.request({ path: "/slow" });
    await arrival;
    const [old] = sessions;
    old?.goaway(constants.NGHTTP2_NO_ERROR);
    await hasRead(old);
    expect(await connection.call.ready()).toBe("h2c");
    expect(await connection.call.request({ path: "/" })).toMatchObject({ status: 200 });
    expect(sessions).toHaveLength(2);
    const gone = old === undefined ? undefined : once(old, "close");
    first?.respond({ ":status": 201 }, { endStream: true });
    expect(await slow).toMatchObject({ status: 201 });
    // The origin never hangs up by itself: the connection does, after the last answer.
    await gone;
    expect(sessions).toHaveLength(1);
  });

  it("hangs up after the last answer of a session that was told to go, since its peer may never do it", async () => {
    let over = (): void => undefined;
    const hungUp = new Promise<void>((resolve) => {
      over = resolve;
    });
    const origin = await startPeer((socket) => {
      socket.write(FRAME.goaway);
      socket.write(FRAME.ok);
      // Half closed it would go on taking what is sent; closed it does not.
      const press = (): void => void socket.write(FRAME.ping, (error) => (error ? over() : press()));
      socket.on("end", press);
    });
    const connection = await freshSystem().start(Http2Connection, { origin });
    await connection.call.ready();
    expect(await connection.call.request({ path: "/" })).toMatchObject({ status: 200 });
    await hungUp;
  });

  it.each<[string, (socket: Socket) => unknown]>([
    ["hangs up", (socket) => socket.end()],
    ["is gone", (socket) => socket.destroy()],
    ["resets the connection", (socket) => socket.resetAndDestroy()],
    ["says GOAWAY and is gone", (socket) => socket.write(FRAME.goaway) && socket.destroy()],
    ["says GOAWAY with an error", (socket) => socket.write(FRAME.goawayInternalError)],
    ["floods it with pings", (socket) => socket.write(Buffer.concat(Array(20_000).fill(FRAME.ping)))],
  ])("B6: is out of its pool before its callers hear that the peer %s", async (_, end) => {
    const system = freshSystem();
    const registry = createRegistry(system, { keys: "duplicate" });
    const origin = await startPeer(end);
    const connection = await system.start(Http2Connection, { origin, join: { registry, key: "upstream" } });
    await connection.call.ready();
    expect(registry.lookup("upstream")).toHaveLength(1);
    // Looked at in the very turn in which the caller hears.
    const lost = connection.call.request({ path: "/" }).catch(({ code, handled }: DisconnectedError) => ({
      code,
      handled,
      members: registry.lookup("upstream").length,
    }));
    expect(await lost).toEqual({ code: "ERR_DISCONNECTED", handled: "unknown", members: 0 });
  });

  it("gives up a peer that has fallen silent: a request's deadline makes it ask", async () => {
    await using system = testSystem();
    const origin = await startPeer(() => undefined);
    const connection = await system.start(Http2Connection, { origin });
    await connection.call.ready();
    const patient = { timeoutMs: Number.POSITIVE_INFINITY };
    const lost = expect(connection.call.request({ path: "/", ...patient }, patient)).rejects.toMatchObject({
      code: "ERR_DISCONNECTED",
      handled: "unknown",
    });
    const late = expect(connection.call.request({ path: "/" })).rejects.toMatchObject({
      code: "ERR_CALL_TIMEOUT",
    });
    await system.advance(5_000);
    await late;
    await system.advance(4_999);
    expect(await connection.call.status()).toMatchObject({ phase: "connected", inFlight: 1 });
    await system.advance(1);
    await lost;
    await expect(connection.call.request({ path: "/" })).rejects.toMatchObject({
      handled: "no",
      message: expect.stringMatching(/no answer to a ping within 5000 ms/),
    });
  });

  it("B6: gives up a peer that has said what is no frame, and stays: on Node 20 when its silence tells", async () => {
    await using system = testSystem();
    const origin = await startPeer((socket) => socket.write(FRAME.nonsense));
    const connection = await system.start(Http2Connection, { origin });
    await connection.call.ready();
    const patient = { timeoutMs: Number.POSITIVE_INFINITY };
    const outcomes = Promise.allSettled([
      connection.call.request({ path: "/", ...patient }, patient),
      connection.call.request({ path: "/" }),
    ]);
    if (isOldNode) {
      await system.advance(5_000);
      await system.advance(5_000);
    }
    const lost = { reason: { code: "ERR_DISCONNECTED", handled: "unknown" } };
    expect(await outcomes).toMatchObject([lost, isOldNode ? { reason: { code: "ERR_CALL_TIMEOUT" } } : lost]);
    await expect(connection.call.request({ path: "/" })).rejects.toMatchObject({ handled: "no" });
  });

  it("keeps a slow peer that answers its pings", async () => {
    await using system = testSystem();
    const { url, sessions } = await startOrigin(() => undefined);
    const connection = await system.start(Http2Connection, { origin: url });
    await connection.call.ready();
    const late = expect(connection.call.request({ path: "/" })).rejects.toMatchObject({
      code: "ERR_CALL_TIMEOUT",
    });
    await system.advance(5_000);
    await late;
    // Our ping is ahead of this one, and its answer too.
    const [session] = sessions;
    await hasRead(session);
    await system.advance(60_000);
    await hasRead(session);
    expect(await connection.call.status()).toMatchObject({ phase: "connected", failures: 0 });
  });

  it("answers `handled: no` for requests that a GOAWAY left out", async () => {
    const streams: ServerHttp2Stream[] = [];
    const { connection, sessions } = await connected((stream) => {
      streams.push(stream);
      if (streams.length < 2) return;
      sessions[0]?.goaway(constants.NGHTTP2_NO_ERROR, 1);
      streams[0]?.respond({ ":status": 200 }, { endStream: true });
    });
    const kept = connection.call.request({ path: "/" });
    const left = connection.call.request({ path: "/" });
    await expect(left).rejects.toMatchObject({ code: "ERR_DISCONNECTED", handled: "no" });
    expect(await kept).toMatchObject({ status: 200 });
  });

  it("outlives an origin that goes down and comes back on the same port", async () => {
    const { connection, stop, start } = await connected((stream, headers) =>
      answerOrHang(stream, headers[":path"]),
    );
    await stop();
    expect(await answers(connection)).toBe(false);
    await start();
    while (!(await answers(connection)));
  });

  it("waits longer after each failure, and never longer than maxMs", async () => {
    await using system = testSystem();
    const origin = await startTcp((socket) => socket.destroy());
    const backoff = { minMs: 100, maxMs: 400, jitter: 0 };
    const connection = await system.start(Http2Connection, { origin, backoff });
    for (const [index, waitMs] of [100, 200, 400, 400].entries()) {
      await expect(connection.call.ready()).rejects.toMatchObject({ code: "ERR_DISCONNECTED" });
      await system.advance(waitMs - 1);
      expect(await connection.call.status()).toMatchObject({ phase: "waiting", failures: index + 1 });
      await system.advance(1);
      expect(await connection.call.status()).not.toMatchObject({ phase: "waiting", failures: index + 1 });
    }
  });

  it("leaves a share of the wait to the system's own chance", async () => {
    await using system = testSystem({ seed: 7 });
    const origin = await startTcp((socket) => socket.destroy());
    const connection = await system.start(Http2Connection, {
      origin,
      backoff: { minMs: 1_000, maxMs: 1_000, jitter: 0.5 },
    });
    await expect(connection.call.ready()).rejects.toMatchObject({ code: "ERR_DISCONNECTED" });
    await system.advance(499);
    expect(await connection.call.status()).toMatchObject({ phase: "waiting" });
    await system.advance(501);
    expect(await connection.call.status()).not.toMatchObject({ phase: "waiting", failures: 1 });
  });

  it("counts no failures against a connection that has answered, or has lived as long as it was waited for", async () => {
    await using system = testSystem();
    const { url, cut } = await startOrigin((stream, headers) => answerOrHang(stream, headers[":path"]));
    const connection = await system.start(Http2Connection, {
      origin: url,
      backoff: { minMs: 100, maxMs: 10_000, jitter: 0 },
    });
    /** Loses the connection as it is, and goes on when the next one is there. */
    const lose = async (failures: number): Promise<void> => {
      const hanging = expect(connection.call.request({ path: "/hang" })).rejects.toMatchObject({
        code: "ERR_DISCONNECTED",
      });
      await connection.call.status();
      cut();
      await hanging;
      expect(await connection.call.status()).toMatchObject({ phase: "waiting", failures });
      await system.advance(100 * 2 ** (failures - 1));
      await connection.call.ready();
    };
    await connection.call.ready();
    await lose(1);
    await lose(2);
    await system.advance(199);
    await lose(3);
    await system.advance(400);
    await lose(1);
    await lose(2);
    expect(await connection.call.request({ path: "/" })).toMatchObject({ status: 200 });
    await lose(1);
  });

  it("ends a request exactly when its deadline passes", async () => {
    await using system = testSystem();
    const { url } = await startOrigin(() => undefined);
    const connection = await system.start(Http2Connection, { origin: url });
    await connection.call.ready();
    const request = connection.call.request({ path: "/", timeoutMs: 1_000 }, { timeoutMs: 60_000 });
    const ended = expect(request).rejects.toMatchObject({ code: "ERR_CALL_TIMEOUT", timeoutMs: 1_000 });
    await system.advance(999);
    expect(await connection.call.status()).toMatchObject({ inFlight: 1 });
    await system.advance(1);
    expect(await connection.call.status()).toMatchObject({ inFlight: 0 });
    await ended;
  });

  it("sets no deadline for Infinity", async () => {
    await using system = testSystem();
    const { url, sessions } = await startOrigin(() => undefined);
    const connection = await system.start(Http2Connection, { origin: url });
    await connection.call.ready();
    const infinite = { timeoutMs: Number.POSITIVE_INFINITY };
    const request = connection.call.request({ path: "/", ...infinite }, infinite);
    const ended = expect(request).rejects.toMatchObject({ code: "ERR_EXITED" });
    await system.advance(3_600_000);
    expect(await connection.call.status()).toMatchObject({ inFlight: 1 });
    expect(sessions).toHaveLength(1);
    connection.exit("shutdown");
    await ended;
  });

  it("gives up an attempt without SETTINGS exactly when its time is up", async () => {
    await using system = testSystem();
    const origin = await startTcp(() => undefined);
    const connection = await system.start(Http2Connection, { origin, connectTimeoutMs: 1_000 });
    await system.advance(999);
    expect(await connection.call.status()).toMatchObject({ phase: "connecting", failures: 0 });
    const over = expect(connection.call.ready()).rejects.toMatchObject({ code: "ERR_DISCONNECTED" });
    await system.advance(1);
    await over;
    expect(await connection.call.status()).toMatchObject({ phase: "waiting", failures: 1 });
  });
});
