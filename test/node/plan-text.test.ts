import { describe, expect, it } from "vitest";
import { defineActor } from "../../src/actors/define-actor.ts";
import { childSpec } from "../../src/core/child-spec.ts";
import { planText } from "../../src/node/plan-text.ts";
import { dynamicSupervisor } from "../../src/supervisor/dynamic-supervisor.ts";
import { createPartitionSupervisor } from "../../src/supervisor/partition-supervisor.ts";
import { supervisor } from "../../src/supervisor/supervisor.ts";
import { createTaskSupervisor } from "../../src/supervisor/task-supervisor.ts";
import { testSystem } from "../../src/testing/test-system.ts";

const Till = defineActor({ name: "till", init: (_: void) => 0 });

function lines(...children: Parameters<typeof supervisor>[0]["children"]): string[] {
  const root = supervisor({
    id: "app",
    strategy: "oneForAll",
    maxRestarts: 1,
    autoShutdown: "anySignificant",
    children,
  });
  return planText("shop", root).split("\n").slice(2);
}

describe("planText", () => {
  it("shows each supervisor with its strategy and what it forgives", () => {
    const inner = supervisor({
      id: "inner",
      strategy: "oneForOne",
      maxRestarts: 0,
      periodMs: 100,
      children: [Till],
    });
    const root = supervisor({ id: "app", strategy: "restForOne", maxRestarts: 1, children: [inner, Till] });
    expect(planText("shop", root).split("\n")).toEqual([
      "shop",
      "└── app · restForOne, forgives 1 restart within 5000 ms",
      "    ├── inner · oneForOne, forgives none within 100 ms",
      "    │   └── till",
      "    └── till",
    ]);
  });

  it("says what a child is where its id does not, and what is not usual about it", () => {
    const spec = Till.child(undefined, { id: "left", restart: "transient", significant: true });
    expect(lines(spec)).toEqual(["    └── left: till · transient · significant"]);
  });

  it("says what cannot be known before", () => {
    const made = childSpec({ id: "made", start: () => Promise.reject(new Error("not started here")) });
    expect(lines(made, dynamicSupervisor({ id: "guests" }))).toEqual([
      "    ├── made · started by a function: what comes of it is not known before",
      "    └── guests · dynamic, forgives 3 restarts within 5000 ms · its children come while it runs",
    ]);
  });

  it("shows what supervisors that are handles run, too", () => {
    const system = testSystem();
    const tills = createPartitionSupervisor(system, { name: "tills", child: Till, partitions: 2 });
    const tasks = createTaskSupervisor(system, { name: "mail", maxRestarts: 0 });
    expect(lines(tills, tasks)).toEqual([
      "    ├── tills · oneForOne, forgives 3 restarts within 5000 ms",
      "    │   ├── 0: till",
      "    │   └── 1: till",
      "    └── mail · dynamic, forgives none within 5000 ms · its children come while it runs",
    ]);
  });

  it("SF5 shows a child's own budget", () => {
    const budget = { maxRestarts: 1, whenSpent: "leave" } as const;
    const patient = { backoff: { minMs: 1, maxMs: 9 }, budget: { maxRestarts: Number.POSITIVE_INFINITY } };
    expect(lines(Till.child(undefined, { budget }), Till.child(undefined, { id: "b", ...patient }))).toEqual([
      "    ├── till · by itself forgiven 1 restart within 5000 ms, then it stays down",
      "    └── b: till · by itself forgiven all restarts",
    ]);
  });

  it("knows the children of a supervisor whose spec was changed", () => {
    const inner = supervisor({ id: "inner", strategy: "oneForOne", children: [Till] }).with({ id: "other" });
    expect(lines(inner)).toEqual([
      "    └── other: inner · oneForOne, forgives 3 restarts within 5000 ms",
      "        └── till",
    ]);
  });
});
