import { performance } from "node:perf_hooks";
import { createSystem } from "troupe";
import { seededRandom } from "../src/core/random.ts";
import { driftOf, growthIn, leftOver, type Sample } from "./flatness.ts";
import { macrotask, type Vitals } from "./vitals.ts";
import type { Workload } from "./workload.ts";

/** How long a phase goes on: a time, or so many cycles. */
export type Extent = { readonly ms: number } | { readonly cycles: number };

/** What came of one workload. */
export interface PhaseReport {
  readonly id: string;
  readonly about: string;
  readonly tookMs: number;
  readonly rounds: number;
  /** Faults and ends that the rounds have told of. */
  readonly faults: number;
  readonly samples: number;
  readonly heapBytes: { readonly first: number; readonly last: number };
  /** Growth of the heap over the samples, in parts of it. */
  readonly drift: number;
  /** What is not flat, and what is left; empty when all is well. */
  readonly unflat: readonly string[];
}

/** Parts of a phase that bring code and tables to their size, before anything counts. */
const WARM_PART = 0.3;
/** Samples that a phase of a given time is cut into. */
const SAMPLES = 24;
/** Rounds of one cycle when cycles are counted. */
const ROUNDS_A_CYCLE = 5;
/** Milliseconds that a stopped system's last timers may take: a deadline's looks once more, and rests. */
const REST_MS = 10_000;

/** Plays a workload on a system of its own, looks at it again and again, and at what is left when it has stopped. */
export async function playPhase(
  workload: Workload,
  extent: Extent,
  seed: number,
  vitals: Vitals,
): Promise<PhaseReport> {
  const startedAtMs = performance.now();
  const start = await vitals.sample();
  const system = createSystem({ name: workload.id, logger: false });
  const load = await workload.open(system, seededRandom(seed));
  let rounds = 0;
  let faults = 0;
  const cycle = async (goesOn: (rounds: number) => boolean): Promise<void> => {
    let played = 0;
    do {
      faults += await load.round();
      played += 1;
    } while (goesOn(played));
    rounds += played;
  };
  const look = (): Promise<Sample> => vitals.sample(system, load.counts?.());

  const samples: Sample[] = [];
  if ("cycles" in extent) {
    const goesOn = (played: number): boolean => played < ROUNDS_A_CYCLE;
    for (let warm = 0; warm < Math.ceil(extent.cycles * WARM_PART); warm += 1) await cycle(goesOn);
    for (let count = 0; count < extent.cycles; count += 1) {
      await cycle(goesOn);
      samples.push(await look());
    }
  } else {
    const endsAtMs = performance.now() + extent.ms;
    const warmUntilMs = performance.now() + extent.ms * WARM_PART;
    await cycle(() => performance.now() < warmUntilMs);
    const cycleMs = (endsAtMs - warmUntilMs) / SAMPLES;
    for (let count = 1; count <= SAMPLES; count += 1) {
      await cycle(() => performance.now() < warmUntilMs + count * cycleMs);
      samples.push(await look());
    }
  }
  await system.stop();
  const end = await atRest(vitals, start, () => vitals.sample(system, load.left?.()));
  const heaps = samples.map(({ heapBytes }) => heapBytes);
  return {
    id: workload.id,
    about: workload.about,
    tookMs: performance.now() - startedAtMs,
    rounds,
    faults,
    samples: samples.length,
    heapBytes: { first: heaps[0] ?? 0, last: heaps.at(-1) ?? 0 },
    drift: driftOf(heaps),
    unflat: [...growthIn(samples), ...leftOver(start.counts, end.counts)],
  };
}

async function atRest(vitals: Vitals, start: Sample, look: () => Promise<Sample>): Promise<Sample> {
  const untilMs = performance.now() + REST_MS;
  while (vitals.timers > (start.counts["timers"] ?? 0) && performance.now() < untilMs) await macrotask();
  return look();
}
