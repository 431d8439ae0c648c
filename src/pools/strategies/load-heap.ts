/**
 * Members by their load, the least busy on top, and of equals whoever was taken longest ago.
 *
 * What is recorded of a member may be too low, since nobody tells of a message that is sent past the pool, but
 * never too high: members tell when they have less to do. So the top is looked at before it is taken, and sinks
 * when it has more to do than was known; each look in vain is paid for by a message.
 *
 * @module
 */

import type { Member } from "./strategy.ts";

interface Place {
  readonly member: Member;
  /** At most what it has to do. */
  load: number;
  /** Goes up with each that is taken: equals take turns. */
  turn: number;
  at: number;
}

/** A binary heap that knows where everybody stands; all operations are O(log members). */
export class LoadHeap {
  readonly #places: Place[] = [];
  readonly #of = new Map<Member, Place>();
  #turn = 0;

  /** Has its turn after all that have as much to do. */
  add(member: Member): void {
    const place = { member, load: loadOf(member), turn: this.#turn++, at: this.#places.length };
    this.#places.push(place);
    this.#of.set(member, place);
    this.#rise(place);
  }

  remove(member: Member): void {
    const place = this.#of.get(member);
    if (place === undefined) return;
    this.#of.delete(member);
    const last = this.#places.pop() as Place;
    if (last === place) return;
    this.#put(last, place.at);
    this.#rise(last);
    this.#sink(last);
  }

  /** `member` may have less to do than before. */
  eased(member: Member): void {
    const place = this.#of.get(member);
    if (place === undefined) return;
    const load = loadOf(member);
    if (load >= place.load) return;
    place.load = load;
    this.#rise(place);
  }

  /** @returns a member with the least to do, whose next turn comes after its equals' */
  take(): Member | undefined {
    for (;;) {
      const top = this.#places[0];
      if (top === undefined) return undefined;
      const load = loadOf(top.member);
      const isKnown = load <= top.load;
      top.load = load;
      if (isKnown) top.turn = this.#turn++;
      this.#sink(top);
      if (isKnown) return top.member;
    }
  }

  #rise(place: Place): void {
    for (let at = place.at; at > 0; at = place.at) {
      const above = this.#places[(at - 1) >>> 1] as Place;
      if (isBefore(above, place)) return;
      this.#swap(above, place);
    }
  }

  #sink(place: Place): void {
    for (;;) {
      const left = this.#places[2 * place.at + 1];
      const right = this.#places[2 * place.at + 2];
      const below = right !== undefined && left !== undefined && isBefore(right, left) ? right : left;
      if (below === undefined || isBefore(place, below)) return;
      this.#swap(place, below);
    }
  }

  #swap(above: Place, below: Place): void {
    const { at } = above;
    this.#put(above, below.at);
    this.#put(below, at);
  }

  #put(place: Place, at: number): void {
    place.at = at;
    this.#places[at] = place;
  }
}

function isBefore(one: Place, other: Place): boolean {
  return one.load < other.load || (one.load === other.load && one.turn < other.turn);
}

/** What waits and what runs. */
export function loadOf(member: Member): number {
  return member.queued + member.running;
}
