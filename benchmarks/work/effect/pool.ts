import { Effect, Pool, Scope } from "effect";
import { Lent, poolSize } from "../../contender/lent.ts";

/** A full pool of ten, and the resources it has made. */
export async function openPool(): Promise<{
  readonly pool: Pool.Pool<Lent>;
  readonly made: readonly Lent[];
}> {
  const made: Lent[] = [];
  const acquire = Effect.sync(() => {
    const resource = new Lent();
    made.push(resource);
    return resource;
  });
  const scope = Effect.runSync(Scope.make());
  const pool = await Effect.runPromise(Scope.provide(Pool.make({ acquire, size: poolSize }), scope));
  return { pool, made };
}

/** One borrower, all in one fiber: takes and gives back so many times. */
export function borrow(pool: Pool.Pool<Lent>, times: number): Effect.Effect<void> {
  const once = Effect.scoped(
    Effect.map(Pool.get(pool), (resource) => {
      resource.take();
      resource.giveBack();
    }),
  );
  return Effect.gen(function* () {
    for (let i = 0; i < times; i += 1) yield* once;
  });
}
