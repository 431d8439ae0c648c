import { ActorError } from "troupe";
import { describe, expect, it } from "vitest";
import { backoffMs, faultText, isPassing } from "../../../examples/link-audit/database-fault.ts";

function coded(code: string): Error {
  return Object.assign(new Error(`said ${code}`), { code });
}

function pooled(cause?: unknown): ActorError {
  return new ActorError(
    "ERR_CHECKOUT_TIMEOUT",
    "no",
    "nobody was free",
    cause === undefined ? {} : { cause },
  );
}

describe("isPassing", () => {
  it.each([
    coded("ECONNREFUSED"),
    coded("ENOENT"),
    coded("57P01"),
    coded("57P03"),
    coded("08006"),
    coded("40P01"),
    coded("53300"),
    new Error("Connection terminated unexpectedly"),
    new Error("Client has encountered a connection error and is not queryable"),
    new AggregateError([coded("ECONNREFUSED"), coded("ENETUNREACH")]),
    pooled(),
    pooled(coded("ECONNREFUSED")),
    pooled(pooled()),
  ])("waits after %s", (error) => {
    expect(isPassing(error)).toBe(true);
  });

  it.each([
    coded("28P01"),
    coded("3D000"),
    coded("42P01"),
    coded("ENOTFOUND"),
    pooled(coded("28P01")),
    new TypeError("a mistake of ours"),
    new ActorError("ERR_BAD_MESSAGE", "no", "a mistake of ours"),
    "thrown",
  ])("does not wait after %s", (error) => {
    expect(isPassing(error)).toBe(false);
  });
});

describe("backoffMs", () => {
  it("doubles from 50 ms to a second", () => {
    expect([0, 1, 2, 4, 5, 500].map(backoffMs)).toEqual([50, 100, 200, 800, 1_000, 1_000]);
  });
});

describe("faultText", () => {
  it("says what was said first, in one line", () => {
    expect(faultText(pooled(new AggregateError([coded("ECONNREFUSED")])))).toBe("said ECONNREFUSED");
    expect(faultText(new Error("one\ntwo"))).toBe("one");
    expect(faultText("thrown")).toBe("thrown");
  });
});
