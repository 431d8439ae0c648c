import { type CallSelf, defineActor, noReply, type Pid, type Self, type Speaks, stop } from "troupe";
import { leavesWithin, treeSize } from "../../contender/savina.ts";
import { expectSame, type Work } from "../../contender/work.ts";
import { limitMs, system } from "./driver.ts";

/** What a whole branch adds up to, and of how many actors it was. */
interface Branch {
  readonly sum: number;
  readonly actors: number;
}
interface TakesBranches extends Pid<Speaks<{}, {}, Branch>> {}

/** Where in the tree an actor stands. */
interface Place {
  readonly parent: TakesBranches;
  readonly number: number;
  readonly leaves: number;
}

/** Starts ten children, and hands their sums up; a leaf hands up its own number. */
const Node = defineActor({
  name: "node",
  init: ({ parent, number, leaves }: Place, self: Self) => {
    const me = self.pid as TakesBranches;
    if (leaves === 1) me.send({ sum: number, actors: 0 });
    else {
      const part = leaves / 10;
      for (let i = 0; i < 10; i += 1)
        void system.start(Node, { parent: me, number: number + i * part, leaves: part });
    }
    return { parent, left: leaves === 1 ? 1 : 10, sum: 0, actors: 1 };
  },
  info: (state, { sum, actors }: Branch) => {
    state.sum += sum;
    state.actors += actors;
    state.left -= 1;
    if (state.left > 0) return state;
    state.parent.send({ sum: state.sum, actors: state.actors });
    return stop("normal", state);
  },
});

/** Grows one tree after the other. */
const Grower = defineActor({
  name: "grower",
  init: (): CallSelf<Branch>["from"] | undefined => undefined,
  calls: {
    grow: (_state, leaves: number, self: CallSelf<Branch>) => {
      void system.start(Node, { parent: self.pid as TakesBranches, number: 0, leaves });
      return noReply(self.from);
    },
  },
  info: (from, branch: Branch) => {
    from?.reply(branch);
    return undefined;
  },
});

export async function open(): Promise<Work> {
  const grower = await system.start(Grower);
  return {
    async run(operations) {
      const leaves = leavesWithin(operations);
      let counted = 0;
      for (let asked = 0; asked < operations; asked += treeSize(leaves)) {
        const { sum, actors } = await grower.call.grow(leaves, { timeoutMs: limitMs });
        expectSame("the sum of the leaves", sum, (leaves * (leaves - 1)) / 2);
        counted += actors;
      }
      return counted;
    },
  };
}
