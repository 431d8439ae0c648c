import {
  createRegistry,
  createSystem,
  type Down,
  defineActor,
  isActorError,
  type Pid,
  reply,
  type Self,
  supervisor,
} from "troupe";
import { createTable, type Table, type TableOptions, type TableTransfer } from "troupe/resources/table";
import { type TestSystem, testSystem } from "troupe/testing";
import { afterEach, beforeEach, describe, expect, expectTypeOf, it } from "vitest";

type Rows = Table<string, number>;
type Work = (table: Rows, self: Self) => unknown;
type Told = TableTransfer<string, number>;

/** Owns a table from the start or none, takes those that come, and does in its own handler what it is asked to. */
const Keeper = defineActor({
  name: "keeper",
  init: (options: TableOptions | undefined, self): { readonly table?: Rows; readonly told: unknown[] } => ({
    ...(options === undefined ? {} : { table: createTable<string, number>(self, options) }),
    told: [],
  }),
  calls: {
    table: (state) => reply(state.table as Rows, state),
    told: (state) => reply(state.told, state),
    watch: (state, pid: Pid, self) => reply(self.monitor(pid), state),
    do: (state, work: Work, self) => reply(work(state.table as Rows, self), state),
    doLater: async (state, work: Work, self) => {
      await undefined;
      return reply(await work(state.table as Rows, self), state);
    },
  },
  casts: {
    die: () => {
      throw new Error("died");
    },
  },
  info: (state, told: Told) => ({ ...state, table: told.table, told: [...state.told, told] }),
  down: (state, { pid }: Down) => {
    const seen = { down: pid, info: (state.told.at(-1) as Told | undefined)?.table.info()?.owner };
    return { ...state, told: [...state.told, seen] };
  },
});

let system: TestSystem;
beforeEach(() => {
  system = testSystem();
});
afterEach(() => system.stop());

async function keeper(options?: TableOptions) {
  const pid = await system.start(Keeper, options);
  return { pid, table: await pid.call.table() };
}

/** What `work` throws, as a code; `undefined` when it throws nothing. */
function codeOf(work: () => unknown): string | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    if (isActorError(error)) return error.code;
    throw error;
  }
}

describe("createTable", () => {
  it("keeps one row under a key", async () => {
    const { table } = await keeper({ access: "public" });
    table.insert("a", 1);
    table.insert("a", 2);
    expect([table.lookup("a"), table.lookup("b"), table.size]).toEqual([2, undefined, 1]);
    expect([table.insertNew("a", 3), table.insertNew("b", 3)]).toEqual([false, true]);
    expect([table.has("a"), table.has("c")]).toEqual([true, false]);
    expect([table.take("a"), table.take("a")]).toEqual([2, undefined]);
    expect([table.delete("b"), table.delete("b"), table.size]).toEqual([true, false, 0]);
  });

  it("takes tuples as keys by value, and anything else by identity", async () => {
    const { table } = (await keeper({ access: "public" })) as unknown as { table: Table<object, string> };
    const one = {};
    table.insert(["page", 3], "third");
    table.insert(one, "mine");
    expect(table.lookup(["page", 3])).toBe("third");
    expect([table.lookup(one), table.lookup({})]).toEqual(["mine", undefined]);
  });

  it("finds rows by a part and by a function, in the order in which their keys came", async () => {
    const { table } = (await keeper({ access: "public" })) as unknown as {
      table: Table<string, { readonly at: { readonly line: number }; readonly n: number }>;
    };
    table.insert("x", { at: { line: 2 }, n: 1 });
    table.insert("y", { at: { line: 1 }, n: 2 });
    table.insert("z", { at: { line: 2 }, n: 3 });
    table.insert("x", { at: { line: 2 }, n: 4 });
    expect(table.match({ at: { line: 2 } }).map(({ key, row }) => [key, row.n])).toEqual([
      ["x", 4],
      ["z", 3],
    ]);
    expect(table.countMatch((row, key) => row.n > 2 && key !== "z")).toBe(1);
    expect(table.deleteMatch({ at: { line: 2 } })).toBe(2);
    expect([...table.entries()].map(([key]) => key)).toEqual(["y"]);
    const around: { self?: unknown } = {};
    around.self = around;
    expect(codeOf(() => table.match(around as never))).toBe("ERR_INVALID_OPTIONS");
  });

  it("deletes nothing when the function that says what to delete throws", async () => {
    const { table } = await keeper({ access: "public" });
    for (const [at, key] of ["a", "b", "c"].entries()) table.insert(key, at);
    const broken = (row: number): boolean => {
      if (row === 2) throw new RangeError("no such row");
      return true;
    };
    expect(() => table.deleteMatch(broken)).toThrow(RangeError);
    expect(table.size).toBe(3);
  });

  it("walks at leisure: what stays is seen once, whatever comes and goes on the way", async () => {
    const { table } = await keeper({ access: "public" });
    for (const key of ["a", "b", "c"]) table.insert(key, 1);
    const seen: string[] = [];
    for (const [key] of table.entries()) {
      seen.push(key);
      if (key === "a") table.delete("b");
      if (key === "a") table.insert("d", 1);
      table.insert("c", 2);
    }
    expect(seen).toEqual(["a", "c", "d"]);
    table.clear();
    expect([...table.entries()]).toEqual([]);
  });

  it("B7: counts round and round below a threshold, from a row that need not be there", async () => {
    const { table } = await keeper({ access: "public" });
    const turn = () => table.updateCounter("turn", { by: 1, threshold: 2, resetTo: 0 }, -1);
    expect([turn(), turn(), turn(), turn()]).toEqual([0, 1, 2, 0]);
    expect(codeOf(() => table.updateCounter("other", { by: 1 }))).toBe("ERR_INVALID_OPTIONS");
    expect(codeOf(() => table.updateCounters("turn", [{ by: 1 }, { by: Number.NaN }]))).toBe(
      "ERR_INVALID_OPTIONS",
    );
    expect(table.lookup("turn")).toBe(0);
    expect(table.updateCounters("turn", [{ by: 4 }, { by: -1 }])).toEqual([4, 3]);
  });

  it("replaces the row that it counts in, so that who has read it keeps what he read", async () => {
    const { table } = (await keeper({ access: "public" })) as unknown as {
      table: Table<string, { readonly hits: number; readonly name: string }>;
    };
    table.insert("p", { hits: 1, name: "page" });
    const before = table.lookup("p");
    expect(table.updateCounter("p", { field: "hits", by: 1 })).toBe(2);
    expect([before, table.lookup("p")]).toEqual([
      { hits: 1, name: "page" },
      { hits: 2, name: "page" },
    ]);
  });

  it("freezes rows where the system freezes messages", async () => {
    const { table } = (await keeper({ access: "public" })) as unknown as { table: Table<string, number[]> };
    table.insert("list", [1]);
    expect(Object.isFrozen(table.lookup("list"))).toBe(true);
  });

  it.each([
    { access: "public", read: true, write: true },
    { access: "protected", read: true, write: false },
    { access: "private", read: false, write: false },
  ] as const)("$access: that plain code and others read is $read, that they write $write", async (given) => {
    const { access, read, write } = given;
    const { pid, table } = await keeper({ access });
    const other = await system.start(Keeper, undefined);
    const tries: readonly Work[] = [
      () => codeOf(() => [...table.entries(), table.lookup("a"), table.has("a"), table.size]),
      () => codeOf(() => table.match({} as never)),
      () => codeOf(() => table.insert("a", 1)),
      () => codeOf(() => table.updateCounter("a", { by: 1 }, 0)),
      () => codeOf(() => table.clear()),
    ];
    const allowed = async (who: (work: Work) => unknown) =>
      Promise.all(tries.map(async (work) => ((await who(work)) ?? true) === true));
    const expected = [read, read, write, write, write];
    const plain: readonly boolean[] = await allowed((work) => work(table, undefined as never));
    expect(plain).toEqual(expected);
    expect(await allowed((work) => other.call.do(work))).toEqual(expected);
    expect(await allowed((work) => other.call.doLater(work))).toEqual(expected);
    const all = [true, true, true, true, true];
    expect(await allowed((work) => pid.call.do(work))).toEqual(all);
    expect(await allowed((work) => pid.call.doLater(work))).toEqual(all);
    const own = [() => table.giveAway(other), () => table.setHeir(other)].map(codeOf);
    expect(own).toEqual(["ERR_NOT_OWNER", "ERR_NOT_OWNER"]);
  });

  it("lets its owner write after an await where nobody knows whose code runs", async () => {
    const blind = createSystem({ faults: "handlersOnly", logger: false });
    const owner = await blind.start(Keeper, { access: "private" });
    expect(await owner.call.doLater((table) => codeOf(() => table.insert("a", 1)))).toBeUndefined();
    const other = await blind.start(Keeper, undefined);
    const table = await owner.call.table();
    expect(await other.call.do(() => codeOf(() => table.lookup("a")))).toBe("ERR_NOT_OWNER");
    await blind.stop();
  });

  it("is gone with its owner before anybody hears of the death, by a kill as well", async () => {
    const { pid, table } = await keeper({ access: "public" });
    for (const key of ["a", "b"]) table.insert(key, 1);
    const walk = table.entries();
    walk.next();
    const heard = pid.down().then(() => [table.info(), codeOf(() => table.lookup("a"))]);
    pid.exit("kill");
    expect(table.lookup("a")).toBe(1);
    expect(await heard).toEqual([undefined, "ERR_NOT_RUNNING"]);
    const uses = [() => table.insert("a", 1), () => table.size, () => walk.next(), () => table.drop()];
    expect(uses.map(codeOf)).toEqual([
      "ERR_NOT_RUNNING",
      "ERR_NOT_RUNNING",
      "ERR_NOT_RUNNING",
      "ERR_NOT_RUNNING",
    ]);
  });

  it("is empty again after a restart, and found under the name of its owner as long as that lives", async () => {
    const names = createRegistry<string, Rows>(system, { keys: "unique" });
    const Fanta = defineActor({
      name: "fanta-table",
      init: (_: undefined, self) => {
        const table = createTable<string, number>(self, { access: "public" });
        names.register("turns", self.pid, table);
        return table;
      },
    });
    await system.start(supervisor({ strategy: "restForOne", children: [names, Fanta] }));
    const [first] = names.lookup("turns");
    first?.value.insert("turn", 7);
    first?.pid.exit(new Error("died"));
    await system.settle();
    const [second] = names.lookup("turns");
    expect([first?.value.info(), second?.value.info()?.size]).toEqual([undefined, 0]);
  });

  it("may be written to until its owner is dead, by the owner's terminate too", async () => {
    const last: unknown[] = [];
    const Ending = defineActor({
      name: "ending",
      init: (_: undefined, self) => createTable<string, number>(self, { access: "private" }),
      terminate: (table) => {
        table.insert("last", 1);
        last.push(table.lookup("last"));
      },
    });
    const pid = await system.start(Ending);
    await pid.stop();
    expect(last).toEqual([1]);
  });

  it("refuses the handler of an owner that has died, and makes no table for it", async () => {
    const { pid, table } = await keeper({ access: "public" });
    const other = await system.start(Keeper, undefined);
    let go = (): void => undefined;
    const gate = new Promise<void>((resolve) => {
      go = resolve;
    });
    const codes: unknown[] = [];
    const late: Work = async (_, self) => {
      await gate;
      codes.push(codeOf(() => table.insert("late", 1)));
      codes.push(codeOf(() => createTable(self)));
    };
    const call = other.call.doLater(late).catch(() => undefined);
    await system.settle();
    other.exit("kill");
    await call;
    go();
    await system.settle();
    expect(codes).toEqual(["ERR_DETACHED", "ERR_DETACHED"]);
    expect(await pid.call.do((mine) => mine.size)).toBe(0);
  });
});

describe("Table", () => {
  it("is its heir's when the owner dies, who hears of it before the death", async () => {
    const { pid, table } = await keeper({ access: "protected" });
    const heir = await system.start(Keeper, undefined);
    await heir.call.watch(pid);
    await pid.call.do((mine) => {
      mine.insert("a", 1);
      mine.setHeir(heir, { why: "crash" });
    });
    expect(table.info()).toEqual({ name: "table", owner: pid, heir, access: "protected", size: 1 });
    pid.cast.die();
    await system.settle();
    expect(await heir.call.told()).toEqual([
      { type: "table:transfer", table, from: pid, data: { why: "crash" } },
      { down: pid, info: heir },
    ]);
    expect(await heir.call.do((mine) => mine.updateCounter("a", { by: 1 }))).toBe(2);
    // The heir's own death has no other heir.
    heir.exit("kill");
    await heir.down();
    expect(table.info()).toBeUndefined();
  });

  it.each(["dead", "stopping"])("goes when the heir is %s by then", async (how) => {
    const { pid, table } = await keeper({});
    const heir = await system.start(Keeper, undefined);
    await pid.call.do((mine) => mine.setHeir(heir));
    if (how === "dead") await heir.stop();
    else heir.exit("kill");
    pid.exit("kill");
    await pid.down();
    expect(table.info()).toBeUndefined();
  });

  it("goes when there is no heir any more", async () => {
    const { pid, table } = await keeper({});
    const heir = await system.start(Keeper, undefined);
    await pid.call.do((mine) => {
      mine.setHeir(heir);
      mine.setHeir(undefined);
    });
    await pid.stop();
    expect([table.info(), await heir.call.told()]).toEqual([undefined, []]);
  });

  it("has no heir and no owner that is no process, and its owner dies all the same", async () => {
    const { pid, table } = await keeper({});
    const strange = "heir" as unknown as Pid<typeof Keeper>;
    const refused = (work: (mine: Rows) => void) => pid.call.do((mine) => codeOf(() => work(mine)));
    expect(await refused((mine) => mine.setHeir(strange))).toBe("ERR_INVALID_OPTIONS");
    expect(await refused((mine) => mine.giveAway(strange))).toBe("ERR_INVALID_OPTIONS");
    expect(table.info()).toMatchObject({ owner: pid, heir: undefined });
    await pid.stop();
    expect(table.info()).toBeUndefined();
  });

  it("is handed to an heir whose mailbox is full", async () => {
    const { pid, table } = await keeper({});
    const told: unknown[] = [];
    const Full = defineActor({
      name: "full",
      mailbox: { capacity: 1, policy: "reject" },
      init: () => 0,
      info: (state: number, message: unknown) => {
        told.push(message);
        return state;
      },
    });
    const heir = await system.start(Full);
    await pid.call.do((mine) => mine.setHeir(heir));
    pid.exit("kill");
    for (const message of [1, 2, 3]) heir.send(message);
    await system.settle();
    expect(told.filter((message) => typeof message === "object")).toHaveLength(1);
    expect(table.info()?.owner).toBe(heir);
  });

  it("is given away by its owner, and to who can have it", async () => {
    const { pid, table } = await keeper({});
    const other = await system.start(Keeper, undefined);
    const gone = await system.start(Keeper, undefined);
    await gone.stop();
    const refused = (to: Pid<typeof Keeper>) => pid.call.do((mine) => codeOf(() => mine.giveAway(to)));
    expect([await refused(pid), await refused(gone)]).toEqual(["ERR_INVALID_OPTIONS", "ERR_NOPROC"]);
    await pid.call.do((mine) => mine.giveAway(other, 5));
    await system.settle();
    expect(await other.call.told()).toEqual([{ type: "table:transfer", table, from: pid, data: 5 }]);
    expect(await pid.call.do((mine) => codeOf(() => mine.insert("a", 1)))).toBe("ERR_NOT_OWNER");
    await pid.stop();
    expect(table.info()?.owner).toBe(other);
    await other.stop();
    expect(table.info()).toBeUndefined();
  });

  it("ends before its owner when it is dropped", async () => {
    const { pid, table } = await keeper({});
    await pid.call.do((mine) => mine.drop());
    expect(table.info()).toBeUndefined();
    expect(await pid.call.do((mine) => codeOf(() => mine.size))).toBe("ERR_NOT_RUNNING");
  });

  it("has typed keys, rows, counters and heirs", () => {
    type Page = { readonly hits: number; readonly name: string };
    type Pages = Table<number, Page>;
    expectTypeOf<ReturnType<Pages["lookup"]>>().toEqualTypeOf<Page | undefined>();
    const misuse = (table: Pages, deaf: Pid): void => {
      // @ts-expect-error a key is a number here
      table.insert("a", { hits: 1, name: "a" });
      // @ts-expect-error a name is no number
      table.updateCounter(1, { field: "name", by: 1 });
      // @ts-expect-error a row that is an object is counted in a field
      table.updateCounter(1, { by: 1 });
      // @ts-expect-error a threshold says where to begin again
      table.updateCounter(1, { field: "hits", by: 1, threshold: 3 });
      // @ts-expect-error a process that does not take the message is no heir
      table.setHeir(deaf);
    };
    expect(misuse).toBeTypeOf("function");
  });
});
