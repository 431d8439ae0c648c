import { type CallSelf, defineActor, noReply, reply, type System } from "troupe";
import { type Load, settled, type Workload } from "../workload.ts";

const CALLS = 1_000;

type Froms = readonly CallSelf<string>["from"][];

const Silent = defineActor({
  name: "silent",
  init: (): Froms => [],
  calls: {
    never: () => noReply([]),
    later: (froms, _none: undefined, self: CallSelf<string>) => noReply([...froms, self.from]),
    /** Answers all that wait, most of whom have gone. */
    flush: (froms) => {
      for (const from of froms) from.reply("late");
      return reply(froms.length, []);
    },
  },
});

/** Calls time out, their callers abort them, and answers come late. */
export const calls: Workload = {
  id: "calls",
  about: "calls time out, are aborted, are answered late",
  open: async (system: System): Promise<Load> => {
    const silent = await system.start(Silent);
    return {
      round: async () => {
        const late = Array.from({ length: CALLS }, (_, i) =>
          silent.call.never(undefined, { timeoutMs: 2 + (i % 4) }),
        );
        const aborting = Array.from({ length: CALLS / 4 }, () => new AbortController());
        const aborted = aborting.map(({ signal }) =>
          silent.call.never(undefined, { timeoutMs: 1_000, signal }),
        );
        const answered = Array.from({ length: 20 }, () => silent.call.later(undefined, { timeoutMs: 2 }));
        const ends = settled([...late, ...aborted, ...answered]);
        for (const one of aborting) one.abort();
        const faults = await ends;
        await silent.call.flush(undefined, { timeoutMs: 1_000 });
        return faults;
      },
    };
  },
};
