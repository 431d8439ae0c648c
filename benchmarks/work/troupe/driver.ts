import { type CallSelf, createSystem, defineActor, noReply, reply, type Self } from "troupe";

/** No call of a row comes near it. */
export const limitMs = 60_000;

/** How many messages an actor sends before it lets its receiver have a turn. */
export const burst = 1_000;

/** What a sender does: tell once, and how often before it hands on. */
export interface Telling {
  readonly tell: (place: number) => void;
  readonly burst: number;
}

interface Sending {
  readonly from: CallSelf<number>["from"];
  readonly next: number;
  readonly end: number;
}

/**
 * An actor that sends so many messages, in bursts, and answers when all are sent. A process of the BEAM is preempted
 * after some thousand sends; an actor has to hand on by itself.
 */
export const Sender = defineActor({
  name: "sender",
  init: (telling: Telling): { readonly telling: Telling; readonly sending: Sending | undefined } => ({
    telling,
    sending: undefined,
  }),
  calls: {
    send: ({ telling }, operations: number, self: CallSelf<number>) => {
      self.send("burst");
      return noReply({ telling, sending: { from: self.from, next: 0, end: operations } });
    },
  },
  info: ({ telling, sending }, _message: "burst", self: Self) => {
    if (sending === undefined) return { telling, sending };
    const end = Math.min(sending.next + telling.burst, sending.end);
    for (let place = sending.next; place < end; place += 1) telling.tell(place);
    if (end === sending.end) {
      sending.from.reply(end);
      return { telling, sending: undefined };
    }
    self.send("burst");
    return { telling, sending: { ...sending, next: end } };
  },
});

/** An actor that does one thing after the other, each awaited, as often as it is asked to. */
export const Caller = defineActor({
  name: "caller",
  init: (ask: () => Promise<unknown>) => ask,
  calls: {
    repeat: async (ask, times: number) => {
      for (let i = 0; i < times; i += 1) await ask();
      return reply(times, ask);
    },
  },
});

/** A system as a user would make one: every promise on, unless the variant without isolation is measured. */
export const system = createSystem(
  process.env.TROUPE_BENCH_FAULTS === "handlersOnly" ? { faults: "handlersOnly" } : {},
);
