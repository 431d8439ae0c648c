/**
 * The members of a routing pool as its strategy sees them: the registry's live view of one key, in the order
 * of joining, and a picker that is told of every change. A member that is out for a while stays a member, is
 * seen by no strategy, and comes back to its old place.
 *
 * @module
 */

import { type Kernel, type Process, processOf, whenEased } from "../actors/process.ts";
import { ActorError } from "../core/errors.ts";
import { describe } from "../core/exit-reason.ts";
import type { Pid } from "../core/pid.ts";
import type { Runtime } from "../core/runtime.ts";
import type { Entry } from "../registry/entry.ts";
import type { Members } from "../registry/members.ts";
import type { EndedRequest, Member, Picker, Strategy } from "./strategies/strategy.ts";

/** Why a member is out for a while; several may hold at once. */
export const Out = Object.freeze({
  /** Its owner takes it out of use. */
  draining: 1,
  /** It has failed too often. */
  ejected: 2,
  /** It has as many requests as it may have. */
  full: 4,
});

/** One entry of the key; its load is read from the process itself, at the moment of the pick. */
export class LiveMember implements Member {
  readonly pid: Pid;
  readonly value: unknown;
  readonly process: Process;
  /** Whose member it is. */
  readonly home: object;
  /** Counts up with each that joins. */
  readonly order: number;
  /** Neither stopping nor dead, and still registered. */
  present = true;
  /** Present, and not out. */
  pickable = true;
  /** Bits of {@link Out}. */
  out = 0;
  /** Ends what it tells of its load. */
  unease: (() => void) | undefined = undefined;

  constructor({ pid, value }: Entry, home: object, order: number) {
    this.pid = pid;
    this.value = value;
    this.home = home;
    this.order = order;
    this.process = processOf(pid);
  }

  get queued(): number {
    return this.process.queued;
  }

  get running(): number {
    return this.process.running;
  }
}

/** What else of a pool hears of its members; in the turn in which it happens. */
export interface MembersWatcher {
  /** There is one more member. */
  joined(member: LiveMember): void;
  /** One that was out can be picked again. */
  back(member: LiveMember): void;
  /** It is no member any more. */
  left(member: LiveMember): void;
}

/** Follows one key and picks from it. */
export class LiveMembers {
  readonly #label: string;
  readonly #kernel: Kernel;
  readonly #watcher: MembersWatcher;
  readonly #view: Members<unknown>;
  readonly #unobserve: () => void;
  /** Those that can be picked, in the order of joining. */
  readonly #members: LiveMember[] = [];
  readonly #byEntry = new Map<Entry, LiveMember>();
  readonly #picker: Picker;
  #joined = 0;
  /** How many are out for no other reason than that they are full. */
  #full = 0;
  /** What the picker threw when it was told of a change: the next pick says so. */
  #fault: { readonly error: unknown } | undefined;

  /** @param there - who is registered now, in the order of joining */
  constructor(
    label: string,
    view: Members<unknown>,
    there: readonly Entry[],
    strategy: Strategy,
    kernel: Kernel,
    watcher: MembersWatcher,
  ) {
    this.#label = label;
    this.#kernel = kernel;
    this.#watcher = watcher;
    this.#view = view;
    for (const entry of there) this.#add(entry);
    this.#picker = this.#pickerOf(strategy, kernel.runtime);
    for (const member of this.#members) this.#listenTo(member);
    this.#unobserve = view.observe({
      joined: (entry) => this.#join(entry),
      left: (entry) => this.#leave(entry),
    });
  }

  /** How many can be picked now. */
  get size(): number {
    return this.#members.length;
  }

  /** How many there are, those that are out too. */
  get count(): number {
    return this.#byEntry.size;
  }

  /** How many could be picked if they had less to do. */
  get full(): number {
    return this.#full;
  }

  /** The strategy learns from how requests end. */
  get learns(): boolean {
    return this.#picker.ended !== undefined;
  }

  /** All members, whatever their state, in the order of joining. */
  all(): LiveMember[] {
    return [...this.#byEntry.values()];
  }

  /** Those of a process: it may be registered more than once. */
  of(pid: Pid): LiveMember[] {
    return this.all().filter((member) => member.pid === pid);
  }

  /**
   * Who takes the next request.
   *
   * @returns `undefined` when nobody is there, or the strategy wants none of them
   * @throws ActorError `ERR_BAD_STRATEGY` when the strategy throws or answers what is no member
   */
  pick(hashKey: unknown): LiveMember | undefined {
    if (this.#fault !== undefined) {
      const { error } = this.#fault;
      this.#fault = undefined;
      throw this.#badStrategy(`threw ${describe(error)} when the members changed`, error);
    }
    // Nobody has told yet of what the process that picks has done in this turn: it may be a member itself.
    this.#kernel.running?.tellEased();
    let picked: Member | undefined;
    try {
      picked = this.#picker.pick(hashKey);
    } catch (error) {
      throw error instanceof ActorError ? error : this.#badStrategy(`threw ${describe(error)}`, error);
    }
    if (picked === undefined) return undefined;
    if (picked instanceof LiveMember && picked.pickable && picked.home === this) return picked;
    throw this.#badStrategy("answered what is none of the members", undefined);
  }

  /** As {@link LiveMembers.pick}, but none of `others`, which the strategy does not see meanwhile. */
  pickOther(hashKey: unknown, others: Iterable<LiveMember>): LiveMember | undefined {
    const hidden = [...others].filter((member) => member.pickable);
    for (const member of hidden) this.#pause(member);
    try {
      return this.pick(hashKey);
    } finally {
      for (const member of hidden) this.#resume(member);
    }
  }

  /** Takes `member` out of the picks, for one reason more. */
  takeOut(member: LiveMember, why: number): void {
    this.#countFull(member, member.out | why);
    if (member.pickable) this.#pause(member);
  }

  /** One reason less; without any it is back. */
  putBack(member: LiveMember, why: number): void {
    this.#countFull(member, member.out & ~why);
    if (member.out !== 0 || member.pickable || !member.present) return;
    this.#resume(member);
    this.#watcher.back(member);
  }

  /** Tells a strategy that wants to know how a request has gone. */
  tellEnded(member: LiveMember, request: EndedRequest): void {
    this.#tell(() => this.#picker.ended?.(member, request));
  }

  /** Follows no more; nobody can be picked from now on. */
  close(): void {
    this.#unobserve();
    this.#view.close();
    for (const entry of [...this.#byEntry.keys()]) this.#leave(entry);
  }

  #pickerOf(strategy: Strategy, { random, clock }: Runtime): Picker {
    const members = this.#members;
    if (typeof strategy === "object") {
      return strategy.create({ members, random: () => random.next(), nowMs: () => clock.now() });
    }
    return {
      pick: (hashKey) => {
        const index: unknown = strategy(members, hashKey);
        if (index === undefined) return undefined;
        const picked = members[index as number];
        if (picked === undefined)
          throw this.#badStrategy(`answered ${noIndex(index, members.length)}`, undefined);
        return picked;
      },
    };
  }

  #add(entry: Entry): LiveMember {
    const member = new LiveMember(entry, this, this.#joined++);
    this.#byEntry.set(entry, member);
    this.#members.push(member);
    return member;
  }

  #join(entry: Entry): void {
    const member = this.#add(entry);
    this.#tell(() => this.#picker.joined?.(member));
    this.#listenTo(member);
    this.#watcher.joined(member);
  }

  #leave(entry: Entry): void {
    const member = this.#byEntry.get(entry);
    if (member === undefined) return;
    this.#byEntry.delete(entry);
    this.#countFull(member, 0);
    const wasTold = !member.pickable && this.#picker.paused === undefined;
    if (member.pickable) this.#members.splice(this.#indexOf(member), 1);
    member.present = false;
    member.pickable = false;
    member.unease?.();
    if (!wasTold) this.#tell(() => this.#picker.left?.(member));
    this.#watcher.left(member);
  }

  #pause(member: LiveMember): void {
    this.#members.splice(this.#indexOf(member), 1);
    member.pickable = false;
    const picker = this.#picker;
    this.#tell(() => (picker.paused === undefined ? picker.left?.(member) : picker.paused(member)));
  }

  #resume(member: LiveMember): void {
    this.#members.splice(this.#indexOf(member), 0, member);
    member.pickable = true;
    const picker = this.#picker;
    this.#tell(() => (picker.paused === undefined ? picker.joined?.(member) : picker.resumed?.(member)));
  }

  /** Where `member` stands among those that can be picked, or would stand. */
  #indexOf(member: LiveMember): number {
    const members = this.#members;
    let low = 0;
    let high = members.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((members[middle] as LiveMember).order < member.order) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #countFull(member: LiveMember, out: number): void {
    this.#full += Number(out === Out.full) - Number(member.out === Out.full);
    member.out = out;
  }

  #listenTo(member: LiveMember): void {
    const picker = this.#picker;
    if (picker.eased === undefined) return;
    member.unease = whenEased(member.process, () => this.#tell(() => picker.eased?.(member)));
  }

  /** Whoever registers, works or dies is not to blame for a strategy. */
  #tell(change: () => unknown): void {
    try {
      change();
    } catch (error) {
      this.#fault = { error };
    }
  }

  #badStrategy(what: string, cause: unknown): ActorError {
    const text = `the strategy of ${this.#label} ${what}; the request was not handled`;
    return new ActorError("ERR_BAD_STRATEGY", "no", text, { cause });
  }
}

function noIndex(answer: unknown, count: number): string {
  const made = typeof answer === "object" && answer !== null && "create" in answer;
  return made
    ? "a strategy: give what roundRobin() makes, not roundRobin itself"
    : `${describe(answer)}, which is no index into ${count} ${count === 1 ? "member" : "members"}`;
}
