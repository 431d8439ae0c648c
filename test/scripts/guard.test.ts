import { describe, expect, it } from "vitest";
import { type Baseline, differences, majorOf, measure, readBaseline } from "../guard/guard.ts";

const NODE = process.versions.node;

describe("the hot path", () => {
  it("allocates what it did: bytes for each send, call, start, link, timer, lookup, dispatch, loan, job …", {
    timeout: 300_000,
  }, async (test) => {
    const found = differences(readBaseline(), NODE, await measure());
    if (found === undefined)
      test.skip(`no baseline for Node ${majorOf(NODE)}: npm run guard -- --write makes one`);
    expect(found).toEqual([]);
  });

  it("is guarded: one object more for each message is found in all that send one", {
    timeout: 300_000,
  }, async () => {
    const works = ["send", "call"];
    const clean = await measure(works);
    const planted = await measure(works, {
      file: "src/actors/process.ts",
      find: "this.mailbox.push(door, payload, call);",
      replace: "this.mailbox.push(door, payload, call); (this as { planted?: object }).planted = { door };",
    });
    const found = differences({ [majorOf(NODE)]: { node: NODE, bytes: clean } }, NODE, planted);
    expect(found).toEqual([
      expect.stringMatching(/^send: \d+ B, \d+ B more than the \d+ B of the baseline$/),
      expect.stringMatching(/^call: \d+ B, \d+ B more than the \d+ B of the baseline$/),
    ]);
  });
});

describe("differences", () => {
  const usual = { send: 96, call: 2_184 };
  const baseline: Baseline = {
    "20": { node: "20.20.2", bytes: usual },
    "22": { node: "22.23.3", bytes: { ...usual, "job of a thread": 1_000 } },
  };

  it.each([
    ["20.20.2", { send: 96, call: 2_184 }, []],
    ["20.20.2", { send: 108, call: 2_172 }, []],
    ["20.20.2", { send: 109, call: 2_184 }, ["send: 109 B, 13 B more than the 96 B of the baseline"]],
    [
      "20.20.2",
      { send: 96, call: 2_171 },
      ["call: 2171 B, 13 B less than the 2184 B of the baseline: renew it, so that it stays so"],
    ],
    ["20.19.0", { send: 108, call: 2_402 }, []],
    ["20.19.0", { send: 96, call: 2_403 }, ["call: 2403 B, 219 B more than the 2184 B of the baseline"]],
    [
      "20.20.2",
      { send: 96, lookup: 0 },
      ["call: no longer measured; the baseline has 2184 B", "lookup: 0 B, and the baseline has no figure"],
    ],
    ["22.23.3", { ...usual, "job of a thread": 1_100 }, []],
    [
      "22.23.3",
      { ...usual, "job of a thread": 1_101 },
      ["job of a thread: 1101 B, 101 B more than the 1000 B of the baseline"],
    ],
    ["26.0.0", { send: 96, call: 2_184 }, undefined],
  ])("on Node %s, %j: %j", (node, figures, lines) => {
    expect(differences(baseline, node, figures as never)).toEqual(lines);
  });
});
