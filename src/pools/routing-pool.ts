/**
 * A routing pool is a registry query and a strategy. There is no process in the path: the caller reads who
 * is registered under the key, the strategy picks one, and the caller calls it.
 *
 * ```ts
 * import { createRegistry, createRoutingPool, createSystem, defineActor, reply, roundRobin } from "troupe";
 * await using system = createSystem();
 * const connections = createRegistry(system, { keys: "duplicate" });
 * const Connection = defineActor({
 *   init: (name: string, self) => {
 *     connections.register("upstream", self.pid);
 *     return name;
 *   },
 *   calls: { request: (name, path: string) => reply(`${name} has ${path}`, name) },
 * });
 * const upstream = createRoutingPool(connections, Connection, "upstream", { strategy: roundRobin() });
 * await upstream.call.request("/").catch((error) => error.code); //=> "ERR_NO_MEMBER"
 * await system.start(Connection, "a");
 * await system.start(Connection, "b");
 * await upstream.call.request("/"); //=> "a has /"
 * await upstream.call.request("/"); //=> "b has /"
 * ```
 *
 * A member joins by registering when it is ready, and leaves by unregistering, stopping or dying: from that
 * moment it is picked no more, and who waits for its answer hears at once (`ERR_EXITED`). What else a pool does for
 * its calls is asked for by options: a bound on what a member has at once, another member for a call that failed, a
 * second one for a call that takes long, ejection of members that fail, a slow start for those that are new.
 *
 * Not for what only one caller may use at a time: that is lent by a checkout pool.
 *
 * @module
 */

import { behaviourOf, type Door, type FaceTarget, isDefinition } from "../actors/behaviour.ts";
import type { HandleProcess } from "../actors/handle-process.ts";
import type { Process } from "../actors/process.ts";
import { ask, deadLetter, send, tell, unansweredOf } from "../actors/sending.ts";
import { ActorError, InvalidOptionsError } from "../core/errors.ts";
import { describe } from "../core/exit-reason.ts";
import type { Callable, CallOptions, Pid, Speaks } from "../core/pid.ts";
import { claimsOf, processOfRegistry } from "../registry/create-registry.ts";
import { formatKey } from "../registry/key.ts";
import type { DuplicateRegistry } from "../registry/registry.ts";
import type { DeadLetter, SystemEvents } from "../telemetry/events.ts";
import { type Broadcast, BroadcastTarget } from "./broadcast.ts";
import { type ClosePoolOptions, closeTimeoutOf } from "./checkout-options.ts";
import { type LiveMember, LiveMembers, Out } from "./live-members.ts";
import { MemberHealth } from "./member-health.ts";
import { RoutedRequests } from "./routed-requests.ts";
import { endWithin, whenAnswered } from "./routing-end.ts";
import { type RoutingPoolOptions, routingSettings } from "./routing-options.ts";
import { type MemberStatus, RoutingCounts, type RoutingStats } from "./routing-stats.ts";
import { loadOf } from "./strategies/load-heap.ts";

/** Calls and tells whichever member the strategy picks. */
export interface RoutingPool<out A> extends Callable<A> {
  /** All members at once: `await pool.broadcast.call.flush()`. */
  readonly broadcast: Broadcast<A>;
  /** @returns counts of this moment, and of events since the pool was made; a snapshot */
  stats(): RoutingStats;
  /** @returns all members in the order of joining, with their states; a snapshot */
  members(): readonly MemberStatus[];
  /**
   * Takes a member out of use: it gets no new requests from this pool, and keeps its place. To stop it without
   * losing a call, drain it first.
   *
   * @param options - `timeoutMs`: how long to wait for its answers; 5,000 when absent
   * @returns a promise that resolves when it has answered the calls it had, whoever made them
   * @throws ActorError `ERR_NO_MEMBER` when it is none, `ERR_STOP_TIMEOUT` when it was not done in time: it gets no
   *   new requests all the same
   */
  drainMember(pid: Pid, options?: ClosePoolOptions): Promise<void>;
  /**
   * Takes a member that was drained, or is ejected, into use again.
   *
   * @returns `false` when it is no member, or was not out
   */
  resumeMember(pid: Pid): boolean;
  /**
   * Takes no new requests (`ERR_POOL_CLOSED`; casts and messages become dead letters), serves those that wait, and
   * follows its members no more when they have answered. The members themselves go on.
   *
   * @param options - `timeoutMs`: then who still waits is refused; 5,000 when absent
   * @throws ActorError `ERR_STOP_TIMEOUT` naming who had not answered; InvalidOptionsError
   */
  drain(options?: ClosePoolOptions): Promise<void>;
  /** As {@link RoutingPool.drain}, but who waits for a member is refused at once. */
  close(options?: ClosePoolOptions): Promise<void>;
}

/**
 * Makes a routing pool over all that is registered under `key`.
 *
 * A call rejects with `ERR_NO_MEMBER` (`handled: "no"`) when there is nobody to pick, and with
 * `ERR_BAD_STRATEGY` when a strategy of one's own throws or answers nonsense; a cast becomes a dead letter.
 *
 * @param actor - the definition the members were started from
 * @throws InvalidOptionsError with all faults at once
 * @follows Finch and Redix: a duplicate `Registry` and a choice in the caller; wpool's strategies, among them
 *   `available_worker` (`maxRunning: 1`) and `broadcall` (`broadcast`)
 *
 * @example
 * ```ts
 * import { createRegistry, createSystem, defineActor, reply } from "troupe";
 * await using system = createSystem();
 * const printers = createRegistry(system, { keys: "duplicate" });
 * const Printer = defineActor({
 *   init: (id: string, self) => {
 *     printers.register("office", self.pid);
 *     return id;
 *   },
 *   calls: { print: (id, page: number) => reply(`${id}${page}`, id) },
 * });
 * const office = createRoutingPool(printers, Printer, "office", { maxRunning: 1, maxRetries: 1 });
 * for (const id of ["a", "b"]) await system.start(Printer, id);
 * await Promise.all([1, 2, 3].map((page) => office.call.print(page))); //=> ["a1", "b2", "a3"]
 * office.stats().queued; //=> 1
 * const { replies } = await office.broadcast.call.print(9);
 * replies.map(({ value }) => value); //=> ["a9", "b9"]
 * await office.close();
 * await office.call.print(4).catch((error) => error.code); //=> "ERR_POOL_CLOSED"
 * ```
 */
export function createRoutingPool<A, K>(
  // biome-ignore lint/suspicious/noExplicitAny: values of any kind may stand beside the members
  registry: DuplicateRegistry<K, any>,
  // biome-ignore lint/suspicious/noExplicitAny: any protocol will do
  actor: A & Speaks<any, any, never>,
  key: K,
  options: RoutingPoolOptions = {},
): RoutingPool<A> {
  if (!isDefinition(actor)) {
    throw new InvalidOptionsError("createRoutingPool", [
      `${describe(actor)} is no definition made by defineActor`,
    ]);
  }
  return new RoutingHandle(
    registry as DuplicateRegistry<unknown, unknown>,
    actor,
    key,
    options,
  ) as unknown as RoutingPool<A>;
}

class RoutingHandle implements FaceTarget {
  readonly call: object;
  readonly cast: object;
  readonly broadcast: object;
  readonly #label: string;
  readonly #registry: HandleProcess<unknown>;
  readonly #members: LiveMembers;
  readonly #health: MemberHealth;
  readonly #counts = new RoutingCounts();
  readonly #requests: RoutedRequests;
  /** Where all calls go, not only those that need more than a pick. */
  #watched: RoutedRequests | undefined;
  #isClosed = false;

  constructor(
    registry: DuplicateRegistry<unknown, unknown>,
    actor: object,
    key: unknown,
    options: RoutingPoolOptions,
  ) {
    const settings = routingSettings(options);
    const claims = claimsOf(registry);
    this.#registry = processOfRegistry(registry);
    const { kernel } = this.#registry;
    const label = `${formatKey(key)} in ${claims.label}`;
    const counts = this.#counts;
    this.#label = label;
    const health = new MemberHealth({ label, kernel, members: () => this.#members, settings, counts });
    this.#health = health;
    const there = claims.lookup(key);
    this.#members = new LiveMembers(label, claims.members(key), there, settings.strategy, kernel, {
      joined: (member) => {
        health.joined(member);
        this.#requests.wake();
      },
      back: () => this.#requests.wake(),
      left: (member) => {
        health.left(member);
        this.#requests.review();
      },
    });
    this.#requests = new RoutedRequests({
      label,
      registry: this.#registry,
      members: this.#members,
      health,
      settings,
      counts,
      isUp: () => this.#isUp(),
    });
    this.#watched = settings.watches || this.#members.learns ? this.#requests : undefined;
    const { Calls, Casts } = behaviourOf(actor);
    this.call = new Calls(this);
    this.cast = new Casts(this);
    const all = new BroadcastTarget({
      everybody: () => this.#members.all(),
      open: () => this.#checkOpen(),
      isClosed: () => this.#isClosed,
      lose: (kind, message) => this.#lose(kind, message),
    });
    this.broadcast = Object.freeze({
      call: new Calls(all),
      cast: new Casts(all),
      send: (message: unknown) => all.send(message),
    });
  }

  ask(door: Door, input: unknown, given: unknown): Promise<unknown> {
    const options = given as CallOptions | undefined;
    if (this.#watched !== undefined || options?.idempotent === true)
      return this.#requests.ask(door, input, options ?? {});
    let member: LiveMember | undefined;
    try {
      if (this.#isUp()) member = this.#members.pick(options?.hashKey);
    } catch (error) {
      return Promise.reject(error);
    }
    if (member === undefined) return this.#requests.ask(door, input, options ?? {});
    this.#counts.granted += 1;
    return ask(member.process, door, input, options);
  }

  tell(door: Door, input: unknown): void {
    const member = this.#pickForMessage("cast", input);
    if (member !== undefined) tell(member.process, door, input);
  }

  send(message: unknown): void {
    const member = this.#pickForMessage("message", message);
    if (member !== undefined) send(member.process, message);
  }

  stats(): RoutingStats {
    const all = this.#members.all();
    const draining = all.filter(({ out }) => (out & Out.draining) !== 0).length;
    return this.#counts.snapshot({
      members: this.#members.size,
      draining,
      ejected: this.#health.ejected,
      waiting: this.#requests.waiting,
      inFlight: all.reduce((sum, member) => sum + loadOf(member), 0),
    });
  }

  members(): readonly MemberStatus[] {
    return Object.freeze(this.#members.all().map((member) => this.#statusOf(member)));
  }

  async drainMember(pid: Pid, options: ClosePoolOptions = {}): Promise<void> {
    const timeoutMs = closeTimeoutOf("pool.drainMember", options);
    const entries = this.#members.of(pid);
    const process = entries[0]?.process;
    if (process === undefined) {
      const text = `${describe(pid)} is no member of ${this.#label}; nothing was done`;
      throw new ActorError("ERR_NO_MEMBER", "no", text);
    }
    for (const member of entries) this.#members.takeOut(member, Out.draining);
    this.#requests.review();
    this.#tellOf(pid, "draining", "draining");
    return endWithin({
      kernel: this.#registry.kernel,
      what: process.label,
      timeoutMs,
      begin: (over) => whenAnswered([process], over),
      late: () => [process],
      end: () => {
        if (entries.some(({ present, out }) => present && (out & Out.draining) !== 0))
          this.#tellOf(pid, "down", "drained");
      },
    });
  }

  resumeMember(pid: Pid): boolean {
    const out = this.#members.of(pid).filter((member) => (member.out & ~Out.full) !== 0);
    for (const member of out) {
      this.#health.warmUp(member);
      this.#health.pardon(member);
      this.#members.putBack(member, Out.draining);
    }
    if (out.length > 0) this.#tellOf(pid, "up", "resumed");
    return out.length > 0;
  }

  drain(options: ClosePoolOptions = {}): Promise<void> {
    return this.#end("drain", options);
  }

  close(options: ClosePoolOptions = {}): Promise<void> {
    return this.#end("close", options);
  }

  toString(): string {
    return this.#label;
  }

  async #end(how: "drain" | "close", options: ClosePoolOptions): Promise<void> {
    const timeoutMs = closeTimeoutOf(`pool.${how}`, options);
    const requests = this.#requests;
    this.#isClosed = true;
    this.#watched = requests;
    requests.close(how === "close");
    const all = (): Process[] => this.#members.all().map(({ process }) => process);
    return endWithin({
      kernel: this.#registry.kernel,
      what: `the pool of ${this.#label}`,
      timeoutMs,
      begin: (over) => whenAnswered(all(), () => requests.whenNone(over)),
      late: () => all().filter((process) => unansweredOf(process).length > 0),
      end: () => {
        requests.close(true);
        this.#members.close();
      },
    });
  }

  /** A registry that nobody lists is started by its first use. */
  #isUp(): boolean {
    const registry = this.#registry;
    if (registry.isRunning) return true;
    if (registry.kernel.stopping) throw registry.notRunning();
    try {
      registry.use();
      return true;
    } catch {
      return false;
    }
  }

  /** A broadcast goes to nobody while the registry is down. */
  #checkOpen(): void {
    if (this.#isClosed) throw this.#requests.closedError();
    this.#registry.use();
  }

  #pickForMessage(kind: "cast" | "message", message: unknown): LiveMember | undefined {
    try {
      const member = !this.#isClosed && this.#isUp() ? this.#health.pick(undefined, NOBODY) : undefined;
      if (member !== undefined) {
        this.#counts.granted += 1;
        return member;
      }
    } catch {
      // A strategy that throws has no caller here that could be told.
    }
    this.#lose(kind, message);
    return undefined;
  }

  #lose(kind: "cast" | "message", message: unknown): void {
    const why: DeadLetter["why"] = this.#isClosed
      ? "poolClosed"
      : this.#members.full > 0 && this.#members.size === 0
        ? "overloaded"
        : "noMember";
    deadLetter(this.#registry.kernel, { to: this.#label, kind, message, why });
  }

  #statusOf(member: LiveMember): MemberStatus {
    const { pid, value, out, queued, running } = member;
    const isDraining = (out & Out.draining) !== 0;
    const isDown = (out & Out.ejected) !== 0 || (isDraining && unansweredOf(member.process).length === 0);
    const state = isDown ? "down" : isDraining ? "draining" : "up";
    const { failures } = this.#health.of(member).health;
    return Object.freeze({ pid, value, state, queued, running, failures });
  }

  #tellOf(pid: Pid, state: MemberStatus["state"], why: SystemEvents["pool:member"]["why"]): void {
    this.#registry.kernel.telemetry.emit("pool:member", { pool: this.#label, pid, state, why });
  }
}

/** Nobody has been tried yet. */
const NOBODY: ReadonlySet<LiveMember> = new Set();
