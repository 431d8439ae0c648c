import { createCheckoutPool, type System } from "troupe";
import { type Chance, type Load, settled, type Workload } from "../workload.ts";

const BORROWERS = 100;
const LOANS = 20;
const SIZE = 10;

/** Of all loans, one in ten goes wrong. */
const FAULTS = 0.1;

/** Two thousand loans a round to a hundred borrowers on ten resources; each that is granted is used by nobody else. */
export const loans: Workload = {
  id: "loans",
  about: "2,000 loans a round, one in ten thrown over, discarded, given up or taken along by a death",
  open: async (system: System, chance: Chance): Promise<Load> => {
    let open = 0;
    let shared = 0;
    const pool = createCheckoutPool(system, {
      size: SIZE,
      backoff: { minMs: 1, maxMs: 2 },
      resource: {
        open: async () => {
          if (chance.next() < FAULTS) throw new Error("the server is down");
          open += 1;
          return { users: 0 };
        },
        close: async () => {
          open -= 1;
          if (chance.next() < FAULTS) throw new Error("closed with an error");
        },
        check: (resource) => resource.users === 0,
      },
    });
    type Lent = { users: number };
    const use = async (resource: Lent): Promise<void> => {
      if (resource.users > 0) shared += 1;
      resource.users += 1;
      await undefined;
      resource.users -= 1;
    };
    const wrong: readonly (() => Promise<unknown>)[] = [
      () =>
        pool.use(async (resource) => use(resource).then(() => Promise.reject(new Error("mine"))), {
          timeoutMs: 5_000,
        }),
      async () => {
        const lease = await pool.checkout({ timeoutMs: 5_000 });
        await use(lease.resource);
        await lease.checkin({ discard: new Error("worn out") });
        return Promise.reject(new Error("discarded"));
      },
      () => pool.use(use, { timeoutMs: 0.5 }),
      () => {
        const giveUp = new AbortController();
        const used = pool.use(use, { timeoutMs: 5_000, signal: giveUp.signal });
        giveUp.abort();
        return used;
      },
      async () => {
        const borrower = system.spawn(async (self) => {
          await pool.checkout({ timeoutMs: 5_000 });
          await self.receive();
        });
        await undefined;
        borrower.exit("kill");
        await borrower.down();
        return Promise.reject(new Error("killed"));
      },
    ];
    const borrow = async (): Promise<number> => {
      let faults = 0;
      for (let i = 0; i < LOANS; i += 1) {
        const isWrong = chance.next() < FAULTS;
        const way = isWrong ? wrong[Math.floor(chance.next() * wrong.length)] : undefined;
        faults += await settled([way === undefined ? pool.use(use, { timeoutMs: 5_000 }) : way()]);
      }
      return faults;
    };
    return {
      round: async () => {
        const faults = await Promise.all(Array.from({ length: BORROWERS }, borrow));
        return faults.reduce((sum, each) => sum + each, 0);
      },
      counts: () => {
        const { idle, lent, starting, closing, waiting } = pool.stats();
        const lost = Math.max(0, open - idle - lent - starting - closing);
        const beyond = Math.max(0, idle + lent + starting + closing - SIZE);
        return {
          "resources that the pool has forgotten": lost,
          "resources beyond its size": beyond,
          "resources lent to two": shared,
          lent,
          "waiting for a resource": waiting,
        };
      },
      left: () => ({ "resources open": open }),
    };
  },
};
