import { describe, expect, it } from "vitest";
import { faultOf, statusReason } from "../../../examples/link-audit/fault-reason.ts";

const LIMITS = { timeoutMs: 250, maxBytes: 1_000 };

function coded(code: string): Error {
  return Object.assign(new Error("what Node says"), { code });
}

describe("faultOf", () => {
  it.each([
    [coded("ECONNREFUSED"), "connection refused"],
    [coded("ENOTFOUND"), "host not found"],
    [new AggregateError([coded("ECONNREFUSED"), coded("ENETUNREACH")]), "connection refused"],
    [new DOMException("late", "TimeoutError"), "no answer within 250 ms"],
    [coded("UND_ERR_CONNECT_TIMEOUT"), "no answer within 250 ms"],
    [coded("ERR_TOO_LARGE"), "larger than 1000 bytes"],
    [coded("HPE_INVALID_CONSTANT"), "not an HTTP answer"],
    [coded("DEPTH_ZERO_SELF_SIGNED_CERT"), "certificate not trusted (DEPTH_ZERO_SELF_SIGNED_CERT)"],
    [coded("CERT_HAS_EXPIRED"), "certificate out of date"],
    [coded("EWHATEVER"), "request failed (EWHATEVER)"],
    [new Error("first line\nsecond line"), "first line"],
  ])("says of %s once and for all: %s", (error, reason) => {
    expect(faultOf(error, LIMITS)).toEqual({ reason, again: false });
  });

  it.each(["ECONNRESET", "EPIPE", "UND_ERR_SOCKET"])("sees that %s is worth another try", (code) => {
    expect(faultOf(coded(code), LIMITS)).toEqual({ reason: "connection lost", again: true });
  });
});

describe("statusReason", () => {
  it.each([
    [404, "404 Not Found"],
    [500, "500 Internal Server Error"],
    [799, "status 799"],
  ])("says of %d: %s", (status, reason) => {
    expect(statusReason(status)).toBe(reason);
  });
});
