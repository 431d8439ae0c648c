import { type CallSelf, defineActor, reply } from "troupe";
import { expectSame, type Work } from "../../contender/work.ts";
import { system } from "./driver.ts";

const HOUR_MS = 3_600_000;
/** Delays there are; a host has one list of timers for each. */
const DELAYS = 100;

const Alarmed = defineActor({
  name: "alarmed",
  init: () => 0,
  calls: {
    arm: (rung, times: number, self: CallSelf<number>) => {
      for (let i = 0; i < times; i += 1) self.sendAfter(HOUR_MS + (i % DELAYS), "rung");
      return reply(times, rung);
    },
    armAndCancel: (rung, times: number, self: CallSelf<number>) => {
      let cancelled = 0;
      for (let i = 0; i < times; i += 1)
        if (self.sendAfter(HOUR_MS + (i % DELAYS), "rung").cancel() !== false) cancelled += 1;
      return reply(cancelled, rung);
    },
    rung: (rung) => reply(rung, rung),
  },
  info: (rung, _message: "rung") => rung + 1,
});

export async function open(size: number): Promise<Work> {
  const alarmed = await system.start(Alarmed);
  for (let armed = 0; armed < size; ) armed += await alarmed.call.arm(Math.min(1_000, size - armed));
  return {
    async run(operations) {
      let done = 0;
      while (done < operations) done += await alarmed.call.armAndCancel(Math.min(1_000, operations - done));
      return done;
    },
    async settle() {
      expectSame("rung", await alarmed.call.rung(), 0);
    },
  };
}
