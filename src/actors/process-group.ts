/**
 * Process groups: processes join under a name that many may share, and whoever wants to reach all of them asks
 * who is in. A scope is a value; two scopes know nothing of each other.
 *
 * ```ts
 * import { createSystem } from "troupe";
 *
 * const system = createSystem();
 * const groups = createProcessGroups(system);
 * const listener = system.spawn((self) => self.receive().then(() => undefined));
 * groups.join("news", listener);
 * groups.members("news").length; //=> 1
 * for (const pid of groups.members("news")) pid.send("extra!" as never);
 * await listener.down(); //=> { kind: "normal" }
 * groups.members("news"); //=> []
 * ```
 *
 * Not for: one process under a name, or values beside it (a registry), or sending work to one of many (a
 * routing pool).
 *
 * @module
 */

import type { ChildOptions, ChildSpec, Handle } from "../core/child-spec.ts";
import { InvalidOptionsError } from "../core/errors.ts";
import { checkGiven } from "../core/options.ts";
import { isTaking, type Pid, type ProcessWatcher, portOf, type Speaks } from "../core/pid.ts";
import { PidAddress } from "./address.ts";
import { afterEnd } from "./death.ts";
import type { Self, System } from "./definition.ts";
import { HandleProcess } from "./handle-process.ts";
import { type Process, processOf } from "./process.ts";
import { GroupMonitors, type GroupRef } from "./process-group-monitors.ts";
import { callerOf, isDetached } from "./sending.ts";

/** The process of a scope; it takes no calls. */
export type ProcessGroupsProcess = Speaks;

/** What a monitor starts from. */
export interface GroupsNow<G> {
  readonly ref: GroupRef;
  /** Who is in, by group; a group that nobody is in is not there. */
  readonly members: ReadonlyMap<G, readonly Pid[]>;
}

/**
 * Groups of one scope. Everything acts at once, in the caller; only the scope's own life is a process, which
 * starts at first use, or under the supervisor that lists the scope. When it dies all memberships are lost; until
 * it is back every use throws `ERR_NOT_RUNNING`.
 *
 * Groups are told apart as the keys of a `Map` are: strings and numbers by value, objects by identity.
 */
export interface ProcessGroups<G = string> extends Handle<ProcessGroupsProcess> {
  /**
   * Lets processes in, once for each time they are listed; the group is made by that. A pid may be in a group
   * several times, and is out when it has left as often, or dies.
   *
   * @returns `false` when none of them takes messages any more, so that none was let in
   * @throws InvalidOptionsError for what is no pid; ActorError `ERR_NOT_RUNNING`
   * @follows Erlang `pg:join/3`; there a dead pid is in for an instant, here never
   */
  join(group: G, who: Pid | Iterable<Pid>): boolean;
  /**
   * Takes processes out, once for each time they are listed.
   *
   * @returns `false` when none of them was in
   * @follows Erlang `pg:leave/3`
   */
  leave(group: G, who: Pid | Iterable<Pid>): boolean;
  /**
   * Tells who is in, as often as they have joined, who came last first; `[]` for a group that is not there.
   * All of them take messages at this instant. O(members) after a change, O(1) else.
   *
   * @follows Erlang `pg:get_members/2`
   */
  members(group: G): readonly Pid[];
  /** Tells the groups that somebody is in. */
  groups(): readonly G[];
  /**
   * Tells `self` who is in now, and from then on of every change, as a message ({@link GroupChange}): nothing
   * is missed and nothing told twice. Without a group, of all groups of the scope.
   *
   * Changes come as other messages do, and a mailbox with a capacity may shed them. A monitor outlives the
   * scope's own death, and ends with its process.
   *
   * @follows Erlang `pg:monitor/2` and `pg:monitor_scope/1`
   */
  monitor(self: Self, group?: G): GroupsNow<G>;
  /**
   * Ends a monitor, and takes its changes that wait out of the mailbox.
   *
   * @returns `false` when it was over already
   * @follows Erlang `pg:demonitor/2`
   */
  demonitor(ref: GroupRef): boolean;
}

/**
 * Makes a scope.
 *
 * @param options - `name`: its id as a child, and for messages; `"groups"` when absent
 * @follows Erlang `pg:start_link/1`; the scope is a value, not a name
 */
export function createProcessGroups<G = string>(
  system: System,
  options: { readonly name?: string } = {},
): ProcessGroups<G> {
  checkGiven("createProcessGroups", options);
  return new GroupScope<G>(system, options.name ?? "groups");
}

/** Who is in one group, and how often; `list` is made when somebody asks. */
interface Group {
  readonly counts: Map<Pid, number>;
  list: readonly Pid[] | undefined;
}

interface Member<G> {
  /** In which groups it is. */
  readonly groups: Set<G>;
  readonly watcher: ProcessWatcher;
}

const NOBODY: readonly Pid[] = Object.freeze([]);

class GroupScope<G> implements ProcessGroups<G> {
  readonly #process: HandleProcess<ProcessGroupsProcess>;
  readonly #monitors = new GroupMonitors<G>();
  readonly #groups = new Map<G, Group>();
  readonly #members = new Map<Pid, Member<G>>();

  constructor(system: System, name: string) {
    this.#process = new HandleProcess(system, { name, onDown: () => this.#loseAll() });
  }

  child(options?: ChildOptions<ProcessGroupsProcess>): ChildSpec<ProcessGroupsProcess> {
    return this.#process.child(options);
  }

  join(group: G, who: Pid | Iterable<Pid>): boolean {
    const pids = pidsOf("join", who);
    this.#use("joins no group");
    const joined = pids.filter(isTaking);
    for (const pid of joined) this.#add(group, pid);
    if (joined.length > 0) this.#monitors.tell("join", group, joined);
    return joined.length > 0;
  }

  leave(group: G, who: Pid | Iterable<Pid>): boolean {
    const pids = pidsOf("leave", who);
    this.#use("leaves no group");
    const left = pids.filter((pid) => this.#remove(group, pid));
    if (left.length > 0) this.#monitors.tell("leave", group, left);
    return left.length > 0;
  }

  members(group: G): readonly Pid[] {
    this.#process.use();
    const found = this.#groups.get(group);
    if (found === undefined) return NOBODY;
    found.list ??= Object.freeze(
      [...found.counts].reverse().flatMap(([pid, times]) => new Array<Pid>(times).fill(pid)),
    );
    return found.list;
  }

  groups(): readonly G[] {
    this.#process.use();
    return [...this.#groups.keys()];
  }

  monitor(self: Self, ...group: [group?: G]): GroupsNow<G> {
    this.#use("monitors no group");
    const watched = group.length === 0 ? [...this.#groups.keys()] : [group[0] as G];
    const members = new Map<G, readonly Pid[]>();
    for (const each of watched) if (this.#groups.has(each)) members.set(each, this.members(each));
    const only = group.length === 0 ? undefined : { group: group[0] as G };
    return { ref: this.#monitors.add(processOf(self.pid), only), members };
  }

  demonitor(ref: GroupRef): boolean {
    return this.#monitors.remove(ref);
  }

  #use(whatItDoes: string): void {
    const { kernel } = this.#process;
    if (kernel.zombies > 0 && isDetached(kernel)) throw afterEnd(callerOf(kernel) as Process, whatItDoes);
    this.#process.use();
  }

  #add(group: G, pid: Pid): void {
    let found = this.#groups.get(group);
    if (found === undefined) {
      found = { counts: new Map(), list: undefined };
      this.#groups.set(group, found);
    }
    found.counts.set(pid, (found.counts.get(pid) ?? 0) + 1);
    found.list = undefined;
    this.#memberOf(pid).groups.add(group);
  }

  #memberOf(pid: Pid): Member<G> {
    let member = this.#members.get(pid);
    if (member === undefined) {
      // Out when it begins to stop: nobody is to find who takes no messages.
      const watcher = { stopping: () => this.#lose(pid), died: () => this.#lose(pid) };
      member = { groups: new Set(), watcher };
      this.#members.set(pid, member);
      portOf(pid).watch(watcher);
    }
    return member;
  }

  #remove(group: G, pid: Pid): boolean {
    const found = this.#groups.get(group);
    const times = found?.counts.get(pid);
    if (found === undefined || times === undefined) return false;
    found.list = undefined;
    if (times > 1) {
      found.counts.set(pid, times - 1);
      return true;
    }
    found.counts.delete(pid);
    if (found.counts.size === 0) this.#groups.delete(group);
    const member = this.#members.get(pid) as Member<G>;
    member.groups.delete(group);
    if (member.groups.size === 0) {
      this.#members.delete(pid);
      portOf(pid).unwatch(member.watcher);
    }
    return true;
  }

  /** Tells of each membership by itself, as many as there were. */
  #lose(pid: Pid): void {
    for (const group of [...(this.#members.get(pid)?.groups ?? [])]) {
      while (this.#remove(group, pid)) this.#monitors.tell("leave", group, [pid]);
    }
  }

  #loseAll(): void {
    for (const pid of [...this.#members.keys()]) this.#lose(pid);
  }
}

function pidsOf(what: string, who: Pid | Iterable<Pid>): Pid[] {
  const pids: unknown[] = Symbol.iterator in who ? [...who] : [who];
  if (pids.every((pid) => pid instanceof PidAddress)) return pids as unknown as Pid[];
  throw new InvalidOptionsError(what, ["takes pids: a group has processes in it, not names"]);
}
