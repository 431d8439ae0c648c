import { createPool, type Pool } from "generic-pool";
import { Lent, poolSize } from "../../contender/lent.ts";
import { expectSame } from "../../contender/work.ts";

/** A full pool of ten, and the resources it has made. */
export async function openPool(): Promise<{ readonly pool: Pool<Lent>; readonly made: readonly Lent[] }> {
  const made: Lent[] = [];
  const factory = {
    create: async () => {
      const resource = new Lent();
      made.push(resource);
      return resource;
    },
    destroy: async () => {},
  };
  const pool = createPool(factory, { min: poolSize, max: poolSize });
  await pool.ready();
  return { pool, made };
}

/** Throws unless every resource is back. */
export function expectAllBack(pool: Pool<Lent>): void {
  expectSame("idle", pool.available, poolSize);
  expectSame("lent", pool.borrowed, 0);
  expectSame("waiting", pool.pending, 0);
}
