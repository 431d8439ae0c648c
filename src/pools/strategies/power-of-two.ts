import { loadOf } from "./load-heap.ts";
import type { Strategy } from "./strategy.ts";

/**
 * Looks at two members picked at random, and takes the one with fewer requests that wait or run.
 *
 * Nearly as even as {@link leastBusy} at the cost of two looks, however many members there are: O(1). Unlike
 * it, many pools that know nothing of each other do not all run to the same member.
 *
 * @follows nginx `random two least_conn`, Finagle `p2c`
 *
 * @example
 * ```ts
 * import type { Member, Picker, StrategyContext } from "troupe";
 * const members = [3, 1].map((queued) => ({ pid: {}, queued, running: 0 })) as unknown as Member[];
 * const strategy = powerOfTwo() as { create(context: StrategyContext): Picker };
 * strategy.create({ members, random: () => 0, nowMs: () => 0 }).pick()?.queued; //=> 1
 * ```
 */
export function powerOfTwo(): Strategy {
  return {
    create: ({ members, random: chance }) => ({
      pick() {
        const size = members.length;
        if (size < 2) return members[0];
        const at = Math.floor(chance() * size);
        // One of the others, each with the same chance.
        const step = 1 + Math.floor(chance() * (size - 1));
        const [one, other] = [members[at]!, members[(at + step) % size]!];
        return loadOf(other) < loadOf(one) ? other : one;
      },
    }),
  };
}
