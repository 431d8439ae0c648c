import { type Figure, figureOf } from "../figure.ts";
import { type Contender, type MeasureOptions, type WarmRunner, warm } from "../measure.ts";
import type { GrowthRow } from "./rows.ts";

/** One size of one contender. */
export interface SizeFigures {
  readonly size: number;
  /** Nanoseconds an operation. */
  readonly ns: Figure;
  /** How many times as long as at the row's base, round by round. */
  readonly growth: Figure;
}

/** What is measured of one growth row: the sizes of each contender, by name. */
export interface GrowthFigures {
  readonly row: GrowthRow;
  readonly contenders: Readonly<Record<string, readonly SizeFigures[]>>;
}

/**
 * Measures one row. Each size runs in a process of its own; a round goes through all of them, so that whatever the
 * machine does meanwhile happens to all sizes.
 *
 * @throws BenchFault when any round, warm-up included, lost anything
 */
export async function measureGrowth(
  row: GrowthRow,
  contenders: readonly Contender[],
  options: MeasureOptions,
): Promise<GrowthFigures> {
  const figures: Record<string, readonly SizeFigures[]> = {};
  for (const contender of contenders) figures[contender.name] = await measureSizes(row, contender, options);
  return { row, contenders: figures };
}

async function measureSizes(
  row: GrowthRow,
  contender: Contender,
  options: MeasureOptions,
): Promise<SizeFigures[]> {
  const runners: WarmRunner[] = [];
  try {
    for (const size of row.sizes)
      runners.push(await warm({ ...row, unit: "operations/s", size }, contender, options));
    const rounds: number[][] = row.sizes.map(() => []);
    for (let round = 0; round < options.rounds; round += 1)
      for (const [at, runner] of runners.entries()) rounds[at]?.push(1e9 / (await runner.round()));
    const base = rounds[row.sizes.indexOf(row.base)] ?? [];
    return row.sizes.map((size, at) => {
      const ns = rounds[at] ?? [];
      return {
        size,
        ns: figureOf(ns),
        growth: figureOf(ns.map((each, round) => each / (base[round] ?? each))),
      };
    });
  } finally {
    for (const runner of runners) await runner.close();
  }
}
