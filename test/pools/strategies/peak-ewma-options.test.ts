import { describe, expect, it } from "vitest";
import { peakEwmaSettings } from "../../../src/pools/strategies/peak-ewma-options.ts";

describe("peakEwmaSettings", () => {
  it("fills in what is absent", () => {
    expect(peakEwmaSettings({})).toEqual({ decayMs: 10_000, failureMs: 1_000 });
    expect(peakEwmaSettings({ decayMs: 5 })).toEqual({ decayMs: 5, failureMs: 1_000 });
  });

  it("names all faults at once", () => {
    const given = { decayMs: 0, failureMs: Number.NaN, decay: 1 } as never;
    expect(() => peakEwmaSettings(given)).toThrow(
      'peakEwma: decayMs must be milliseconds, a number of at least 1; failureMs must be milliseconds, a number of at least 0; unknown option "decay"',
    );
  });
});
