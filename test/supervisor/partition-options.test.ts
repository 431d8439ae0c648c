import { childSpec, defineActor, dynamicSupervisor, InvalidOptionsError } from "troupe";
import { describe, expect, it } from "vitest";
import {
  checkPartitionCount,
  checkPartitionViaOptions,
  planPartitionSupervisor,
} from "../../src/supervisor/partition-options.ts";

const Part = defineActor({ name: "part", init: (no: number) => no });
const Other = defineActor({ name: "other", init: () => 0 });

function faults(run: () => unknown): readonly string[] {
  try {
    run();
  } catch (error) {
    if (error instanceof InvalidOptionsError) return error.faults;
  }
  return [];
}

describe("planPartitionSupervisor", () => {
  it("PS1 has eight partitions when nothing is said, and at least one", () => {
    expect(planPartitionSupervisor({ child: Other }).children).toHaveLength(8);
    expect(faults(() => planPartitionSupervisor({ child: Other, partitions: 0 }))).toEqual([
      "partitions must be a whole number of at least 1",
    ]);
  });

  it("PS1 wants a child", () => {
    expect(faults(() => planPartitionSupervisor({} as never))).toEqual([
      expect.stringMatching(/^child .*cannot be started/),
    ]);
  });

  it("PS2 asks a function of the number once for each, and refuses what cannot be started", () => {
    const asked: number[] = [];
    const child = (no: number) => {
      asked.push(no);
      return Part.child(no);
    };
    planPartitionSupervisor({ child, partitions: 3 });
    expect(asked).toEqual([0, 1, 2]);
    const odd = (no: number) => (no === 1 ? (5 as never) : Part.child(no));
    expect(faults(() => planPartitionSupervisor({ child: odd, partitions: 3 }))).toEqual([
      expect.stringMatching(/^child\(1\) number cannot be started/),
    ]);
    const failing = () => {
      throw new RangeError("no such part");
    };
    expect(faults(() => planPartitionSupervisor({ child: failing, partitions: 1 }))).toEqual([
      "child(0) RangeError: no such part",
    ]);
  });

  it("PS10 refuses a budget that leaves a partition down", () => {
    const leave = { maxRestarts: 1, whenSpent: "leave" } as const;
    const why = 'is spent with "leave": a partition that stays down would leave its keys with nobody';
    const child = Part.child(1, { budget: leave });
    expect(faults(() => planPartitionSupervisor({ child, childBudget: leave }))).toEqual([
      `childBudget ${why}`,
      `child "part" has a budget that ${why}`,
    ]);
    expect(faults(() => planPartitionSupervisor({ child: Other, childBudget: { maxRestarts: 1 } }))).toEqual(
      [],
    );
  });

  it("PS3 knows no automatic shutdown, and refuses a significant child", () => {
    const options = {
      child: Part.child(1, { significant: true, restart: "transient" }),
      autoShutdown: "anySignificant",
    };
    expect(faults(() => planPartitionSupervisor(options))).toEqual([
      'unknown option "autoShutdown"',
      expect.stringMatching(/significant/),
    ]);
  });

  it("PS4 numbers the children", () => {
    const { children } = planPartitionSupervisor({ child: Part.child(1, { id: "mine" }), partitions: 3 });
    expect(children.map(({ id }) => id)).toEqual(["0", "1", "2"]);
  });

  it("refuses what could not work, all faults at once", () => {
    const child = (no: number) => (no === 0 ? Part.child(0, { restart: "temporary" }) : Other.child());
    const all = faults(() => planPartitionSupervisor({ child, partitions: 2, maxRestarts: -1 }));
    expect(all).toEqual([
      expect.stringMatching(/^maxRestarts/),
      expect.stringMatching(/temporary/),
      expect.stringMatching(/different definitions/),
    ]);
    const each = () => dynamicSupervisor();
    expect(faults(() => planPartitionSupervisor({ child: each }))).toEqual([
      expect.stringMatching(/outside of child/),
    ]);
  });

  it("takes start functions of one's own", () => {
    const child = (no: number) =>
      childSpec({ id: `part ${no}`, start: () => Promise.reject(new Error("never")) });
    expect(planPartitionSupervisor({ child, partitions: 2 }).children).toHaveLength(2);
  });
});

describe("checkPartitionCount", () => {
  it("PS9 takes 0 up to the number that there may be", () => {
    expect(() => checkPartitionCount(0, 2)).not.toThrow();
    expect(() => checkPartitionCount(2, 2)).not.toThrow();
    for (const wrong of [-1, 1.5, Number.NaN, 3])
      expect(faults(() => checkPartitionCount(wrong, 2))).toHaveLength(1);
  });
});

describe("checkPartitionViaOptions", () => {
  it("refuses what it does not know", () => {
    expect(faults(() => checkPartitionViaOptions({ waitMs: -1, value: 1 } as never))).toHaveLength(2);
  });
});
