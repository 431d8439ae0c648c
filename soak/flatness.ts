/**
 * What flat means: figures of one phase, taken at rest, each after a collection of garbage.
 *
 * @module
 */

/** What is there at one moment of rest. */
export interface Sample {
  readonly heapBytes: number;
  /** Processes, timers, handles, waits, entries: by name. */
  readonly counts: Readonly<Record<string, number>>;
}

/** How much of a heap may be left over, in parts of it. */
export const HEAP_TOLERANCE = 0.02;

/**
 * How much the heap has grown from the first sample to the last, in parts of its median: the slope is the median of
 * the slopes between all pairs of samples (Theil and Sen), so that a few odd samples move nothing.
 *
 * @param heapBytes - samples at equal distances
 * @returns 0 for fewer than two
 */
export function driftOf(heapBytes: readonly number[]): number {
  if (heapBytes.length < 2) return 0;
  const slopes = heapBytes.flatMap((from, at) =>
    heapBytes.slice(at + 1).map((to, distance) => (to - from) / (distance + 1)),
  );
  return (medianOf(slopes) * (heapBytes.length - 1)) / medianOf(heapBytes);
}

/**
 * Says what is not flat.
 *
 * @returns one line a fault: a heap that grows by more than {@link HEAP_TOLERANCE}, a count whose later half rises
 *   above its earlier half; empty when all is flat
 */
export function growthIn(samples: readonly Sample[]): string[] {
  const faults: string[] = [];
  const drift = driftOf(samples.map(({ heapBytes }) => heapBytes));
  if (drift > HEAP_TOLERANCE) faults.push(`the heap grew by ${percent(drift)}`);
  const half = Math.ceil(samples.length / 2);
  for (const name of namesIn(samples)) {
    const earlier = most(samples.slice(0, half), name);
    const later = most(samples.slice(half), name);
    if (later > earlier) faults.push(`${name}: at most ${earlier} in the first half, ${later} in the second`);
  }
  return faults;
}

/** Says what is there at the end that was not at the start; empty when nothing is. */
export function leftOver(start: Sample["counts"], end: Sample["counts"]): string[] {
  return Object.entries(end)
    .filter(([name, count]) => count > (start[name] ?? 0))
    .map(([name, count]) => `${name}: ${start[name] ?? 0} at the start, ${count} at the end`);
}

/** `0.0312` → `+3.1 %`. */
export function percent(part: number): string {
  return `${part < 0 ? "-" : "+"}${Math.abs(part * 100).toFixed(1)} %`;
}

function namesIn(samples: readonly Sample[]): readonly string[] {
  return [...new Set(samples.flatMap(({ counts }) => Object.keys(counts)))];
}

function most(samples: readonly Sample[], name: string): number {
  return Math.max(0, ...samples.map(({ counts }) => counts[name] ?? 0));
}

function medianOf(figures: readonly number[]): number {
  const sorted = [...figures].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
