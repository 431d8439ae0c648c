import { createRoutingPool, roundRobin } from "troupe";
import { expectSame, type Work } from "../../contender/work.ts";
import { Counter } from "./counter.ts";
import { Caller, limitMs, system } from "./driver.ts";
import { openMembers, takeAll } from "./members.ts";

export async function open(): Promise<Work> {
  const { names, members } = await openMembers(10);
  const pool = createRoutingPool(names, Counter, "pool", { strategy: roundRobin() });
  const caller = await system.start(Caller, () => pool.call.add(1));
  return {
    async run(operations) {
      await caller.call.repeat(operations, { timeoutMs: limitMs });
      const taken = await takeAll(members);
      expectSame("served in turn", Math.max(...taken) - Math.min(...taken) <= 1, true);
      return taken.reduce((sum, count) => sum + count, 0);
    },
  };
}
