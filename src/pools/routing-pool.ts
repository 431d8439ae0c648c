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
 * moment it is picked no more, and who waits for its answer hears at once (`ERR_EXITED`).
 *
 * Not for what only one caller may use at a time: that is lent by a checkout pool.
 *
 * @module
 */

import { behaviourOf, type Door, type FaceTarget, isDefinition } from "../actors/behaviour.ts";
import { checkTimeout } from "../actors/deadlines.ts";
import type { HandleProcess } from "../actors/handle-process.ts";
import { ask, DEFAULT_TIMEOUT_MS, deadLetter, send, tell } from "../actors/sending.ts";
import { ActorError, InvalidOptionsError } from "../core/errors.ts";
import { describe } from "../core/exit-reason.ts";
import type { Callable, CallOptions, Speaks } from "../core/pid.ts";
import { claimsOf, processOfRegistry } from "../registry/create-registry.ts";
import { formatKey } from "../registry/key.ts";
import type { DuplicateRegistry } from "../registry/registry.ts";
import { type LiveMember, LiveMembers } from "./live-members.ts";
import { MemberWaits } from "./member-waits.ts";
import { type RoutingPoolOptions, routingSettings } from "./routing-options.ts";

/** Counts of a routing pool at one moment. */
export interface RoutingStats {
  /** Who can be picked now. */
  readonly members: number;
  /** Calls that wait for a member. */
  readonly waiting: number;
}

/** Calls and tells whichever member the strategy picks. */
export interface RoutingPool<out A> extends Callable<A> {
  /** @returns `{ members, waiting }`, a snapshot */
  stats(): RoutingStats;
}

/**
 * Makes a routing pool over all that is registered under `key`.
 *
 * A call rejects with `ERR_NO_MEMBER` (`handled: "no"`) when there is nobody to pick, and with
 * `ERR_BAD_STRATEGY` when a strategy of one's own throws or answers nonsense; a cast becomes a dead letter.
 *
 * @param actor - the definition the members were started from
 * @throws InvalidOptionsError with all faults at once
 * @follows Finch and Redix: a duplicate `Registry` and a choice in the caller
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
  readonly #label: string;
  readonly #registry: HandleProcess<unknown>;
  readonly #members: LiveMembers;
  readonly #waits: MemberWaits;
  readonly #waitMs: number;

  constructor(
    registry: DuplicateRegistry<unknown, unknown>,
    actor: object,
    key: unknown,
    options: RoutingPoolOptions,
  ) {
    const { strategy, waitMs, maxWaiting } = routingSettings(options);
    const claims = claimsOf(registry);
    this.#registry = processOfRegistry(registry);
    const { kernel } = this.#registry;
    this.#label = `${formatKey(key)} in ${claims.label}`;
    this.#waitMs = waitMs;
    this.#waits = new MemberWaits(this.#registry, this.#label, maxWaiting);
    this.#members = new LiveMembers(this.#label, claims.members(key), strategy, kernel.runtime, () =>
      this.#waits.wake(),
    );
    const { Calls, Casts } = behaviourOf(actor);
    this.call = new Calls(this);
    this.cast = new Casts(this);
  }

  ask(door: Door, input: unknown, given: unknown): Promise<unknown> {
    const options = given as CallOptions | undefined;
    let member: LiveMember | undefined;
    try {
      if (this.#isUp()) member = this.#members.pick(options?.hashKey);
    } catch (error) {
      return Promise.reject(error);
    }
    if (member !== undefined) return ask(member.process, door, input, options);
    return this.#askLater(door, input, options ?? {});
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
    return Object.freeze({ members: this.#members.size, waiting: this.#waits.size });
  }

  toString(): string {
    return this.#label;
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

  #pickForMessage(kind: "cast" | "message", message: unknown): LiveMember | undefined {
    const { kernel } = this.#registry;
    try {
      const member = this.#isUp() ? this.#members.pick(undefined) : undefined;
      if (member === undefined) deadLetter(kernel, { to: this.#label, kind, message, why: "noMember" });
      return member;
    } catch {
      deadLetter(kernel, { to: this.#label, kind, message, why: "noMember" });
      return undefined;
    }
  }

  /** One deadline over waiting for a member and for its answer; the call is made in its caller's context. */
  async #askLater(door: Door, input: unknown, options: CallOptions): Promise<unknown> {
    const { timeoutMs = DEFAULT_TIMEOUT_MS } = options;
    checkTimeout("call", timeoutMs);
    const { clock } = this.#registry.kernel.runtime;
    const beganAtMs = clock.now();
    for (;;) {
      const spentMs = clock.now() - beganAtMs;
      const isUp = this.#isUp();
      const member = isUp ? this.#members.pick(options.hashKey) : undefined;
      if (member !== undefined) {
        return ask(member.process, door, input, { ...options, timeoutMs: Math.max(0, timeoutMs - spentMs) });
      }
      const patienceMs = isUp ? Math.min(this.#waitMs, timeoutMs) : timeoutMs;
      if (spentMs >= patienceMs) throw this.#noMember(isUp, spentMs);
      await this.#waits.forMember(patienceMs - spentMs, options.signal);
    }
  }

  #noMember(isUp: boolean, waitedMs: number): ActorError {
    const why = isUp
      ? `nobody can be picked from ${this.#label}`
      : `the registry of ${this.#label} is not running`;
    const waited = waitedMs >= 1 ? ` (waited ${Math.round(waitedMs)} ms)` : "";
    return new ActorError("ERR_NO_MEMBER", "no", `${why}${waited}; the request was not handled`);
  }
}
