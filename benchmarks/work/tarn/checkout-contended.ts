import { contend, takeAllUses } from "../../contender/lent.ts";
import type { Work } from "../../contender/work.ts";
import { expectAllBack, openPool } from "./pool.ts";

export async function open(): Promise<Work> {
  const { pool, made } = await openPool();
  return {
    async run(operations) {
      await contend(operations, async () => {
        const resource = await pool.acquire().promise;
        resource.take();
        await null;
        resource.giveBack();
        pool.release(resource);
      });
      return takeAllUses(made);
    },
    settle: () => expectAllBack(pool),
  };
}
