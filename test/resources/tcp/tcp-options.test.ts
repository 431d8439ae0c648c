import { describe, expect, it } from "vitest";
import { checkByteCount, checkLimits, tcpSettings } from "../../../src/resources/tcp/tcp-options.ts";

describe("tcpSettings", () => {
  it("fills in what is absent", () => {
    expect(tcpSettings({ port: 6379 })).toEqual({
      address: { port: 6379 },
      timeoutMs: 5_000,
      maxBytes: 65_536,
      closeTimeoutMs: 1_000,
    });
  });

  it("names all faults at once", () => {
    const given = { port: 70_000, timeoutMs: 0, maxBytes: 0, closeTimeoutMs: Number.NaN, retries: 1 };
    expect(() => tcpSettings(given)).toThrow(
      expect.objectContaining({
        code: "ERR_INVALID_OPTIONS",
        faults: ["port", "timeoutMs", "maxBytes", "closeTimeoutMs", "retries"].map((name) =>
          expect.stringContaining(name),
        ),
      }),
    );
  });
});

describe("checkLimits", () => {
  it.each([undefined, {}, { timeoutMs: 0 }, { timeoutMs: Number.POSITIVE_INFINITY, maxBytes: 1 }])(
    "takes %j",
    (given) => {
      expect(() => checkLimits("read", given)).not.toThrow();
    },
  );

  it("names all faults at once", () => {
    const given = { timeoutMs: -1, maxBytes: 0.5, timeout: 3 };
    expect(() => checkLimits("readUntil", given)).toThrow(/readUntil: .*"timeout".*timeoutMs.*maxBytes/);
    expect(() => checkLimits("read", { timeoutMs: Number.NaN })).toThrow(/timeoutMs/);
  });
});

describe("checkByteCount", () => {
  it.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY])("refuses %d", (bytes) => {
    expect(() => checkByteCount("readBytes", bytes)).toThrow(
      `readBytes: what is read must be a whole number`,
    );
  });
});
