/**
 * The members of a routing pool as its strategy sees them: the registry's live view of one key, in the order
 * of joining, and a picker that is told of every change.
 *
 * @module
 */

import { type Process, processOf } from "../actors/process.ts";
import { ActorError } from "../core/errors.ts";
import { describe } from "../core/exit-reason.ts";
import type { Pid } from "../core/pid.ts";
import type { Runtime } from "../core/runtime.ts";
import type { Entry } from "../registry/entry.ts";
import type { Members } from "../registry/members.ts";
import type { Member, Picker, Strategy } from "./strategies/strategy.ts";

/** One entry of the key; its load is read from the process itself, at the moment of the pick. */
export class LiveMember implements Member {
  readonly pid: Pid;
  readonly value: unknown;
  readonly process: Process;
  /** Whose member it is. */
  readonly home: object;
  /** Neither stopping nor dead, and still registered. */
  present = true;

  constructor({ pid, value }: Entry, home: object) {
    this.pid = pid;
    this.value = value;
    this.home = home;
    this.process = processOf(pid);
  }

  get queued(): number {
    return this.process.queued;
  }

  get running(): number {
    return this.process.running;
  }
}

/** Follows one key and picks from it. */
export class LiveMembers {
  readonly #label: string;
  readonly #members: LiveMember[] = [];
  readonly #byEntry = new Map<Entry, LiveMember>();
  readonly #picker: Picker;
  readonly #joined: () => void;
  /** What the picker threw when it was told of a change: the next pick says so. */
  #fault: { readonly error: unknown } | undefined;

  /** @param joined - told when there is one more */
  constructor(
    label: string,
    view: Members<unknown>,
    strategy: Strategy,
    runtime: Runtime,
    joined: () => void,
  ) {
    this.#label = label;
    this.#joined = joined;
    for (let i = 0; i < view.size; i += 1) this.#add(view.at(i) as Entry);
    this.#picker = this.#pickerOf(strategy, runtime);
    view.observe({ joined: (entry) => this.#join(entry), left: (entry) => this.#leave(entry) });
  }

  get size(): number {
    return this.#members.length;
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
    let picked: Member | undefined;
    try {
      picked = this.#picker.pick(hashKey);
    } catch (error) {
      throw error instanceof ActorError ? error : this.#badStrategy(`threw ${describe(error)}`, error);
    }
    if (picked === undefined) return undefined;
    if (picked instanceof LiveMember && picked.present && picked.home === this) return picked;
    throw this.#badStrategy("answered what is none of the members", undefined);
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
    const member = new LiveMember(entry, this);
    this.#byEntry.set(entry, member);
    this.#members.push(member);
    return member;
  }

  #join(entry: Entry): void {
    const member = this.#add(entry);
    this.#tell(() => this.#picker.joined?.(member));
    this.#joined();
  }

  #leave(entry: Entry): void {
    const member = this.#byEntry.get(entry);
    if (member === undefined) return;
    this.#byEntry.delete(entry);
    this.#members.splice(this.#members.indexOf(member), 1);
    member.present = false;
    this.#tell(() => this.#picker.left?.(member));
  }

  /** Whoever registers or dies is not to blame for a strategy. */
  #tell(change: () => void): void {
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
