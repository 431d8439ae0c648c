import { describe, expect, it } from "vitest";
import { firstOracle, type Oracle } from "../../src/testing/oracle.ts";
import {
  type Choice,
  createExplorer,
  listOracle,
  priorityOracle,
  recordingOracle,
} from "../../src/testing/strategies.ts";

/** Outcomes of `count` turns among `n`. */
function turns(oracle: Oracle, count: number, n: number, whose?: (i: number) => object): number[] {
  return Array.from({ length: count }, () => oracle.choose(n, "turn", whose));
}

describe("createExplorer", () => {
  it("makes the same choices for the same seed, run by run, and others for another", () => {
    const play = (seed: number): number[][] => {
      const explorer = createExplorer(["random", { pct: 2 }], seed);
      return [0, 1, 2, 3].map((run) => turns(explorer.oracle(run) as Oracle, 10, 6));
    };
    expect(play(1)).toEqual(play(1));
    expect(play(1)).not.toEqual(play(2));
    expect(new Set(play(1).map(String)).size).toBe(4);
  });

  it("walks all outcomes depth first, once each, and then ends", () => {
    const explorer = createExplorer([{ dfs: 10 }], 1);
    const seen: string[] = [];
    for (let run = 0; ; run += 1) {
      const oracle = explorer.oracle(run);
      if (oracle === undefined) break;
      const choices: Choice[] = [];
      const recording = recordingOracle(oracle, choices);
      const first = recording.choose(2, "turn");
      seen.push(first === 0 ? "0" : `1${recording.choose(3, "turn")}`);
      explorer.ended(run, choices);
    }
    expect(seen).toEqual(["0", "10", "11", "12"]);
  });

  it("walks no deeper than it is told, and not through random numbers", () => {
    const explorer = createExplorer([{ dfs: 2 }], 1);
    let runs = 0;
    for (; ; runs += 1) {
      const oracle = explorer.oracle(runs);
      if (oracle === undefined) break;
      const choices: Choice[] = [];
      const recording = recordingOracle(oracle, choices);
      recording.choose(2 ** 32, "random");
      recording.choose(2, "turn");
      recording.choose(2, "turn");
      explorer.ended(runs, choices);
    }
    expect(runs).toBe(2);
  });

  it("goes on with the others when one has tried everything", () => {
    const explorer = createExplorer([{ dfs: 1 }, "random"], 1);
    for (let run = 0; run < 10; run += 1) {
      expect(explorer.oracle(run)).toBeDefined();
      explorer.ended(run, []);
    }
  });
});

describe("listOracle", () => {
  it("takes the last outcome for one that is too large, and 0 after the end", () => {
    const oracle = listOracle([1, 9]);
    expect([oracle.choose(3, "turn"), oracle.choose(3, "turn"), oracle.choose(3, "turn")]).toEqual([1, 2, 0]);
  });
});

describe("recordingOracle", () => {
  it("writes down what is a choice", () => {
    const choices: Choice[] = [];
    const recording = recordingOracle(listOracle([2]), choices);
    recording.choose(1, "turn");
    recording.choose(3, "timer");
    expect(choices).toEqual([{ chosen: 2, n: 3 }]);
  });

  it("refuses an oracle that answers with what is no outcome", () => {
    for (const chosen of [-1, 2, 0.5]) {
      expect(() => recordingOracle({ choose: () => chosen }, []).choose(2, "turn")).toThrow(RangeError);
    }
    expect(recordingOracle(firstOracle, []).choose(2, "turn")).toBe(0);
  });
});

describe("priorityOracle", () => {
  const people = [{}, {}, {}, {}];
  const whose = (i: number): object => people[i] as object;

  it("lets the same one go first at depth 1, whoever that is", () => {
    const leaders = Array.from({ length: 40 }, (_, seed) => turns(priorityOracle(seed, 1, 8), 8, 4, whose));
    for (const chosen of leaders) expect(new Set(chosen).size).toBe(1);
    expect(new Set(leaders.map(([first]) => first)).size).toBe(4);
  });

  it("takes the lead away at depth - 1 places", () => {
    const changes = Array.from({ length: 40 }, (_, seed) => {
      const chosen = turns(priorityOracle(seed, 3, 20), 20, 4, whose);
      return chosen.filter((one, i) => i > 0 && one !== chosen[i - 1]).length;
    });
    expect(Math.max(...changes)).toBe(2);
  });

  it("finds an order that dice do not: twenty turns of one before the first of another", () => {
    const inOrder = (oracle: Oracle): boolean => {
      const [slow, quick] = [{}, {}];
      for (let left = 20; left > 0; left -= 1) {
        if (oracle.choose(2, "turn", (i) => (i === 0 ? slow : quick)) === 0) return false;
      }
      return true;
    };
    const found = (make: (seed: number) => Oracle): number =>
      Array.from({ length: 100 }, (_, seed) => inOrder(make(seed))).filter(Boolean).length;
    const dice = createExplorer(["random"], 1);
    expect(found((run) => dice.oracle(run) as Oracle)).toBe(0);
    expect(found((seed) => priorityOracle(seed, 1, 20))).toBeGreaterThan(25);
  });
});
