import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { reply } from "../../src/actors/answers.ts";
import { defineActor } from "../../src/actors/define-actor.ts";
import { ExplorationError } from "../../src/testing/exploration-error.ts";
import { explore, playChoices, replay } from "../../src/testing/explore.ts";
import type { Run } from "../../src/testing/run.ts";

const Cell = defineActor({
  name: "cell",
  init: () => 0,
  calls: {
    read: (value) => reply(value, value),
    write: (_value, value: number) => reply(undefined, value),
  },
});

/** Reads and writes; loses an update only where the reads of two come before the write of the first. */
async function lostUpdate(t: Run): Promise<void> {
  const cell = await t.system().start(Cell);
  const increment = async (): Promise<void> => {
    const value = await cell.call.read();
    await cell.call.write(value + 1);
  };
  await increment();
  t.go(increment);
  await t.quiescent();
  t.go(async () => {
    await t.step("the rarer order");
    await increment();
  });
  t.go(async () => {
    for (let i = 0; i < 3; i += 1) await t.step("late");
    await increment();
  });
  await t.quiescent();
  if ((await cell.call.read()) !== 4) throw new Error("an update is lost");
}

async function failureOf(exploring: Promise<void>): Promise<ExplorationError> {
  const error = await exploring.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(error).toBeInstanceOf(ExplorationError);
  return error as ExplorationError;
}

describe("explore", () => {
  it("finds what only some orders show, and the same again with the same seed", async () => {
    const first = await failureOf(explore("cell", lostUpdate, { seed: 3 }));
    const again = await failureOf(explore("cell", lostUpdate, { seed: 3 }));
    expect(first.message).toBe(again.message);
    expect(first.kind).toBe("thrown");
    expect((first.cause as Error).message).toBe("an update is lost");
  });

  it.each([["random"], [{ pct: 2 }], [{ pct: 3 }], [{ dfs: 12 }]] as const)(
    "finds it by %j",
    async (strategy) => {
      const { choices } = await failureOf(explore("cell", lostUpdate, { strategy, runs: 5_000 }));
      expect(choices).toBeLessThanOrEqual(4);
    },
  );

  it("says seed, run, steps, a line to paste and a trace", async () => {
    const { message, schedule, foundAt } = await failureOf(explore("cell", lostUpdate, { seed: 3 }));
    const lines = message.split("\n").map((line) => line.trim());
    expect(lines[0]).toBe("cell: an update is lost");
    expect(lines[1]).toMatch(/^seed=3 run=\d+ steps=\d+, shrunk to \d+ steps and \d+ choices$/);
    expect(foundAt?.seed).toBe(3);
    expect(lines[2]).toBe(`await replay("cell", "${schedule}", scenario);`);
    expect(lines).toContainEqual(expect.stringMatching(/^\d+\. cell \(pid 1\): call write .*at 0 ms$/));
  });

  it("plays as many runs as asked for when all are fine, the first and one more twice", async () => {
    let plays = 0;
    await explore("fine", async () => void (plays += 1), { runs: 20 });
    expect(plays).toBe(22);
  });

  it("ends when depth first has tried everything", async () => {
    const seen: number[] = [];
    await explore("all", async (t) => void seen.push(t.choose(4)), { strategy: { dfs: 5 } });
    expect(new Set(seen)).toEqual(new Set([0, 1, 2, 3]));
    expect(seen.length).toBe(6);
  });

  it("refuses a scenario that goes another way on the same choices", async () => {
    let plays = 0;
    const scenario = async (t: Run): Promise<void> => {
      plays += 1;
      if (plays % 2 === 0) t.system().spawn(function extra() {});
      await t.quiescent();
    };
    await expect(explore("odd", scenario)).rejects.toThrow(/^odd is not deterministic[\s\S]*extra \(pid 1\)/);
  });

  it("refuses a scenario whose failure does not come again", async () => {
    let plays = 0;
    const scenario = async (): Promise<void> => {
      plays += 1;
      if (plays === 5) throw new Error("once");
    };
    await expect(explore("once", scenario)).rejects.toThrow(/^once is not deterministic/);
  });

  it("refuses options that it does not know", async () => {
    await expect(explore("x", lostUpdate, { run: 1 } as never)).rejects.toThrow(/^explore: /);
  });
});

describe("replay", () => {
  it("plays the very run that a schedule stands for", async () => {
    const found = await failureOf(explore("cell", lostUpdate));
    const again = await failureOf(replay("cell", found.schedule, lostUpdate));
    expect(again.trace).toEqual(found.trace);
    expect(again.schedule).toBe(found.schedule);
    expect(again.foundAt).toBeUndefined();
  });

  it("settles when the run is fine", async () => {
    await replay("cell", "v1:", async (t) => void (await t.system().start(Cell)));
  });

  it("refuses what is no schedule", async () => {
    await expect(replay("cell", "AQ4", lostUpdate)).rejects.toThrow(RangeError);
  });
});

describe("playChoices", () => {
  it("takes its choices from a property test", async () => {
    const property = fc.asyncProperty(fc.infiniteStream(fc.nat(1_000)), (numbers) =>
      playChoices("cell", lostUpdate, (n) => (numbers.next().value as number) % n),
    );
    await expect(fc.assert(property, { seed: 1, numRuns: 500 })).rejects.toMatchObject({
      cause: { name: "ExplorationError", cause: { message: "an update is lost" } },
    });
  });

  it("settles when the run is fine", async () => {
    await playChoices(
      "fine",
      async (t) => void t.choose(2),
      () => 1,
    );
  });
});
