import { describe, expect, it } from "vitest";
import { supervisor } from "../../src/supervisor/supervisor.ts";
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
});
