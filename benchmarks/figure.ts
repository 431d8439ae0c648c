/** What several rounds say: the middle one, and the two ends. */
export interface Figure {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** Which way is ahead: more operations a second, or fewer bytes. */
export type Better = "more" | "less";

/** One round of ours and the peer's round that followed it. */
export interface Pair {
  readonly ours: number;
  readonly theirs: number;
}

/** The middle of some numbers; between the two middle ones when they are even in number. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle];
  if (upper === undefined) throw new RangeError("no rounds, no median");
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2;
}

/** Median, smallest and largest of the rounds. */
export function figureOf(rounds: readonly number[]): Figure {
  return { median: median(rounds), min: Math.min(...rounds), max: Math.max(...rounds) };
}

/** How far ahead we are, pair by pair; above 1 means ahead, whichever way is better. */
export function ratiosOf(pairs: readonly Pair[], better: Better): Figure {
  return figureOf(pairs.map(({ ours, theirs }) => (better === "more" ? ours / theirs : theirs / ours)));
}
