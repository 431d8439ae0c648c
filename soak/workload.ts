import type { System } from "troupe";

/** Chance that a seed decides. */
export interface Chance {
  /** @returns a number in [0, 1) */
  next(): number;
}

/** A kind of load with its faults. */
export interface Workload {
  readonly id: string;
  /** What happens in it, in a few words. */
  readonly about: string;
  open(system: System, chance: Chance): Promise<Load>;
}

/** A workload that is under way. */
export interface Load {
  /**
   * Does a fixed amount of work and waits for its end: what it leaves is what it found.
   *
   * @returns how many faults or ends came of it
   */
  round(): Promise<number>;
  /** What there is of its own between two rounds: entries, waiters, loans. */
  counts?(): Readonly<Record<string, number>>;
  /** What there still is of its own when its system has stopped. */
  left?(): Readonly<Record<string, number>>;
}

/** @returns an integer in [0, below) */
export function below(chance: Chance, limit: number): number {
  return Math.floor(chance.next() * limit);
}

/** Waits for what may fail, and lets it. */
export async function settled(promises: Iterable<Promise<unknown>>): Promise<number> {
  return (await Promise.allSettled(promises)).filter(({ status }) => status === "rejected").length;
}
