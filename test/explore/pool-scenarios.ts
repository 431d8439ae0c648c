/**
 * What checkout pools promise, as scenarios whose order is open.
 *
 * @module
 */
import {
  type CheckoutPool,
  type CheckoutPoolLimits,
  createCheckoutPool,
  defineActor,
  isActorError,
  type Lease,
  type PidOf,
  reply,
  type System,
  supervisor,
} from "troupe";
import type { Run, Scenario } from "troupe/testing";

/** What is lent: knows whether somebody has it, and whether it is there. */
class Tool {
  user: string | undefined = undefined;
  isOpen = true;
}

/** Opens and closes tools, and counts them. */
class Shop {
  readonly tools: Tool[] = [];
  /** Openings and closings take turns of their own. */
  readonly isSlow: boolean;

  constructor(isSlow: boolean) {
    this.isSlow = isSlow;
  }

  get live(): number {
    return this.tools.filter(({ isOpen }) => isOpen).length;
  }

  readonly resource = {
    open: (): Tool | Promise<Tool> =>
      this.isSlow ? Promise.resolve().then(() => this.#make()) : this.#make(),
    close: (tool: Tool): void | Promise<void> =>
      this.isSlow ? Promise.resolve().then(() => this.#end(tool)) : this.#end(tool),
  };

  #make(): Tool {
    const tool = new Tool();
    this.tools.push(tool);
    return tool;
  }

  #end(tool: Tool): void {
    if (!tool.isOpen) throw new Error("a tool was closed twice");
    tool.isOpen = false;
  }
}

function shopOf(system: System, limits: CheckoutPoolLimits, isSlow = false) {
  const shop = new Shop(isSlow);
  return { shop, pool: createCheckoutPool(system, { resource: shop.resource, ...limits }) };
}

/** Uses what it has taken for a while; nobody else may. */
async function work(t: Run, lease: Lease<Tool>, who: string): Promise<void> {
  const tool = lease.resource;
  if (tool.user !== undefined) throw new Error(`${who} was lent what ${tool.user} has`);
  if (!tool.isOpen) throw new Error(`${who} was lent what is closed`);
  tool.user = who;
  await t.step(`${who} works`);
  tool.user = undefined;
}

/** At every step: no more than there may be, no count below 0, and no open tool that the pool does not count. */
function isConserved(pool: CheckoutPool<Tool>, shop: Shop, most: number): boolean {
  const { idle, lent, starting, closing, waiting } = pool.stats();
  const counts = [idle, lent, starting, closing, waiting];
  const held = idle + lent + starting + closing;
  return counts.every((count) => count >= 0) && shop.live <= held && held <= most;
}

/** Holds what it is told to take until it dies. */
const Borrower = defineActor({
  name: "borrower",
  init: (pool: CheckoutPool<Tool>) => ({ pool, leases: [] as Lease<Tool>[] }),
  calls: {
    take: async (state) => {
      const lease = await state.pool.checkout({ timeoutMs: 1_000 });
      return reply(undefined, { ...state, leases: [...state.leases, lease] });
    },
    giveBack: async (state) => {
      for (const lease of state.leases) await lease.checkin();
      return reply(undefined, { ...state, leases: [] });
    },
  },
});

/** Borrowers and waiters die at any step, deadlines pass, tools are discarded: the pool's tools stay as many as it says. */
async function conservedWhoeverDies(t: Run): Promise<void> {
  const system = t.system();
  t.noLeaks();
  const { shop, pool } = shopOf(system, { size: 2, maxOverflow: t.choose(2) });
  const most = 3;
  t.invariant(() => isConserved(pool, shop, most));
  t.conservation("tools that are open and not counted", () => {
    const { idle, lent, closing } = pool.stats();
    return shop.live - idle - lent - closing;
  });
  const borrowers: PidOf<typeof Borrower>[] = [];
  for (let i = 0; i < 3; i += 1) borrowers.push(await system.start(Borrower, pool));
  let settled = 0;
  const over = (): void => void (settled += 1);
  for (const borrower of borrowers) {
    t.go(async () => {
      await borrower.call.take().then(over, over);
      await t.step("has it");
      await borrower.call.giveBack().catch(() => undefined);
    });
  }
  for (const who of ["anna", "ben"]) {
    t.go(async () => {
      const timeoutMs = [1_000, 5][t.choose(2)] as number;
      const lease = await pool.checkout({ timeoutMs }).catch(() => undefined);
      settled += 1;
      if (lease === undefined) return;
      await work(t, lease, who);
      await lease.checkin(t.choose(2) === 0 ? "ok" : "discard");
    });
  }
  t.kill(borrowers[t.choose(3)] as PidOf<typeof Borrower>);
  await t.quiescent();
  await t.advance(2_000);
  if (settled !== 5) throw new Error(`${settled} of 5 checkouts have settled`);
  for (const borrower of borrowers) borrower.exit("kill");
  await t.quiescent();
  await pool.close();
  if (shop.live !== 0) throw new Error(`${shop.live} tools were never closed`);
}

/** The pool's own process dies at any step: loans stay, are counted and closed, waiters are told, and nothing doubles. */
async function conservedWhenThePoolDies(t: Run): Promise<void> {
  const system = t.system();
  t.noLeaks();
  const { shop, pool } = shopOf(system, { size: 2, minSize: t.choose(2) }, true);
  t.invariant(() => isConserved(pool, shop, 2));
  const tree = await system.start(
    supervisor({ strategy: "oneForOne", maxRestarts: 10, children: [pool.child()] }),
  );
  let settled = 0;
  for (const who of ["anna", "ben", "carl", "dora"]) {
    t.go(async () => {
      await t.step(`${who} comes`);
      const lease = await pool.checkout({ timeoutMs: 1_000 }).catch((error) => {
        if (!isActorError(error, "ERR_NOT_RUNNING")) throw error;
        return undefined;
      });
      settled += 1;
      if (lease === undefined) return;
      await work(t, lease, who);
      await lease.checkin();
    });
  }
  for (let i = 0; i < 2; i += 1) {
    t.go(async () => {
      await t.step("strike");
      const [child] = await tree.call.whichChildren();
      if (child?.pid !== undefined && child.pid !== "restarting")
        child.pid.exit(t.choose(2) === 0 ? "kill" : "shutdown");
    });
  }
  await t.quiescent();
  await t.advance(2_000);
  if (settled !== 4) throw new Error(`${settled} of 4 checkouts have settled`);
  const { lent, waiting, starting } = pool.stats();
  if (lent + waiting + starting > 0)
    throw new Error(`${lent} lent, ${waiting} waiting, ${starting} starting`);
  await tree.stop();
  if (shop.live !== 0) throw new Error(`${shop.live} tools were never closed`);
}

/** PF1: a deadline and a checkin meet: the waiter has the tool or the error, and the tool is lost to nobody. */
async function aGrantMeetsADeadline(t: Run): Promise<void> {
  const system = t.system();
  t.noLeaks();
  const { shop, pool } = shopOf(system, { size: 1 });
  t.invariant(() => isConserved(pool, shop, 1));
  const lease = await pool.checkout();
  const waiter = pool.checkout({ timeoutMs: 10 }).then(
    async (late) => late.checkin(),
    (error) => {
      if (!isActorError(error, "ERR_CHECKOUT_TIMEOUT")) throw error;
    },
  );
  t.go(async () => {
    await t.advance(10);
    await lease.checkin();
  });
  await t.advance(20);
  await t.quiescent();
  await waiter;
  if (pool.tryCheckout()?.resource.isOpen !== true) throw new Error("the tool is lent to nobody");
}

/** PF2: who is served dies before it runs: the next in line is. */
async function theServedOneDies(t: Run): Promise<void> {
  const system = t.system();
  t.noLeaks();
  const { shop, pool } = shopOf(system, { size: 1 });
  t.invariant(() => isConserved(pool, shop, 1));
  const lease = await pool.checkout();
  const first = await system.start(Borrower, pool);
  first.call.take().catch(() => undefined);
  await t.quiescent();
  const next = pool.checkout({ timeoutMs: Number.POSITIVE_INFINITY });
  let served = false;
  t.go(async () => {
    const mine = await next;
    served = true;
    await work(t, mine, "next");
    await mine.checkin();
  });
  t.kill(first);
  t.go(async () => {
    await t.step("give back");
    await lease.checkin();
  });
  await t.eventually(() => served, 1_000);
  await t.quiescent();
}

/** PF4: what is discarded makes room for who waits, whether its closing succeeds, fails or takes its time. */
async function discardedForTheNext(t: Run): Promise<void> {
  const system = t.system();
  t.noLeaks();
  const shop = new Shop(true);
  const close = async (tool: Tool): Promise<void> => {
    await shop.resource.close(tool);
    if (t.choose(2) === 1) throw new Error("closed with an error");
  };
  const pool = createCheckoutPool(system, { size: 1, resource: { open: shop.resource.open, close } });
  t.invariant(() => isConserved(pool, shop, 1));
  let served = 0;
  for (const who of ["anna", "ben", "carl"]) {
    t.go(async () => {
      await t.step(`${who} comes`);
      const lease = await pool.checkout({ timeoutMs: Number.POSITIVE_INFINITY });
      await work(t, lease, who);
      served += 1;
      await lease.checkin("discard");
    });
  }
  await t.eventually(() => served === 3, 30_000);
  await t.quiescent();
}

/** PF11: an opening that takes too long succeeds after all: what it made is closed, or used, never forgotten. */
async function openedTooLate(t: Run): Promise<void> {
  const system = t.system();
  t.noLeaks();
  const shop = new Shop(false);
  const open = async (): Promise<Tool> => {
    await t.advance([0, 90, 100, 110, 150][t.choose(5)] as number);
    return shop.resource.open();
  };
  const pool = createCheckoutPool(system, {
    size: 1,
    openTimeoutMs: 100,
    closeTimeoutMs: 1_000,
    backoff: { minMs: 10, maxMs: 10 },
    resource: { open, close: shop.resource.close },
  });
  t.invariant(() => isConserved(pool, shop, 1));
  t.go(() =>
    pool.use((tool) => tool.isOpen, { timeoutMs: [50, 5_000][t.choose(2)] as number }).catch(() => undefined),
  );
  await t.advance(10_000);
  await t.quiescent();
  await pool.close();
  if (shop.live !== 0) throw new Error(`${shop.live} tools were opened and forgotten`);
}

/** PF20: who gives back twice gives back nobody else's. */
async function givenBackTwice(t: Run): Promise<void> {
  const system = t.system();
  t.noLeaks();
  const { shop, pool } = shopOf(system, { size: 2 });
  t.invariant(() => isConserved(pool, shop, 2));
  for (const who of ["anna", "ben", "carl", "dora"]) {
    t.go(async () => {
      const lease = await pool.checkout({ timeoutMs: Number.POSITIVE_INFINITY });
      await work(t, lease, who);
      await lease.checkin();
      await t.step(`${who} is careless`);
      await lease.checkin();
    });
  }
  await t.quiescent();
  await t.advance(10);
  const { idle, lent, waiting } = pool.stats();
  if (idle !== shop.live || lent + waiting > 0)
    throw new Error(`${idle} idle, ${lent} lent, ${waiting} waiting`);
}

/** Idleness, age, uses and pings take tools away at any time: nobody waits for nothing. */
async function caredForWhileUsed(t: Run): Promise<void> {
  const system = t.system();
  t.noLeaks();
  const shop = new Shop(true);
  const ping = async (): Promise<boolean> => {
    await t.step("ping");
    return t.choose(3) > 0;
  };
  const pool = createCheckoutPool(system, {
    size: 2,
    minSize: 1,
    idleTimeoutMs: 40,
    pingAfterMs: 20,
    maxAgeMs: 100,
    maxUses: 3,
    resource: { ...shop.resource, ping },
  });
  t.invariant(() => isConserved(pool, shop, 2));
  let served = 0;
  for (const who of ["anna", "ben", "carl"]) {
    t.go(async () => {
      for (let i = 0; i < 3; i += 1) {
        const lease = await pool.checkout({ timeoutMs: 10_000 });
        await work(t, lease, who);
        served += 1;
        await lease.checkin();
        await t.advance([0, 20, 50][t.choose(3)] as number);
      }
    });
  }
  await t.eventually(() => served === 9, 60_000);
  await t.quiescent();
  await pool.close();
  if (shop.live !== 0) throw new Error(`${shop.live} tools were never closed`);
}

/** By what they prove. */
export const POOL_SCENARIOS: Readonly<Record<string, Scenario>> = {
  "tools are conserved whoever dies": conservedWhoeverDies,
  "tools are conserved when the pool's process dies": conservedWhenThePoolDies,
  "PF1 a grant meets a deadline": aGrantMeetsADeadline,
  "PF2 the one that is served dies": theServedOneDies,
  "PF4 what is discarded makes room": discardedForTheNext,
  "PF11 what is opened too late": openedTooLate,
  "PF20 what is given back twice": givenBackTwice,
  "PF34 what is looked after is not lost": caredForWhileUsed,
};
