import { type CallSelf, defineActor, noReply, type Pid, reply, type Self, type Speaks } from "troupe";
import type { Work } from "../../contender/work.ts";
import { limitMs, system } from "./driver.ts";

interface Ball {
  readonly left: number;
  readonly from: TakesBalls;
}
interface TakesBalls extends Pid<Speaks<{}, {}, Ball>> {}

interface State {
  seen: number;
  readonly referee: CallSelf<"done">["from"] | undefined;
}

/** Answers whoever sent the ball. */
const Player = defineActor({
  name: "player",
  init: (): State => ({ seen: 0, referee: undefined }),
  calls: {
    /** Answers when a ball has made its last hop here. */
    lastHop: (state, _: undefined, self: CallSelf<"done">) => noReply({ ...state, referee: self.from }),
    take: (state) => reply(state.seen, { seen: 0, referee: undefined }),
  },
  info: (state, ball: Ball, self: Self) => {
    state.seen += 1;
    if (ball.left > 1) ball.from.send({ left: ball.left - 1, from: self.pid as TakesBalls });
    else state.referee?.reply("done");
    return state;
  },
});

export async function open(): Promise<Work> {
  const first = await system.start(Player);
  const second = await system.start(Player);
  return {
    async run(operations) {
      // An even number of hops ends with the second player.
      const last = operations % 2 === 0 ? second : first;
      const done = last.call.lastHop(undefined, { timeoutMs: limitMs });
      first.send({ left: operations, from: second });
      await done;
      return (await first.call.take()) + (await second.call.take());
    },
  };
}
