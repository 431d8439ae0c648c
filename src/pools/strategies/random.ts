import type { Strategy } from "./strategy.ts";

/**
 * Picks any member, each with the same chance.
 *
 * The simplest there is: no memory, no look at the load. With few requests in flight, or members that are
 * not alike, {@link leastBusy} has far shorter queues.
 *
 * @follows Elixir `Enum.random/1` over `Registry.lookup/2`
 *
 * @example
 * ```ts
 * import type { Member, Picker, StrategyContext } from "troupe";
 * const members: Member[] = [];
 * const strategy = random() as { create(context: StrategyContext): Picker };
 * strategy.create({ members, random: () => 0.5, nowMs: () => 0 }).pick(); //=> undefined
 * ```
 */
export function random(): Strategy {
  return {
    create: ({ members, random: chance }) => ({
      pick: () => members[Math.floor(chance() * members.length)],
    }),
  };
}
