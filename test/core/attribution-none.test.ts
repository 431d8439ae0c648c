import { describe, expect, it } from "vitest";
import { noAttribution } from "../../src/core/attribution.ts";
import { attribution } from "../../src/core/attribution-none.ts";

describe("attribution where the host has no asynchronous contexts", () => {
  it("is none", () => {
    expect(attribution).toBe(noAttribution);
  });
});
