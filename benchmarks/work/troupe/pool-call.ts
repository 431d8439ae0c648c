import { createRoutingPool, roundRobin } from "troupe";
import { expectSame, type Work } from "../../contender/work.ts";
import { Counter } from "./counter.ts";
import { openMembers, takeAll } from "./members.ts";

export async function open(size: number): Promise<Work> {
  const { names, members } = await openMembers(size);
  const pool = createRoutingPool(names, Counter, "pool", { strategy: roundRobin() });
  return {
    async run(operations) {
      for (let i = 0; i < operations; i += 1) await pool.call.add(1);
      return async () => {
        const taken = await takeAll(members);
        expectSame("served in turn", Math.max(...taken) - Math.min(...taken) <= 1, true);
        return taken.reduce((sum, count) => sum + count, 0);
      };
    },
  };
}
