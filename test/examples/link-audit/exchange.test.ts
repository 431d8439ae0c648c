import { gzipSync } from "node:zlib";
import { Agent } from "undici";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { decodeBody, exchange, headerOf } from "../../../examples/link-audit/exchange.ts";
import { endless, hang, html, serveWeb, status, type WebServer } from "./web-server.ts";

const agent = new Agent();
const LIMITS = { timeoutMs: 5_000, maxBytes: 50_000 };
let server: WebServer;

beforeAll(async () => {
  server = await serveWeb({
    "/": html("<p>hello"),
    "/moved": status(301, { location: "/" }),
    "/hanging": hang,
    "/endless": endless,
    "/packed": (response) =>
      response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync("unpacked")),
  });
});

afterAll(async () => {
  await agent.destroy();
  await server[Symbol.asyncDispose]();
});

describe("exchange", () => {
  it("answers with status, headers and body", async () => {
    const answer = await exchange(agent, { method: "GET", url: `${server.url}/`, ...LIMITS });
    expect(answer.status).toBe(200);
    expect(headerOf(answer.headers, "content-type")).toBe("text/html");
    expect(new TextDecoder().decode(answer.body)).toBe("<p>hello");
  });

  it("does not follow a redirect by itself", async () => {
    const answer = await exchange(agent, { method: "GET", url: `${server.url}/moved`, ...LIMITS });
    expect([answer.status, headerOf(answer.headers, "location")]).toEqual([301, "/"]);
  });

  it("unpacks a body", async () => {
    const { body } = await exchange(agent, { method: "GET", url: `${server.url}/packed`, ...LIMITS });
    expect(new TextDecoder().decode(body)).toBe("unpacked");
  });

  it("stops reading at the limit", async () => {
    const asked = exchange(agent, { method: "GET", url: `${server.url}/endless`, ...LIMITS });
    await expect(asked).rejects.toMatchObject({ code: "ERR_TOO_LARGE" });
  });

  it("stops waiting at the deadline", async () => {
    const asked = exchange(agent, { method: "GET", url: `${server.url}/hanging`, ...LIMITS, timeoutMs: 100 });
    await expect(asked).rejects.toMatchObject({ name: "TimeoutError" });
  });
});

describe("decodeBody", () => {
  it("limits what a body grows to", async () => {
    const bomb = gzipSync(Buffer.alloc(1_000_000));
    const decoded = decodeBody(bomb, { "content-encoding": "gzip" }, 10_000);
    await expect(decoded).rejects.toMatchObject({ code: "ERR_TOO_LARGE" });
  });

  it("leaves a coding that it does not know", async () => {
    const body = new Uint8Array([1, 2]);
    expect(await decodeBody(body, { "content-encoding": "zstd" }, 10)).toBe(body);
  });
});

describe("headerOf", () => {
  it("is the first value, or nothing", () => {
    const headers = { a: "x", b: ["y", "z"] };
    expect(["a", "b", "c"].map((name) => headerOf(headers, name))).toEqual(["x", "y", ""]);
  });
});
