import { HashRing } from "./hash-ring.ts";
import type { Member, Strategy } from "./strategy.ts";

/** What the place of a member hangs on. */
export interface ConsistentHashOptions {
  /**
   * Under which text a member stands in the ring. Give it something that outlives a restart (what it is
   * registered with, a host name), and a member that comes back has its keys back; its pid when absent.
   */
  readonly idOf?: (member: Member) => string;
}

/**
 * Gives requests of the same `hashKey` to the same member, as long as it is there. When one leaves, its keys
 * go to those that come next in the ring, and no other key moves; when one of n joins, about 1/n of all keys
 * come to it. While one is out (it drains, is ejected, or has all it may have), its keys go to those that come
 * next, and come back to it. A request without a key goes to any member.
 *
 * O(log members) a pick; the first after members have joined or left costs O(members).
 *
 * @throws InvalidOptionsError from the call, for a key that is no string, number, bigint, boolean, or tuple of them
 * @follows Karger's ring, as in libketama; wpool's `hash_worker` moves nearly all keys when the size changes
 *
 * @example
 * ```ts
 * import type { Member, Picker, StrategyContext } from "troupe";
 * const members = ["a", "b"].map((value) => ({ pid: {}, value, queued: 0, running: 0 })) as unknown as Member[];
 * const strategy = consistentHash({ idOf: ({ value }) => String(value) }) as { create(context: StrategyContext): Picker };
 * const picker = strategy.create({ members, random: () => 0, nowMs: () => 0 });
 * picker.pick("customer 7") === picker.pick("customer 7"); //=> true
 * ```
 */
export function consistentHash({ idOf = ({ pid }) => String(pid) }: ConsistentHashOptions = {}): Strategy {
  return {
    create: ({ members, random: chance }) => {
      const ring = new HashRing<Member>();
      for (const member of members) ring.add(idOf(member), member);
      return {
        pick: (hashKey) =>
          hashKey === undefined ? members[Math.floor(chance() * members.length)] : ring.find(hashKey),
        joined: (member) => ring.add(idOf(member), member),
        left: (member) => ring.remove(member),
        paused: (member) => ring.rest(member, true),
        resumed: (member) => ring.rest(member, false),
      };
    },
  };
}
