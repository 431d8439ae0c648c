import { expectSame, type Work } from "../../contender/work.ts";
import { openLine } from "./line.ts";

export async function open(size: number): Promise<Work> {
  const pool = openLine();
  const held = await pool.checkout();
  for (let waiting = 0; waiting < size; waiting += 1) void pool.checkout();
  return {
    async run(operations) {
      let left = 0;
      for (let i = 0; i < operations; i += 1) {
        const leaving = new AbortController();
        const waiter = pool.checkout({ signal: leaving.signal });
        leaving.abort();
        await waiter.catch(() => {
          left += 1;
        });
      }
      return left;
    },
    settle() {
      expectSame("waiting", pool.stats().waiting, size);
      expectSame("lent", pool.stats().lent, Number(held.resource !== undefined));
    },
  };
}
