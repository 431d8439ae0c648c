import { defineActor, type Pid, reply, type Self, type Speaks } from "troupe";
import { nextRandom, peersOfBig } from "../../contender/savina.ts";
import { expectSame, type Work } from "../../contender/work.ts";
import { limitMs, system } from "./driver.ts";
import { Join, type TakesCounts } from "./join.ts";

type Message =
  | { readonly type: "ping"; readonly from: Member }
  | { readonly type: "pong"; readonly from: Member }
  | { readonly type: "begin"; readonly pings: number };
interface Member extends Pid<Speaks<{}, {}, Message>> {}

interface State {
  readonly everybody: readonly Member[];
  readonly join: TakesCounts;
  chance: number;
  left: number;
  expected: Member | undefined;
  answered: number;
}

/** Pings somebody by chance, waits for the pong, and pings the next; answers everybody's pings meanwhile. */
const BigMember = defineActor({
  name: "member",
  init: (start: Pick<State, "everybody" | "join" | "chance">): State => ({
    ...start,
    left: 0,
    expected: undefined,
    answered: 0,
  }),
  calls: { take: (state) => reply(state.answered, { ...state, answered: 0 }) },
  info: (state, message: Message, self: Self) => {
    if (message.type === "ping") {
      state.answered += 1;
      message.from.send({ type: "pong", from: self.pid as Member });
      return state;
    }
    if (message.type === "begin") state.left = message.pings;
    else expectSame("who answers", message.from, state.expected);
    if (state.left === 0) {
      state.expected = undefined;
      state.join.send(1);
      return state;
    }
    state.left -= 1;
    state.chance = nextRandom(state.chance);
    state.expected = state.everybody[state.chance % peersOfBig] as Member;
    state.expected.send({ type: "ping", from: self.pid as Member });
    return state;
  },
});

export async function open(): Promise<Work> {
  const join = await system.start(Join);
  const everybody: Member[] = [];
  const members = await Promise.all(
    Array.from({ length: peersOfBig }, (_, chance) => system.start(BigMember, { everybody, join, chance })),
  );
  everybody.push(...members);
  return {
    async run(operations) {
      const done = join.call.wait(peersOfBig, { timeoutMs: limitMs });
      for (const member of members) member.send({ type: "begin", pings: operations / peersOfBig });
      await done;
      const answered = await Promise.all(members.map((member) => member.call.take()));
      return answered.reduce((sum, count) => sum + count, 0);
    },
  };
}
