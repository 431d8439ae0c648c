import { createRoutingPool, leastBusy } from "troupe";
import { expectSame, type Work } from "../../contender/work.ts";
import { Counter } from "./counter.ts";
import { openMembers } from "./members.ts";

export async function open(size: number): Promise<Work> {
  const { names, members } = await openMembers(size);
  const pool = createRoutingPool(names, Counter, "pool", { strategy: leastBusy() });
  // The first pick makes the pool follow its key.
  await pool.call.take();
  // The same hundred come and go: they stand somewhere in the middle, then at the end.
  const restless = members.slice(size >> 1, (size >> 1) + 100);
  return {
    run(operations) {
      let done = 0;
      for (let i = 0; i < operations; i += 1) {
        const member = restless[i % restless.length]!;
        if (names.unregister("pool", member) && names.register("pool", member).ok) done += 1;
      }
      return done;
    },
    settle: () => expectSame("members left", pool.stats().members, size),
  };
}
