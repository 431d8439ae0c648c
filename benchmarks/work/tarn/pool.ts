import { Pool } from "tarn";
import { Lent, poolSize } from "../../contender/lent.ts";
import { expectSame } from "../../contender/work.ts";

/** A full pool of ten, and the resources it has made. */
export async function openPool(): Promise<{ readonly pool: Pool<Lent>; readonly made: readonly Lent[] }> {
  const made: Lent[] = [];
  const pool = new Pool<Lent>({
    create: async () => {
      const resource = new Lent();
      made.push(resource);
      return resource;
    },
    destroy: () => {},
    min: poolSize,
    max: poolSize,
  });
  // It makes resources only when they are asked for.
  const all = await Promise.all(Array.from({ length: poolSize }, () => pool.acquire().promise));
  for (const resource of all) pool.release(resource);
  return { pool, made };
}

/** Throws unless every resource is back. */
export function expectAllBack(pool: Pool<Lent>): void {
  expectSame("idle", pool.numFree(), poolSize);
  expectSame("lent", pool.numUsed(), 0);
  expectSame("waiting", pool.numPendingAcquires(), 0);
}
