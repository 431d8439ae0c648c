/**
 * Locks: at most one piece of work at a time under a key. The keys of locks are a space of their own, and
 * have nothing to do with who is registered.
 *
 * ```ts
 * import { createRegistry, createSystem } from "troupe";
 * await using system = createSystem();
 * const names = createRegistry(system, { keys: "unique" });
 * let balance = 10;
 * const withdraw = async (amount: number) => {
 *   const seen = balance;
 *   await undefined; // a query, a file
 *   balance = seen - amount;
 * };
 * await Promise.all([4, 5].map((amount) => names.lock("balance", () => withdraw(amount))));
 * balance; //=> 1
 * ```
 *
 * A lock is held by the process in whose context it was asked for, or by plain code. It goes on when the work
 * returns or throws, and when its holder dies, to whoever has waited longest and still waits: who has given
 * up, aborted or died is never given it. What a killed holder's work still does afterwards is not undone.
 * Locks belong to the handle: while the registry's process is down none is asked for with success, but those
 * that are held stay held, and waits go on.
 *
 * Not for what one process can do by itself: its mailbox is a lock already.
 *
 * @module
 */

import type { Kernel, Process } from "../actors/process.ts";
import { callerOf } from "../actors/sending.ts";
import { lookAgain } from "../actors/waits.ts";
import { ActorError, InvalidOptionsError } from "../core/errors.ts";
import { describe } from "../core/exit-reason.ts";
import type { ProcessWatcher } from "../core/pid.ts";
import { WaitingLine } from "../core/waiting-line.ts";
import { formatKey, type Key, KeyMap, ownKey } from "./key.ts";
import { refusalOf, TimedWait, type WaitOptions } from "./timed-wait.ts";

/** What a registry can do with locks. */
export interface Locking {
  /**
   * Runs `work` while nobody else runs any under the same key. Who comes later waits in line, first come first
   * served; the line has no bound but the deadlines of those who stand in it.
   *
   * A handler that awaits it waits for the holder: one that closes a circle is refused at once with
   * `ERR_CALL_CYCLE`, and so is one whose own process holds the lock. Plain code is not known by name: when it
   * asks for what it holds, its deadline tells.
   *
   * @param key - any key; those of entries are others
   * @param work - runs in the caller's context, in a later turn; what it answers is awaited
   * @param options - `timeoutMs`: milliseconds over the wait alone, 5,000 when absent; `signal` aborts the wait
   * @returns what `work` answers
   * @throws what `work` throws; ActorError, with nothing done: `ERR_LOCK_TIMEOUT` naming the holder,
   *   `ERR_CALL_CYCLE`, `ERR_ABORTED`, `ERR_DETACHED`, `ERR_NOT_RUNNING`
   * @follows Elixir `Registry.lock/3`; there a waiter that timed out may be given the lock and never lets go
   */
  lock<T>(key: Key, work: () => T | PromiseLike<T>, options?: WaitOptions): Promise<T>;
}

/** The locks of one registry. Nothing is kept of those that nobody holds. */
export class Locks {
  readonly #kernel: Kernel;
  readonly #registry: string;
  readonly #locks = new KeyMap<Lock>();

  constructor(kernel: Kernel, registry: string) {
    this.#kernel = kernel;
    this.#registry = registry;
  }

  /** How many are held. */
  get size(): number {
    return this.#locks.size;
  }

  /** As {@link Locking.lock}. */
  async run<T>(key: unknown, work: () => T | PromiseLike<T>, options: WaitOptions = {}): Promise<T> {
    if (typeof work !== "function") {
      throw new InvalidOptionsError("lock", [`the work must be a function, not ${describe(work)}`]);
    }
    const turn = await this.#take(key, options);
    try {
      // Its process may have died since it was given the lock: then somebody else has it by now.
      if (turn.over) throw turn.lock.lost();
      return await work();
    } finally {
      turn.end();
    }
  }

  #take(given: unknown, options: WaitOptions): Turn | Promise<Turn> {
    const kernel = this.#kernel;
    const key = ownKey(given);
    const held = this.#locks.get(key);
    const label = held?.label ?? `lock ${formatLock(key)} of ${this.#registry}`;
    const refusal = refusalOf(kernel, label, options);
    if (refusal !== undefined) throw refusal;
    if (held !== undefined) return held.wait(kernel, options);
    const lock = new Lock(label, () => this.#locks.delete(key));
    this.#locks.set(key, lock);
    return lock.give(callerOf(kernel));
  }
}

/** One lock, from the moment somebody takes it until nobody wants it any more. */
class Lock {
  readonly label: string;
  readonly #free: () => void;
  readonly #line = new WaitingLine<TimedWait<Turn>>();
  #turn: Turn | undefined = undefined;

  constructor(label: string, free: () => void) {
    this.label = label;
    this.#free = free;
  }

  wait(kernel: Kernel, options: WaitOptions): Promise<Turn> {
    const awaited = {
      label: this.label,
      holder: () => this.#turn?.holder,
      late: ({ caller, timeoutMs }: TimedWait<Turn>) => this.#late(caller, timeoutMs),
      over: () => void this.#line.remove(wait),
    };
    const wait = new TimedWait<Turn>(kernel, awaited, options);
    this.#line.push(wait);
    return wait.promise;
  }

  give(holder: Process | undefined): Turn {
    const turn = new Turn(this, holder);
    this.#turn = turn;
    holder?.watch(turn);
    return turn;
  }

  /** On to who has waited longest. */
  passOn(): void {
    for (let next = this.#line.shift(); next !== undefined; next = this.#line.shift()) {
      // A death in this very turn may not have reached the wait yet.
      if (next.caller?.status === "dead") {
        next.died();
        continue;
      }
      next.resolve(this.give(next.caller));
      // What it waits for besides may lead back to it, now that others wait for it.
      if (next.caller !== undefined) lookAgain(next.caller);
      return;
    }
    this.#turn = undefined;
    this.#free();
  }

  lost(): ActorError {
    return new ActorError("ERR_DETACHED", "no", `the process that was given ${this.label} has died`);
  }

  #late(caller: Process | undefined, timeoutMs: number): ActorError {
    const holder = this.#turn?.holder;
    const who =
      holder === undefined
        ? "plain code holds it"
        : `${holder.label} holds it${holder === caller ? ", which is who asks" : ""}`;
    const text = `${this.label} was not to be had within ${timeoutMs} ms: ${who}; nothing was done`;
    return new ActorError("ERR_LOCK_TIMEOUT", "no", text);
  }
}

/** A lock in somebody's hand. Only this very turn ends it: what is left of an earlier one does nothing. */
class Turn implements ProcessWatcher {
  readonly lock: Lock;
  readonly holder: Process | undefined;
  over = false;

  constructor(lock: Lock, holder: Process | undefined) {
    this.lock = lock;
    this.holder = holder;
  }

  end(): void {
    if (this.over) return;
    this.over = true;
    if (this.holder !== undefined && this.holder.status !== "dead") this.holder.unwatch(this);
    this.lock.passOn();
  }

  stopping(): void {
    // Its work goes on, or its `terminate` needs it.
  }

  died(): void {
    this.end();
  }
}

function formatLock(key: unknown): string {
  return typeof key === "string" ? JSON.stringify(key) : formatKey(key);
}
