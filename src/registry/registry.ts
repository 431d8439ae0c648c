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
 * Any question about entries is one query, whose parts may each be left out: a key, a process, a part of the
 * value or a function of it. What is bound is read from an index. Whoever wants to know all along listens: first
 * comes what is there, then every change, once.
 *
 * ```ts
 * import { createRegistry, createSystem } from "troupe";
 * await using system = createSystem();
 * const seats = createRegistry<string, { row: number; free: boolean }>(system, { keys: "duplicate" });
 * const ann = system.spawn(async (self) => void (await self.receive()));
 * const bob = system.spawn(async (self) => void (await self.receive()));
 * seats.register("stalls", ann, { row: 1, free: false });
 * seats.register("stalls", bob, { row: 2, free: true });
 * seats.entries({ where: { free: true } }); //=> [{ key: "stalls", pid: bob, value: { row: 2, free: true } }]
 * seats.countMatch({ key: "stalls", where: ({ row }) => row < 9 }); //=> 2
 *
 * const changes: string[] = [];
 * const { entries, unlisten } = seats.listen(({ type, value }) => changes.push(`${type} row ${value.row}`));
 * entries.length; //=> 2
 * seats.unregister("stalls", ann);
 * bob.exit("shutdown");
 * await bob.down();
 * changes; //=> ["unregister row 1", "down row 2"]
 * unlisten(); //=> true
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
 * Listeners are told in the turn of the change; of a death right after its turn, as all code of users is. They
 * hear of entries, not of who takes messages: the end of a process that is stopping is told when it is dead, and
 * until then its entries count.
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

import type { Entry, KeyedEntry } from "./entry.ts";
import type { Key } from "./key.ts";
import type { Awaiting } from "./key-waits.ts";
import type { Listening, RegistryListener } from "./listener.ts";
import type { Locking } from "./locks.ts";
import type { Where } from "./pattern.ts";
import type { EntryQuery } from "./query.ts";
import type { Starting } from "./starts.ts";

/** The process of a registry; `stats` answers how many entries there are. */
export type RegistryProcess = Speaks<{ stats: () => { readonly entries: number } }>;

type ValueArg<V> = undefined extends V ? [value?: V] : [value: V];
type ViaArg<V> = undefined extends V
  ? [options?: { readonly value?: V; readonly waitMs?: number }]
  : [options: { readonly value: V; readonly waitMs?: number }];

/** What {@link Registry.transfer} changes; what is absent stays. */
export interface EntryMove<K, V> {
  readonly key?: K;
  readonly pid?: Pid;
  readonly value?: V;
}

/** What became of {@link UniqueRegistry.updateValue}. */
export type ValueUpdate<V> =
  | { readonly ok: true; readonly entry: Entry<V>; readonly before: V }
  /** The key is somebody else's, or nobody's. */
  | { readonly ok: false; readonly holder: Entry<V> | undefined };

/** One key of a registry, found once; it needs no closing. */
export interface ResolvedKey<K, V = undefined> {
  readonly key: K;
  /** As {@link Registry.register}. */
  register(pid: Pid, ...value: ValueArg<V>): Registration<V>;
  /** As {@link Registry.unregister}. */
  unregister(pid: Pid): boolean;
  /** As {@link Registry.lookup}. */
  lookup(): readonly Entry<V>[];
  /** As {@link Registry.dispatch}. */
  dispatch(run: (entries: readonly Entry<V>[]) => void): void;
}

/** What both kinds of registry do. */
interface Registry<in out K, V, Kind> extends Handle<RegistryProcess>, Locking, Awaiting<K, V> {
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
   * Takes away those entries of a process that a query means, all at once. Cost: that of the query; it never
   * throws for a process that is down, the registry's own included.
   *
   * @param query - `pid` is required
   * @returns how many there were
   * @throws InvalidOptionsError; what a function in `where` throws, and then nothing has changed
   * @follows Elixir `Registry.unregister_match/4`; it is told how many, and listeners hear of each
   */
  unregisterMatch(query: EntryQuery<K, V> & { readonly pid: Pid }): number;

  /**
   * Moves an entry to another key, another process, another value, or all of them, in one step and in O(1):
   * nobody ever sees it twice, or not at all. It goes to the end of its key.
   *
   * @param entry - as a registration or a lookup answered it; it is void afterwards
   * @returns the entry as it is now; `undefined` when it is not there any more, or a unique key is not to be had
   * @throws ActorError `ERR_NOPROC` when the new process is stopping or dead, `ERR_REGISTRY_FULL`,
   *   `ERR_NOT_RUNNING`; nothing has changed then
   */
  transfer(entry: Entry<V>, to: EntryMove<K, V>): Entry<V> | undefined;

  /**
   * Finds a key once, for paths on which finding it each time would show: a long tuple.
   *
   * @example
   * ```ts
   * import { createRegistry, createSystem } from "troupe";
   * await using system = createSystem();
   * const rooms = createRegistry<readonly [string, number]>(system, { keys: "duplicate" });
   * const room = rooms.resolve(["room", 1]);
   * room.register(system.spawn(async (self) => void (await self.receive()))).ok; //=> true
   * room.lookup().length; //=> 1
   * ```
   */
  resolve(key: K): ResolvedKey<K, V>;

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
   * Finds the entries that a query means, of processes that take messages; all when it is left out. Cost: the
   * size of the key or what the process has, when one of them is bound; else the whole registry.
   *
   * @param query - `where` is a part of the value, compared by structure, or a function of value, process and
   *   key; a part that is there is bound, whatever it is
   * @returns `[{ key, pid, value }]`, frozen; those of one key in registration order
   * @throws InvalidOptionsError, ActorError `ERR_NOT_RUNNING`; what the function throws
   * @follows Elixir `Registry.select/2`; patterns of terms there, of TypeScript values here
   */
  entries(query?: EntryQuery<K, V>): readonly KeyedEntry<K, V>[];

  /**
   * Those entries of a key whose value fits, in registration order. Cost: the size of the key.
   *
   * @param where - see {@link Registry.entries}
   * @returns `[{ pid, value }]`, as a lookup shows them; frozen
   * @throws InvalidOptionsError, ActorError `ERR_NOT_RUNNING`
   * @follows Elixir `Registry.match/4`
   */
  match(key: K, where: Where<K, V>): readonly Entry<V>[];

  /**
   * How many entries a query means; see {@link Registry.entries}.
   *
   * @throws InvalidOptionsError, ActorError `ERR_NOT_RUNNING`
   * @follows Elixir `Registry.count_match/4` and `Registry.count_select/2`
   */
  countMatch(query?: EntryQuery<K, V>): number;

  /**
   * The keys that a process has, in the order in which it took them, once for each entry; those of a
   * process that is stopping too. Cost: their number.
   *
   * @throws ActorError `ERR_NOT_RUNNING`
   * @follows Elixir `Registry.keys/2`
   */
  keys(pid: Pid): readonly K[];

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

  /**
   * Reads what the registry knows about itself: beside its entries, and belonging to no process. It outlives
   * the registry's process; with `onDown: "exit"` it starts anew with it.
   *
   * @returns the value, `undefined` when there is none
   * @throws ActorError `ERR_NOT_RUNNING`
   * @follows Elixir `Registry.meta/2`
   */
  meta(key: Key): unknown;

  /**
   * Writes what {@link Registry.meta} reads.
   *
   * @throws ActorError `ERR_NOT_RUNNING`
   * @follows Elixir `Registry.put_meta/3`
   */
  putMeta(key: Key, value: unknown): void;

  /**
   * Forgets what {@link Registry.putMeta} has written.
   *
   * @returns `false` when there was nothing
   * @throws ActorError `ERR_NOT_RUNNING`
   * @follows Elixir `Registry.delete_meta/2`
   */
  deleteMeta(key: Key): boolean;

  /**
   * Tells a function or a process of every change from now on, and answers what is registered now: nothing
   * between them is missed and nothing told twice. A function that throws harms nobody (`listener:failed` says
   * so), a process that has ended is told nothing more, and a name that nobody has makes dead letters.
   *
   * @throws InvalidOptionsError for what can be told nothing, ActorError `ERR_NOT_RUNNING`
   * @follows Elixir `Registry.start_link/1` with `:listeners`; there a crash is not told, and an `unregister` of
   *   nothing is
   */
  listen(listener: RegistryListener<K, V>): Listening<K, V>;
}

/** A registry in which a key has at most one entry, and so can be a name. */
export interface UniqueRegistry<in out K, V = undefined> extends Registry<K, V, "unique">, Starting<K, V> {
  /**
   * Changes the value of a key that `pid` has; the entry keeps its place.
   *
   * @param update - gets the value and answers the next; when it throws, nothing has changed
   * @returns `{ ok: true, entry, before }`; `{ ok: false, holder }` when the key is not that of `pid`, or was
   *   given up or changed by `update` itself
   * @throws ActorError `ERR_NOT_RUNNING`; what `update` throws
   * @follows Elixir `Registry.update_value/3`; listeners there hear nothing of it
   */
  updateValue(key: K, pid: Pid, update: (value: V) => V): ValueUpdate<V>;

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
export interface DuplicateRegistry<in out K, V = undefined> extends Registry<K, V, "duplicate"> {}
