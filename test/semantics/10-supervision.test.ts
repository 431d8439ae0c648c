import { defineActor, type Pid, supervisor } from "troupe";
import { testSystem } from "troupe/testing";
import { describe, expect, it } from "vitest";
import { gate } from "./gate.ts";

describe("10 · supervision", () => {
  it("SUP5 SUP10 starts children in order, each after the one before, and stops them in reverse", async () => {
    await using system = testSystem();
    const log: string[] = [];
    const door = gate();
    const Child = defineActor({
      name: "child",
      init: async (id: string, self) => {
        log.push(`${id} begins`);
        if (id === "a") await door.opened;
        log.push(`${id} is up`);
        self.own(id, () => void log.push(`${id} is down`));
        return id;
      },
    });
    const starting = system.start(
      supervisor({ strategy: "oneForOne", children: ["a", "b"].map((id) => Child.child(id, { id })) }),
    );
    await system.settle();
    expect(log).toEqual(["a begins"]);
    door.open();
    const app = await starting;
    expect(log).toEqual(["a begins", "a is up", "b begins", "b is up"]);
    log.length = 0;
    await app.stop();
    expect(log).toEqual(["b is down", "a is down"]);
  });

  it("SUP7 a start that fails stops what had been started", async () => {
    await using system = testSystem();
    const log: string[] = [];
    const Child = defineActor({
      name: "child",
      init: (id: string, self) => {
        if (id === "c") throw new Error("no c");
        self.own(id, () => void log.push(id));
        return id;
      },
    });
    const children = ["a", "b", "c", "d"].map((id) => Child.child(id, { id }));
    await expect(system.start(supervisor({ strategy: "oneForOne", children }))).rejects.toMatchObject({
      code: "ERR_START_FAILED",
    });
    await system.settle();
    expect(log).toEqual(["b", "a"]);
  });

  it.each([
    { gapMs: 5_000, lives: false, why: "a restart exactly periodMs old still counts" },
    { gapMs: 5_001, lives: true, why: "an older one is forgotten" },
  ])("SUP24 $why", async ({ gapMs, lives }) => {
    await using system = testSystem();
    const Child = defineActor({ name: "child", init: () => 0 });
    const app = await system.start(
      supervisor({ strategy: "oneForOne", maxRestarts: 1, periodMs: 5_000, children: [Child] }),
    );
    let reason: string | undefined;
    void app.down().then(({ kind }) => (reason = kind));
    const kill = async (): Promise<void> => {
      const [child] = await app.call.whichChildren();
      (child!.pid as Pid).exit("kill");
      await system.settle();
    };
    await kill();
    await system.advance(gapMs);
    await kill();
    expect(reason).toBe(lives ? undefined : "shutdown");
  });

  it("reads answer while a child starts", async () => {
    await using system = testSystem();
    const door = gate();
    let first = true;
    const Slow = defineActor({
      name: "slow",
      init: async () => {
        if (!first) await door.opened;
        first = false;
        return 0;
      },
    });
    const app = await system.start(supervisor({ strategy: "oneForOne", children: [Slow] }));
    const [child] = await app.call.whichChildren();
    (child!.pid as Pid).exit("kill");
    await system.settle();
    const [restarting] = await app.call.whichChildren();
    expect(restarting?.pid).toBe("restarting");
    door.open();
    await system.settle();
    const [back] = await app.call.whichChildren();
    expect(typeof back?.pid).toBe("object");
  });

  it("SF7 a shutdown wins over a restart loop", async () => {
    await using system = testSystem();
    let starts = 0;
    const Failing = defineActor({
      name: "failing",
      init: () => {
        starts += 1;
        if (starts > 1) throw new Error("down for good");
        return 0;
      },
    });
    const app = await system.start(
      supervisor({ strategy: "oneForOne", maxRestarts: 1_000_000, children: [Failing] }),
    );
    const [child] = await app.call.whichChildren();
    (child!.pid as Pid).exit("kill");
    const stopped = app.stop();
    await stopped;
    expect(starts).toBeLessThan(1_000);
  });
});
