import { InvalidOptionsError } from "../../core/errors.ts";
import { describe } from "../../core/exit-reason.ts";
import type { Member, Strategy } from "./strategy.ts";

/** What is known of a member between two picks. */
interface Share {
  readonly weight: number;
  /** Goes up by the weight with each pick, and down by all weights when it is picked. */
  credit: number;
}

/**
 * Picks members in turn, each as often as its weight says: of weights 5, 1 and 1 the first has five of seven
 * requests, spread out and not in a row. A member of weight 0 is not picked.
 *
 * O(members) a pick.
 *
 * @param weightOf - read once, when the member joins: a number of at least 0; the value under which it is
 *   registered when absent
 * @throws InvalidOptionsError when the pool is made and a weight is no such number; a member that joins later with
 *   such a weight is left out, and the next call rejects with `ERR_BAD_STRATEGY`
 * @follows nginx's smooth weighted round robin
 *
 * @example
 * ```ts
 * import type { Member, Picker, StrategyContext } from "troupe";
 * const members = [3, 1].map((value) => ({ pid: {}, value, queued: 0, running: 0 })) as unknown as Member[];
 * const strategy = weighted() as { create(context: StrategyContext): Picker };
 * const picker = strategy.create({ members, random: () => 0, nowMs: () => 0 });
 * [1, 2, 3, 4].map(() => picker.pick()?.value); //=> [3, 3, 1, 3]
 * ```
 */
export function weighted(weightOf: (member: Member) => unknown = ({ value }) => value): Strategy {
  return {
    create: ({ members }) => {
      const shares = new Map<Member, Share>();
      const join = (member: Member): void => {
        const weight = weightOf(member);
        if (!isWeight(weight)) throw badWeight(member, weight);
        if (weight > 0) shares.set(member, { weight, credit: 0 });
      };
      for (const member of members) join(member);
      return {
        pick: () => pickByCredit(shares),
        joined: join,
        left: (member) => void shares.delete(member),
      };
    },
  };
}

function pickByCredit(shares: ReadonlyMap<Member, Share>): Member | undefined {
  let all = 0;
  let best: Member | undefined;
  let richest: Share | undefined;
  for (const [member, share] of shares) {
    all += share.weight;
    share.credit += share.weight;
    if (richest !== undefined && share.credit <= richest.credit) continue;
    best = member;
    richest = share;
  }
  if (richest !== undefined) richest.credit -= all;
  return best;
}

function isWeight(weight: unknown): weight is number {
  return typeof weight === "number" && weight >= 0 && Number.isFinite(weight);
}

function badWeight({ pid }: Member, weight: unknown): InvalidOptionsError {
  return new InvalidOptionsError("weighted", [
    `the weight of ${String(pid)} is ${describe(weight)}: it must be a number of at least 0`,
  ]);
}
