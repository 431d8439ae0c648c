import { type CheckoutPool, createCheckoutPool } from "troupe";
import { Lent, poolSize } from "../../contender/lent.ts";
import { expectSame } from "../../contender/work.ts";
import { system } from "./driver.ts";

/** A full pool of ten, and the resources it has made. */
export async function openPool(): Promise<{
  readonly pool: CheckoutPool<Lent>;
  readonly made: readonly Lent[];
}> {
  const made: Lent[] = [];
  const resource = {
    open: () => {
      const lent = new Lent();
      made.push(lent);
      return lent;
    },
  };
  const pool = createCheckoutPool(system, { size: poolSize, resource });
  const all = await Promise.all(Array.from({ length: poolSize }, () => pool.checkout()));
  await Promise.all(all.map((lease) => lease.checkin()));
  return { pool, made };
}

/** Throws unless every resource is back. */
export function expectAllBack(pool: CheckoutPool<Lent>): void {
  const { idle, lent, starting, closing } = pool.stats();
  expectSame("idle", idle, poolSize);
  expectSame("lent, starting or closing", lent + starting + closing, 0);
}
