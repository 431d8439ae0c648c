import { expectSame } from "./work.ts";

/** How many threads work, and how many jobs are open at any time. */
export const threads = 2;
export const openJobs = 64;

/** Keeps 64 jobs open until all are done; each has to answer the number after its own. */
export async function increments(
  operations: number,
  increment: (n: number) => Promise<number>,
): Promise<number> {
  let done = 0;
  const keepBusy = async (from: number): Promise<void> => {
    for (let n = from; n < operations; n += openJobs) {
      expectSame("answer", await increment(n), n + 1);
      done += 1;
    }
  };
  await Promise.all(Array.from({ length: openJobs }, (_, from) => keepBusy(from)));
  return done;
}
