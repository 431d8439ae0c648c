import { Pool } from "lightning-pool";
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
  const pool = new Pool<Lent>(factory, { min: poolSize, max: poolSize, minIdle: poolSize });
  pool.start();
  // It makes resources only when they are asked for.
  const all = await Promise.all(Array.from({ length: poolSize }, () => pool.acquire()));
  await Promise.all(all.map((resource) => pool.releaseAsync(resource)));
  return { pool, made };
}

/** Throws unless every resource is back. */
export async function expectAllBack(pool: Pool<Lent>): Promise<void> {
  // It takes them back a turn later.
  await new Promise(setImmediate);
  expectSame("idle", pool.available, poolSize);
  expectSame("lent", pool.acquired, 0);
  expectSame("waiting", pool.pending, 0);
}
