import { type Figure, figureOf, type Pair, ratiosOf } from "./figure.ts";
import type { Row } from "./rows.ts";
import type { Runner } from "./runner.ts";

/** What a contender is asked to open: the work of a row, with `size` of what a growth row has more and more of. */
export type Opened = Pick<Row, "id" | "unit" | "multipleOf" | "maxOperations"> & { readonly size?: number };

/** One who does rows: we, or a peer. */
export interface Contender {
  readonly name: string;
  /** Starts a process for the row, with its work open. */
  open(row: Opened): Promise<Runner>;
}

/** What is measured of one row. */
export interface RowFigures {
  readonly row: Row;
  readonly troupe: Figure;
  readonly peers: Readonly<Record<string, { readonly figure: Figure; readonly ratio: Figure }>>;
}

export interface MeasureOptions {
  readonly rounds: number;
  readonly roundMs: number;
}

const FIRST_OPERATIONS = 1_000;
/** Rounds in a row that must not call for a longer one before the first one counts. */
const ROUNDS_HELD = 3;

/**
 * Measures one row: ours alone when it has no peer, else in pairs with each peer in turn (ours, theirs, ours,
 * theirs …), so that whatever the machine does meanwhile happens to both.
 *
 * @throws BenchFault when any round, warm-up included, lost anything
 */
export async function measureRow(
  row: Row,
  ours: Contender,
  peers: readonly Contender[],
  options: MeasureOptions,
): Promise<RowFigures> {
  const us = await warm(row, ours, options);
  try {
    const all: number[] = [];
    const figures: Record<string, { figure: Figure; ratio: Figure }> = {};
    for (const peer of peers) {
      const pairs = await pairWith(us, row, peer, options);
      all.push(...pairs.map((pair) => pair.ours));
      figures[peer.name] = {
        figure: figureOf(pairs.map((pair) => pair.theirs)),
        ratio: ratiosOf(pairs, row.better),
      };
    }
    if (peers.length === 0) for (let i = 0; i < options.rounds; i += 1) all.push(await us.round());
    return { row, troupe: figureOf(all), peers: figures };
  } finally {
    await us.close();
  }
}

/** A contender whose rounds have found their size. */
export interface WarmRunner {
  /** Does a round and answers its figure. */
  round(): Promise<number>;
  close(): Promise<void>;
}

async function pairWith(us: WarmRunner, row: Row, peer: Contender, options: MeasureOptions): Promise<Pair[]> {
  const them = await warm(row, peer, options);
  try {
    const pairs: Pair[] = [];
    for (let i = 0; i < options.rounds; i += 1) {
      pairs.push({ ours: await us.round(), theirs: await them.round() });
    }
    return pairs;
  } finally {
    await them.close();
  }
}

/** Opens a contender, and warms it until a round's size holds; those rounds are thrown away. */
export async function warm(row: Opened, contender: Contender, options: MeasureOptions): Promise<WarmRunner> {
  const runner = await contender.open(row);
  try {
    const operations = await operationsPerRound(row, runner, options.roundMs);
    return { round: () => runner.round(operations), close: () => runner.close() };
  } catch (error) {
    await runner.close();
    throw error;
  }
}

/** A cold round says little: the size is asked again until it has held for some rounds, and grows tenfold at most. */
async function operationsPerRound(row: Opened, runner: Runner, roundMs: number): Promise<number> {
  const { multipleOf = 1, maxOperations = Number.MAX_SAFE_INTEGER } = row;
  const whole = (operations: number) => Math.max(1, Math.round(operations / multipleOf)) * multipleOf;
  let operations = whole(Math.min(FIRST_OPERATIONS, maxOperations));
  for (let held = 0; held < ROUNDS_HELD; held += 1) {
    const rate = await runner.round(operations);
    if (row.unit !== "operations/s") continue;
    const wanted = Math.min((rate / 1_000) * roundMs, operations * 10, maxOperations);
    if (wanted > operations * 1.5) held = -1;
    if (wanted > operations) operations = whole(wanted);
  }
  return operations;
}
