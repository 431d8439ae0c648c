/**
 * What a shared table answers; `createTable` makes one.
 *
 * @module
 */

import type { Pid, Speaks } from "../../core/pid.ts";
import type { Key } from "../../registry/key.ts";
import type { ValuePattern } from "../../registry/pattern.ts";
import type { CounterStep } from "./counter.ts";
import type { TableAccess } from "./table-options.ts";

/**
 * Tells a process that a table is its own from now on: as its former owner's heir, or because it was given.
 *
 * @follows Erlang `{'ETS-TRANSFER', Tab, FromPid, Data}`
 */
export interface TableTransfer<K extends Key = Key, Row = unknown> {
  readonly type: "table:transfer";
  readonly table: Table<K, Row>;
  /** The owner before. */
  readonly from: Pid;
  /** What was given to `giveAway` or `setHeir`. */
  readonly data: unknown;
}

/** A process that can be made the owner of a table, since it takes the message that says so. */
export type TableHeir<K extends Key = Key, Row = unknown> = Pid<Speaks<{}, {}, TableTransfer<K, Row>>>;

/** What is known of a table. */
export interface TableInfo {
  readonly name: string;
  readonly owner: Pid;
  readonly heir: Pid | undefined;
  readonly access: TableAccess;
  readonly size: number;
}

/** Which rows are meant: by a function of row and key, or by a part of the row, compared by structure. */
export type RowWhere<K, Row> = ((row: Row, key: K) => boolean) | ValuePattern<Row>;

/**
 * Rows under keys. Every method but `info` throws `ERR_NOT_RUNNING` once the table is gone, `ERR_NOT_OWNER`
 * where access does not allow it, and `ERR_DETACHED` in a handler that outlived its process.
 */
export interface Table<K extends Key, Row> {
  /** How many rows there are. */
  readonly size: number;
  /**
   * Puts a row under a key, in place of the one that is there.
   *
   * @throws InvalidOptionsError for a key whose tuples nest more than 32 deep
   * @follows Erlang `ets:insert/2`, of a `set`
   */
  insert(key: K, row: Row): void;
  /**
   * Puts a row under a key that has none.
   *
   * @returns `false` when there is one; it stays as it is
   * @throws InvalidOptionsError for a key whose tuples nest more than 32 deep
   * @follows Erlang `ets:insert_new/2`
   */
  insertNew(key: K, row: Row): boolean;
  /**
   * @returns the row under `key`, `undefined` when there is none
   * @follows Erlang `ets:lookup/2`; there a row is copied, here it is shared
   */
  lookup(key: K): Row | undefined;
  /** @follows Erlang `ets:member/2` */
  has(key: K): boolean;
  /**
   * Takes a row out.
   *
   * @returns the row that was there, `undefined` when there was none
   * @follows Erlang `ets:take/2`
   */
  take(key: K): Row | undefined;
  /**
   * @returns `false` when there was no row under `key`
   * @follows Erlang `ets:delete/2`
   */
  delete(key: K): boolean;
  /** Takes out all rows. @follows Erlang `ets:delete_all_objects/1` */
  clear(): void;
  /**
   * Counts in one step for everybody. Of a row that is an object, the counted row is a new one.
   *
   * @param step - `by` how much, in which `field` of a row that is an object; `threshold` and `resetTo` for a
   *   counter that begins again
   * @param initial - inserted first, where there is no row
   * @returns the number that it has come to
   * @throws InvalidOptionsError with all faults at once, the row unchanged
   * @follows Erlang `ets:update_counter/3` and `ets:update_counter/4`
   *
   * @example
   * ```ts
   * import { createSystem } from "troupe";
   * import { createTable } from "troupe/resources/table";
   *
   * const system = createSystem();
   * system.spawn(async (self) => {
   *   const table = createTable<string, number>(self);
   *   const turns = [1, 2, 3, 4].map(() => table.updateCounter("turn", { by: 1, threshold: 2, resetTo: 0 }, -1));
   *   turns; //=> [0, 1, 2, 0]
   * });
   * ```
   */
  updateCounter(key: K, step: CounterStep<Row>, initial?: Row): number;
  /**
   * As {@link Table.updateCounter}, several numbers at once: all steps in their order, or none.
   *
   * @returns the number after each step
   * @throws InvalidOptionsError with all faults at once, the row unchanged
   * @follows Erlang `ets:update_counter/4` with a list of operations
   */
  updateCounters(key: K, steps: readonly CounterStep<Row>[], initial?: Row): readonly number[];
  /**
   * The rows that fit, in the order in which their keys came. Cost: the size of the table.
   *
   * @param where - a part of the row, compared by structure, or a function of row and key
   * @throws InvalidOptionsError for a pattern that nests more than 32 deep; what the function throws
   * @follows Erlang `ets:match_object/2` and `ets:select/2`; patterns of terms there, of TypeScript values here
   */
  match(where: RowWhere<K, Row>): readonly { readonly key: K; readonly row: Row }[];
  /** How many rows fit; see {@link Table.match}. @follows Erlang `ets:select_count/2` */
  countMatch(where: RowWhere<K, Row>): number;
  /**
   * Takes out the rows that fit: none of them when the function throws.
   *
   * @returns how many there were
   * @follows Erlang `ets:match_delete/2` and `ets:select_delete/2`
   */
  deleteMatch(where: RowWhere<K, Row>): number;
  /**
   * Walks over the rows, at leisure: a row that stays is seen once, whatever is inserted and deleted on the way.
   *
   * @follows Erlang `ets:first/1`, `ets:next/2` and `ets:safe_fixtable/2`
   */
  entries(): IterableIterator<readonly [key: K, row: Row]>;
  /**
   * Makes another process the owner, and tells it so by a {@link TableTransfer}. Only the owner may.
   *
   * @throws ActorError `ERR_NOPROC` when `to` is stopping or dead; InvalidOptionsError when it is the owner already,
   *   or no pid of this system
   * @follows Erlang `ets:give_away/3`
   */
  giveAway(to: TableHeir<K, Row>, data?: unknown): void;
  /**
   * Says who owns the table when its owner dies; nobody when `heir` is `undefined`. An heir that is stopping or
   * dead by then gets nothing: the table goes. Only the owner may.
   *
   * @throws InvalidOptionsError for what is no pid of this system
   * @follows Erlang `ets:setopts/2`, and the option `heir` of `ets:new/2`
   */
  setHeir(heir: TableHeir<K, Row> | undefined, data?: unknown): void;
  /** Ends the table before its owner ends. @follows Erlang `ets:delete/1` */
  drop(): void;
  /**
   * Anybody may ask, at any time.
   *
   * @returns `undefined` once the table is gone
   * @follows Erlang `ets:info/1`
   */
  info(): TableInfo | undefined;
}
