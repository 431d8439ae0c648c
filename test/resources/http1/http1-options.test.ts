import { describe, expect, it } from "vitest";
import { http1Settings } from "../../../src/resources/http1/http1-options.ts";

describe("http1Settings", () => {
  it.each([
    ["http://localhost:8080/a?b", "http://localhost:8080", { host: "localhost", port: 8080 }],
    ["http://[::1]", "http://[::1]", { host: "::1", port: 80 }],
    [
      "https://Example.org",
      "https://example.org",
      { host: "example.org", port: 443, tls: expect.any(Object) },
    ],
  ])("leads %s to its origin", (url, origin, address) => {
    expect(http1Settings(url, {})).toEqual({ origin, address, client: {} });
  });

  it("says over TLS that it speaks HTTP/1.1 and nothing else", () => {
    const { address } = http1Settings("https://localhost", { tls: { ca: "…", ALPNProtocols: ["h2"] } });
    expect(address.tls).toEqual({ ca: "…", ALPNProtocols: ["http/1.1"] });
  });

  it("hands undici's own options on", () => {
    const client = { headersTimeout: 1_000, maxResponseSize: 10 };
    expect(http1Settings("http://localhost", { client }).client).toBe(client);
  });

  it.each<[string, object, RegExp]>([
    ["localhost:8080", {}, /origin must be an http: or https: URL/],
    ["ftp://localhost", {}, /origin must be/],
    ["http://localhost", { timeout: 1 }, /unknown option "timeout"/],
    ["http://localhost", { tls: {} }, /tls is for https/],
    ["http://localhost", { client: { pipelining: 10, connect: {} } }, /client\.pipelining.*client\.connect/],
    ["http://localhost", { client: { headersTimeout: -1 } }, /client: headersTimeout/],
  ])("refuses %s with %j", (origin, options, fault) => {
    expect(() => http1Settings(origin, options)).toThrow(
      expect.objectContaining({ code: "ERR_INVALID_OPTIONS", message: expect.stringMatching(fault) }),
    );
  });
});
