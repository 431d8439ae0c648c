import { Effect } from "effect";
import { takeAllUses } from "../../contender/lent.ts";
import type { Work } from "../../contender/work.ts";
import { borrow, openPool } from "./pool.ts";

export async function open(): Promise<Work> {
  const { pool, made } = await openPool();
  return {
    async run(operations) {
      await Effect.runPromise(borrow(pool, operations));
      return takeAllUses(made);
    },
  };
}
