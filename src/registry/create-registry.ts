/**
 * Makes registries: the tables of {@link Claims} behind the public face, and the process that a supervisor
 * can list.
 *
 * @module
 */

import { reply } from "../actors/answers.ts";
import { behaviourOf, isDefinition } from "../actors/behaviour.ts";
import type { System } from "../actors/definition.ts";
import { HandleProcess } from "../actors/handle-process.ts";
import { sendExit } from "../actors/links.ts";
import { createName } from "../actors/name-address.ts";
import { processOf } from "../actors/process.ts";
import { kernelOf } from "../actors/system.ts";
import type { ChildOptions, ChildSpec, HasChild } from "../core/child-spec.ts";
import { InvalidOptionsError } from "../core/errors.ts";
import { describe, type ExitReason } from "../core/exit-reason.ts";
import type { Name, Pid } from "../core/pid.ts";
import { duplicateKeys, uniqueKeys } from "./admission.ts";
import { Claims, type Registration } from "./claims.ts";
import type { Entry } from "./entry.ts";
import type { Key } from "./key.ts";
import { whenRegistered } from "./key-waits.ts";
import { Locks } from "./locks.ts";
import { RegisteredName } from "./registered-name.ts";
import type { DuplicateRegistry, RegistryProcess, UniqueRegistry } from "./registry.ts";
import { checkRegistryOptions, checkViaOptions, type RegistryOptions } from "./registry-options.ts";
import { type LookupOrStartOptions, Starts } from "./starts.ts";
import type { WaitOptions } from "./timed-wait.ts";

/**
 * Makes a registry. Its process starts at first use, or under the supervisor that lists it.
 *
 * @param options - `keys` is required; `maxKeys` counts different keys
 * @throws InvalidOptionsError with all faults at once
 * @follows Elixir `Registry.start_link/1`; there are no partitions, since nothing here runs in parallel
 *
 * @example
 * ```ts
 * import { createSystem } from "troupe";
 * await using system = createSystem();
 * const names = createRegistry(system, { keys: "unique" });
 * const me = system.spawn(async (self) => void (await self.receive()));
 * names.register("me", me); //=> { ok: true, entry: { pid: me, value: undefined } }
 * names.register("me", me); //=> { ok: false, holder: { pid: me, value: undefined } }
 * ```
 */
export function createRegistry<K extends Key = string, V = undefined>(
  system: System,
  options: RegistryOptions & { readonly keys: "unique" },
): UniqueRegistry<K, V>;
export function createRegistry<K extends Key = string, V = undefined>(
  system: System,
  options: RegistryOptions & { readonly keys: "duplicate" },
): DuplicateRegistry<K, V>;
export function createRegistry(
  system: System,
  options: RegistryOptions & { readonly keys: "unique" | "duplicate" },
): UniqueRegistry<unknown, unknown> | DuplicateRegistry<unknown, unknown> {
  checkRegistryOptions(options);
  return options.keys === "unique"
    ? new UniqueHandle(system, options)
    : new RegistryHandle(system, "duplicate", options);
}

/** Where a registry keeps its tables and its process, for the floors above. */
const CLAIMS: unique symbol = Symbol("troupe.claims");
const PROCESS: unique symbol = Symbol("troupe.registryProcess");

/** The tables of a registry, for pools: live members, atomic transfer, who was lost. They ask for no process. */
export function claimsOf<K, V>(registry: UniqueRegistry<K, V> | DuplicateRegistry<K, V>): Claims<V> {
  return (registry as unknown as { readonly [CLAIMS]: Claims<V> })[CLAIMS];
}

/** The process of a registry, for pools: is it there, and when is it back. */
export function processOfRegistry<K, V>(
  registry: UniqueRegistry<K, V> | DuplicateRegistry<K, V>,
): HandleProcess<RegistryProcess> {
  return (registry as unknown as { readonly [PROCESS]: HandleProcess<RegistryProcess> })[PROCESS];
}

/** Both kinds: what differs is in the admission of their tables. */
class RegistryHandle<V, Kind extends "unique" | "duplicate"> {
  readonly kind: Kind;
  readonly [CLAIMS]: Claims<V>;
  readonly [PROCESS]: HandleProcess<RegistryProcess>;
  readonly #locks: Locks;

  constructor(system: System, kind: Kind, options: RegistryOptions) {
    const { name = "registry", maxKeys, maxKeysPerOwner, onDown = "keep" } = options;
    this.kind = kind;
    const admission = kind === "unique" ? uniqueKeys : duplicateKeys;
    const claims = new Claims<V>({ system, admission, label: name, maxKeys, maxKeysPerOwner });
    this[CLAIMS] = claims;
    this.#locks = new Locks(kernelOf(system), name);
    this[PROCESS] = new HandleProcess(system, {
      name,
      calls: { stats: () => reply({ entries: claims.count }, undefined) },
      onDown: (reason, pid) => {
        claims.forgetSpare();
        if (onDown === "exit") takeAlong(claims, pid, reason);
      },
    });
  }

  child(options?: ChildOptions<RegistryProcess>): ChildSpec<RegistryProcess> {
    return this[PROCESS].child(options);
  }

  register(key: unknown, pid: Pid, value?: V): Registration<V> {
    this[PROCESS].use();
    return this[CLAIMS].register(key, pid, value as V);
  }

  unregister(key: unknown, pid: Pid): boolean {
    return this[CLAIMS].unregister(key, pid);
  }

  lookup(key: unknown): readonly Entry<V>[] {
    this[PROCESS].use();
    return this[CLAIMS].lookup(key);
  }

  keys(pid: Pid): readonly unknown[] {
    this[PROCESS].use();
    return this[CLAIMS].keys(pid);
  }

  values(key: unknown, pid: Pid): readonly V[] {
    this[PROCESS].use();
    return this[CLAIMS].values(key, pid);
  }

  count(): number {
    this[PROCESS].use();
    return this[CLAIMS].count;
  }

  dispatch(key: unknown, run: (entries: readonly Entry<V>[]) => void): void {
    const entries = this.lookup(key);
    if (entries.length > 0) run(entries);
  }

  async lock<T>(key: unknown, work: () => T | PromiseLike<T>, options?: WaitOptions): Promise<T> {
    this[PROCESS].use();
    return this.#locks.run(key, work, options);
  }

  async whenRegistered(key: unknown, options?: WaitOptions): Promise<Entry<V>> {
    const { kernel } = this[PROCESS];
    this[PROCESS].use();
    return whenRegistered(kernel, this[CLAIMS], key, options);
  }
}

/** What a unique key can do besides: be a name. */
class UniqueHandle<V> extends RegistryHandle<V, "unique"> {
  readonly #system: System;
  readonly #starts: Starts<V>;

  constructor(system: System, options: RegistryOptions) {
    super(system, "unique", options);
    this.#system = system;
    this.#starts = new Starts({
      kernel: kernelOf(system),
      claims: this[CLAIMS],
      nameOf: (key, value) => this.#nameOf(key, value),
      start: (spec) => system.start(spec),
    });
  }

  whereis(key: unknown): Pid | undefined {
    return this.lookup(key)[0]?.pid;
  }

  via<A>(actor: A, key: unknown, options: { value?: V; waitMs?: number } = {}): Name<A> {
    if (!isDefinition(actor)) {
      throw new InvalidOptionsError("via", [`${describe(actor)} is no definition made by defineActor`]);
    }
    checkViaOptions(options);
    const { value, waitMs = 0 } = options;
    return createName<A>(kernelOf(this.#system), behaviourOf(actor), this.#nameOf(key, value as V), {
      waitMs,
    });
  }

  async lookupOrStart<A>(
    key: unknown,
    what: ChildSpec<A> | HasChild<A>,
    options?: LookupOrStartOptions<A> & { readonly value?: V },
  ): Promise<Pid<A>> {
    this[PROCESS].use();
    return (await this.#starts.find(key, what, options as LookupOrStartOptions<unknown>)) as Pid<A>;
  }

  #nameOf(key: unknown, value: V): RegisteredName<V> {
    return new RegisteredName(this[CLAIMS], this[PROCESS], key, value);
  }
}

/** Elixir's way: owners are as if linked to the registry. Those that trap live on, without their entries. */
function takeAlong<V>(claims: Claims<V>, pid: Pid, reason: ExitReason): void {
  const registry = processOf(pid);
  for (const owner of claims.clear()) sendExit(processOf(owner), registry, reason, false);
}
