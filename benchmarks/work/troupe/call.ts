import type { Work } from "../../contender/work.ts";
import { Counter } from "./counter.ts";
import { Caller, limitMs, system } from "./driver.ts";

export async function open(): Promise<Work> {
  const counter = await system.start(Counter, 0);
  const caller = await system.start(Caller, () => counter.call.add(1));
  return {
    async run(operations) {
      await caller.call.repeat(operations, { timeoutMs: limitMs });
      return counter.call.take();
    },
  };
}
