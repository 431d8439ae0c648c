import { type Figure, figureOf, ratiosOf } from "./figure.ts";
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

/** What is measured of one row of ours, run in one way, and of each peer beside it. */
export interface Side {
  readonly troupe: Figure;
  readonly peers: Readonly<Record<string, { readonly figure: Figure; readonly ratio: Figure }>>;
}

/** What is measured of one row. */
export interface RowFigures extends Side {
  readonly row: Row;
  /** Our side run in other ways, by the name of the variant. */
  readonly variants: Readonly<Record<string, Side>>;
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
 * theirs …), so that whatever the machine does meanwhile happens to both. Ours may be run in a second way: the peer's
 * round is then between the two (ours, theirs, ours the other way, ours, theirs …).
 *
 * @param ours - the ways in which ours is run, at least one
 * @returns a side for each of `ours`
 * @throws BenchFault when any round, warm-up included, lost anything
 */
export async function measureRow(
  row: Row,
  ours: readonly Contender[],
  peers: readonly Contender[],
  options: MeasureOptions,
): Promise<readonly Side[]> {
  const us: Way[] = [];
  try {
    for (const contender of ours)
      us.push({ runner: await warm(row, contender, options), all: [], peers: {} });
    for (const peer of peers) await measureBeside(us, row, peer, options);
    for (let i = 0; peers.length === 0 && i < options.rounds; i += 1)
      for (const { runner, all } of us) all.push(await runner.round());
    return us.map(({ all, peers }) => ({ troupe: figureOf(all), peers }));
  } finally {
    for (const { runner } of us) await runner.close();
  }
}

/** A way in which ours is run, and what has been measured of it. */
interface Way {
  readonly runner: WarmRunner;
  readonly all: number[];
  readonly peers: Record<string, { figure: Figure; ratio: Figure }>;
}

/** A contender whose rounds have found their size. */
export interface WarmRunner {
  /** Does a round and answers its figure. */
  round(): Promise<number>;
  close(): Promise<void>;
}

async function measureBeside(us: readonly Way[], row: Row, peer: Contender, options: MeasureOptions) {
  const them = await warm(row, peer, options);
  try {
    const rounds: { readonly ours: readonly number[]; readonly theirs: number }[] = [];
    for (let i = 0; i < options.rounds; i += 1) {
      const ours: number[] = [];
      let theirs = 0;
      for (const [at, { runner }] of us.entries()) {
        ours.push(await runner.round());
        if (at === 0) theirs = await them.round();
      }
      rounds.push({ ours, theirs });
    }
    const figure = figureOf(rounds.map(({ theirs }) => theirs));
    for (const [at, way] of us.entries()) {
      const pairs = rounds.map(({ ours, theirs }) => ({ ours: ours[at] ?? Number.NaN, theirs }));
      way.all.push(...pairs.map((pair) => pair.ours));
      way.peers[peer.name] = { figure, ratio: ratiosOf(pairs, row.better) };
    }
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
