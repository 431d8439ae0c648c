import { type CallSelf, defineActor, noReply, type Pid, reply, type Speaks } from "troupe";
import type { Work } from "../../contender/work.ts";
import { limitMs, system } from "./driver.ts";

const SIZE = 1_000;

/** A number is a message with so many hops left. */
type TakesNumbers = Pid<Speaks<{}, {}, number>>;

interface State {
  readonly next: TakesNumbers | undefined;
  readonly referee: CallSelf<"done">["from"] | undefined;
  seen: number;
}

/** Hands the number on to the next of the ring. */
const Hop = defineActor({
  name: "hop",
  init: (next: TakesNumbers | undefined): State => ({ next, seen: 0, referee: undefined }),
  calls: {
    close: (state, next: TakesNumbers) => reply(true, { ...state, next }),
    /** Answers when a number has made its last hop here. */
    lastHop: (state, _: undefined, self: CallSelf<"done">) => noReply({ ...state, referee: self.from }),
    take: (state) => reply(state.seen, { ...state, seen: 0 }),
  },
  info: (state, left: number) => {
    state.seen += 1;
    if (left > 1) state.next?.send(left - 1);
    else state.referee?.reply("done");
    return state;
  },
});

export async function open(): Promise<Work> {
  const last = await system.start(Hop, undefined);
  const ring = [last];
  while (ring.length < SIZE) ring.unshift(await system.start(Hop, ring[0]));
  await last.call.close(ring[0]!);
  return {
    async run(operations) {
      const done = ring[(operations - 1) % SIZE]!.call.lastHop(undefined, { timeoutMs: limitMs });
      ring[0]!.send(operations);
      await done;
      return async () => {
        let counted = 0;
        for (const hop of ring) counted += await hop.call.take();
        return counted;
      };
    },
  };
}
