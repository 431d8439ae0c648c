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
import { type Claim, keyedEntry } from "./claim.ts";
import { Claims, type Registration } from "./claims.ts";
import { allClaims, entryOf, keysOf, valuesOf } from "./contents.ts";
import type { Entry, KeyedEntry } from "./entry.ts";
import type { Key } from "./key.ts";
import { whenRegistered } from "./key-waits.ts";
import { Listeners, type Listening, type RegistryListener } from "./listener.ts";
import { Locks } from "./locks.ts";
import { Meta } from "./meta.ts";
import type { Where } from "./pattern.ts";
import { checkQuery, claimsMeant, type EntryQuery } from "./query.ts";
import { RegisteredName } from "./registered-name.ts";
import type {
  DuplicateRegistry,
  RegistryProcess,
  ResolvedKey,
  UniqueRegistry,
  ValueUpdate,
} from "./registry.ts";
import { checkRegistryOptions, checkViaOptions, type RegistryOptions } from "./registry-options.ts";
import { KeyAccess } from "./resolved-key.ts";
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
    : new RegistryHandle<unknown, unknown, "duplicate">(system, "duplicate", options);
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
class RegistryHandle<K, V, Kind extends "unique" | "duplicate"> {
  readonly kind: Kind;
  // declared only: for a field with such a key a bundler keeps the class in programs without a registry
  declare readonly [CLAIMS]: Claims<V>;
  declare readonly [PROCESS]: HandleProcess<RegistryProcess>;
  readonly #locks: Locks;
  #meta: Meta;
  #listeners: Listeners<V> | undefined = undefined;

  constructor(system: System, kind: Kind, options: RegistryOptions) {
    const { name = "registry", maxKeys, maxKeysPerOwner, onDown = "keep", meta } = options;
    this.kind = kind;
    this.#meta = new Meta(meta);
    const admission = kind === "unique" ? uniqueKeys : duplicateKeys;
    const claims = new Claims<V>({ system, admission, label: name, maxKeys, maxKeysPerOwner });
    this[CLAIMS] = claims;
    this.#locks = new Locks(kernelOf(system), name);
    this[PROCESS] = new HandleProcess(system, {
      name,
      calls: { stats: () => reply({ entries: claims.count }, undefined) },
      onDown: (reason, pid) => {
        claims.owners.forgetSpare();
        if (onDown === "keep") return;
        takeAlong(claims, pid, reason);
        this.#meta = new Meta(meta);
      },
    });
  }

  child(options?: ChildOptions<RegistryProcess>): ChildSpec<RegistryProcess> {
    return this[PROCESS].child(options);
  }

  register(key: K, pid: Pid, value?: V): Registration<V> {
    this[PROCESS].use();
    return this[CLAIMS].register(key, pid, value as V);
  }

  unregister(key: K, pid: Pid): boolean {
    return this[CLAIMS].unregister(key, pid);
  }

  unregisterMatch(query: EntryQuery<K, V> & { readonly pid: Pid }): number {
    const checked = checkQuery<V>("unregisterMatch", query);
    if (!("pid" in query)) throw new InvalidOptionsError("unregisterMatch", ["pid is required"]);
    return this[CLAIMS].removeAll(claimsMeant(this[CLAIMS], checked));
  }

  transfer(entry: Entry<V>, to: { readonly key?: K; readonly pid?: Pid; readonly value?: V }) {
    this[PROCESS].use();
    return this[CLAIMS].transfer(entry, to);
  }

  lookup(key: K): readonly Entry<V>[] {
    this[PROCESS].use();
    return this[CLAIMS].lookup(key);
  }

  resolve(key: K): ResolvedKey<K, V> {
    return new KeyAccess(this[CLAIMS], this[PROCESS], key);
  }

  entries(query: EntryQuery<K, V> = {}): readonly KeyedEntry<K, V>[] {
    this[PROCESS].use();
    const found = claimsMeant(this[CLAIMS], checkQuery<V>("entries", query));
    return shownAs<K, V>(found.filter(({ shown }) => shown));
  }

  match(key: K, where: Where<K, V>): readonly Entry<V>[] {
    this[PROCESS].use();
    const found = claimsMeant(this[CLAIMS], checkQuery<V>("match", { key, where }));
    return Object.freeze(found.map(({ entry }) => entry));
  }

  countMatch(query: EntryQuery<K, V> = {}): number {
    this[PROCESS].use();
    const found = claimsMeant(this[CLAIMS], checkQuery<V>("countMatch", query));
    return found.filter(({ shown }) => shown).length;
  }

  keys(pid: Pid): readonly K[] {
    this[PROCESS].use();
    return keysOf(this[CLAIMS], pid) as readonly K[];
  }

  values(key: K, pid: Pid): readonly V[] {
    this[PROCESS].use();
    return valuesOf(this[CLAIMS], key, pid);
  }

  count(): number {
    this[PROCESS].use();
    return this[CLAIMS].count;
  }

  dispatch(key: K, run: (entries: readonly Entry<V>[]) => void): void {
    checkFunction("dispatch", run);
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

  meta(key: Key): unknown {
    this[PROCESS].use();
    return this.#meta.get(key);
  }

  putMeta(key: Key, value: unknown): void {
    this[PROCESS].use();
    this.#meta.put(key, value);
  }

  deleteMeta(key: Key): boolean {
    this[PROCESS].use();
    return this.#meta.delete(key);
  }

  listen(listener: RegistryListener<K, V>): Listening<K, V> {
    this[PROCESS].use();
    const claims = this[CLAIMS];
    this.#listeners ??= new Listeners<V>(this[PROCESS].kernel, claims.label);
    const listeners = this.#listeners;
    const unlisten = listeners.add(listener as RegistryListener<never, V>, () => {
      if (listeners.isIdle) claims.journal = undefined;
    });
    if (!listeners.isIdle) claims.journal = listeners;
    return { entries: shownAs<K, V>(allClaims(claims)), unlisten };
  }
}

function shownAs<K, V>(claims: readonly Claim<V>[]): readonly KeyedEntry<K, V>[] {
  return Object.freeze(claims.map(keyedEntry) as KeyedEntry<K, V>[]);
}

/** What a unique key can do besides: be a name. */
class UniqueHandle<K, V> extends RegistryHandle<K, V, "unique"> {
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

  updateValue(key: K, pid: Pid, update: (value: V) => V): ValueUpdate<V> {
    this[PROCESS].use();
    checkFunction("updateValue", update);
    const claims = this[CLAIMS];
    const entry = entryOf(claims, key, pid);
    const now = entry === undefined ? undefined : claims.update(entry, update(entry.value));
    if (entry === undefined || now === undefined) {
      return { ok: false, holder: claims.slots.get(key)?.holder?.entry };
    }
    return { ok: true, entry: now, before: entry.value };
  }

  whereis(key: K): Pid | undefined {
    return this.lookup(key)[0]?.pid;
  }

  via<A>(actor: A, key: K, options: { value?: V; waitMs?: number } = {}): Name<A> {
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

/** @throws InvalidOptionsError, also where it would not be called this time */
function checkFunction(what: string, given: unknown): void {
  if (typeof given === "function") return;
  throw new InvalidOptionsError(what, [`takes a function, not ${describe(given)}`]);
}

/** Elixir's way: owners are as if linked to the registry. Those that trap live on, without their entries. */
function takeAlong<V>(claims: Claims<V>, pid: Pid, reason: ExitReason): void {
  const registry = processOf(pid);
  for (const owner of claims.clear()) sendExit(processOf(owner), registry, reason, false);
}
