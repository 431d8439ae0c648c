import type { SizeFigures } from "./measure.ts";
import type { GrowthRow, Stated } from "./rows.ts";

/** Whether a curve keeps to what its operation is said to cost. */
export interface Verdict {
  /** How many times as much an operation costs with ten times as much there, from the base to the largest size. */
  readonly perDecade: number;
  /** The same of what it is held against, 1 where there is nothing. */
  readonly besidePerDecade: number;
  /** What is left of it, beyond what is stated and beyond memory; the worse of the whole curve and of its last decade. */
  readonly beyond: number;
  readonly isWorse: boolean;
}

/**
 * A cost of O(n) that is not stated grows tenfold in a decade. Caches, collections of garbage and a busy machine
 * make up to twice of an operation that does the same steps whatever there is.
 */
const ALLOWED = 2;

/**
 * Holds a curve against its operation's stated cost, and against bare memory of the same size.
 *
 * @param ours - in the order of the row's sizes
 * @param beside - the same of the bare one
 */
export function verdictOf(
  row: Pick<GrowthRow, "base" | "sizes" | "stated">,
  ours: readonly SizeFigures[],
  beside: readonly SizeFigures[] | undefined,
): Verdict {
  const last = row.sizes.at(-1) ?? row.base;
  const lastDecade = row.sizes.findLast((size) => size * 10 <= last) ?? row.base;
  const beyondFrom = (from: number): number => {
    const stated = statedGrowth(row.stated, from, last) ** (1 / decades(from, last));
    return perDecade(ours, from, last) / stated / memory(beside, from, last);
  };
  const beyond = Math.max(beyondFrom(row.base), beyondFrom(lastDecade));
  return {
    perDecade: perDecade(ours, row.base, last),
    besidePerDecade: memory(beside, row.base, last),
    beyond,
    isWorse: !(beyond <= ALLOWED),
  };
}

/** How many times as much an operation of this cost takes with `to` there as with `from`. */
export function statedGrowth(stated: Stated, from: number, to: number): number {
  switch (stated) {
    case "O(1)":
      return 1;
    case "O(log n)":
      return Math.log(to) / Math.log(from);
    case "O(n)":
      return to / from;
  }
}

/** What does less than memory costs is no excuse. */
function memory(beside: readonly SizeFigures[] | undefined, from: number, to: number): number {
  return beside === undefined ? 1 : Math.max(1, perDecade(beside, from, to));
}

function perDecade(figures: readonly SizeFigures[], from: number, to: number): number {
  const costOf = (size: number): number =>
    figures.find((one) => one.size === size)?.cost.median ?? Number.NaN;
  return (costOf(to) / costOf(from)) ** (1 / decades(from, to));
}

function decades(from: number, to: number): number {
  return Math.log10(to / from);
}
