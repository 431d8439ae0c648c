import { LoadHeap } from "./load-heap.ts";
import type { Strategy } from "./strategy.ts";

/**
 * Picks the member with the fewest requests that wait or run; equals take turns.
 *
 * One slow member does not hold up the rest: its queue grows, and it is picked no more. O(log members) a pick,
 * whether they are idle or not.
 *
 * @follows wpool `best_worker`, which looks at all mailboxes one by one, not at what runs, and gives all of a burst
 *   to the first of equals
 *
 * @example
 * ```ts
 * import type { Member, Picker, StrategyContext } from "troupe";
 * const members = [2, 0, 1].map((queued) => ({ pid: {}, queued, running: 0 })) as unknown as Member[];
 * const strategy = leastBusy() as { create(context: StrategyContext): Picker };
 * strategy.create({ members, random: () => 0, nowMs: () => 0 }).pick()?.queued; //=> 0
 * ```
 */
export function leastBusy(): Strategy {
  return {
    create: ({ members }) => {
      const heap = new LoadHeap();
      for (const member of members) heap.add(member);
      return {
        pick: () => heap.take(),
        joined: (member) => heap.add(member),
        left: (member) => heap.remove(member),
        eased: (member) => heap.eased(member),
      };
    },
  };
}
