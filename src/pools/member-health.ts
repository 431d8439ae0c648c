/**
 * Judges the members of one pool by how their calls end, leaves out who fails too often, and has a hand in the pick
 * while a member is new.
 *
 * @module
 */

import { Deadline } from "../actors/deadlines.ts";
import type { Kernel, Process } from "../actors/process.ts";
import type { SystemEvents } from "../telemetry/events.ts";
import { HEALTHY, type Health, halfOpen, healthAfter, mayEjectOneMore } from "./ejection.ts";
import { type LiveMember, type LiveMembers, Out } from "./live-members.ts";
import type { Verdict } from "./retry.ts";
import type { RoutingSettings } from "./routing-options.ts";
import type { RoutingCounts } from "./routing-stats.ts";
import { keepsPick, type Warmth } from "./slow-start.ts";

/** What a pool that watches its calls knows of one member; goes with it. */
export class Standing {
  health: Health = HEALTHY;
  /** It has not its full share yet. */
  warmth: Warmth | undefined = undefined;
  /** When its ejection is over. */
  ejection: Deadline | undefined = undefined;
}

/** Calls of this pool that a process has, under whichever of its entries it was picked: it may leave and come back. */
interface Held {
  calls: number;
  /** Its entries, as far as they have been picked. */
  readonly members: Set<LiveMember>;
}

/** What it needs of its pool. */
export interface HealthHome {
  readonly label: string;
  readonly kernel: Kernel;
  readonly members: () => LiveMembers;
  readonly settings: RoutingSettings;
  readonly counts: RoutingCounts;
}

/** Of all members of one pool. */
export class MemberHealth {
  readonly #home: HealthHome;
  readonly #standings = new Map<LiveMember, Standing>();
  readonly #held = new Map<Process, Held>();
  #ejected = 0;
  /** How many have not their full share yet. */
  #fresh = 0;

  constructor(home: HealthHome) {
    this.#home = home;
  }

  /** How many are ejected now. */
  get ejected(): number {
    return this.#ejected;
  }

  of(member: LiveMember): Standing {
    let standing = this.#standings.get(member);
    if (standing === undefined) {
      standing = new Standing();
      this.#standings.set(member, standing);
    }
    return standing;
  }

  /** It has just come; what it was asked before it left still counts. */
  joined(member: LiveMember): void {
    this.warmUp(member);
    const held = this.#held.get(member.process);
    if (held === undefined) return;
    held.members.add(member);
    if (held.calls >= this.#mostFor(member)) this.#home.members().takeOut(member, Out.full);
  }

  /** It is no member any more. */
  left(member: LiveMember): void {
    const standing = this.#standings.get(member);
    if (standing?.ejection !== undefined) this.#letBack(standing);
    if (standing?.warmth !== undefined) this.#fresh -= 1;
    this.#standings.delete(member);
    const held = this.#held.get(member.process);
    held?.members.delete(member);
    if (held?.calls === 0 && held.members.size === 0) this.#held.delete(member.process);
  }

  /** It has one call more; with as many as it may have it is out. @returns `false` when it had so many already */
  take(member: LiveMember): boolean {
    const members = this.#home.members();
    let held = this.#held.get(member.process);
    if (held === undefined) {
      held = { calls: 0, members: new Set() };
      this.#held.set(member.process, held);
    }
    held.members.add(member);
    const most = this.#mostFor(member);
    const hasRoom = held.calls < most;
    if (hasRoom) held.calls += 1;
    if (held.calls >= most) for (const one of held.members) members.takeOut(one, Out.full);
    return hasRoom;
  }

  /** It has one call less. */
  release(member: LiveMember): void {
    const held = this.#held.get(member.process);
    if (held === undefined) return;
    held.calls -= 1;
    for (const one of held.members)
      if (held.calls < this.#mostFor(one)) this.#home.members().putBack(one, Out.full);
    if (held.calls === 0 && held.members.size === 0) this.#held.delete(member.process);
  }

  /** It has just come, or is back: it begins with few requests. */
  warmUp(member: LiveMember): void {
    if (this.#home.settings.slowStartMs === 0) return;
    const standing = this.of(member);
    if (standing.warmth === undefined) this.#fresh += 1;
    standing.warmth = { sinceMs: this.#nowMs(), credit: 0 };
  }

  /** Who takes a request, none of `tried`. */
  pick(hashKey: unknown, tried: ReadonlySet<LiveMember>): LiveMember | undefined {
    const members = this.#home.members();
    const { slowStartMs } = this.#home.settings;
    const first = tried.size === 0 ? members.pick(hashKey) : members.pickOther(hashKey, tried);
    if (first === undefined || this.#fresh === 0) return first;
    const standing = this.#standings.get(first);
    if (standing?.warmth === undefined) return first;
    const nowMs = this.#nowMs();
    if (nowMs - standing.warmth.sinceMs >= slowStartMs) {
      standing.warmth = undefined;
      this.#fresh -= 1;
      // Where all are new there is nobody to spare them.
    } else if (this.#fresh >= members.size) return first;
    else if (!keepsPick(standing.warmth, nowMs, slowStartMs))
      return members.pickOther(hashKey, [...tried, first]) ?? first;
    return first;
  }

  /** A call that `member` had is over. */
  ended(member: LiveMember, verdict: Verdict, tookMs: number): void {
    if (verdict === "neutral" || !member.present) return;
    const members = this.#home.members();
    if (members.learns) members.tellEnded(member, { tookMs, failed: verdict === "failed" });
    const { ejection } = this.#home.settings;
    // What it was asked before it was ejected says nothing about how it does now.
    if (ejection === undefined || (member.out & Out.ejected) !== 0) return;
    const standing = this.of(member);
    const wasProbing = standing.health.probing;
    const mayEject = mayEjectOneMore(this.#ejected, members.count, ejection.maxEjectedShare);
    const given = { nowMs: this.#nowMs(), mayEject };
    const { health, ejectMs } = healthAfter(standing.health, verdict === "failed", ejection, given);
    standing.health = health;
    if (ejectMs !== undefined) this.#eject(member, standing, ejectMs);
    else if (wasProbing && !health.probing) {
      this.warmUp(member);
      this.#tell(member, "up", "recovered");
    }
  }

  /** Ends an ejection before its time. */
  pardon(member: LiveMember): void {
    const standing = this.#standings.get(member);
    if (standing?.ejection === undefined) return;
    this.#letBack(standing);
    this.#home.members().putBack(member, Out.ejected);
  }

  #mostFor(member: LiveMember): number {
    return this.#standings.get(member)?.health.probing ? 1 : this.#home.settings.maxRunning;
  }

  #eject(member: LiveMember, standing: Standing, ejectMs: number): void {
    const { kernel, counts } = this.#home;
    standing.ejection = new Deadline(() => {
      this.#letBack(standing);
      standing.health = halfOpen(standing.health);
      this.#tell(member, "up", "probing");
      this.#home.members().putBack(member, Out.ejected);
    });
    this.#ejected += 1;
    counts.ejections += 1;
    kernel.deadlines.arm(standing.ejection, ejectMs);
    this.#home.members().takeOut(member, Out.ejected);
    this.#tell(member, "down", "ejected");
  }

  #letBack(standing: Standing): void {
    this.#home.kernel.deadlines.cancel(standing.ejection as Deadline);
    standing.ejection = undefined;
    this.#ejected -= 1;
  }

  #tell({ pid }: LiveMember, state: "up" | "down", why: SystemEvents["pool:member"]["why"]): void {
    this.#home.kernel.telemetry.emit("pool:member", { pool: this.#home.label, pid, state, why });
  }

  #nowMs(): number {
    return this.#home.kernel.runtime.clock.now();
  }
}
