import { describe, expect, it } from "vitest";
import * as z from "zod/mini";
import { checkOptions } from "../../src/core/options.ts";
import { tcpAddressFields } from "../../src/resources/tcp-address-options.ts";

const address = () => z.strictObject(tcpAddressFields());
const check = (given: unknown): unknown => checkOptions("dial", address, given);

describe("tcpAddressFields", () => {
  it.each([{ port: 1 }, { port: 65_535, host: "::1" }, { port: 80, host: "example.org", tls: {} }])(
    "takes %j",
    (given) => {
      expect(check(given)).toBe(given);
    },
  );

  it.each([
    [{}, /port must be/],
    [{ port: 0 }, /port must be a whole number from 1 to 65535/],
    [{ port: 65_536 }, /port must be/],
    [{ port: 80.5 }, /port must be/],
    [{ port: "80" }, /port must be/],
    [{ port: 80, host: "" }, /host must be/],
    [{ port: 80, tls: true }, /tls must be an object/],
    [{ port: 80, tls: null }, /tls must be an object/],
    [{ port: 80, path: "/x" }, /unknown option "path"/],
  ])("refuses %j", (given, fault) => {
    expect(() => check(given)).toThrow(fault);
  });
});
