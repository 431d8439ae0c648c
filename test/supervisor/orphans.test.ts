import { describe, expect, it } from "vitest";
import { defineActor } from "../../src/actors/define-actor.ts";
import type { Pid } from "../../src/core/pid.ts";
import { createRegistry } from "../../src/registry/create-registry.ts";
import { dynamicSupervisor } from "../../src/supervisor/dynamic-supervisor.ts";
import { type SupervisorProcess, supervisor } from "../../src/supervisor/supervisor.ts";
import { testSystem } from "../../src/testing/test-system.ts";
import { gate, pidOf, scene } from "./scene.ts";

describe("Orphans", () => {
  it("get the exit signal of a supervisor that was killed", async () => {
    const { worker, news } = scene();
    await using system = testSystem();
    const app = await system.start(
      supervisor({ strategy: "oneForOne", children: [worker("a"), worker("b")] }),
    );
    app.exit("kill");
    await system.settle();
    expect(news()).toBe("+a +b -a:killed -b:killed");
  });

  it.each(["supervisor", "dynamicSupervisor"] as const)(
    "SF14 are waited for before a %s that was killed starts again",
    async (kind) => {
      const { worker, news } = scene();
      await using system = testSystem();
      const bye = gate();
      const slow = worker("slow", {}, { terminate: () => bye.promise });
      const inner =
        kind === "supervisor"
          ? supervisor({ id: "inner", strategy: "oneForOne", children: [slow] })
          : dynamicSupervisor({ id: "inner" });
      const app = await system.start(supervisor({ strategy: "oneForOne", children: [inner] }));
      const before = (await pidOf(app, "inner")) as Pid as Pid<SupervisorProcess>;
      if (kind === "dynamicSupervisor") await before.call.startChild(slow);
      news();
      before.exit("kill");
      await system.settle();
      expect(await app.call.whichChildren()).toMatchObject([{ id: "inner", pid: "restarting" }]);
      expect(news()).toBe("");
      bye.open();
      await system.settle();
      expect(news()).toBe(kind === "supervisor" ? "-slow:killed +slow" : "-slow:killed");
      expect(await app.call.whichChildren()).toMatchObject([{ id: "inner", pid: { kind: "pid" } }]);
    },
  );

  it("leave names behind that are free once they have died", async () => {
    await using system = testSystem();
    const names = createRegistry(system, { keys: "unique" });
    const Named = defineActor({ name: "named", init: () => 0 });
    const name = names.via(Named, "n");
    const app = await system.start(
      supervisor({ strategy: "oneForOne", children: [Named.child(undefined, { name })] }),
    );
    const stranger = system.spawn(async (self) => void (await self.receive()));
    app.exit("kill");
    await system.settle();
    expect(names.register("n", stranger)).toMatchObject({ ok: true });
  });

  it("are none after an end in order: whoever waits for the supervisor goes on at once", async () => {
    const { worker } = scene();
    await using system = testSystem();
    const app = await system.start(supervisor({ strategy: "oneForOne", children: [worker("a")] }));
    await app.stop();
    expect(await app.down()).toEqual({ kind: "normal" });
  });
});
