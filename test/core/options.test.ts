import {
  awaitMany,
  type BareSelf,
  type CheckoutPool,
  childSpec,
  createCheckoutPool,
  createPartitionSupervisor,
  createProcessGroups,
  createRegistry,
  createRoutingPool,
  createSystem,
  createTaskSupervisor,
  type DuplicateRegistry,
  debug,
  defineActor,
  defineAgent,
  dynamicSupervisor,
  reply,
  type System,
  startTask,
  supervisor,
  taskStream,
  type UniqueRegistry,
  yieldMany,
} from "troupe";
import { describe, expect, it } from "vitest";
import * as z from "zod/mini";
import { InvalidOptionsError, isActorError } from "../../src/core/errors.ts";
import {
  callback,
  checkOptions,
  count,
  countOrInfinity,
  durationMs,
  ofType,
  oneOf,
  onFirstUse,
} from "../../src/core/options.ts";

const pool = onFirstUse(() =>
  z.strictObject({
    size: count(1),
    order: z.optional(z.enum(["fifo", "lifo"])),
    name: z.optional(z.string()),
    onOpen: z.optional(callback()),
    waitMs: z.optional(durationMs({ unbounded: true })),
    pauseMs: z.optional(durationMs({ least: 1 })),
    kind: z.optional(z.union([z.literal(false), z.strictObject({ a: z.string() })])),
    nested: z.optional(z.strictObject({ depth: count(0) })),
  }),
);

describe("checkOptions", () => {
  it("answers what was given, itself", () => {
    const given = {
      size: 1,
      order: "lifo",
      onOpen: () => undefined,
      waitMs: Number.POSITIVE_INFINITY,
    } as const;
    expect(checkOptions("createPool", pool, given)).toBe(given);
  });

  it.each<[unknown, readonly string[]]>([
    [{}, ["size must be a whole number of at least 1"]],
    [{ size: 0 }, ["size must be a whole number of at least 1"]],
    [{ size: 1.5 }, ["size must be a whole number of at least 1"]],
    [{ size: "4" }, ["size must be a whole number of at least 1"]],
    [{ size: 1, sise: 2, ordr: 3 }, ['unknown option "sise"', 'unknown option "ordr"']],
    [{ size: 1, order: "random" }, ['order must be one of "fifo", "lifo"']],
    [{ size: 1, name: 7 }, ["name must be of type string"]],
    [{ size: 1, onOpen: "later" }, ["onOpen must be a function"]],
    [{ size: 1, waitMs: -1 }, ["waitMs must be milliseconds, a number of at least 0 or Infinity"]],
    [{ size: 1, waitMs: Number.NaN }, ["waitMs must be milliseconds, a number of at least 0 or Infinity"]],
    [{ size: 1, pauseMs: 0.5 }, ["pauseMs must be milliseconds, a number of at least 1"]],
    [
      { size: 1, pauseMs: Number.POSITIVE_INFINITY },
      ["pauseMs must be milliseconds, a number of at least 1"],
    ],
    [{ size: 1, kind: true }, ["kind has none of the forms it may have"]],
    [{ size: 1, nested: { depth: -1 } }, ["nested.depth must be a whole number of at least 0"]],
    [{ size: 1, nested: { depth: 1, hight: 2 } }, ['nested: unknown option "hight"']],
    [
      { size: 0, order: "random", sise: 1 },
      [
        "size must be a whole number of at least 1",
        'order must be one of "fifo", "lifo"',
        'unknown option "sise"',
      ],
    ],
    [null, ["the options must be of type object"]],
    ["size", ["the options must be of type object"]],
    [[], ["the options must be of type object"]],
  ])("lists all that is wrong with %j at once", (given, faults) => {
    const error = thrownBy(() => checkOptions("createPool", pool, given));
    expect(isActorError(error, "ERR_INVALID_OPTIONS") && error.faults).toEqual(faults);
    expect((error as Error).message).toBe(`createPool: ${faults.join("; ")}`);
  });
});

describe.each<[string, z.ZodMiniType<unknown>, readonly unknown[], readonly unknown[]]>([
  [
    "count(2)",
    count(2),
    [2, 3, 1e9],
    [1, 2.5, -2, Number.NaN, Number.POSITIVE_INFINITY, "2", null, undefined],
  ],
  ["durationMs()", durationMs(), [0, 0.5, 1e12], [-1, Number.NaN, Number.POSITIVE_INFINITY, "5s", undefined]],
  [
    "durationMs({ unbounded: true })",
    durationMs({ unbounded: true }),
    [0, Number.POSITIVE_INFINITY],
    [-1, Number.NaN],
  ],
  ["durationMs({ least: 10 })", durationMs({ least: 10 }), [10], [9.99, 0]],
  ["callback()", callback(), [() => 1, class {}, Math.max], [undefined, {}, "f"]],
])("%s", (_name, schema, fits, doesNotFit) => {
  it.each(fits.map((value) => [value]))("takes %s", (value) => {
    expect(z.safeParse(schema, value).success).toBe(true);
  });

  it.each(doesNotFit.map((value) => [value]))("refuses %s", (value) => {
    expect(z.safeParse(schema, value).success).toBe(false);
  });
});

describe("onFirstUse", () => {
  it("makes it when it is first asked for, and keeps it", () => {
    let made = 0;
    const schema = onFirstUse(() => {
      made += 1;
      return z.strictObject({ size: count(1) });
    });
    expect(made).toBe(0);
    checkOptions("createPool", schema, { size: 4 });
    expect(schema()).toBe(schema());
    expect(made).toBe(1);
  });
});

function thrownBy(act: () => void): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  return undefined;
}

const Server = defineActor({
  name: "server",
  init: () => 0,
  calls: { get: (state: number) => reply(state, state) },
});
/** What plain JavaScript may hand over. */
const NULL = null as never;

describe("options that are null", () => {
  it.each<[string, (system: System) => unknown]>([
    ["createSystem", () => createSystem(NULL)],
    ["system.start", (system) => system.start(Server, undefined, NULL)],
    ["system.stop", (system) => system.stop(NULL)],
    ["stop of a pid", async (system) => (await system.start(Server)).stop(NULL)],
    [
      "stop of a name",
      async (system) => {
        const names = await aRegistry(system);
        const name = names.via(Server, "one");
        await system.start(Server.child(undefined, { name }));
        return name.stop(NULL);
      },
    ],
    ["a definition's child", () => Server.child(undefined, NULL)],
    ["childSpec", () => childSpec(NULL)],
    ["with of a spec", () => Server.child().with(NULL)],
    ["supervisor", () => supervisor(NULL)],
    ["dynamicSupervisor", () => dynamicSupervisor(NULL)],
    ["createPartitionSupervisor", (system) => createPartitionSupervisor(system, NULL)],
    ["createTaskSupervisor", (system) => createTaskSupervisor(system, NULL)],
    ["startTask", (system) => startTask(system, () => 0, NULL)],
    ["result of a task", (system) => startTask(system, () => 0).result(NULL)],
    ["yield of a task", (system) => startTask(system, () => 0).yield(NULL)],
    ["awaitMany", () => awaitMany([], NULL)],
    ["yieldMany", () => yieldMany([], NULL)],
    ["taskStream", (system) => taskStream(system, [], () => 0, NULL)],
    ["defineAgent", () => defineAgent(() => 0, NULL)],
    ["createRegistry", (system) => createRegistry(system, NULL)],
    ["lock", async (system) => (await aRegistry(system)).lock("key", () => 0, NULL)],
    ["whenRegistered", async (system) => (await aRegistry(system)).whenRegistered("key", NULL)],
    ["lookupOrStart", async (system) => (await aRegistry(system)).lookupOrStart("key", Server.child(), NULL)],
    ["createProcessGroups", (system) => createProcessGroups(system, NULL)],
    ["createRoutingPool", (system) => createRoutingPool(aGroup(system), Server, "key", NULL)],
    ["createCheckoutPool", (system) => createCheckoutPool(system, NULL)],
    ["checkout", (system) => aPool(system).checkout(NULL)],
    ["use", (system) => aPool(system).use(() => 0, NULL)],
    ["drain of a pool", (system) => aPool(system).drain(NULL)],
    ["close of a pool", (system) => aPool(system).close(NULL)],
    ["recycle of a pool", (system) => aPool(system).recycle(NULL)],
    ["debug.state", async (system) => debug(await system.start(Server)).state(NULL)],
    ["debug.replaceState", async (system) => debug(await system.start(Server)).replaceState((n) => n, NULL)],
    ["debug.suspend", async (system) => debug(await system.start(Server)).suspend(NULL)],
    ["trace of a system", (system) => debug(system).trace(() => undefined, NULL)],
    ["self.alias", (system) => asked(system, (self) => self.alias(NULL))],
    ["self.receive", (system) => asked(system, (self) => self.receive(NULL))],
  ])("are refused as such by %s", async (_who, give) => {
    await using system = createSystem({ logger: false });
    const refused = await Promise.resolve()
      .then(() => give(system))
      .then(() => "taken", String);
    expect(refused).toMatch(/^InvalidOptionsError.*: the options must be of type object/);
  });
});

async function aRegistry(system: System): Promise<UniqueRegistry<string>> {
  const names = createRegistry(system, { keys: "unique" });
  await system.start(names.child());
  return names;
}

function aGroup(system: System): DuplicateRegistry<string> {
  return createRegistry(system, { keys: "duplicate" });
}

function aPool(system: System): CheckoutPool<number> {
  return createCheckoutPool(system, { size: 1, resource: { open: () => 1 } });
}

/** What `ask` comes to, as a process's own doing. */
function asked(system: System, ask: (self: BareSelf) => unknown): Promise<unknown> {
  return new Promise((done, failed) => {
    system.spawn(async (self) => {
      try {
        done(await ask(self));
      } catch (error) {
        failed(error);
      }
    });
  });
}

describe("countOrInfinity", () => {
  it.each([0, 7, Number.POSITIVE_INFINITY])("takes %d", (value) => {
    expect(checkOptions("count", countOrInfinity, value)).toBe(value);
  });

  it.each([-1, 0.5, Number.NaN, "3"])("refuses %j", (value) => {
    expect(() => checkOptions("count", countOrInfinity, value)).toThrow(InvalidOptionsError);
  });
});

describe("oneOf", () => {
  it("takes each of its words", () => {
    for (const word of ["fifo", "lifo"]) expect(checkOptions("order", words, word)).toBe(word);
  });

  it.each(["Fifo", 0, undefined, ["fifo"]])("names them all when it is given %j", (value) => {
    expect(() => checkOptions("order", words, value)).toThrow('must be one of "fifo", "lifo"');
  });
});

describe("ofType", () => {
  it("takes what typeof says", () => {
    expect(checkOptions("name", text, "")).toBe("");
    expect(checkOptions("flag", () => ofType("boolean"), false)).toBe(false);
  });

  it.each([7, undefined, null, Object("boxed")])("refuses %j", (value) => {
    expect(() => checkOptions("name", text, value)).toThrow("must be of type string");
  });
});

const words = () => oneOf("fifo", "lifo");
const text = () => ofType("string");
