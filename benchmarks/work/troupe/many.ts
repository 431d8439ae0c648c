import type { PidOf } from "troupe";
import { spread } from "../../contender/spread.ts";
import { Counter } from "./counter.ts";
import { system } from "./driver.ts";

/** So many idle counters, in an order in which neighbours were not started together. */
export async function many(size: number): Promise<PidOf<typeof Counter>[]> {
  const counters: PidOf<typeof Counter>[] = [];
  while (counters.length < size) counters.push(await system.start(Counter, 0));
  return spread(size, size).map((place) => counters[place]!);
}
