/**
 * A registry finds processes by key. In a unique one a key has at most one entry and so can be a name;
 * in a duplicate one it has any number, and so is a group.
 *
 * ```ts
 * import { createRegistry, createSystem, defineActor, reply } from "troupe";
 * const Counter = defineActor({
 *   name: "counter",
 *   init: (start: number) => ({ count: start }),
 *   calls: { add: (state, by: number) => reply(state.count + by, { count: state.count + by }) },
 * });
 * await using system = createSystem();
 * const names = createRegistry(system, { keys: "unique", name: "names" });
 *
 * const counter = await system.start(Counter, 5);
 * names.register("hits", counter).ok; //=> true
 * names.whereis("hits") === counter; //=> true
 * names.lookup("nobody"); //=> []
 * ```
 *
 * A name says the same in one value: it names a child when it is started, and calls whoever has the name
 * at that moment. After a restart it calls the new one.
 *
 * ```ts
 * import { createRegistry, createSystem, defineActor, reply } from "troupe";
 * const Counter = defineActor({
 *   init: (start: number) => start,
 *   calls: { add: (count, by: number) => reply(count + by, count + by) },
 * });
 * await using system = createSystem();
 * const names = createRegistry(system, { keys: "unique", name: "names" });
 * const hits = names.via(Counter, "hits");
 * await system.start(Counter.child(40, { name: hits }));
 * await hits.call.add(2); //=> 42
 * String(hits); //=> "hits in names"
 * ```
 *
 * A group: every member registers under one key, with a value if it likes, and is gone from the group when
 * it dies. Keys are compared by structure, so a tuple is as good as a string.
 *
 * ```ts
 * import { createRegistry, createSystem, defineActor } from "troupe";
 * const Guest = defineActor({ init: () => 0, casts: { greet: (greeted) => greeted + 1 } });
 * await using system = createSystem();
 * const rooms = createRegistry<readonly [string, number], string>(system, { keys: "duplicate" });
 * const [ann, bob] = [await system.start(Guest), await system.start(Guest)];
 * rooms.register(["room", 1], ann, "Ann");
 * rooms.register(["room", 1], bob, "Bob");
 * rooms.lookup(["room", 1]).map(({ value }) => value); //=> ["Ann", "Bob"]
 * await ann.stop();
 * rooms.lookup(["room", 1]).map(({ value }) => value); //=> ["Bob"]
 * ```
 *
 * Everything acts at once, in the caller: no message is sent and no process is asked, so a registry under
 * load slows nobody. What a lookup shows takes messages at that instant: a process that begins to stop is
 * hidden in that turn, though a unique key stays taken until it is dead; whoever hears of a death finds
 * the entries gone.
 *
 * The registry's own process is there to be supervised. It starts with the first use, or when the
 * supervisor that lists the registry starts it; then a use before that throws `ERR_NOT_RUNNING`, and so
 * does one while the process is down. Claims belong to their owners and outlive it: when it is back they
 * show again, in their order, without those who died meanwhile.
 *
 * Not promised: that who was found is still there when your message arrives (a call says so, with
 * `handled: "no"`), and any order between different keys. Not for: data that outlives processes (a `Map`
 * or a database), or names known to other machines.
 *
 * @module
 */

import type { Handle } from "../core/child-spec.ts";
import type { Name, Pid, Speaks } from "../core/pid.ts";
import type { Registration } from "./claims.ts";
import type { Entry } from "./entry.ts";
import type { Awaiting } from "./key-waits.ts";
import type { Locking } from "./locks.ts";
import type { Starting } from "./starts.ts";

/** The process of a registry; `stats` answers how many entries there are. */
export type RegistryProcess = Speaks<{ stats: () => { readonly entries: number } }>;

type ValueArg<V> = undefined extends V ? [value?: V] : [value: V];
type ViaArg<V> = undefined extends V
  ? [options?: { readonly value?: V; readonly waitMs?: number }]
  : [options: { readonly value: V; readonly waitMs?: number }];

/** What both kinds of registry do. */
interface Registry<in K, V, Kind> extends Handle<RegistryProcess>, Locking, Awaiting<K, V> {
  /** Whether a key has at most one entry, or any number. */
  readonly kind: Kind;

  /**
   * Registers a process under a key, at once. Anybody may register any process of the same system.
   *
   * @param value - what lookups show beside the pid; `undefined` when absent
   * @returns `{ ok: true, entry }`; `{ ok: false, holder }` when a unique key is taken, be it by `pid`
   *   itself or by a process that is stopping; `{ ok: false, reservedFor }` while a supervisor keeps it
   *   for a child that it restarts
   * @throws ActorError `ERR_NOPROC` when `pid` is stopping or dead, `ERR_REGISTRY_FULL` beyond `maxKeys`
   *   or `maxKeysPerOwner`, `ERR_NOT_RUNNING`, `ERR_INVALID_OPTIONS` for a pid of another system
   * @follows Elixir `Registry.register/3`; there a process registers only itself
   */
  register(key: K, pid: Pid, ...value: ValueArg<V>): Registration<V>;

  /**
   * Takes away all entries of a process under a key. In O(1) an entry, whatever the size of the key; it
   * never throws, also while the registry's process is down.
   *
   * @returns `false` when there were none
   * @follows Elixir `Registry.unregister/2`; it answers `:ok` in both cases
   */
  unregister(key: K, pid: Pid): boolean;

  /**
   * Finds who is registered under a key and takes messages.
   *
   * @returns `[{ pid, value }]` in registration order, `[]` when there is nobody; frozen, and the same
   *   array until something changes
   * @throws ActorError `ERR_NOT_RUNNING`
   * @follows Elixir `Registry.lookup/2`; there a dead pid may linger, here it cannot
   */
  lookup(key: K): readonly Entry<V>[];

  /**
   * The keys that a process has, in the order in which it took them, once for each entry; those of a
   * process that is stopping too. Cost: their number.
   *
   * @throws ActorError `ERR_NOT_RUNNING`
   * @follows Elixir `Registry.keys/2`
   */
  keys(pid: Pid): readonly unknown[];

  /**
   * The values of a process under a key, in order; `[]` when it has none.
   *
   * @throws ActorError `ERR_NOT_RUNNING`
   * @follows Elixir `Registry.values/3`
   */
  values(key: K, pid: Pid): readonly V[];

  /**
   * How many entries there are under all keys, those of processes that are stopping too.
   *
   * @throws ActorError `ERR_NOT_RUNNING`
   * @follows Elixir `Registry.count/1`
   */
  count(): number;

  /**
   * Runs a function over the entries of a key, in the caller, as they are now: who joins meanwhile is not
   * among them, who leaves still is. Not called when there are none; what it throws is the caller's.
   *
   * @throws ActorError `ERR_NOT_RUNNING`
   * @follows Elixir `Registry.dispatch/4`; there is no `parallel`, since nothing here runs in parallel
   */
  dispatch(key: K, run: (entries: readonly Entry<V>[]) => void): void;
}

/** A registry in which a key has at most one entry, and so can be a name. */
export interface UniqueRegistry<in K, V = undefined> extends Registry<K, V, "unique">, Starting<K, V> {
  /**
   * Finds who has a key and takes messages; `undefined` when nobody does.
   *
   * @throws ActorError `ERR_NOT_RUNNING`
   * @follows Elixir `Registry.whereis_name/1`
   */
  whereis(key: K): Pid | undefined;

  /**
   * A typed name. The same value names the child and calls it. Making one is no use of the registry.
   *
   * @param actor - whose name it is; a call rejects with `ERR_WRONG_ACTOR` when another has it
   * @param options - `value`: what stands in the entry of whoever starts under the name; `waitMs`:
   *   milliseconds for which a call waits for somebody to take the name, 0 when absent
   * @throws InvalidOptionsError
   * @follows Elixir `{:via, Registry, {registry, key, value}}`
   */
  // biome-ignore lint/suspicious/noExplicitAny: any calls and casts will do
  via<A>(actor: A & Speaks<any, any, never>, key: K, ...options: ViaArg<V>): Name<A>;
}

/** A registry in which a key has any number of entries: a group. */
export interface DuplicateRegistry<in K, V = undefined> extends Registry<K, V, "duplicate"> {}
