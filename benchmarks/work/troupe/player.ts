import { type CallSelf, defineActor, noReply, type Pid, reply, type Speaks } from "troupe";

/** Whoever takes balls: a number is a ball with so many hops left. */
export type TakesBalls = Pid<Speaks<{}, {}, number>>;

interface Player {
  readonly to: TakesBalls | undefined;
  seen: number;
  referee: CallSelf<"done">["from"] | undefined;
}

/** Hands a ball on until no hop is left, and counts how many came by. */
export const Player = defineActor({
  name: "player",
  init: (to: TakesBalls | undefined): Player => ({ to, seen: 0, referee: undefined }),
  calls: {
    handTo: (state, to: TakesBalls) => reply(true, { ...state, to }),
    /** Answers when a ball has made its last hop here. */
    lastHop: (state, _: undefined, self: CallSelf<"done">) => noReply({ ...state, referee: self.from }),
    take: (state) => reply(state.seen, { ...state, seen: 0 }),
  },
  info: (state, left: number) => {
    state.seen += 1;
    if (left > 1) state.to?.send(left - 1);
    else state.referee?.reply("done");
    return state;
  },
});
