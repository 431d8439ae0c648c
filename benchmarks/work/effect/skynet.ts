import { Effect } from "effect";
import { leavesWithin, treeSize } from "../../contender/savina.ts";
import { expectSame, type Work } from "../../contender/work.ts";

interface Branch {
  readonly sum: number;
  readonly actors: number;
}

const TEN = Array.from({ length: 10 }, (_, i) => i);

/** All ten at once, each in a fiber; their results are the answers. */
function node(number: number, leaves: number): Effect.Effect<Branch> {
  if (leaves === 1) return Effect.sync(() => ({ sum: number, actors: 1 }));
  const part = leaves / 10;
  const children = Effect.forEach(TEN, (i) => node(number + i * part, part), { concurrency: "unbounded" });
  return Effect.map(children, (branches) =>
    branches.reduce((all, { sum, actors }) => ({ sum: all.sum + sum, actors: all.actors + actors }), {
      sum: 0,
      actors: 1,
    }),
  );
}

export function open(): Work {
  return {
    async run(operations) {
      const leaves = leavesWithin(operations);
      let counted = 0;
      for (let asked = 0; asked < operations; asked += treeSize(leaves)) {
        const { sum, actors } = await Effect.runPromise(node(0, leaves));
        expectSame("the sum of the leaves", sum, (leaves * (leaves - 1)) / 2);
        counted += actors;
      }
      return counted;
    },
  };
}
