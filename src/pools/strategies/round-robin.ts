import type { Member, Strategy } from "./strategy.ts";

/** A member's place in the round. */
interface Place {
  readonly member: Member;
  before: Place;
  after: Place;
}

/**
 * Picks each member once before any is picked again.
 *
 * It remembers the last *member*, not an index: whoever joins or leaves, nobody is skipped and nobody has
 * two turns in one round. Between two changes of the members the most and the least picked differ by one
 * at the most. A member that joins takes its turn after all others.
 *
 * @follows a counter in an ETS table modulo the number of members; there a change of the members skips some
 *
 * @example
 * ```ts
 * import type { Member, Picker, StrategyContext } from "troupe";
 * const [a, b] = [1, 2].map((serial) => ({ pid: { serial }, queued: 0, running: 0 })) as unknown as [Member, Member];
 * const strategy = roundRobin() as { create(context: StrategyContext): Picker };
 * const picker = strategy.create({ members: [a, b], random: () => 0, nowMs: () => 0 });
 * [1, 2, 3].map(() => picker.pick()?.pid.serial); //=> [1, 2, 1]
 * ```
 */
export function roundRobin(): Strategy {
  return {
    create: ({ members }) => {
      const round = new Round();
      for (const member of members) round.join(member);
      return {
        pick: () => round.next(),
        joined: (member) => round.join(member),
        left: (member) => round.leave(member),
      };
    },
  };
}

/** A ring of places; all operations are O(1). */
class Round {
  readonly #places = new Map<Member, Place>();
  /** Who was picked last, or stands where it stood. */
  #last: Place | undefined;

  next(): Member | undefined {
    if (this.#last === undefined) return undefined;
    this.#last = this.#last.after;
    return this.#last.member;
  }

  /** Takes the place of whoever was picked last: all others come first. */
  join(member: Member): void {
    const place = { member } as Place;
    const before = this.#last ?? place;
    const after = this.#last?.after ?? place;
    place.before = before;
    place.after = after;
    before.after = place;
    after.before = place;
    this.#places.set(member, place);
    this.#last = place;
  }

  leave(member: Member): void {
    const place = this.#places.get(member);
    if (place === undefined) return;
    this.#places.delete(member);
    place.before.after = place.after;
    place.after.before = place.before;
    if (this.#last === place) this.#last = place.before === place ? undefined : place.before;
  }
}
