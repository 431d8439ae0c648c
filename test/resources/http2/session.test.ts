import { once } from "node:events";
import { createServer as createHttp1Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type ConnectionOptions, createServer as createTlsServer } from "node:tls";
import { describe, expect, it, onTestFinished } from "vitest";
import { openSession, type SessionEvent } from "../../../src/resources/http2/session.ts";
import { selfSigned } from "./certificate.ts";
import { deadUrl, startOrigin, startTcp } from "./origin.ts";

const TRUSTING = { rejectUnauthorized: false };

/** Opens a session; `next` gives its events one by one. */
function open(url: string, tls: ConnectionOptions = {}) {
  const events: SessionEvent[] = [];
  let wake = (): void => undefined;
  const { session, closed, end } = openSession(url, tls, (event) => {
    events.push(event);
    wake();
  });
  onTestFinished(() => {
    end();
    return closed;
  });
  const next = async (): Promise<SessionEvent> => {
    while (events.length === 0) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    return events.shift() as SessionEvent;
  };
  return { session, closed, end, next };
}

describe("openSession", () => {
  it("is connected when the peer's SETTINGS have come, not before", async () => {
    let sayHello = (): void => undefined;
    const hello = new Promise<void>((resolve) => {
      sayHello = resolve;
    });
    const url = await startTcp((socket) => {
      socket.once("data", () => hello.then(() => socket.write(Buffer.from("000000040000000000", "hex"))));
    });
    const { session, next } = open(url);
    await once(session, "connect");
    sayHello();
    expect(await next()).toMatchObject({ type: "connected", protocol: "h2c" });
  });

  it("speaks h2 over TLS where ALPN offers it", async () => {
    const { url } = await startOrigin(() => undefined, { tls: true });
    expect(await open(url, TRUSTING).next()).toMatchObject({ type: "connected", protocol: "h2" });
  });

  it("tells GOAWAY once, whatever the number of frames", async () => {
    const { url, sessions } = await startOrigin(() => undefined);
    const { next } = open(url);
    await next();
    sessions[0]?.goaway(0, 2 ** 31 - 1);
    sessions[0]?.goaway(0);
    expect(await next()).toMatchObject({ type: "leaving" });
    sessions[0]?.destroy();
    expect(await next()).toMatchObject({ type: "closed", foreign: false });
  });

  it("ends a session whose peer said GOAWAY and then never hangs up", async () => {
    const { url, sessions } = await startOrigin(() => undefined);
    const { next, end, closed } = open(url);
    await next();
    sessions[0]?.goaway(0);
    expect(await next()).toMatchObject({ type: "leaving" });
    end();
    await closed;
    expect(await next()).toMatchObject({ type: "closed", foreign: false });
  });

  it("closes with the cause when nobody listens", async () => {
    expect(await open(await deadUrl()).next()).toMatchObject({
      type: "closed",
      foreign: false,
      error: { code: "ECONNREFUSED" },
    });
  });

  it("closes when the peer hangs up without a word", async () => {
    const { next } = open(await startTcp((socket) => socket.destroy()));
    expect(await next()).toMatchObject({ type: "closed", foreign: false });
  });

  it("finds a peer foreign that answers in HTTP/1.1 in the clear", async () => {
    const url = await startTcp((socket) =>
      socket.end("HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n"),
    );
    expect(await open(url).next()).toMatchObject({ type: "closed", foreign: true });
  });

  it("finds Node's own HTTP/1.1 server foreign", async () => {
    const server = createHttp1Server().listen(0, "127.0.0.1");
    await once(server, "listening");
    onTestFinished(() => void server.close());
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    expect(await open(url).next()).toMatchObject({ type: "closed", foreign: true });
  });

  it.each([
    ["picks http/1.1", ["http/1.1"]],
    ["knows no ALPN", undefined],
  ])("finds a peer foreign that %s", async (_, protocols) => {
    const options = protocols === undefined ? selfSigned() : { ...selfSigned(), ALPNProtocols: protocols };
    const server = createTlsServer(options, (socket) => socket.on("error", () => undefined));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    onTestFinished(() => void server.close());
    const { next } = open(`https://127.0.0.1:${(server.address() as AddressInfo).port}`, TRUSTING);
    expect(await next()).toMatchObject({ type: "closed", foreign: true });
  });

  it("closes with the cause when the certificate is not to be trusted", async () => {
    const { url } = await startOrigin(() => undefined, { tls: true });
    expect(await open(url).next()).toMatchObject({
      type: "closed",
      foreign: false,
      error: { code: "DEPTH_ZERO_SELF_SIGNED_CERT" },
    });
  });

  it("ends in the turn in which it began", async () => {
    const { end, closed, next } = open(await startTcp(() => undefined));
    end();
    await closed;
    expect(await next()).toMatchObject({ type: "closed", foreign: false });
  });

  it("ends at once while it still waits for SETTINGS", async () => {
    const { session, end, closed, next } = open(await startTcp(() => undefined));
    await once(session, "connect");
    end(new Error("enough"));
    await closed;
    expect(await next()).toMatchObject({ type: "closed", error: { message: "enough" } });
  });
});
