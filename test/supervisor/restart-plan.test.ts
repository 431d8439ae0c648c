import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Restart } from "../../src/core/child-spec.ts";
import { restartPlan, type SupervisorStrategy } from "../../src/supervisor/restart-plan.ts";

/** `a b t! c`: ids in the order of their start, a mark for temporary ones. */
function children(text: string) {
  return text.split(" ").map((id) => ({
    id: id.replace("!", ""),
    restart: (id.endsWith("!") ? "temporary" : "permanent") as Restart,
  }));
}

describe("restartPlan", () => {
  it.each<[SupervisorStrategy, string, string, string, string]>([
    ["oneForOne", "a b c", "b", "", "b"],
    ["restForOne", "a b c", "a", "c b", "a b c"],
    ["restForOne", "a b c", "b", "c", "b c"],
    ["restForOne", "a b c", "c", "", "c"],
    ["oneForAll", "a b c", "a", "c b", "a b c"],
    ["oneForAll", "a b c", "b", "c a", "a b c"],
    ["oneForAll", "a b c", "c", "b a", "a b c"],
    ["oneForOne", "a b t! c", "b", "", "b"],
    ["restForOne", "a b t! c", "b", "c t", "b c"],
    ["oneForAll", "t! b c", "c", "b t", "b c"],
  ])("%s of %s when %s ends stops [%s] and starts [%s]", (strategy, all, ended, stop, start) => {
    const plan = restartPlan(strategy, children(all), ended);
    expect(plan.stop.join(" ")).toBe(stop);
    expect(plan.start.join(" ")).toBe(start);
  });

  it("SUP19 SUP20 SUP21 stops in reverse, starts in order, and starts the one that ended in its own place", () => {
    const strategies = fc.constantFrom<SupervisorStrategy>("oneForOne", "oneForAll", "restForOne");
    const siblings = fc.array(fc.constantFrom<Restart>("permanent", "transient", "temporary"), {
      minLength: 1,
      maxLength: 8,
    });
    fc.assert(
      fc.property(strategies, siblings, fc.nat(), (strategy, restarts, at) => {
        const all = restarts.map((restart, index) => ({ id: `c${index}`, restart }));
        const ended = all[at % all.length]!;
        const { stop, start } = restartPlan(strategy, all, ended.id);
        const order = all.map(({ id }) => id);
        const inOrder = (ids: readonly string[]) => order.filter((id) => ids.includes(id));
        expect(start).toEqual(inOrder(start));
        expect([...stop].reverse()).toEqual(inOrder(stop));
        expect(start).toContain(ended.id);
        expect(stop).not.toContain(ended.id);
        const dropped = stop.filter((id) => !start.includes(id));
        expect(dropped).toEqual(
          stop.filter((id) => all.find((child) => child.id === id)?.restart === "temporary"),
        );
      }),
    );
  });
});
