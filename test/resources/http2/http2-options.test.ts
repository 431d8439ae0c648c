import { describe, expect, it } from "vitest";
import { http2Settings } from "../../../src/resources/http2/http2-options.ts";

describe("http2Settings", () => {
  it("fills in what is absent", () => {
    expect(http2Settings({ origin: "http://localhost:8080" })).toEqual({
      origin: "http://localhost:8080",
      connectTimeoutMs: 5_000,
      requestTimeoutMs: 5_000,
      maxBytes: 10_485_760,
      maxInFlight: 1_000,
      maxAgeMs: Number.POSITIVE_INFINITY,
      pingIntervalMs: Number.POSITIVE_INFINITY,
      backoff: { minMs: 100, maxMs: 10_000 },
      tls: {},
      join: undefined,
    });
  });

  it.each([
    ["HTTPS://Example.ORG:443/a?b#c", "https://example.org"],
    ["http://[::1]:80/", "http://[::1]"],
    ["http://user:secret@localhost:8080", "http://localhost:8080"],
  ])("takes the origin of %s", (origin, expected) => {
    expect(http2Settings({ origin }).origin).toBe(expected);
  });

  it.each([
    [{ origin: "localhost:8080" }, /origin/],
    [{ origin: "ws://localhost" }, /origin/],
    [{ origin: "http://localhost", maxBytes: -1 }, /maxBytes/],
    [{ origin: "http://localhost", connectTimeoutMs: Number.POSITIVE_INFINITY }, /connectTimeoutMs/],
    [{ origin: "http://localhost", backoff: { minMs: 0, maxMs: 10 } }, /backoff/],
    [{ origin: "http://localhost", backoff: { minMs: 10, maxMs: 1 } }, /backoff/],
    [{ origin: "http://localhost", backoff: { minMs: 1, maxMs: 1, jitter: 2 } }, /backoff/],
    [{ origin: "http://localhost", maxAgeMs: 0 }, /maxAgeMs/],
    [{ origin: "http://localhost", pingIntervalMs: Number.NaN }, /pingIntervalMs/],
    [{ origin: "http://localhost", retries: 3 }, /retries/],
  ])("refuses %j", (options, fault) => {
    expect(() => http2Settings(options)).toThrow(
      expect.objectContaining({ code: "ERR_INVALID_OPTIONS", message: expect.stringMatching(fault) }),
    );
  });
});
