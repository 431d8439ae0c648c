import type { GroupRef, Pid, System } from "troupe";
import { testSystem } from "troupe/testing";
import { describe, expect, it } from "vitest";
import { processOf } from "../../src/actors/process.ts";
import { GroupMonitors } from "../../src/actors/process-group-monitors.ts";

const isString = (message: unknown): message is string => typeof message === "string";

/** A process that takes texts only, and in the end everything. */
function picky(system: System): { readonly pid: Pid<never>; readonly got: unknown[] } {
  const got: unknown[] = [];
  const pid = system.spawn<unknown>(async (self) => {
    while ((got.push(await self.receive(isString)), got.at(-1) !== "all"));
    for (;;) got.push(await self.receive());
  });
  return { pid: pid as Pid<never>, got };
}

describe("GroupMonitors", () => {
  it("PG5 tells of one group or of all, and of keys as a Map compares them", async () => {
    await using system = testSystem();
    const { pid, got } = picky(system);
    const monitors = new GroupMonitors<number>();
    monitors.add(processOf(pid), { group: Number.NaN });
    for (const group of [1, Number.NaN]) monitors.tell("join", group, [pid]);
    pid.send("all" as never);
    await system.settle();
    expect(got).toMatchObject(["all", { type: "join", group: Number.NaN, pids: [pid] }]);
  });

  it("PG5 flushes what a receive has been offered already, and no other's", async () => {
    await using system = testSystem();
    const { pid, got } = picky(system);
    const monitors = new GroupMonitors<string>();
    const [first, second]: GroupRef[] = [
      monitors.add(processOf(pid), undefined),
      monitors.add(processOf(pid), undefined),
    ];
    monitors.tell("join", "g", []);
    pid.send("a" as never);
    await system.settle();
    monitors.tell("leave", "g", []);
    expect(monitors.remove(first as GroupRef)).toBe(true);
    for (const text of ["b", "all"]) pid.send(text as never);
    await system.settle();
    expect(got).toMatchObject([
      "a",
      "b",
      "all",
      { type: "join", ref: second },
      { type: "leave", ref: second },
    ]);
  });

  it("never tells the dead", async () => {
    await using system = testSystem();
    const { pid } = picky(system);
    pid.exit("kill");
    await system.settle();
    const monitors = new GroupMonitors<string>();
    expect(monitors.remove(monitors.add(processOf(pid), undefined))).toBe(false);
    monitors.tell("join", "g", []);
    expect(system.deadLetters).toEqual([]);
  });
});
