import { describe, expect, it } from "vitest";
import type { Pid } from "../../src/core/pid.ts";
import { dynamicSupervisor } from "../../src/supervisor/dynamic-supervisor.ts";
import { type SupervisorProcess, supervisor } from "../../src/supervisor/supervisor.ts";
import { formatCrash } from "../../src/telemetry/console-reporter.ts";
import { testSystem } from "../../src/testing/test-system.ts";
import { pidOf, scene } from "./scene.ts";

describe("startReport", () => {
  it("tells which child of whom could not be started again, why, and which try comes next", async () => {
    const { worker } = scene();
    await using system = testSystem();
    const init = (attempt: number) => {
      if (attempt === 2) throw new Error("the port is taken");
    };
    const app = await system.start(
      supervisor({ id: "app", strategy: "oneForOne", children: [worker("a", {}, { init })] }),
    );
    const first = await pidOf(app, "a");
    first.exit("kill");
    await system.settle();
    const report = system.crashes[1];
    expect(report).toMatchObject({ pid: first, restart: { attempt: 2, maxRestarts: 3 }, fate: "restarted" });
    const [who, why, where] = formatCrash(report!).split("\n");
    expect(who).toBe('[troupe] child "a" of app (pid 1) crashed while starting again; restart 2 of 3');
    expect(why).toBe("    Error: the port is taken");
    expect(where).toContain("start-report.test.ts");
  });

  it.each(["an ordered", "a dynamic"] as const)(
    "tells of a failed restart that is called off before it is counted, under %s supervisor",
    async (kind) => {
      const { worker } = scene();
      await using system = testSystem();
      let stopped: Promise<boolean> | undefined;
      const init = (attempt: number) => {
        if (attempt < 2) return;
        // Asked while the restart fails, answered before it is counted.
        stopped = app.call.terminateChild((kind === "a dynamic" ? first : "a") as never);
        throw new Error("the port is taken");
      };
      const child = worker("a", {}, { init });
      const spec =
        kind === "a dynamic" ? dynamicSupervisor() : supervisor({ strategy: "oneForOne", children: [child] });
      const app = (await system.start(spec)) as Pid<SupervisorProcess>;
      if (kind === "a dynamic") await app.call.startChild(child);
      const first = await pidOf(app, "a");
      first.exit("kill");
      await system.settle();
      expect(await stopped).toBe(true);
      expect(system.crashes.map(({ doing, restart, fate }) => [doing, restart?.attempt, fate])).toEqual([
        [undefined, 1, "restarted"],
        ["starting again", undefined, "stays down"],
      ]);
    },
  );
});
