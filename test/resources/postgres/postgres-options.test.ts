import { describe, expect, it } from "vitest";
import {
  checkPostgresOptions,
  type PostgresOptions,
} from "../../../src/resources/postgres/postgres-options.ts";

describe("checkPostgresOptions", () => {
  it("takes what is given as it is", () => {
    const given = { checkTimeoutMs: 5 };
    expect(checkPostgresOptions(given)).toBe(given);
    expect(checkPostgresOptions({})).toEqual({});
  });

  it.each([
    [{ checkTimeoutMs: 0 }, /checkTimeoutMs/],
    [{ closeTimeoutMs: Number.POSITIVE_INFINITY }, /closeTimeoutMs/],
    [{ timeout: 5 }, /timeout/],
  ])("refuses %j", (given, fault) => {
    expect(() => checkPostgresOptions(given as PostgresOptions)).toThrow(
      expect.objectContaining({ code: "ERR_INVALID_OPTIONS", message: expect.stringMatching(fault) }),
    );
  });
});
