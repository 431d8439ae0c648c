import { type Figure, figureOf } from "../figure.ts";
import { type Contender, type MeasureOptions, type WarmRunner, warm } from "../measure.ts";
import type { GrowthRow } from "./rows.ts";

/** One size of one contender. */
export interface SizeFigures {
  readonly size: number;
  /** Nanoseconds or bytes an operation. */
  readonly cost: Figure;
  /** How many times as much as at the row's base, round by round. */
  readonly growth: Figure;
}

/** What is measured of one growth row: the sizes of each contender, ours first. */
export interface GrowthFigures {
  readonly row: GrowthRow;
  readonly contenders: Readonly<Record<string, readonly SizeFigures[]>>;
}

/** Who does a row, and under which name its work lies. */
export interface Growing {
  readonly contender: Contender;
  readonly id: string;
  /** Its figures do for every row with the same sizes. */
  readonly isShared: boolean;
}

/** What has been measured already, of contenders that are shared. */
export type Known = Map<string, readonly SizeFigures[]>;

/**
 * Measures one row. Each size runs in a process of its own; a round goes through all of them, so that whatever the
 * machine does meanwhile happens to all sizes.
 *
 * @throws BenchFault when any round, warm-up included, lost anything
 */
export async function measureGrowth(
  row: GrowthRow,
  growing: readonly Growing[],
  options: MeasureOptions,
  known: Known = new Map(),
): Promise<GrowthFigures> {
  const figures: Record<string, readonly SizeFigures[]> = {};
  for (const one of growing) {
    const { name } = one.contender;
    const key = `${name} ${row.base} of ${row.sizes.join()}`;
    const measured = (one.isShared ? known.get(key) : undefined) ?? (await measureSizes(row, one, options));
    if (one.isShared) known.set(key, measured);
    figures[name] = measured;
  }
  return { row, contenders: figures };
}

async function measureSizes(
  row: GrowthRow,
  growing: Growing,
  options: MeasureOptions,
): Promise<SizeFigures[]> {
  const rounds = row.unit === "bytes" ? await weigh(row, growing) : await time(row, growing, options);
  const base = rounds[row.sizes.indexOf(row.base)] ?? [];
  return row.sizes.map((size, at) => {
    const costs = rounds[at] ?? [];
    const growth = costs.map((each, round) => each / (base[round] ?? each));
    return { size, cost: figureOf(costs), growth: figureOf(growth) };
  });
}

/** @returns bytes an operation for each size, in one round: weights do not warm */
async function weigh(row: GrowthRow, { contender, id }: Growing): Promise<number[][]> {
  const weights: number[][] = [];
  for (const size of row.sizes) {
    const runner = await contender.open({ id, unit: "bytes", size });
    try {
      weights.push([await runner.round(size)]);
    } finally {
      await runner.close();
    }
  }
  return weights;
}

/** @returns nanoseconds an operation for each size, round by round */
async function time(row: GrowthRow, growing: Growing, options: MeasureOptions): Promise<number[][]> {
  const runners: WarmRunner[] = [];
  try {
    for (const size of row.sizes)
      runners.push(await warm(openedOf(row, growing, size), growing.contender, options));
    const rounds: number[][] = row.sizes.map(() => []);
    for (let round = 0; round < options.rounds; round += 1)
      for (const [at, runner] of runners.entries()) rounds[at]?.push(1e9 / (await runner.round()));
    return rounds;
  } finally {
    for (const runner of runners) await runner.close();
  }
}

function openedOf({ wholeSizes, maxOperations }: GrowthRow, { id, isShared }: Growing, size: number) {
  const opened = { id, unit: "operations/s", size } as const;
  if (isShared) return opened;
  return {
    ...opened,
    ...(wholeSizes === true ? { multipleOf: size } : {}),
    ...(maxOperations === undefined ? {} : { maxOperations }),
  };
}
