import type { Member, Strategy } from "./strategy.ts";

/** A member's place in the round. */
interface Place {
  readonly member: Member;
  before: Place;
  after: Place;
  /** Passed over: it is out for a while and keeps its turn. */
  resting: boolean;
}

/**
 * Picks each member once before any is picked again.
 *
 * It remembers the last *member*, not an index: whoever joins or leaves, nobody is skipped and nobody has
 * two turns in one round. Between two changes of the members the most and the least picked differ by one
 * at the most. A member that joins takes its turn after all others; one that was out for a while has the turn it
 * had. O(1) a pick, as long as most of the members are not out.
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
        paused: (member) => round.rest(member, true),
        resumed: (member) => round.rest(member, false),
      };
    },
  };
}

/** A ring of places; all operations are O(1), but that a turn passes over those who rest. */
class Round {
  readonly #places = new Map<Member, Place>();
  /** Who was picked last, or stands where it stood. */
  #last: Place | undefined;
  #resting = 0;

  next(): Member | undefined {
    if (this.#places.size === this.#resting) return undefined;
    let next = (this.#last as Place).after;
    while (next.resting) next = next.after;
    this.#last = next;
    return next.member;
  }

  rest(member: Member, resting: boolean): void {
    const place = this.#places.get(member);
    if (place === undefined || place.resting === resting) return;
    place.resting = resting;
    this.#resting += resting ? 1 : -1;
  }

  /** Takes the place of whoever was picked last: all others come first. */
  join(member: Member): void {
    const place = { member, resting: false } as Place;
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
    if (place.resting) this.#resting -= 1;
    place.before.after = place.after;
    place.after.before = place.before;
    if (this.#last === place) this.#last = place.before === place ? undefined : place.before;
  }
}
