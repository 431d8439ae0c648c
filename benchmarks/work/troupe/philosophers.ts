import { type CallSelf, defineActor, noReply, type Pid, type Self, type Speaks, stop } from "troupe";
import { seats } from "../../contender/savina.ts";
import { expectSame, type Work } from "../../contender/work.ts";
import { limitMs, system } from "./driver.ts";

type ToPhilosopher = "hungry" | "eat" | "denied";
interface ToArbiter {
  readonly type: "take" | "done" | "leave";
  readonly seat: number;
  readonly who: Philosopher;
}
interface Philosopher extends Pid<Speaks<{}, {}, ToPhilosopher>> {}
interface Arbiter extends Pid<Speaks<{}, {}, ToArbiter>> {}

interface State {
  readonly referee: CallSelf<number>["from"] | undefined;
  readonly taken: boolean[];
  meals: number;
  left: number;
}

const laid = (referee: State["referee"]): State => ({
  referee,
  taken: new Array(seats).fill(false),
  meals: 0,
  left: seats,
});

/** Gives both forks or none, and takes them back. */
const Table = defineActor({
  name: "table",
  init: () => laid(undefined),
  calls: {
    serve: (_state, rounds: number, self: CallSelf<number>): ReturnType<typeof noReply<State>> => {
      const arbiter = self.pid as Arbiter;
      for (let seat = 0; seat < seats; seat += 1) void system.start(Thinker, { arbiter, seat, rounds });
      return noReply(laid(self.from));
    },
  },
  info: (state, { type, seat, who }: ToArbiter) => {
    const { taken } = state;
    const right = (seat + 1) % seats;
    switch (type) {
      case "take":
        if (taken[seat] || taken[right]) who.send("denied");
        else {
          taken[seat] = taken[right] = true;
          who.send("eat");
        }
        return state;
      case "done":
        expectSame("forks in hand", taken[seat] && taken[right], true);
        taken[seat] = taken[right] = false;
        state.meals += 1;
        return state;
      case "leave":
        state.left -= 1;
        if (state.left === 0) state.referee?.reply(state.meals);
        return state;
    }
  },
});

interface Seated {
  readonly arbiter: Arbiter;
  readonly take: ToArbiter;
  readonly done: ToArbiter;
  left: number;
}

/** Asks for its forks until it gets them, eats, and is hungry again. */
const Thinker = defineActor({
  name: "philosopher",
  init: (
    start: { readonly arbiter: Arbiter; readonly seat: number; readonly rounds: number },
    self: Self,
  ): Seated => {
    const { arbiter, seat, rounds } = start;
    const who = self.pid as Philosopher;
    self.send("hungry");
    return { arbiter, take: { type: "take", seat, who }, done: { type: "done", seat, who }, left: rounds };
  },
  info: (state, message: ToPhilosopher, self: Self) => {
    if (message !== "eat") {
      state.arbiter.send(state.take);
      return state;
    }
    state.left -= 1;
    state.arbiter.send(state.done);
    if (state.left > 0) self.send("hungry");
    else {
      state.arbiter.send({ ...state.done, type: "leave" });
      return stop("normal", state);
    }
    return state;
  },
});

export async function open(): Promise<Work> {
  const table = await system.start(Table);
  return { run: (operations) => table.call.serve(operations / seats, { timeoutMs: limitMs }) };
}
