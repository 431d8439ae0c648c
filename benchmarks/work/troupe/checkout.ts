import { takeAllUses } from "../../contender/lent.ts";
import type { Work } from "../../contender/work.ts";
import { expectAllBack, openPool } from "./lending.ts";

export async function open(): Promise<Work> {
  const { pool, made } = await openPool();
  return {
    async run(operations) {
      for (let i = 0; i < operations; i += 1) {
        const lease = await pool.checkout();
        lease.resource.take();
        lease.resource.giveBack();
        void lease.checkin();
      }
      return takeAllUses(made);
    },
    settle: () => expectAllBack(pool),
  };
}
