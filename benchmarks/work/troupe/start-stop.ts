import { defineActor } from "troupe";
import type { Work } from "../../contender/work.ts";
import { Caller, limitMs, system } from "./driver.ts";

export async function open(): Promise<Work> {
  let started = 0;
  let stopped = 0;
  const Short = defineActor({
    name: "short",
    init: () => {
      started += 1;
      return 0;
    },
    terminate: () => {
      stopped += 1;
    },
  });
  const caller = await system.start(Caller, async () => {
    const pid = await system.start(Short);
    await pid.stop();
  });
  return {
    async run(operations) {
      started = stopped = 0;
      await caller.call.repeat(operations, { timeoutMs: limitMs });
      return Math.min(started, stopped);
    },
  };
}
