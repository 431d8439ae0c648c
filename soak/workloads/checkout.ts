import { createCheckoutPool, type Lease, type Pid, type System } from "troupe";
import { below, type Chance, type Load, settled, type Workload } from "../workload.ts";

const BORROWERS = 120;

/** Borrowers die with what they hold, hand it on, give up waiting. */
export const checkout: Workload = {
  id: "checkout",
  about: "borrowers die with their loans, hand them on, give up waiting",
  open: async (system: System, chance: Chance): Promise<Load> => {
    let open = 0;
    const pool = createCheckoutPool(system, {
      size: 8,
      maxOverflow: 4,
      resource: {
        open: async () => {
          open += 1;
          return { number: open };
        },
        close: async () => {
          open -= 1;
        },
      },
    });
    /** Holds until it is told or killed. */
    const holder = (): Pid =>
      system.spawn(async (self) => {
        await pool.checkout({ timeoutMs: 1_000 });
        await self.receive();
      });
    /** Takes one, and hands it to another who dies with it. */
    const handOver = async (): Promise<void> => {
      const heir = system.spawn(async (self) => {
        await self.receive();
      });
      const lease: Lease<unknown> = await pool.checkout({ timeoutMs: 1_000 });
      lease.transfer(heir);
      const down = heir.down();
      heir.exit("kill");
      await down;
    };
    const ways: readonly (() => Promise<unknown>)[] = [
      () => pool.use(() => undefined, { timeoutMs: 1_000 }),
      () => pool.use(() => Promise.reject(new Error("mine")), { timeoutMs: 1_000 }),
      async () => (await pool.checkout({ timeoutMs: 1_000 })).checkin("discard"),
      () => pool.checkout({ timeoutMs: 1 }).then((lease) => lease.checkin()),
      async () => {
        const aborting = new AbortController();
        const waiting = pool.checkout({ timeoutMs: 1_000, signal: aborting.signal });
        aborting.abort();
        await (await waiting).checkin();
      },
      async () => {
        const pid = holder();
        const down = pid.down();
        await Promise.resolve();
        pid.exit(chance.next() < 0.5 ? "kill" : new Error("struck"));
        await down;
      },
      handOver,
    ];
    return {
      round: async () => {
        const faults = await settled(
          Array.from({ length: BORROWERS }, () => ways[below(chance, ways.length)]!()),
        );
        await pool.use(() => undefined, { timeoutMs: 1_000 });
        return faults;
      },
      counts: () => {
        const { idle, lent, starting, closing, waiting } = pool.stats();
        // it keeps as many idle as were wanted at once, which differs
        const lost = Math.max(0, open - idle - lent - starting - closing);
        return { "resources that the pool has forgotten": lost, lent, "waiting for a resource": waiting };
      },
      left: () => ({ "resources open": open }),
    };
  },
};
