import { type CallSelf, defineActor, noReply, reply, type Self } from "troupe";
import { expectSame, type Work } from "../../contender/work.ts";
import { limitMs, system } from "./driver.ts";

interface State {
  readonly size: number;
  readonly next: number;
  readonly left: number;
  readonly startedMs: number;
  readonly from: CallSelf<number>["from"] | undefined;
}

/** Fills its own mailbox; each message goes to the end again, until enough have come round. Then it runs empty. */
const Carousel = defineActor({
  name: "carousel",
  init: (size: number): State => ({ size, next: 0, left: 0, startedMs: 0, from: undefined }),
  calls: {
    turn: (state, operations: number, self: CallSelf<number>) => {
      for (let place = 0; place < state.size; place += 1) self.send(place);
      return noReply({ ...state, next: 0, left: operations, startedMs: performance.now(), from: self.from });
    },
    isEmpty: (state) => reply(true, state),
  },
  info: (state, place: number, self: Self): State => {
    const { size, next, left, startedMs, from } = state;
    if (left === 0) return state;
    expectSame("order", place, next);
    self.send(place);
    if (left === 1) from?.reply(performance.now() - startedMs);
    return { size, next: place + 1 === size ? 0 : place + 1, left: left - 1, startedMs, from };
  },
});

export async function open(size: number): Promise<Work> {
  const carousel = await system.start(Carousel, size);
  return {
    async run(operations) {
      const tookMs = await carousel.call.turn(operations, { timeoutMs: limitMs });
      return { counted: operations, figure: operations / (tookMs / 1_000) };
    },
    async settle() {
      // Comes behind all that are left.
      await carousel.call.isEmpty(undefined, { timeoutMs: limitMs });
    },
  };
}
