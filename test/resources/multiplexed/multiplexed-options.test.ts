import { describe, expect, it } from "vitest";
import { multiplexedSettings } from "../../../src/resources/multiplexed/multiplexed-options.ts";

describe("multiplexedSettings", () => {
  it("fills in what is absent", () => {
    expect(multiplexedSettings("quotes", { port: 7000 })).toEqual({
      address: { port: 7000 },
      join: undefined,
      connectTimeoutMs: 5_000,
      requestTimeoutMs: Number.POSITIVE_INFINITY,
      silentMs: 10_000,
      maxInFlight: 1_000,
      maxUnsentBytes: 16_777_216,
      backoff: { minMs: 100, maxMs: 10_000 },
    });
  });

  it("keeps what is given", () => {
    const given = { host: "::1", port: 1, tls: {}, silentMs: Number.POSITIVE_INFINITY, maxInFlight: 1 };
    expect(multiplexedSettings("quotes", given)).toMatchObject({
      address: { host: "::1", port: 1, tls: {} },
      silentMs: Number.POSITIVE_INFINITY,
      maxInFlight: 1,
    });
  });

  it("names who was started and all faults at once", () => {
    const given = { port: 7000, connectTimeoutMs: Number.POSITIVE_INFINITY, maxUnsentBytes: 0, retries: 3 };
    expect(() => multiplexedSettings("quotes", given)).toThrow(
      expect.objectContaining({
        code: "ERR_INVALID_OPTIONS",
        message: expect.stringMatching(/^quotes: .*connectTimeoutMs.*maxUnsentBytes.*retries/),
      }),
    );
  });
});
