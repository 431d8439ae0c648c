import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openSite } from "../../../examples/link-audit/site.ts";
import { deadPort, endless, hang, html, serveWeb, status, type WebServer } from "./web-server.ts";

const LIMITS = { timeoutMs: 300, maxBytes: 100_000 };

let server: WebServer;

beforeAll(async () => {
  server = await serveWeb({
    "/": html("<p>hello"),
    "/moved": status(301, { location: "/?to=here#part" }),
    "/circle": status(302, { location: "/circle" }),
    "/around": status(302, { location: "/back" }),
    "/back": status(302, { location: "/around" }),
    "/away": status(302, { location: "mailto:a@b.example" }),
    "/badly": status(302, { location: "http://[" }),
    "/image": status(200, { "content-type": "image/png" }),
    "/untyped": status(200),
    "/broken": status(500),
    "/hanging": hang,
    "/endless": endless,
    "/cut": (response) => response.destroy(),
    ...Object.fromEntries(
      Array.from({ length: 12 }, (_, n) => [`/hop-${n}`, status(307, { location: `/hop-${n + 1}` })]),
    ),
  });
});

afterAll(() => server[Symbol.asyncDispose]());

describe("openSite", () => {
  it("follows redirects to the first page, and finds HTTP/1.1 in the clear", async () => {
    const site = await openSite(`${server.url}/moved`, LIMITS);
    expect(site).toMatchObject({ ok: true, protocol: "http/1.1" });
    expect(site.ok && site.start.href).toBe(`${server.url}/?to=here`);
  });

  it.each([
    ["/circle", "redirects in a circle"],
    ["/around", "redirects in a circle"],
    ["/hop-0", "redirects more than 10 times"],
    ["/away", "redirects to mailto:"],
    ["/badly", "redirects to an address that is not valid"],
    ["/image", "image/png is not an HTML or Markdown page"],
    ["/untyped", "an answer without a type is not an HTML or Markdown page"],
    ["/broken", "500 Internal Server Error"],
    ["/missing", "404 Not Found"],
    ["/hanging", "no answer within 300 ms"],
    ["/endless", "larger than 100000 bytes"],
    ["/cut", "connection lost"],
  ])("says why %s cannot be audited", async (path, why) => {
    expect(await openSite(server.url + path, LIMITS)).toEqual({ ok: false, why });
  });

  it("says that a server refuses", async () => {
    const refusing = `http://127.0.0.1:${await deadPort()}/`;
    expect(await openSite(refusing, LIMITS)).toEqual({ ok: false, why: "connection refused" });
  });

  it("says that a host has no address", async () => {
    expect(await openSite("http://no-such-host.invalid/", LIMITS)).toEqual({
      ok: false,
      why: "host not found",
    });
  });
});
