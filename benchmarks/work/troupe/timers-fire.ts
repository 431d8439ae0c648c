import { type CallSelf, defineActor, noReply, type Self } from "troupe";
import type { Work } from "../../contender/work.ts";
import { limitMs, system } from "./driver.ts";

interface Rounds {
  readonly rung: number;
  readonly awaited: number;
  readonly from: CallSelf<number>["from"] | undefined;
}

const Alarmed = defineActor({
  name: "alarmed",
  init: (): Rounds => ({ rung: 0, awaited: 0, from: undefined }),
  calls: {
    ring: (_rounds, times: number, self: CallSelf<number>) => {
      for (let i = 0; i < times; i += 1) self.sendAfter(1, "rung");
      return noReply({ rung: 0, awaited: times, from: self.from });
    },
  },
  info: ({ rung, awaited, from }, _message: "rung", _self: Self): Rounds => {
    if (rung + 1 === awaited) from?.reply(rung + 1);
    return { rung: rung + 1, awaited, from };
  },
});

export async function open(size: number): Promise<Work> {
  const alarmed = await system.start(Alarmed);
  return {
    async run(operations) {
      let rung = 0;
      while (rung < operations) rung += await alarmed.call.ring(size, { timeoutMs: limitMs });
      return rung;
    },
  };
}
