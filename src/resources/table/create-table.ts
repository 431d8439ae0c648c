/**
 * A shared table in memory: rows under keys, owned by a process, read by everybody at once, and gone with its
 * owner in the turn of its death.
 *
 * ```ts
 * import { createSystem, defineActor, reply, stop } from "troupe";
 *
 * const Scores = defineActor({
 *   name: "scores",
 *   init: (_: undefined, self) => createTable<string, number>(self, { name: "scores", access: "public" }),
 *   calls: { table: (table) => reply(table, table) },
 *   casts: { quit: (table) => stop("normal", table) },
 * });
 *
 * const system = createSystem();
 * const owner = await system.start(Scores);
 * const scores = await owner.call.table();
 * scores.insert("ada", 3);
 * scores.updateCounter("ada", { by: 2 }); //=> 5
 * scores.updateCounter("joe", { by: 1 }, 0); //=> 1
 * scores.match((score) => score > 1); //=> [{ key: "ada", row: 5 }]
 * owner.cast.quit();
 * await owner.down();
 * scores.info(); //=> undefined
 * ```
 *
 * Nothing is sent: whoever holds the table reads and writes it in its own turn, and each operation is one step
 * for everybody. Rows are shared, not copied, so that a row is replaced rather than changed; where a system
 * freezes messages, it freezes rows. To find a table by a name, register its owner with the table as the value:
 * entry and table go in the same turn.
 *
 * A table that has to outlive a crash has an heir: when the owner dies the heir owns it, and is told by a
 * message ({@link TableTransfer}) that comes before the news of the death.
 *
 * Not for what one actor alone needs: a `Map` in its state does that. Not for many rows under one key: that is
 * a duplicate registry.
 *
 * @module
 */

import { INFO } from "../../actors/behaviour.ts";
import { afterEnd } from "../../actors/death.ts";
import type { Self } from "../../actors/definition.ts";
import { freezePlain } from "../../actors/freeze.ts";
import { type Process, processOf } from "../../actors/process.ts";
import { callerOf, isDetached } from "../../actors/sending.ts";
import { noAttribution } from "../../core/attribution.ts";
import { ActorError, InvalidOptionsError } from "../../core/errors.ts";
import { describe } from "../../core/exit-reason.ts";
import { isTaking, type Pid, PORT, type ProcessWatcher } from "../../core/pid.ts";
import { formatKey, type Key } from "../../registry/key.ts";
import { fits, patternFault } from "../../registry/pattern.ts";
import { type CounterStep, countUp } from "./counter.ts";
import { Rows, type TableRow } from "./rows.ts";
import type { RowWhere, Table, TableHeir, TableInfo, TableTransfer } from "./table.ts";
import { type TableAccess, type TableOptions, tableSettings } from "./table-options.ts";

/** Who may read, and who may write: the owner alone? */
const OWNER_ALONE: Readonly<Record<TableAccess, { readonly reads: boolean; readonly writes: boolean }>> = {
  public: { reads: false, writes: false },
  protected: { reads: false, writes: true },
  private: { reads: true, writes: true },
};

/** Rows, and the process that they belong to. */
class OwnedTable<K extends Key, Row> implements Table<K, Row> {
  readonly #settings: Required<TableOptions>;
  #owner: Process;
  #heir: { readonly pid: Pid; readonly data: unknown } | undefined = undefined;
  #rows: Rows<K, Row> | undefined = new Rows();
  readonly #watcher: ProcessWatcher = {
    // Its last handler and `terminate` may still write.
    stopping: () => undefined,
    died: () => this.#ownerDied(),
  };

  /** @throws ActorError `ERR_DETACHED` for an owner that has died */
  constructor(owner: Pid, settings: Required<TableOptions>) {
    this.#settings = settings;
    this.#owner = processOf(owner);
    if (this.#owner.status === "dead") throw afterEnd(this.#owner, "owns no table");
    this.#owner.watch(this.#watcher);
  }

  get size(): number {
    return this.#reading().size;
  }

  insert(key: K, row: Row): void {
    this.#put(this.#writing(), key, row);
  }

  insertNew(key: K, row: Row): boolean {
    const rows = this.#writing();
    if (rows.find(key) !== undefined) return false;
    this.#put(rows, key, row);
    return true;
  }

  lookup(key: K): Row | undefined {
    return this.#reading().find(key)?.row;
  }

  has(key: K): boolean {
    return this.#reading().find(key) !== undefined;
  }

  take(key: K): Row | undefined {
    return this.#writing().delete(key)?.row;
  }

  delete(key: K): boolean {
    return this.#writing().delete(key) !== undefined;
  }

  clear(): void {
    const rows = this.#writing();
    for (const { key } of rows.all()) rows.delete(key);
  }

  updateCounter(key: K, step: CounterStep<Row>, initial?: Row): number {
    return this.updateCounters(key, [step], initial)[0] as number;
  }

  updateCounters(key: K, steps: readonly CounterStep<Row>[], initial?: Row): readonly number[] {
    const rows = this.#writing();
    const found = rows.find(key);
    if (found === undefined && initial === undefined)
      throw this.#invalid("updateCounter", [`no row under ${formatKey(key)}, and no initial one`]);
    const counted = countUp(found === undefined ? (initial as Row) : found.row, steps);
    if (!counted.ok) throw this.#invalid("updateCounter", counted.faults);
    this.#put(rows, key, counted.row);
    return counted.counts;
  }

  match(where: RowWhere<K, Row>): readonly { readonly key: K; readonly row: Row }[] {
    return this.#matching("match", this.#reading(), where).map(({ key, row }) => ({ key, row }));
  }

  countMatch(where: RowWhere<K, Row>): number {
    return this.#matching("countMatch", this.#reading(), where).length;
  }

  deleteMatch(where: RowWhere<K, Row>): number {
    const rows = this.#writing();
    // All are found first, so that a function that throws has deleted nothing; it may have deleted some itself.
    return this.#matching("deleteMatch", rows, where).filter(({ key }) => rows.delete(key) !== undefined)
      .length;
  }

  *entries(): IterableIterator<readonly [key: K, row: Row]> {
    for (const { key, row } of this.#reading().walk()) {
      // Between two steps the owner may have died.
      this.#reading();
      yield [key, row];
    }
  }

  giveAway(to: TableHeir<K, Row>, data?: unknown): void {
    this.#use("giveAway", true);
    const pid = this.#checked("giveAway", to);
    if (pid === this.#owner.pid) throw this.#invalid("giveAway", [`${this.#owner.label} owns it already`]);
    if (!isTaking(pid)) {
      const text = `${this.#label} cannot be given to ${processOf(pid).label}, which takes no messages`;
      throw new ActorError("ERR_NOPROC", "no", text);
    }
    this.#owner.unwatch(this.#watcher);
    this.#passTo(pid, data);
  }

  setHeir(heir: TableHeir<K, Row> | undefined, data?: unknown): void {
    this.#use("setHeir", true);
    this.#heir = heir === undefined ? undefined : { pid: this.#checked("setHeir", heir), data };
  }

  drop(): void {
    this.#writing();
    this.#owner.unwatch(this.#watcher);
    this.#end();
  }

  info(): TableInfo | undefined {
    if (this.#rows === undefined) return undefined;
    const { name, access } = this.#settings;
    return { name, owner: this.#owner.pid, heir: this.#heir?.pid, access, size: this.#rows.size };
  }

  /** Inside the turn of the death: whoever hears of it finds the table with its heir, or gone. */
  #ownerDied(): void {
    const heir = this.#heir;
    if (heir !== undefined && isTaking(heir.pid)) this.#passTo(heir.pid, heir.data);
    else this.#end();
  }

  get #label(): string {
    return `the table ${this.#settings.name} of ${this.#owner.label}`;
  }

  #end(): void {
    this.#rows = undefined;
    this.#heir = undefined;
  }

  /** As a signal does, the message comes in by no door that is full, or shut to a dead sender. */
  #passTo(pid: Pid, data: unknown): void {
    const from = this.#owner.pid;
    this.#owner = processOf(pid);
    this.#owner.watch(this.#watcher);
    const message: TableTransfer<K, Row> = { type: "table:transfer", table: this, from, data };
    if (this.#owner.kernel.freezes) freezePlain(message);
    this.#owner.enqueue(INFO, message, undefined);
  }

  #put(rows: Rows<K, Row>, key: K, row: Row): void {
    if (this.#owner.kernel.freezes) freezePlain(row);
    const found = rows.find(key);
    if (found === undefined) rows.add(key, row);
    else found.row = row;
  }

  #matching(what: string, rows: Rows<K, Row>, where: RowWhere<K, Row>): TableRow<K, Row>[] {
    if (typeof where === "function") {
      const isMeant = where as (row: Row, key: K) => boolean;
      return rows.all().filter(({ key, row }) => isMeant(row, key));
    }
    const fault = patternFault(where);
    if (fault !== undefined) throw this.#invalid(what, [fault]);
    return rows.all().filter(({ row }) => fits(where, row));
  }

  #reading(): Rows<K, Row> {
    return this.#use("reading", OWNER_ALONE[this.#settings.access].reads);
  }

  #writing(): Rows<K, Row> {
    return this.#use("writing", OWNER_ALONE[this.#settings.access].writes);
  }

  #use(what: string, ownerAlone: boolean): Rows<K, Row> {
    const owner = this.#owner;
    const { kernel } = owner;
    if (this.#rows === undefined)
      throw new ActorError("ERR_NOT_RUNNING", "no", `${this.#label} is gone; nothing was done`);
    if (kernel.zombies > 0 && isDetached(kernel))
      throw afterEnd(callerOf(kernel) as Process, "uses no table any more");
    if (!ownerAlone) return this.#rows;
    const caller = callerOf(kernel);
    // Without attribution nobody knows whose code goes on after an await.
    if (caller !== owner && (caller !== undefined || kernel.runtime.attribution !== noAttribution)) {
      const who = caller === undefined ? "plain code" : caller.label;
      const text = `${what} in ${this.#label} (${this.#settings.access}) is its owner's alone, and not for ${who}`;
      throw new ActorError("ERR_NOT_OWNER", "no", text);
    }
    return this.#rows;
  }

  /** At once: in the turn of a death there is nobody to be told. */
  #checked(what: string, given: unknown): Pid {
    if (typeof given !== "object" || given === null || !(PORT in given))
      throw this.#invalid(what, [`${describe(given)} is no pid: give a pid, not a name or a definition`]);
    const pid = given as unknown as Pid;
    if (processOf(pid).kernel !== this.#owner.kernel)
      throw this.#invalid(what, [`${String(pid)} belongs to another system`]);
    return pid;
  }

  #invalid(what: string, faults: readonly string[]): InvalidOptionsError {
    return new InvalidOptionsError(`${what} in ${this.#label}`, faults);
  }
}

/**
 * Makes a table that belongs to a process: the one whose `self` is given.
 *
 * Who acts is known by the handler that runs. Under `faults: "handlersOnly"` that is so only up to its first
 * `await`; what nobody is known for is let through there.
 *
 * @returns the table, to be sent to whoever shall have it
 * @throws InvalidOptionsError with all faults at once; ActorError `ERR_DETACHED` when the process has died
 * @follows Erlang `ets:new/2` with `set`, and the post "Process pools with Elixir's Registry" (its `FantaTable`)
 */
export function createTable<K extends Key, Row>(self: Self, options: TableOptions = {}): Table<K, Row> {
  return new OwnedTable<K, Row>(self.pid, tableSettings(options));
}
