/**
 * A registry finds processes by key.
 *
 * @module
 */

import { createName } from "../actors/address.ts";
import { reply } from "../actors/answers.ts";
import { behaviourOf, isDefinition } from "../actors/behaviour.ts";
import type { System } from "../actors/definition.ts";
import { HandleProcess } from "../actors/handle-process.ts";
import { sendExit } from "../actors/links.ts";
import { processOf } from "../actors/process.ts";
import { kernelOf } from "../actors/system.ts";
import type { ChildOptions, ChildSpec, Handle } from "../core/child-spec.ts";
import { InvalidOptionsError } from "../core/errors.ts";
import { describe, type ExitReason } from "../core/exit-reason.ts";
import type { Name, Pid, Speaks } from "../core/pid.ts";
import { duplicateKeys, uniqueKeys } from "./admission.ts";
import { Claims, type Registration } from "./claims.ts";
import type { Entry } from "./entry.ts";
import type { Key } from "./key.ts";
import { RegisteredName } from "./registered-name.ts";
import { checkRegistryOptions, checkViaOptions, type RegistryOptions } from "./registry-options.ts";

/** The process of a registry. */
export type RegistryProcess = Speaks<{ stats: () => { readonly entries: number } }>;

type ValueArg<V> = undefined extends V ? [value?: V] : [value: V];
type ViaArg<V> = undefined extends V
  ? [options?: { readonly value?: V; readonly waitMs?: number }]
  : [options: { readonly value: V; readonly waitMs?: number }];

interface Registry<in K, V, Kind> extends Handle<RegistryProcess> {
  /** What one key may have: one entry, or any number. */
  readonly kind: Kind;
  /**
   * Registers `pid` under `key`, at once. Any process may be registered by anybody.
   *
   * @returns `{ ok: true, entry }`, `{ ok: false, holder }` when a unique key is taken (by `pid` itself
   *   too), or `{ ok: false, reservedFor }` while a supervisor keeps it for the child it restarts
   */
  register(key: K, pid: Pid, ...value: ValueArg<V>): Registration<V>;
  unregister(key: K, pid: Pid): boolean;
  lookup(key: K): readonly Entry<V>[];
  keys(pid: Pid): readonly unknown[];
  values(key: K, pid: Pid): readonly V[];
  count(): number;
  dispatch(key: K, run: (entries: readonly Entry<V>[]) => void): void;
}

/** A registry in which a key has at most one entry, and so can be a name. */
export interface UniqueRegistry<in K, V = undefined> extends Registry<K, V, "unique"> {
  whereis(key: K): Pid | undefined;
  via<A>(actor: A & Speaks<any, any, never>, key: K, ...options: ViaArg<V>): Name<A>;
}

/** A registry in which a key has any number of entries. */
export interface DuplicateRegistry<in K, V = undefined> extends Registry<K, V, "duplicate"> {}

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
const PROCESS: unique symbol = Symbol("troupe.handleProcess");

/** The tables of a registry, for pools: live members, transfer, observers. */
export function claimsOf<V>(registry: UniqueRegistry<never, V> | DuplicateRegistry<never, V>): Claims<V> {
  return (registry as unknown as { readonly [CLAIMS]: Claims<V> })[CLAIMS];
}

/** The process of a registry, for pools: is it there, and when is it back. */
export function processOfRegistry(registry: object): HandleProcess<RegistryProcess> {
  return (registry as { readonly [PROCESS]: HandleProcess<RegistryProcess> })[PROCESS];
}

class RegistryHandle<V, Kind extends "unique" | "duplicate"> implements Registry<unknown, V, Kind> {
  readonly kind: Kind;
  readonly [CLAIMS]: Claims<V>;
  readonly [PROCESS]: HandleProcess<RegistryProcess>;

  constructor(system: System, kind: Kind, { name = "registry", maxKeys, onDown }: RegistryOptions) {
    this.kind = kind;
    const admission = kind === "unique" ? uniqueKeys : duplicateKeys;
    this[CLAIMS] = new Claims({ system, admission, label: name, maxKeys });
    const calls = { stats: () => reply({ entries: this[CLAIMS].count }, undefined) };
    const exit = (reason: ExitReason, pid: Pid) => this.#takeAlong(pid, reason);
    this[PROCESS] = new HandleProcess(system, { name, calls, ...(onDown === "exit" && { onDown: exit }) });
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

  /** Elixir's way: owners are as if linked to the registry. Those that trap live on without their entries. */
  #takeAlong(pid: Pid, reason: ExitReason): void {
    const process = processOf(pid);
    for (const owner of this[CLAIMS].clear()) sendExit(processOf(owner), process, reason, false);
  }
}

class UniqueHandle<V> extends RegistryHandle<V, "unique"> implements UniqueRegistry<unknown, V> {
  readonly #system: System;

  constructor(system: System, options: RegistryOptions) {
    super(system, "unique", options);
    this.#system = system;
  }

  whereis(key: unknown): Pid | undefined {
    return this.lookup(key)[0]?.pid;
  }

  via<A>(
    actor: A & Speaks<any, any, never>,
    key: unknown,
    options: { readonly value?: V; readonly waitMs?: number } = {},
  ): Name<A> {
    if (!isDefinition(actor))
      throw new InvalidOptionsError("via", [`${describe(actor)} is no definition made by defineActor`]);
    checkViaOptions(options);
    const { value, waitMs = 0 } = options;
    const port = new RegisteredName(this[CLAIMS], this[PROCESS], key, value as V);
    return createName<A>(kernelOf(this.#system), behaviourOf(actor), port, { waitMs });
  }
}
