import type { Strategy } from "./strategy.ts";

/**
 * Picks the member with the fewest requests that wait or run; equals take turns.
 *
 * One slow member does not hold up the rest: its queue grows, and it is picked no more. Looks at the members
 * one by one until it finds an idle one: O(members) when all are busy.
 *
 * @follows wpool `best_worker`, which looks at mailboxes only and gives all of a burst to the first of equals
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
      /** Where the last pick was made: the next look begins behind it, so that equals take turns. */
      let last = -1;
      return {
        pick() {
          const size = members.length;
          let best: number | undefined;
          let lowest = Number.POSITIVE_INFINITY;
          for (let step = 1; step <= size && lowest > 0; step += 1) {
            const index = (last + step) % size;
            const member = members[index]!;
            const load = member.queued + member.running;
            if (load < lowest) {
              best = index;
              lowest = load;
            }
          }
          if (best === undefined) return undefined;
          last = best;
          return members[best];
        },
      };
    },
  };
}
