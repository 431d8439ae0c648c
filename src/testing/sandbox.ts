/**
 * A sandbox over a checkout pool: each test owns one resource of it, and what it does with that is undone at the
 * end. With a database that is one connection in a transaction that is rolled back, so that tests change the same
 * tables beside each other and none sees what another did.
 *
 * ```ts
 * import { createCheckoutPool, createSystem } from "troupe";
 * await using system = createSystem();
 * const rows: string[] = [];
 * const pool = createCheckoutPool(system, { size: 2, resource: { open: () => rows } });
 * const sandbox = createSandbox(system, pool, { begin: () => undefined, undo: () => void (rows.length = 0) });
 * {
 *   await using test = await sandbox.checkout();
 *   test.share();
 *   await sandbox.use((table) => table.push("only here")); //=> 1
 * }
 * rows; //=> []
 * ```
 *
 * Code under test is given the sandbox in the place of the pool. A process finds the resource that it owns or is
 * allowed to use, else that of whoever called it, else the one that is shared; plain code has only the shared one.
 * Those that use one resource do it one at a time.
 *
 * @module
 */

import { callersOf } from "../actors/callers.ts";
import { Deadline } from "../actors/deadlines.ts";
import type { System } from "../actors/definition.ts";
import type { SystemState } from "../actors/launch.ts";
import { type Process, processOf } from "../actors/process.ts";
import { callerOf } from "../actors/sending.ts";
import { kernelOf } from "../actors/system.ts";
import { ActorError } from "../core/errors.ts";
import type { Pid, ProcessWatcher } from "../core/pid.ts";
import { type CheckoutPool, createCheckoutPool } from "../pools/checkout-pool.ts";
import type { Lease } from "../pools/lease.ts";
import type { CheckoutOptions } from "../pools/waiter.ts";
import { checkSandboxOptions, type SandboxOptions } from "./sandbox-options.ts";

type Awaitable<T> = T | Promise<T>;

/** What came of allowing a process: it may, or it has a resource already. */
export type Allowed = { readonly ok: true } | { readonly ok: false; readonly already: "owner" | "allowed" };

/** One resource, for as long as its owner keeps it. Disposing of it is {@link Ownership.checkin}. */
export interface Ownership extends AsyncDisposable {
  /** Lets another process use it. */
  allow(pid: Pid): Allowed;
  /** Lets everybody use it who has no other, until it is given back or another is shared. */
  share(): void;
  /**
   * Waits for who uses it now, undoes what was done with it, and gives it back. A second time changes nothing.
   *
   * @throws what `undo` throws: the resource is closed then, and not lent again
   */
  checkin(): Promise<void>;
}

/** Stands in the place of a pool. */
export interface Sandbox<R> {
  /**
   * Takes a resource for a test. It belongs to the process that asks, whose death gives it back by closing it, or to
   * plain code.
   *
   * @throws ActorError `ERR_NOT_OWNER` when the process owns one already or is allowed to use one, and what the
   *   pool's `checkout` rejects with; what `begin` throws
   */
  checkout(options?: CheckoutOptions): Promise<Ownership>;
  /**
   * As `use` of the pool, with the resource of whoever asks.
   *
   * @throws ActorError `ERR_NOT_OWNER` when there is none for it
   */
  use<T>(run: (resource: R, lease: Lease<R>) => Awaitable<T>, options?: CheckoutOptions): Promise<T>;
}

/**
 * Makes a sandbox.
 *
 * @param options - `begin` and `undo` stand around all that one owner does
 * @throws InvalidOptionsError with all faults at once
 * @follows DBConnection.Ownership (modes `:manual` and `{:shared, pid}`), Ecto.Adapters.SQL.Sandbox
 */
export function createSandbox<R>(
  system: System,
  pool: CheckoutPool<R>,
  options: SandboxOptions<R>,
): Sandbox<R> {
  return new PoolSandbox(system, pool, checkSandboxOptions(options));
}

class PoolSandbox<R> implements Sandbox<R> {
  readonly system: System;
  readonly kernel: SystemState;
  readonly settings: Required<SandboxOptions<R>>;
  readonly #pool: CheckoutPool<R>;
  /** By owner and by who is allowed. */
  readonly owned = new Map<Process, Owned<R>>();
  shared: Owned<R> | undefined = undefined;

  constructor(system: System, pool: CheckoutPool<R>, settings: Required<SandboxOptions<R>>) {
    this.system = system;
    this.kernel = kernelOf(system);
    this.settings = settings;
    this.#pool = pool;
  }

  async checkout(options?: CheckoutOptions): Promise<Ownership> {
    const owner = callerOf(this.kernel);
    const before = owner === undefined ? undefined : this.owned.get(owner);
    if (before !== undefined) {
      const how = before.owner === owner ? "owns a resource" : "is allowed to use a resource";
      throw new ActorError("ERR_NOT_OWNER", "no", `${owner?.label} ${how} of this sandbox already`);
    }
    const lease = await this.#pool.checkout(options);
    try {
      await this.settings.begin(lease.resource);
    } catch (error) {
      await lease.checkin({ discard: error });
      throw error;
    }
    return new Owned(this, lease, owner);
  }

  async use<T>(run: (resource: R, lease: Lease<R>) => Awaitable<T>, options?: CheckoutOptions): Promise<T> {
    return this.#ownedBy(callerOf(this.kernel)).users.use(run, options);
  }

  #ownedBy(asker: Process | undefined): Owned<R> {
    const chain = asker === undefined ? [] : [asker, ...callersOf(asker).map(processOf)];
    const found = chain.map((process) => this.owned.get(process)).find((each) => each !== undefined);
    const owned = found ?? this.shared;
    if (owned !== undefined) return owned;
    const who = asker?.label ?? "plain code";
    const text = `${who} has no resource in this sandbox: check one out for it, allow it to use one (ownership.allow(pid)), or share one (ownership.share())`;
    throw new ActorError("ERR_NOT_OWNER", "no", text);
  }
}

class Owned<R> implements Ownership, ProcessWatcher {
  readonly owner: Process | undefined;
  /** One at a time: who uses it borrows it from a pool of this one. */
  readonly users: CheckoutPool<R>;
  readonly #sandbox: PoolSandbox<R>;
  readonly #lease: Lease<R>;
  readonly #allowed = new Set<Process>();
  readonly #limit = new Deadline(() => this.#cutOff());
  #ending: Promise<void> | undefined = undefined;
  /** A user died or was cut off in the middle of its work: nobody knows in which state it was left. */
  #isTorn = false;
  /** Its owner died: the pool has closed it. */
  #isTaken = false;

  constructor(sandbox: PoolSandbox<R>, lease: Lease<R>, owner: Process | undefined) {
    this.#sandbox = sandbox;
    this.#lease = lease;
    this.owner = owner;
    const { name, ownershipTimeoutMs } = sandbox.settings;
    this.users = createCheckoutPool(sandbox.system, {
      size: 1,
      name,
      resource: {
        open: () => lease.resource,
        // What its borrower throws over is fit all the same: a failed statement is what a test may look for.
        check: () => !this.#isTorn,
        close: (_, { kind }) => {
          // One that died in the middle of its work, not the end of all.
          if (kind !== "shutdown") this.#tear();
        },
      },
    });
    sandbox.kernel.deadlines.arm(this.#limit, ownershipTimeoutMs);
    if (owner === undefined) return;
    sandbox.owned.set(owner, this);
    owner.watch(this);
  }

  allow(pid: Pid): Allowed {
    const process = processOf(pid);
    const before = this.#sandbox.owned.get(process);
    if (before !== undefined) return { ok: false, already: before.owner === process ? "owner" : "allowed" };
    this.#sandbox.owned.set(process, this);
    this.#allowed.add(process);
    process.watch(this);
    return { ok: true };
  }

  share(): void {
    this.#sandbox.shared = this;
  }

  checkin(): Promise<void> {
    return this.#end(() => this.users.drain());
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.checkin();
  }

  stopping(): void {
    // Its `terminate` may still use it.
  }

  /** The pool closes what its dead borrower held; one that was only allowed leaves the rest as it is. */
  died(pid: Pid): void {
    const process = processOf(pid);
    if (process === this.owner) {
      this.#isTaken = true;
      this.#cutOff();
    } else {
      this.#allowed.delete(process);
      this.#sandbox.owned.delete(process);
    }
  }

  #tear(): void {
    this.#isTorn = true;
    this.#cutOff();
  }

  /** Whoever uses it loses it at once. */
  #cutOff(): void {
    // What fails in it is told by `checkin`, which answers with the same end.
    this.#end(() => this.users.close({ timeoutMs: 0 })).catch(() => undefined);
  }

  #end(endUsers: () => Promise<void>): Promise<void> {
    this.#ending ??= this.#finish(endUsers);
    return this.#ending;
  }

  async #finish(endUsers: () => Promise<void>): Promise<void> {
    this.#forget();
    const { undo } = this.#sandbox.settings;
    const late = await endUsers().then(
      () => undefined,
      (error: unknown) => error,
    );
    if (this.#isTaken) return;
    if (this.#isTorn || late !== undefined) {
      await this.#lease.checkin({ discard: late ?? new Error("its user died in the middle of its work") });
      return;
    }
    try {
      await undo(this.#lease.resource);
    } catch (error) {
      await this.#lease.checkin({ discard: error });
      throw error;
    }
    await this.#lease.checkin();
  }

  /** Nobody finds it any more. */
  #forget(): void {
    const sandbox = this.#sandbox;
    sandbox.kernel.deadlines.cancel(this.#limit);
    if (sandbox.shared === this) sandbox.shared = undefined;
    const processes = this.owner === undefined ? [...this.#allowed] : [this.owner, ...this.#allowed];
    for (const process of processes) {
      sandbox.owned.delete(process);
      if (process.status !== "dead") process.unwatch(this);
    }
  }
}
