import {
  type BareSelf,
  createRegistry,
  type DynamicSupervisorProcess,
  debug,
  defineActor,
  dynamicSupervisor,
  formatTree,
  type Pid,
  supervisor,
} from "troupe";
import { probe, testSystem } from "troupe/testing";
import { describe, expect, it } from "vitest";
import type { ProcessNode } from "../../src/actors/process-tree.ts";

const Till = defineActor({ name: "till", init: (_: void) => 0, info: (n) => n });

describe("system.tree", () => {
  it("OBS1 puts children under their parents, with the ids they have there", async () => {
    await using system = testSystem({ name: "shop" });
    const crew = dynamicSupervisor({ id: "crew" });
    const app = await system.start(
      supervisor({
        id: "app",
        strategy: "oneForOne",
        children: [Till.child(undefined, { id: "left" }), crew, Till.child(undefined, { id: "right" })],
      }),
    );
    const crewPid = system.processes()[2]!.pid as Pid<DynamicSupervisorProcess>;
    await crewPid.call.startChild(Till);
    const parent = probe(system);
    await parent.self.start(Till);
    const shape = (node: ProcessNode): unknown => [
      node.id,
      node.process?.label,
      node.phase,
      node.children.map(shape),
    ];
    expect(system.tree().children.map(shape)).toEqual([
      [
        undefined,
        String(app),
        undefined,
        [
          ["left", "till (pid 2)", "running", []],
          ["crew", "crew (pid 3)", "running", [["till", "till (pid 5)", "running", []]]],
          ["right", "till (pid 4)", "running", []],
        ],
      ],
      [undefined, String(parent.pid), undefined, [[undefined, "till (pid 7)", undefined, []]]],
    ]);
  });

  it("OBS1 shows supervised children that have no process, and says why", async () => {
    await using system = testSystem();
    const app = await system.start(
      supervisor({
        strategy: "oneForOne",
        backoff: { minMs: 100, maxMs: 100 },
        children: ["a", "b", "c"].map((id) => Till.child(undefined, { id, restart: "permanent" })),
      }),
    );
    await app.call.terminateChild("a");
    system.processes().at(-1)!.pid.exit("kill");
    await system.settle();
    const phases = () =>
      system.tree().children[0]!.children.map(({ id, phase, process }) => [id, phase, process?.status]);
    expect(phases()).toEqual([
      ["a", "stopped", undefined],
      ["b", "running", "running"],
      ["c", "restarting", undefined],
    ]);
    await system.advance(200);
    expect(phases()[2]).toEqual(["c", "running", "running"]);
  });

  it("OBS1 a child whose parent has died stands under the root", async () => {
    await using system = testSystem();
    const parent = probe(system);
    const child = await parent.self.start(Till);
    parent.self.unlink(child);
    parent.pid.exit("kill");
    await parent.pid.down();
    expect(system.tree().children).toMatchObject([{ process: { pid: child } }]);
  });

  it("OBS1 has every process once, however deep they are", async () => {
    await using system = testSystem();
    const chain = (left: number) => async (self: BareSelf) => {
      if (left > 1) self.spawn(chain(left - 1));
      await self.receive();
    };
    system.spawn(chain(300));
    await system.settle();
    const lines = formatTree(system.tree()).split("\n");
    expect(lines).toHaveLength(301);
    expect(lines.at(-1)).toBe(`${" ".repeat(4 * 299)}└── process (pid 300)`);
  });
});

describe("formatTree", () => {
  it("SF25 shows processes that are linked in a circle once each, and their deaths end in one round", async () => {
    await using system = testSystem();
    const Linked = defineActor({
      name: "linked",
      init: (_: void) => 0,
      casts: {
        join: (n, other: Pid, self) => {
          self.link(other);
          return n;
        },
      },
    });
    const one = await system.start(Linked);
    const other = await system.start(Linked);
    one.cast.join(other);
    other.cast.join(one);
    await system.settle();
    expect(formatTree(system.tree()).split("\n")).toHaveLength(3);
    one.exit("kill");
    await other.down();
    expect(system.processes()).toEqual([]);
    expect(system.crashes).toHaveLength(2);
  });

  it("OBS1 draws one line for each process, with what is unusual about it", async () => {
    await using system = testSystem({ name: "shop" });
    const names = createRegistry(system, { keys: "unique", name: "names" });
    await system.start(
      supervisor({
        id: "app",
        strategy: "oneForOne",
        children: [
          names,
          Till.child(undefined, { name: names.via(Till, "main") }),
          supervisor({
            id: "spare",
            strategy: "oneForOne",
            children: [Till.child(undefined, { id: "left" }), Till.child(undefined, { id: "right" })],
          }),
        ],
      }),
    );
    const left = system.processes().at(-2)!.pid;
    await debug(left).suspend();
    left.send("x" as never);
    left.send("y" as never);
    expect(formatTree(system.tree()).split("\n")).toEqual([
      "shop",
      "└── app (pid 1)",
      "    ├── names (pid 2)",
      "    ├── till (pid 3) · main in names",
      "    └── spare (pid 4)",
      "        ├── left: till (pid 5) · suspended · 2 queued",
      "        └── right: till (pid 6)",
    ]);
  });

  it("draws an empty system as its name", () => {
    expect(formatTree(testSystem({ name: "nobody" }).tree())).toBe("nobody");
  });
});
