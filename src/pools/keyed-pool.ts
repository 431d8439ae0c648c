/**
 * A checkout pool for each key, made when it is first asked for and gone when nobody wants it any more: one pool of
 * connections for each host.
 *
 * ```ts
 * import { createKeyedPool, createSystem } from "troupe";
 * await using system = createSystem();
 * const hosts = createKeyedPool(system, {
 *   size: 2,
 *   resource: (host: string) => ({ open: () => ({ host }) }),
 * });
 * await hosts.use("a.example", (connection) => connection.host); //=> "a.example"
 * await hosts.use("b.example", (connection) => connection.host); //=> "b.example"
 * hosts.keys(); //=> ["a.example", "b.example"]
 * hosts.stats("a.example")?.idle; //=> 1
 * ```
 *
 * Pools of different keys share nothing but their process: one host that is down, slow or full keeps nobody waiting
 * at another. A pool that has been at rest for `retireAfterMs` closes what it has and is forgotten, and so is the
 * one that has been at rest for longest when there would be more than `maxKeys`.
 *
 * @module
 */

import { Deadline } from "../actors/deadlines.ts";
import type { System } from "../actors/definition.ts";
import { HandleProcess } from "../actors/handle-process.ts";
import { sendExit } from "../actors/links.ts";
import { type Process, processOf } from "../actors/process.ts";
import { kernelOf } from "../actors/system.ts";
import type { ChildOptions, ChildSpec, Handle } from "../core/child-spec.ts";
import { ActorError } from "../core/errors.ts";
import { SHUTDOWN } from "../core/exit-reason.ts";
import type { Speaks } from "../core/pid.ts";
import { type Queued, WaitingLine } from "../core/waiting-line.ts";
import { formatKey, type Key, KeyMap, ownKey } from "../registry/key.ts";
import { type ClosePoolOptions, closeTimeoutOf } from "./checkout-options.ts";
import { type CheckoutStats, statsOf } from "./checkout-stats.ts";
import { endLending } from "./ending.ts";
import { type KeyedPoolOptions, type KeyedSettings, keyedSettings } from "./keyed-pool-options.ts";
import type { Lease, SlotLease } from "./lease.ts";
import { Lending } from "./lending.ts";
import { runLater, runWith } from "./use.ts";
import type { CheckoutOptions } from "./waiter.ts";

type Awaitable<T> = T | Promise<T>;

/** The process of a keyed pool; it answers no calls. */
export type KeyedPoolProcess = Speaks;

/** Checkout pools by key; a value that is there at once. Its process starts at the first use, or under a supervisor. */
export interface KeyedPool<K extends Key, R> extends Handle<KeyedPoolProcess> {
  /** As `use` of a checkout pool, with the pool of `key`. */
  use<T>(key: K, run: (resource: R, lease: Lease<R>) => Awaitable<T>, options?: CheckoutOptions): Promise<T>;
  /**
   * As `checkout` of a checkout pool, from the pool of `key`.
   *
   * @throws ActorError also `ERR_POOL_FULL` when there are `maxKeys` and none is at rest
   */
  checkout(key: K, options?: CheckoutOptions): Promise<Lease<R>>;
  /** As `tryCheckout` of a checkout pool; makes no pool for a key that has none. */
  tryCheckout(key: K): Lease<R> | undefined;
  /** The keys that have a pool now, the one that was not used for longest first. */
  keys(): readonly K[];
  /** @returns as `stats()` of a checkout pool; `undefined` when `key` has none */
  stats(key: K): CheckoutStats | undefined;
  /** Drains all pools. @throws ActorError `ERR_STOP_TIMEOUT` naming who had not given back */
  drain(options?: ClosePoolOptions): Promise<void>;
  /** Closes all pools. @throws ActorError `ERR_STOP_TIMEOUT` naming who had not given back */
  close(options?: ClosePoolOptions): Promise<void>;
}

/**
 * Makes a pool of pools.
 *
 * @param options - those of a checkout pool hold for each key; `resource` makes the description of a key's resources
 * @throws InvalidOptionsError with all faults at once
 * @follows Finch's pools, started on demand for each host; hackney's, bounded for each host
 */
export function createKeyedPool<K extends Key, R>(
  system: System,
  options: KeyedPoolOptions<K, R>,
): KeyedPool<K, R> {
  return new KeyedPools(system, options);
}

/** The pool of one key, in the line of those that may have to go. */
class KeyPool<K, R> implements Queued {
  isQueued = false;
  ahead: Queued | undefined = undefined;
  behind: Queued | undefined = undefined;
  usedAtMs = 0;
  readonly key: K;
  readonly lending: Lending<R>;
  readonly hasCheck: boolean;

  constructor(key: K, lending: Lending<R>) {
    this.key = key;
    this.lending = lending;
    this.hasCheck = lending.source.check !== undefined;
  }
}

class KeyedPools<K extends Key, R> implements KeyedPool<K, R> {
  readonly #system: System;
  readonly #settings: KeyedSettings<K, R>;
  readonly #process: HandleProcess<KeyedPoolProcess>;
  readonly #pools = new KeyMap<KeyPool<K, R>>();
  /** The one that was not used for longest first. */
  readonly #byUse = new WaitingLine<KeyPool<K, R>>();
  readonly #look = new Deadline(() => this.#retireUnused());
  /** Forgotten, and not quite closed yet. */
  readonly #retiring = new Set<Lending<R>>();
  #isLooking = false;
  #isClosed = false;
  #running: Process | undefined;
  #listed = false;

  constructor(system: System, options: KeyedPoolOptions<K, R>) {
    this.#system = system;
    this.#settings = keyedSettings(options);
    this.#process = new HandleProcess<KeyedPoolProcess>(system, {
      name: this.#settings.limits.name,
      terminate: () => this.#letGo(),
      onUp: (pid) => {
        this.#running = processOf(pid);
        for (const { lending } of this.#all()) lending.wentUp();
        if (this.#byUse.length > 0) this.#lookAfter(this.#settings.retireAfterMs);
      },
      onDown: () => {
        this.#running = undefined;
        this.#wentDown();
      },
    });
  }

  use<T>(key: K, run: (resource: R, lease: Lease<R>) => Awaitable<T>, options?: CheckoutOptions): Promise<T> {
    try {
      const { lending, hasCheck } = this.#poolOf(key);
      const lease = lending.lendNow(options);
      if (lease !== undefined) return Promise.resolve(runWith(lease, run, hasCheck));
      return runLater(lending.wait(options), run, hasCheck);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  checkout(key: K, options?: CheckoutOptions): Promise<SlotLease<R>> {
    try {
      return this.#poolOf(key).lending.checkout(options);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  tryCheckout(key: K): Lease<R> | undefined {
    this.#start();
    return this.#pools.get(key) === undefined ? undefined : this.#poolOf(key).lending.lendNow();
  }

  keys(): readonly K[] {
    return Object.freeze(this.#all().map(({ key }) => key));
  }

  stats(key: K): CheckoutStats | undefined {
    const pool = this.#pools.get(key);
    return pool === undefined ? undefined : statsOf(pool.lending);
  }

  drain(options: ClosePoolOptions = {}): Promise<void> {
    return this.#end("drain", options);
  }

  close(options: ClosePoolOptions = {}): Promise<void> {
    return this.#end("close", options);
  }

  child(options?: ChildOptions<KeyedPoolProcess>): ChildSpec<KeyedPoolProcess> {
    this.#listed = true;
    return this.#process.child(options);
  }

  #start(): void {
    if (this.#isClosed) throw this.#closedError();
    if (!this.#process.isRunning) this.#process.use();
  }

  #poolOf(key: K): KeyPool<K, R> {
    this.#start();
    const found = this.#pools.get(key);
    const pool = found ?? this.#make(key);
    pool.usedAtMs = pool.lending.now.now();
    this.#byUse.remove(pool);
    this.#byUse.push(pool);
    return pool;
  }

  #make(given: K): KeyPool<K, R> {
    const { maxKeys, limits, resource } = this.#settings;
    if (this.#byUse.length >= maxKeys) this.#makeRoom(given);
    const key = ownKey(given) as K;
    const source = resource(key);
    const name = `${limits.name} ${formatKey(key)}`;
    const pool = new KeyPool(key, new Lending(this.#system, source, { ...limits, name }));
    this.#pools.set(key, pool);
    pool.lending.wentUp();
    this.#lookAfter(this.#settings.retireAfterMs);
    return pool;
  }

  /** @throws ActorError `ERR_POOL_FULL` when all are in use */
  #makeRoom(key: K): void {
    const unused = this.#all().find(({ lending }) => lending.isAtRest);
    if (unused !== undefined) return this.#retire(unused);
    const { limits, maxKeys } = this.#settings;
    const text = `pool "${limits.name}" has ${maxKeys} keys (maxKeys), all of them in use: there is no room for ${formatKey(ownKey(key))}`;
    throw new ActorError("ERR_POOL_FULL", "no", text);
  }

  /** Forgotten at once; what it has is closed in turns of its own. */
  #retire(pool: KeyPool<K, R>): void {
    this.#byUse.remove(pool);
    this.#pools.delete(pool.key);
    const { lending } = pool;
    lending.close();
    this.#retiring.add(lending);
    lending.whenEmpty(() => void this.#retiring.delete(lending));
  }

  #retireUnused(): void {
    this.#isLooking = false;
    const { runtime } = kernelOf(this.#system);
    const { retireAfterMs } = this.#settings;
    const nowMs = runtime.clock.now();
    for (const pool of this.#all()) {
      // Its time counts from the end of its last loan, as far as that is known.
      if (!pool.lending.isAtRest) pool.usedAtMs = nowMs;
      else if (nowMs - pool.usedAtMs >= retireAfterMs) this.#retire(pool);
    }
    const first = this.#all().reduce(
      (atMs, { usedAtMs }) => Math.min(atMs, usedAtMs),
      Number.POSITIVE_INFINITY,
    );
    if (this.#byUse.length > 0) this.#lookAfter(Math.max(1, first + retireAfterMs - nowMs));
  }

  #lookAfter(durationMs: number): void {
    if (this.#isLooking) return;
    this.#isLooking = true;
    kernelOf(this.#system).deadlines.arm(this.#look, durationMs);
  }

  #all(): KeyPool<K, R>[] {
    const all: KeyPool<K, R>[] = [];
    for (let at: Queued | undefined = this.#byUse.first; at !== undefined; at = at.behind)
      all.push(at as KeyPool<K, R>);
    return all;
  }

  #closedError(): ActorError {
    const text = `pool "${this.#settings.limits.name}" is closed: nothing is lent any more`;
    return new ActorError("ERR_POOL_CLOSED", "no", text);
  }

  /** All at once, each within the same time; a process that nobody else looks after is not left behind. */
  async #end(how: "drain" | "close", options: ClosePoolOptions): Promise<void> {
    const timeoutMs = closeTimeoutOf(`pool.${how}`, options);
    this.#isClosed = true;
    this.#rest();
    const lendings = [...this.#all().map(({ lending }) => lending), ...this.#retiring];
    const ends = await Promise.allSettled(lendings.map((lending) => endLending(lending, how, timeoutMs)));
    const process = this.#running;
    if (process !== undefined && !this.#listed) sendExit(process, process.kernel.root, SHUTDOWN, false);
    const late = ends.flatMap((end) => (end.status === "rejected" ? [end.reason as Error] : []));
    if (late.length > 0)
      throw new ActorError("ERR_STOP_TIMEOUT", "unknown", late.map(({ message }) => message).join("\n"));
  }

  #rest(): void {
    this.#isLooking = false;
    kernelOf(this.#system).deadlines.cancel(this.#look);
  }

  #wentDown(): void {
    this.#rest();
    for (const { lending } of this.#all()) lending.wentDown();
  }

  /** Before the process ends: what nobody has is closed. Loans go on. */
  async #letGo(): Promise<void> {
    this.#wentDown();
    const lendings = [...this.#all().map(({ lending }) => lending), ...this.#retiring];
    await Promise.all(lendings.map((lending) => new Promise<void>((over) => void lending.whenClosed(over))));
  }
}
