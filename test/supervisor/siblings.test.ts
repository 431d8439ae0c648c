import { describe, expect, it, vi } from "vitest";
import type { Child } from "../../src/supervisor/child.ts";
import { Siblings } from "../../src/supervisor/siblings.ts";
import { supervisor } from "../../src/supervisor/supervisor.ts";
import { testSystem } from "../../src/testing/test-system.ts";
import { pidOf, scene } from "./scene.ts";

/** As much of a child as is looked at. */
function child(id: string): Child {
  return { id, pid: { incarnation: id } } as unknown as Child;
}

describe("Siblings", () => {
  it("keeps the order, whoever goes", () => {
    const siblings = new Siblings();
    const [a, b, c, d] = ["a", "b", "c", "d"].map(child) as [Child, Child, Child, Child];
    for (const one of [a, b, c, d]) siblings.add(one);
    siblings.drop(b);
    siblings.add(b);
    expect(siblings.all()).toEqual([a, c, d, b]);
  });

  it("finds a child by its id and by its last incarnation, no earlier one", () => {
    const siblings = new Siblings();
    const a = child("a");
    siblings.add(a);
    siblings.runs(a, undefined);
    const before = a.pid!;
    expect([siblings.find("a"), siblings.of(before)]).toEqual([a, a]);
    (a as { pid: unknown }).pid = { incarnation: "second" };
    siblings.runs(a, before);
    expect([siblings.of(before), siblings.of(a.pid!)]).toEqual([undefined, a]);
    siblings.drop(a);
    expect([siblings.find("a"), siblings.of(a.pid!), siblings.all()]).toEqual([undefined, undefined, []]);
  });

  it("leaves another child alone that has the id of one that is gone", () => {
    const siblings = new Siblings();
    const [gone, present] = [child("a"), child("a")];
    siblings.add(gone);
    siblings.drop(gone);
    siblings.add(present);
    siblings.drop(gone);
    expect(siblings.find("a")).toBe(present);
  });

  it.each(["oneForOne", "oneForAll", "restForOne"] as const)(
    "lists all children of %s for a restart only where the restart concerns all",
    async (strategy) => {
      const { worker, news } = scene();
      await using system = testSystem();
      const app = await system.start(
        supervisor({ strategy, children: ["a", "b", "c"].map((id) => worker(id)) }),
      );
      const b = await pidOf(app, "b");
      news();
      const listed = vi.spyOn(Siblings.prototype, "all");
      try {
        b.exit("kill");
        await system.settle();
        expect(news()).toContain("+b");
        await app.call.startChild(worker("d"));
        await app.call.terminateChild("d");
        await app.call.deleteChild("d");
        const rounds = { oneForOne: 0, oneForAll: 2, restForOne: 2 };
        expect(listed).toHaveBeenCalledTimes(rounds[strategy]);
      } finally {
        listed.mockRestore();
      }
    },
  );
});
