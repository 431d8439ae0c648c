/**
 * How much of what is random a run plays: all of it in `npm test`, a tenth in `npm run check`, which sets
 * `TROUPE_QUICK`.
 */

const isQuick = process.env.TROUPE_QUICK !== undefined;

/** How many of `full` runs this run plays. */
export function depthOf(full: number): number {
  return isQuick ? Math.ceil(full / 10) : full;
}

/** Those of `all` that this run plays, spread over the whole; the first is always among them. */
export function sampleOf<T>(all: readonly T[]): readonly T[] {
  return isQuick ? all.filter((_, index) => index % 10 === 0) : all;
}
