import { describe, expect, it } from "vitest";
import { afterWait, type CodelState, patienceMs, QUICK } from "../../src/pools/codel.ts";

const limits = { targetMs: 50, intervalMs: 1_000 };

/** What is known after looks at these moments. */
function stateAfter(...looks: readonly (readonly [atMs: number, waitedMs: number])[]): CodelState {
  return looks.reduce((state, [atMs, waitedMs]) => afterWait(state, limits, atMs, waitedMs), QUICK);
}

describe("afterWait", () => {
  it.each([
    ["the first wait begins an interval, and nobody is refused yet", [[0, 900]], false],
    [
      "DB5 an interval in which all waited too long is followed by a slow one",
      [
        [0, 80],
        [900, 60],
        [1_000, 70],
      ],
      true,
    ],
    [
      "DB5 one short wait in an interval is enough to stay quick",
      [
        [0, 80],
        [500, 50],
        [1_000, 900],
      ],
      false,
    ],
    [
      "DB5 nobody waiting counts as no wait",
      [
        [0, 80],
        [500, 0],
        [1_000, 900],
      ],
      false,
    ],
    [
      "DB5 a slow line is quick again after an interval with a short wait",
      [
        [0, 80],
        [1_000, 70],
        [1_500, 10],
        [2_000, 90],
      ],
      false,
    ],
    [
      "DB5 a slow line stays slow while all wait too long",
      [
        [0, 80],
        [1_000, 70],
        [1_999, 51],
        [2_000, 90],
      ],
      true,
    ],
    [
      "exactly the target is quick",
      [
        [0, 50],
        [1_000, 50],
      ],
      false,
    ],
    [
      "a look inside an interval decides nothing",
      [
        [0, 80],
        [999, 80],
      ],
      false,
    ],
  ] as const)("%s", (_, looks, isSlow) => {
    expect(stateAfter(...looks).isSlow).toBe(isSlow);
  });

  it("answers the very same state when nothing has changed", () => {
    const state = stateAfter([0, 80]);
    expect(afterWait(state, limits, 500, 90)).toBe(state);
  });
});

describe("patienceMs", () => {
  it("DB5 is twice the target in a slow line, without end in a quick one", () => {
    expect(patienceMs(QUICK, limits)).toBe(Number.POSITIVE_INFINITY);
    expect(patienceMs(stateAfter([0, 80], [1_000, 70]), limits)).toBe(100);
  });
});
