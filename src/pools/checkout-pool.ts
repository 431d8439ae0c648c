/**
 * A checkout pool lends a resource, or an actor, to one borrower at a time. The resources belong to the
 * pool; while one is lent it belongs to the process that took it, and if that dies it is closed.
 *
 * ```ts
 * import { createCheckoutPool, createSystem } from "troupe";
 * await using system = createSystem();
 * let serial = 0;
 * const pool = createCheckoutPool(system, { size: 1, resource: { open: () => ({ serial: ++serial }) } });
 * await pool.use((connection) => connection.serial); //=> 1
 * await pool.use((connection) => connection.serial); //=> 1
 * const { idle, lent, waiting, totals } = pool.stats();
 * [idle, lent, waiting, totals.granted, totals.opened]; //=> [1, 0, 0, 2, 1]
 * ```
 *
 * Taking and giving back act at once, in the caller. Who finds nothing idle waits in line, first come first
 * served, for what is given back or opened, until its one deadline (`timeoutMs`, 5,000 by default). Resources
 * are opened when somebody waits, never more than `size + maxOverflow` at any instant; an opening that fails
 * is tried again with backoff while anybody waits.
 *
 * ```ts
 * import { createCheckoutPool, createSystem, defineActor, reply } from "troupe";
 * const Resizer = defineActor({
 *   init: () => 0,
 *   calls: { resize: (done, width: number) => reply(`${width} px`, done + 1) },
 * });
 * await using system = createSystem();
 * const resizers = createCheckoutPool(system, { worker: Resizer.child(), size: 4, name: "resizers" });
 * await resizers.use((worker) => worker.call.resize(120)); //=> "120 px"
 * await resizers.drain();
 * await resizers.checkout().catch((error) => error.code); //=> "ERR_POOL_CLOSED"
 * ```
 *
 * Not for what many can use at once (an HTTP/2 connection, a table): a routing pool lends nothing and nobody waits.
 *
 * @module
 */

import { fail, reply } from "../actors/answers.ts";
import type { System } from "../actors/definition.ts";
import { HandleProcess } from "../actors/handle-process.ts";
import { sendExit } from "../actors/links.ts";
import { type Process, processOf } from "../actors/process.ts";
import { kernelOf } from "../actors/system.ts";
import type { ChildOptions, ChildSpec, Handle } from "../core/child-spec.ts";
import { SHUTDOWN } from "../core/exit-reason.ts";
import type { Pid, Speaks } from "../core/pid.ts";
import {
  type CheckoutPoolLimits,
  type ClosePoolOptions,
  checkoutSettings,
  closeTimeoutOf,
  type RecycleOptions,
  type ResourcePoolOptions,
  recycleTimeOf,
  type WorkerPoolOptions,
} from "./checkout-options.ts";
import { type CheckoutStats, statsOf } from "./checkout-stats.ts";
import { endLending } from "./ending.ts";
import type { Lease, SlotLease } from "./lease.ts";
import { Lending } from "./lending.ts";
import type { Source } from "./source.ts";
import { runLater, runWith } from "./use.ts";
import type { CheckoutOptions } from "./waiter.ts";
import { workerSource } from "./worker-source.ts";

type Awaitable<T> = T | Promise<T>;

/** The process of a checkout pool. */
export type CheckoutPoolProcess = Speaks<{ resize: (size: number) => void }>;

/** Lends resources; a value that is there at once. Its process starts at the first use, or under a supervisor. */
export interface CheckoutPool<R> extends Handle<CheckoutPoolProcess> {
  /**
   * Takes a resource, runs `run` with it, and gives it back whatever happens. When one is idle, `run` begins at
   * once, in the caller's turn.
   *
   * When `run` throws, a resource with a `check` is given back for that to decide; one without is closed, since
   * nobody knows in which state it was left.
   *
   * @returns what `run` answers
   * @throws what `run` throws, or what {@link CheckoutPool.checkout} rejects with
   * @follows poolboy `transaction/3`, NimblePool `checkout!/4`
   */
  use<T>(run: (resource: R, lease: Lease<R>) => Awaitable<T>, options?: CheckoutOptions): Promise<T>;
  /**
   * Takes a resource. It belongs to the process in whose context this is called, or to nobody in plain code.
   *
   * @returns a lease, to be given back by `checkin()` or at the end of an `await using` block
   * @throws ActorError `ERR_CHECKOUT_TIMEOUT`, `ERR_POOL_FULL`, `ERR_ABORTED`, `ERR_POOL_CLOSED`, or
   *   `ERR_NOT_RUNNING` while the pool's process is down: nothing was lent
   */
  checkout(options?: CheckoutOptions): Promise<Lease<R>>;
  /**
   * Takes a resource if one is idle at this moment; never opens one and never waits. Where `check` takes time
   * there is nothing to be had without waiting.
   *
   * @returns `undefined` when nothing is idle, or others wait
   * @throws ActorError `ERR_POOL_CLOSED`, `ERR_NOT_RUNNING`
   */
  tryCheckout(): Lease<R> | undefined;
  /** @returns `{ idle, lent, starting, closing, waiting, totals, waits }`, a snapshot */
  stats(): CheckoutStats;
  /**
   * Replaces all resources that are open now, after a failover for instance: idle ones are closed one by one within
   * the time, lent ones when they come back after their moment.
   *
   * @param options - `withinMs`: milliseconds over which they are spread; at once when absent
   * @throws InvalidOptionsError
   * @follows DBConnection `disconnect_all/3`
   */
  recycle(options?: RecycleOptions): void;
  /**
   * Lends no more to new callers, serves who waits already, and closes everything when it has come back.
   *
   * @param options - `timeoutMs`: then loans are closed under their borrowers, and waiters refused
   * @throws ActorError `ERR_STOP_TIMEOUT` naming who had not given back
   */
  drain(options?: ClosePoolOptions): Promise<void>;
  /** As {@link CheckoutPool.drain}, but who waits is refused at once with `ERR_POOL_CLOSED`. */
  close(options?: ClosePoolOptions): Promise<void>;
}

/**
 * Makes a pool of resources.
 *
 * @param options - `resource` says how one is opened, tested and closed; `size` how many are kept
 * @throws InvalidOptionsError with all faults at once
 * @follows NimblePool and DBConnection; there a process stands between the borrower and the resource
 */
export function createCheckoutPool<R>(system: System, options: ResourcePoolOptions<R>): CheckoutPool<R>;
/** Makes a pool of actors: `worker` is the spec each of them is started from. */
export function createCheckoutPool<A>(system: System, options: WorkerPoolOptions<A>): CheckoutPool<Pid<A>>;
export function createCheckoutPool(
  system: System,
  options: ResourcePoolOptions<unknown> | WorkerPoolOptions<unknown>,
): CheckoutPool<unknown> {
  return new PoolHandle(system, options);
}

class PoolHandle implements CheckoutPool<unknown> {
  readonly #lending: Lending<unknown>;
  readonly #process: HandleProcess<CheckoutPoolProcess>;
  readonly #hasCheck: boolean;
  #running: Process | undefined;
  #listed = false;

  constructor(
    system: System,
    options: CheckoutPoolLimits & Partial<ResourcePoolOptions<unknown> & WorkerPoolOptions<unknown>>,
  ) {
    const settings = checkoutSettings(options);
    const source = (options.resource ??
      workerSource(kernelOf(system), options.worker as ChildSpec, () => this.#running)) as Source<unknown>;
    this.#hasCheck = source.check !== undefined;
    const lending = new Lending(system, source, settings);
    this.#lending = lending;
    this.#process = new HandleProcess<CheckoutPoolProcess>(system, {
      name: settings.name,
      calls: {
        resize: (_: undefined, size: number) => {
          try {
            checkoutSettings({ ...options, size });
          } catch (error) {
            return fail(error, undefined);
          }
          lending.resize(size);
          return reply(undefined, undefined);
        },
      },
      terminate: () => this.#letGo(),
      onUp: (pid) => {
        this.#running = processOf(pid);
        lending.wentUp();
      },
      onDown: () => {
        this.#running = undefined;
        lending.wentDown();
      },
    });
  }

  use<T>(
    run: (resource: unknown, lease: Lease<unknown>) => Awaitable<T>,
    options?: CheckoutOptions,
  ): Promise<T> {
    try {
      this.#start();
      const lease = this.#lending.lendNow(options);
      if (lease !== undefined) return Promise.resolve(runWith(lease, run, this.#hasCheck));
      return runLater(this.#lending.wait(options), run, this.#hasCheck);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  checkout(options?: CheckoutOptions): Promise<SlotLease<unknown>> {
    try {
      this.#start();
      return this.#lending.checkout(options);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  tryCheckout(): Lease<unknown> | undefined {
    this.#start();
    return this.#lending.lendNow();
  }

  #start(): void {
    if (!this.#process.isRunning && !this.#lending.isClosed) this.#process.use();
  }

  stats(): CheckoutStats {
    return statsOf(this.#lending);
  }

  recycle(options: RecycleOptions = {}): void {
    this.#lending.recycle(recycleTimeOf(options));
  }

  drain(options: ClosePoolOptions = {}): Promise<void> {
    return this.#end("drain", options);
  }

  close(options: ClosePoolOptions = {}): Promise<void> {
    return this.#end("close", options);
  }

  child(options?: ChildOptions<CheckoutPoolProcess>): ChildSpec<CheckoutPoolProcess> {
    this.#listed = true;
    return this.#process.child(options);
  }

  /** A process that nobody else looks after is not left behind. */
  async #end(how: "drain" | "close", options: ClosePoolOptions): Promise<void> {
    const timeoutMs = closeTimeoutOf(`pool.${how}`, options);
    try {
      await endLending(this.#lending, how, timeoutMs);
    } finally {
      const process = this.#running;
      if (process !== undefined && !this.#listed) sendExit(process, process.kernel.root, SHUTDOWN, false);
    }
  }

  /** Before the process ends: what nobody has is closed. Loans go on. */
  #letGo(): Promise<void> | undefined {
    const lending = this.#lending;
    lending.wentDown();
    if (lending.load.closing === 0) return undefined;
    return new Promise((over) => lending.whenClosed(over));
  }
}
