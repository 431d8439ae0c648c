import { createCheckoutPool } from "troupe";
import { system, type Works } from "./cast.ts";

const BORROWERS = 10;

/** Checkout pools: with something idle, and with a line before them. */
export async function loans(): Promise<Works> {
  const resource = { open: () => ({}) };
  const free = createCheckoutPool(system, { size: 2, resource });
  const wanted = createCheckoutPool(system, { size: 1, resource });

  return {
    "check out and in": async (operations) => {
      let lent = 0;
      for (let i = 0; i < operations; i += 1) {
        const lease = await free.checkout();
        lent += 1;
        await lease.checkin();
      }
      return lent;
    },
    use: async (operations) => {
      let lent = 0;
      for (let i = 0; i < operations; i += 1)
        await free.use(() => {
          lent += 1;
        });
      return lent;
    },
    "check out and in, in a line": async (operations) => {
      let lent = 0;
      const borrow = async (): Promise<void> => {
        for (let i = 0; i < operations / BORROWERS; i += 1) {
          const lease = await wanted.checkout();
          lent += 1;
          await lease.checkin();
        }
      };
      await Promise.all(Array.from({ length: BORROWERS }, borrow));
      return lent;
    },
  };
}
