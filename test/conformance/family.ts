/**
 * What a family of recorded scenarios brings: how its lines are told from others, how one is played here, and
 * the rules under which a difference is one that we mean.
 *
 * @module
 */

/** One recorded scenario, as it stands in a file. */
export interface Line {
  readonly id: string;
  readonly [field: string]: unknown;
}

/** One place where what was played is not what was recorded; `undefined` where a side has nothing. */
export interface Difference {
  /** From the top of the trace: `["mail", "b", 0]`. */
  readonly at: readonly (string | number)[];
  readonly recorded: unknown;
  readonly played: unknown;
}

/** A deviation that is promised. It excuses one difference; the rest of the line is still compared. */
export interface Rule {
  readonly name: string;
  /** The section of `docs/semantics.md` that promises it. */
  readonly promise: string;
  readonly why: string;
  excuses(difference: Difference, line: Line): boolean;
}

/** What came of playing a line: its trace in the recorded form, or the parts that nothing here stands for. */
export type Played = { readonly trace: unknown } | { readonly notPlayed: readonly string[] };

/** A family that is played. */
export interface Family {
  readonly name: string;
  readonly rules: readonly Rule[];
  /** Parts of the recording that are left out. */
  readonly notCompared?: readonly string[];
  /** Told by the line's shape. */
  fits(line: Line): boolean;
  play(line: Line): Promise<Played>;
  /** Puts both sides into the order that the recording leaves open. */
  arrange(trace: unknown, line: Line): unknown;
}
