import { type CallSelf, defineActor, noReply, type Pid, type Self, type Speaks, stop } from "troupe";
import { bufferSize, consumers, producers } from "../../contender/savina.ts";
import { expectSame, type Work } from "../../contender/work.ts";
import { limitMs, system } from "./driver.ts";

/** The place of an item in what its producer makes, and who that is. */
interface Item {
  readonly type: "item";
  readonly place: number;
  readonly producer: Producer;
}
interface Free {
  readonly type: "free";
  readonly consumer: Consumer;
}
interface Over {
  readonly type: "over";
  /** What a consumer has had, and the places of it added up. */
  readonly count: number;
  readonly sum: number;
}
interface Producer extends Pid<Speaks<{}, {}, "produce">> {}
interface Consumer extends Pid<Speaks<{}, {}, Item | "close">> {}
interface Manager extends Pid<Speaks<{}, {}, Item | Free | Over>> {}

interface State {
  readonly referee: CallSelf<number>["from"] | undefined;
  /** What waits, who waits for it, and who waits for room. */
  readonly items: Item[];
  readonly free: Consumer[];
  readonly full: Producer[];
  /** Producers and consumers that are still there, and what the consumers have had. */
  left: number;
  consumed: number;
  /** What the places of all items still add up to. */
  missing: number;
}

const empty = (referee: State["referee"], each: number): State => ({
  referee,
  missing: (producers * each * (each - 1)) / 2,
  items: [],
  free: [],
  full: [],
  left: producers + consumers,
  consumed: 0,
});

/** Hands items on to who is free, and lets nobody produce more while the buffer is full. */
const Buffer = defineActor({
  name: "buffer",
  init: () => empty(undefined, 0),
  calls: {
    pass: (_state, each: number, self: CallSelf<number>): ReturnType<typeof noReply<State>> => {
      const manager = self.pid as Manager;
      for (let i = 0; i < consumers; i += 1) void system.start(Consuming, manager);
      for (let i = 0; i < producers; i += 1) void system.start(Producing, { manager, left: each });
      return noReply(empty(self.from, each));
    },
  },
  info: (state, message: Item | Free | Over) => {
    switch (message.type) {
      case "item":
        if (state.free.length > 0) state.free.shift()?.send(message);
        else state.items.push(message);
        // Each producer may have one more on its way.
        expectSame("within the buffer", state.items.length <= bufferSize, true);
        if (state.items.length >= bufferSize - producers) state.full.push(message.producer);
        else message.producer.send("produce");
        return state;
      case "free":
        if (state.items.length === 0) state.free.push(message.consumer);
        else {
          message.consumer.send(state.items.shift() as Item);
          state.full.shift()?.send("produce");
        }
        return state.left === consumers && state.free.length === consumers ? close(state) : state;
      case "over":
        state.left -= 1;
        state.consumed += message.count;
        state.missing -= message.sum;
        if (state.left === 0) {
          expectSame("missing of the sum", state.missing, 0);
          state.referee?.reply(state.consumed);
        }
        return state.left === consumers && state.free.length === consumers ? close(state) : state;
    }
  },
});

function close(state: State): State {
  for (const consumer of state.free) consumer.send("close");
  return state;
}

const Producing = defineActor({
  name: "producer",
  init: (start: { readonly manager: Manager; readonly left: number }, self: Self) => {
    self.send("produce");
    return { manager: start.manager, place: 0, end: start.left };
  },
  info: (state, _message: "produce", self: Self) => {
    if (state.place === state.end) {
      state.manager.send({ type: "over", count: 0, sum: 0 });
      return stop("normal", state);
    }
    state.manager.send({ type: "item", place: state.place, producer: self.pid as Producer });
    state.place += 1;
    return state;
  },
});

const Consuming = defineActor({
  name: "consumer",
  init: (manager: Manager, self: Self) => {
    manager.send({ type: "free", consumer: self.pid as Consumer });
    return { manager, consumed: 0, sum: 0 };
  },
  info: (state, message: Item | "close", self: Self) => {
    if (message === "close") {
      state.manager.send({ type: "over", count: state.consumed, sum: state.sum });
      return stop("normal", state);
    }
    state.consumed += 1;
    state.sum += message.place;
    state.manager.send({ type: "free", consumer: self.pid as Consumer });
    return state;
  },
});

export async function open(): Promise<Work> {
  const buffer = await system.start(Buffer);
  return {
    run: (operations) => buffer.call.pass(operations / producers, { timeoutMs: limitMs }),
  };
}
