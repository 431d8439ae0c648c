/**
 * A program: prints how many bytes one operation of each work allocates. Nothing in it depends on time: the
 * clock stands still, the young generation is so large that nothing is collected while it counts, and without
 * compilers every allocation in the source is one, however warm the code. What a round costs beside its
 * operations is taken out by the difference between a round and one of twice as many.
 *
 * `npm run guard` builds it and sets the flags. Names of works may be given.
 */
import { getHeapSpaceStatistics } from "node:v8";
import { openWorks, type Work } from "./works.ts";

const OPERATIONS = 1_000;
const ROUNDS = 3;

const collect = (globalThis as unknown as { gc(): void }).gc;
performance.now = () => 0;

/** Where everything small is born. Of the old generation whole pages count as used. */
function bornBytes(): number {
  return getHeapSpaceStatistics().find((space) => space.space_name === "new_space")
    ?.space_used_size as number;
}

async function bytesOf(name: string, work: Work, operations: number): Promise<number> {
  collect();
  const before = bornBytes();
  const done = await work(operations);
  const bytes = bornBytes() - before;
  if (done !== operations) throw new Error(`${name}: ${done} of ${operations} operations were done`);
  if (bytes < 0) throw new Error(`${name}: the young generation was collected while it was counted`);
  return bytes;
}

const asked = process.argv.slice(2);
const figures: Record<string, number> = {};
const works = Object.entries(await openWorks());
// Rings and tables get their size, the interpreter its feedback, and objects their layout: V8 settles that of a class
// with its first few instances, for a smaller one if they have been collected by then.
for (const [, work] of works) await work(2 * OPERATIONS);
for (const [name, work] of works) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  const rounds: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const single = await bytesOf(name, work, OPERATIONS);
    const double = await bytesOf(name, work, 2 * OPERATIONS);
    rounds.push((double - single) / OPERATIONS);
  }
  rounds.sort((one, other) => one - other);
  figures[name] = Math.round(rounds[ROUNDS >> 1] as number);
}
process.stdout.write(`${JSON.stringify(figures)}\n`);
process.exit(0);
