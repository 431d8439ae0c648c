import { expectSame, type Work } from "../../contender/work.ts";
import { openLine } from "./line.ts";

export async function open(size: number): Promise<Work> {
  const pool = openLine();
  let left = 0;
  let [granted, inTurn] = [0, 0];
  let rested = (): void => undefined;
  const idle: (() => void)[] = [];
  const borrow = async (): Promise<void> => {
    for (;;) {
      const lease = await pool.checkout();
      granted += 1;
      left -= 1;
      // The last one keeps it until the next round.
      if (left === 0) {
        const again = new Promise<void>((resolve) => idle.push(resolve));
        rested();
        await again;
      }
      void lease.checkin();
    }
  };
  return {
    async run(operations) {
      granted = 0;
      left = operations;
      const done = new Promise<void>((resolve) => {
        rested = resolve;
      });
      if (inTurn === 0) for (; inTurn <= size; inTurn += 1) void borrow();
      else idle.shift()?.();
      await done;
      return granted;
    },
    settle: () => expectSame("waiting", pool.stats().waiting, size),
  };
}
