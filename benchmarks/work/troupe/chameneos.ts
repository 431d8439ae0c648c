import { type CallSelf, defineActor, noReply, type Pid, type Self, type Speaks, stop } from "troupe";
import { complement, creatures } from "../../contender/savina.ts";
import { expectSame, type Work } from "../../contender/work.ts";
import { limitMs, system } from "./driver.ts";

/** Somebody at the meeting place, or before the other: who, and of what colour. */
interface Meet {
  readonly type: "meet";
  readonly who: Creature;
  readonly colour: number;
}
type ToCreature = Meet | { readonly type: "change"; readonly colour: number } | { readonly type: "fade" };
interface Creature extends Pid<Speaks<{}, {}, ToCreature>> {}
interface Mall extends Pid<Speaks<{}, {}, Meet | number>> {}

/** Lets creatures meet two by two; when enough have met, those that still come fade and say how often they met. */
const MeetingPlace = defineActor({
  name: "mall",
  init: () => ({ left: 0, waiting: undefined, faded: 0, met: 0, referee: undefined }) as Place,
  calls: {
    meetings: (_state, left: number, self: CallSelf<number>): ReturnType<typeof noReply<Place>> => {
      const mall = self.pid as Mall;
      for (let i = 0; i < creatures; i += 1) void system.start(Chameneo, { mall, colour: i % 3 });
      return noReply({ left, waiting: undefined, faded: 0, met: 0, referee: self.from });
    },
  },
  info: (state, message: Meet | number) => {
    if (typeof message === "number") {
      state.met += message;
      state.faded += 1;
      if (state.faded === creatures) state.referee?.reply(state.met);
    } else if (state.left === 0) message.who.send({ type: "fade" });
    else if (state.waiting === undefined) state.waiting = message.who;
    else {
      state.left -= 1;
      state.waiting.send(message);
      state.waiting = undefined;
    }
    return state;
  },
});

interface Place {
  left: number;
  waiting: Creature | undefined;
  faded: number;
  met: number;
  readonly referee: CallSelf<number>["from"] | undefined;
}

/** Meets, changes its colour, and comes back. */
const Chameneo = defineActor({
  name: "chameneo",
  init: ({ mall, colour }: { readonly mall: Mall; readonly colour: number }, self: Self) => {
    mall.send({ type: "meet", who: self.pid as Creature, colour });
    return { mall, colour, met: 0 };
  },
  info: (state, message: ToCreature, self: Self) => {
    const who = self.pid as Creature;
    switch (message.type) {
      case "fade":
        state.mall.send(state.met);
        return stop("normal", state);
      case "meet":
        state.colour = complement(state.colour, message.colour);
        message.who.send({ type: "change", colour: state.colour });
        break;
      case "change":
        state.colour = message.colour;
    }
    state.met += 1;
    state.mall.send({ type: "meet", who, colour: state.colour });
    return state;
  },
});

export async function open(): Promise<Work> {
  const mall = await system.start(MeetingPlace);
  return {
    async run(operations) {
      const met = await mall.call.meetings(operations, { timeoutMs: limitMs });
      expectSame("met by both", met % 2, 0);
      return met / 2;
    },
  };
}
