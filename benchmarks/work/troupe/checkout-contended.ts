import { contend, takeAllUses } from "../../contender/lent.ts";
import type { Work } from "../../contender/work.ts";
import { expectAllBack, openPool } from "./lending.ts";

export async function open(): Promise<Work> {
  const { pool, made } = await openPool();
  const borrow = async (times: number): Promise<void> => {
    for (let i = 0; i < times; i += 1) {
      const lease = await pool.checkout();
      lease.resource.take();
      lease.resource.giveBack();
      void lease.checkin();
    }
  };
  return {
    async run(operations) {
      await contend(operations, borrow);
      return takeAllUses(made);
    },
    settle: () => expectAllBack(pool),
  };
}
