import { describe, expect, it } from "vitest";
import { restartFaults, restartPolicy } from "../../src/supervisor/restart-options.ts";

describe("restartPolicy", () => {
  it("forgives 3 restarts in 5,000 ms of all children together, at once, unless told otherwise", () => {
    expect(restartPolicy({})).toEqual({
      limit: { maxRestarts: 3, periodMs: 5_000 },
      backoff: undefined,
      childBudget: undefined,
    });
  });
});

describe("restartFaults", () => {
  const endless = Number.POSITIVE_INFINITY;
  const why = "without limit asks for a backoff with a minMs of at least 1: nothing else ends a crash loop";

  it("finds every limit that nothing reaches, where no wait slows a crash loop down", () => {
    const options = { maxRestarts: endless, childBudget: { maxRestarts: endless } };
    expect(restartFaults(options)).toEqual([`maxRestarts ${why}`, `childBudget.maxRestarts ${why}`]);
    expect(restartFaults({ ...options, backoff: { minMs: 1, maxMs: 9 } })).toEqual([]);
    expect(restartFaults(undefined)).toEqual([]);
  });
});
