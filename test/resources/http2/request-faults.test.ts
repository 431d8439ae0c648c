import { describe, expect, it } from "vitest";
import type { Http2Request } from "../../../src/resources/http2/request.ts";
import { requestFaults } from "../../../src/resources/http2/request-faults.ts";

describe("requestFaults", () => {
  it.each<[string, Http2Request]>([
    ["a bare path", { path: "/" }],
    ["a query", { path: "/a?b=c&d" }],
    ["the asterisk of OPTIONS", { method: "OPTIONS", path: "*" }],
    ["a hyphenated method", { method: "M-SEARCH", path: "/" }],
    ["a header with several values", { path: "/", headers: { accept: ["text/html", "text/markdown"] } }],
  ])("finds none in %s", (_, request) => {
    expect(requestFaults(request)).toEqual([]);
  });

  it.each<[string, unknown, RegExp]>([
    ["a path with a space", { path: "/a b" }, /path/],
    ["a path with a line break", { path: "/a\r\nb" }, /path/],
    ["a path that is not ASCII", { path: "/ä" }, /path/],
    ["a relative path", { path: "a" }, /path/],
    ["a path that is no text", { path: 7 }, /path/],
    ["no path", {}, /path/],
    ["a method with a space", { method: "GET /", path: "/" }, /method/],
    ["a header name that is no token", { path: "/", headers: { "x a": "b" } }, /x a/],
    ["a pseudo header", { path: "/", headers: { ":authority": "b" } }, /:authority/],
    ["a header value with a line break", { path: "/", headers: { "x-a": "b\r\nc: d" } }, /x-a/],
    ["a header value with a zero", { path: "/", headers: { "x-a": ["b", "c\0d"] } }, /x-a/],
    ["a header without a value", { path: "/", headers: { "x-a": undefined } }, /undefined|x-a/],
  ])("finds %s", (_, request, fault) => {
    const faults = requestFaults(request as Http2Request);
    expect(faults).toHaveLength(1);
    expect(faults[0]?.message).toMatch(fault);
  });

  it("finds all faults at once", () => {
    expect(requestFaults({ method: "", path: "", headers: { "": "x" } })).toHaveLength(3);
  });
});
