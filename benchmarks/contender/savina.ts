/**
 * What the rows of the Savina suite (Imam and Sarkar, 2014) have in common wherever they run: how many take part, and
 * what each of them works out. `otp/savina.erl` has the same numbers.
 */
import { BenchFault } from "./work.ts";

/** Actors of `fork-join`, of `big`, of `dictionary`, of `chameneos` and of `philosophers`. */
export const runners = 60;
export const peersOfBig = 120;
export const clients = 20;
export const creatures = 100;
export const seats = 20;

/** Of `bounded-buffer`: who makes, who takes, and what fits in between. */
export const producers = 40;
export const consumers = 40;
export const bufferSize = 50;

/** Keys of `dictionary`, and how many requests of a hundred write. */
export const dictionarySize = 524_288;
export const writePercent = 10;

/** What the suite computes with in `fork-join` and `fork-join-create`. */
export const angle = 37.2;

/** The work of one message there. */
export function compute(theta: number): void {
  const sine = Math.sin(theta);
  if (!(sine * sine > 0)) throw new BenchFault(`the sine of ${theta} is nothing`);
}

/** The suite's own chance: the number after `value`, below 65,536. */
export function nextRandom(value: number): number {
  return (value * 1_309 + 13_849) & 65_535;
}

/** Colours of chameneos are 0, 1 and 2: who meets its like keeps its own, else both take the third. */
export function complement(one: number, other: number): number {
  return one === other ? one : 3 - one - other;
}

/** Processes of a skynet tree: ten children each, down to the leaves. */
export function treeSize(leaves: number): number {
  return leaves === 1 ? 1 : 1 + 10 * treeSize(leaves / 10);
}

/** The leaves of the largest tree of no more than so many processes. */
export function leavesWithin(processes: number): number {
  let leaves = 1;
  while (treeSize(leaves * 10) <= processes) leaves *= 10;
  return leaves;
}
