import { type CallSelf, defineActor, noReply, type Pid, reply, type Speaks } from "troupe";

/** Whoever is told how much has been done. */
export interface TakesCounts extends Pid<Speaks<{}, {}, number>> {}

interface State {
  done: number;
  readonly expected: number;
  readonly waiting: CallSelf<number>["from"] | undefined;
}

/** Adds up what it is told, and answers who waits once that is as much as was expected. */
export const Join = defineActor({
  name: "join",
  init: (): State => ({ done: 0, expected: 0, waiting: undefined }),
  calls: {
    wait: ({ done }, expected: number, self: CallSelf<number>) =>
      done === expected
        ? reply(done, { done: 0, expected: 0, waiting: undefined })
        : noReply({ done, expected, waiting: self.from }),
  },
  info: (state, more: number) => {
    state.done += more;
    if (state.done !== state.expected) return state;
    state.waiting?.reply(state.done);
    return { done: 0, expected: 0, waiting: undefined };
  },
});
