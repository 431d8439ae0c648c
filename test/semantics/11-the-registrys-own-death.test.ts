import {
  createRegistry,
  createRoutingPool,
  type DynamicSupervisorProcess,
  defineActor,
  dynamicSupervisor,
  type Pid,
  reply,
  type SupervisorProcess,
  supervisor,
} from "troupe";
import { type TestSystem, testSystem } from "troupe/testing";
import { describe, expect, it } from "vitest";

/** Kills the process of a registry under a supervisor, whose id it has. */
async function killRegistry(app: Pid<SupervisorProcess>, id: string): Promise<void> {
  const child = (await app.call.whichChildren()).find((one) => one.id === id);
  if (typeof child?.pid !== "object") throw new Error(`${id} does not run`);
  child.pid.exit("kill");
  await child.pid.down();
}

const notRunning = expect.objectContaining({ code: "ERR_NOT_RUNNING", handled: "no" });

/** A registry that stays down for 100 ms after each kill, and its supervisor. */
async function slowRegistry(system: TestSystem) {
  const names = createRegistry<string, number>(system, { keys: "unique", name: "names" });
  const app = await system.start(
    supervisor({ strategy: "oneForOne", backoff: { minMs: 100, maxMs: 100 }, children: [names] }),
  );
  const down = async (): Promise<void> => {
    await killRegistry(app, "names");
    await system.settle();
    expect(() => names.count()).toThrow(notRunning);
  };
  return { names, down, back: () => system.advance(200) };
}

const Cell = defineActor({
  name: "cell",
  init: (value: number) => value,
  calls: { value: (value) => reply(value, value) },
});

describe("11 · the registry's own death", () => {
  it("B5c a flat oneForOne outlives any number of kills, and no member is restarted for it", async () => {
    await using system = testSystem();
    const connections = createRegistry<string>(system, { keys: "duplicate", name: "connections" });
    let inits = 0;
    const Connection = defineActor({
      name: "connection",
      init: (id: number, self) => {
        inits += 1;
        connections.register("up", self.pid);
        return id;
      },
      calls: { id: (id) => reply(id, id) },
    });
    const members = Array.from({ length: 10 }, (_, id) => Connection.child(id, { id: `connection ${id}` }));
    const app = await system.start(
      supervisor({
        strategy: "oneForOne",
        maxRestarts: 1,
        periodMs: 1_000,
        children: [connections, ...members],
      }),
    );
    const pool = createRoutingPool(connections, Connection, "up");
    const before = connections.lookup("up");
    for (let kill = 0; kill < 50; kill += 1) {
      await killRegistry(app, "connections");
      expect(connections.lookup("up")).toEqual(before);
      expect(await pool.call.id()).toBeTypeOf("number");
      await system.advance(1_001);
    }
    expect([inits, before.length]).toEqual([10, 10]);
    expect(await app.call.countChildren()).toMatchObject({ active: 11 });
  });

  it("owners unregister, die and crash while it is down, and the rest shows again in its order", async () => {
    await using system = testSystem();
    const { names, down, back } = await slowRegistry(system);
    const cells: Pid<typeof Cell>[] = [];
    for (const value of [0, 1, 2, 3]) {
      const pid = await system.start(Cell, value);
      names.register(`cell ${value}`, pid, value);
      names.register(`again ${value}`, pid, value);
      cells.push(pid);
    }
    const [zero, one, two] = cells as [Pid, Pid, Pid, Pid];
    await down();
    expect(names.unregister("cell 0", zero)).toBe(true);
    one.exit("kill");
    two.exit("shutdown");
    await system.settle();
    await back();
    expect([names.keys(zero), names.keys(one), names.keys(two), names.count()]).toEqual([
      ["again 0"],
      [],
      [],
      3,
    ]);
    expect(names.whereis("cell 3")).toBe(cells[3]);
  });

  it("a use while it is down throws, a call by name rejects, and neither has done anything", async () => {
    await using system = testSystem();
    const { names, down, back } = await slowRegistry(system);
    const cell = names.via(Cell, "cell", { value: 0 });
    await system.start(Cell.child(7, { name: cell }));
    await down();
    await expect(cell.call.value()).rejects.toEqual(notRunning);
    await expect(
      system.start(Cell.child(8, { name: names.via(Cell, "other", { value: 0 }) })),
    ).rejects.toMatchObject({
      cause: notRunning,
    });
    await back();
    expect([await cell.call.value(), names.count()]).toEqual([7, 1]);
  });

  it.each(["oneForOne", "oneForAll", "restForOne", "dynamic"] as const)(
    "RF2 a named child that crashes while it is down starts when it is back, and spends one try (%s)",
    async (strategy) => {
      await using system = testSystem();
      const { names, down, back } = await slowRegistry(system);
      const restarts: unknown[] = [];
      system.telemetry.on("child:restarting", ({ id }) => restarts.push(id));
      const cell = names.via(Cell, "cell", { value: 0 });
      const spec = Cell.child(7, { name: cell });
      const limit = { maxRestarts: 1, periodMs: 60_000 };
      const tree = await system.start(
        strategy === "dynamic"
          ? dynamicSupervisor(limit)
          : supervisor({ strategy, ...limit, children: [spec] }),
      );
      if (strategy === "dynamic") await (tree as Pid<DynamicSupervisorProcess>).call.startChild(spec);
      const before = cell.whereis();
      await down();
      before?.exit("kill");
      await system.settle();
      expect(restarts).toEqual(["names", "cell"]);
      await back();
      expect([await cell.call.value(), cell.whereis() === before, restarts.length]).toEqual([7, false, 2]);
    },
  );

  it("a supervisor can be stopped while a child of it waits for the registry", async () => {
    await using system = testSystem();
    const { names, down, back } = await slowRegistry(system);
    const cell = names.via(Cell, "cell", { value: 0 });
    const tree = await system.start(
      supervisor({ strategy: "oneForOne", children: [Cell.child(7, { name: cell })] }),
    );
    await down();
    for (const { pid } of await tree.call.whichChildren()) if (typeof pid === "object") pid.exit("kill");
    await system.settle();
    expect(await tree.call.whichChildren()).toMatchObject([{ id: "cell", pid: "restarting" }]);
    await tree.stop();
    await back();
    expect([names.whereis("cell"), names.count()]).toEqual([undefined, 0]);
  });

  it("all children of a flat oneForOne may die with it, and each spends one try", async () => {
    for (let seed = 1; seed <= 20; seed += 1) {
      await using system = testSystem({ seed });
      const names = createRegistry(system, { keys: "unique", name: "names" });
      const cells = [0, 1, 2].map((value) => names.via(Cell, `cell ${value}`));
      const children = cells.map((name, value) => Cell.child(value, { id: `cell ${value}`, name }));
      const app = await system.start(
        supervisor({
          strategy: "oneForOne",
          maxRestarts: 4,
          periodMs: 60_000,
          children: [names, ...children],
        }),
      );
      for (const { pid } of await app.call.whichChildren()) if (typeof pid === "object") pid.exit("kill");
      await system.settle();
      expect(await Promise.all(cells.map((cell) => cell.call.value()))).toEqual([0, 1, 2]);
    }
  });

  it('R42 R43 with `onDown: "exit"` owners end with it, and the next incarnation is empty', async () => {
    await using system = testSystem();
    const names = createRegistry<string>(system, { keys: "unique", name: "names", onDown: "exit" });
    const app = await system.start(supervisor({ strategy: "oneForOne", children: [names] }));
    const cell = await system.start(Cell, 1);
    names.register("cell", cell);
    await killRegistry(app, "names");
    expect(await cell.down()).toEqual({ kind: "killed" });
    expect([names.count(), names.lookup("cell")]).toEqual([0, []]);
  });
});
