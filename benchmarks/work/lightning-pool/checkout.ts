import { takeAllUses } from "../../contender/lent.ts";
import type { Work } from "../../contender/work.ts";
import { expectAllBack, openPool } from "./pool.ts";

export async function open(): Promise<Work> {
  const { pool, made } = await openPool();
  return {
    async run(operations) {
      for (let i = 0; i < operations; i += 1) {
        const resource = await pool.acquire();
        resource.take();
        resource.giveBack();
        pool.release(resource);
      }
      return takeAllUses(made);
    },
    settle: () => expectAllBack(pool),
  };
}
