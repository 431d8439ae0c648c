import { describe, expect, it } from "vitest";
import * as z from "zod/mini";
import { backoffOptions } from "../../src/resources/backoff-options.ts";

describe("backoffOptions", () => {
  it.each([
    [{ minMs: 1, maxMs: 1 }, true],
    [{ minMs: 1, maxMs: 10, factor: 1, jitter: 0 }, true],
    [{ minMs: 1, maxMs: 10, factor: 1.5, jitter: 1 }, true],
    [{ minMs: 0, maxMs: 10 }, false],
    [{ minMs: 10, maxMs: 1 }, false],
    [{ minMs: 1 }, false],
    [{ minMs: 1, maxMs: Number.POSITIVE_INFINITY }, false],
    [{ minMs: 1, maxMs: 10, factor: 0.5 }, false],
    [{ minMs: 1, maxMs: 10, jitter: 1.5 }, false],
    [{ minMs: 1, maxMs: 10, retries: 3 }, false],
  ])("of %j accepts: %s", (given, accepted) => {
    expect(z.safeParse(backoffOptions(), given).success).toBe(accepted);
  });
});
