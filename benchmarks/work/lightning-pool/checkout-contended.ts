import { contend, takeAllUses } from "../../contender/lent.ts";
import type { Work } from "../../contender/work.ts";
import { expectAllBack, openPool } from "./pool.ts";

export async function open(): Promise<Work> {
  const { pool, made } = await openPool();
  const borrow = async (times: number): Promise<void> => {
    for (let i = 0; i < times; i += 1) {
      const resource = await pool.acquire();
      resource.take();
      resource.giveBack();
      pool.release(resource);
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
