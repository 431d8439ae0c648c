import { inspect } from "node:util";
import { createRegistry, defineActor, reply, stop } from "troupe";
import { testSystem } from "troupe/testing";
import { describe, expect, it } from "vitest";
import { kernelOf } from "../../src/actors/system.ts";
import { supervisor } from "../../src/supervisor/supervisor.ts";

const Plain = defineActor({
  name: "plain",
  init: () => 0,
  calls: { n: (n) => reply(n, n) },
  casts: { end: (n) => stop("shutdown", n) },
});

describe("PidAddress", () => {
  it("shows who it is", async () => {
    await using system = testSystem();
    const pid = await system.start(Plain);
    expect([`${pid}`, inspect(pid)]).toEqual([`plain (pid ${pid.serial})`, `#plain (pid ${pid.serial})`]);
  });

  describe("stop", () => {
    it("G23 rejects when it ends with another error than the one it was asked to end with", async () => {
      await using system = testSystem();
      const Failing = defineActor({
        init: () => 0,
        terminate: () => {
          throw new RangeError("late");
        },
      });
      const [asked, late] = [new Error("asked"), { kind: "error", error: new RangeError("late") }];
      const failing = await system.start(Failing);
      await expect(failing.stop({ reason: asked })).rejects.toMatchObject({
        code: "ERR_EXITED",
        reason: late,
      });
      const plain = await system.start(defineActor({ init: () => 0 }));
      await expect(plain.stop({ reason: asked })).resolves.toBeUndefined();
    });

    it("G23 ends it after what is queued, and waits for the end", async () => {
      await using system = testSystem();
      const pid = await system.start(Plain);
      const before = pid.call.n();
      await pid.stop({ reason: "shutdown" });
      expect(await before).toBe(0);
      expect(await pid.down()).toEqual({ kind: "shutdown" });
    });

    it("G23 rejects when it ended otherwise, and for the dead", async () => {
      await using system = testSystem();
      const pid = await system.start(Plain);
      pid.cast.end();
      await expect(pid.stop()).rejects.toMatchObject({ code: "ERR_EXITED", reason: { kind: "shutdown" } });
      await expect(pid.stop()).rejects.toMatchObject({ code: "ERR_NOPROC", handled: "no" });
    });

    it("gives up waiting after timeoutMs", async () => {
      await using system = testSystem();
      const Hanging = defineActor({ init: () => 0, terminate: () => new Promise(() => undefined) });
      const pid = await system.start(Hanging);
      const outcome = pid.stop({ timeoutMs: 100 }).catch((error) => [error.code, error.handled]);
      await system.advance(100);
      expect(await outcome).toEqual(["ERR_STOP_TIMEOUT", "unknown"]);
      pid.exit("kill");
      await pid.down();
    });

    it("SF23 kills after deadlineMs all that is left of it and below it, names it, and rejects with what it ended by", async () => {
      await using system = testSystem();
      const told: unknown[] = [];
      system.telemetry.on("process:stopTimedOut", (event) => told.push(event));
      const Hanging = defineActor({
        name: "hanging",
        init: () => 0,
        exit: (n) => n,
        terminate: () => new Promise(() => undefined),
      });
      const child = Hanging.child(undefined, { shutdownMs: "infinity" });
      const app = await system.start(supervisor({ id: "app", strategy: "oneForOne", children: [child] }));
      const outcome = app.stop({ deadlineMs: 100 }).catch((error) => [error.code, error.reason]);
      await system.advance(99);
      expect(told).toEqual([]);
      await system.advance(1);
      expect(await outcome).toEqual(["ERR_EXITED", { kind: "killed" }]);
      const leftovers = ["hanging (pid 2)", "app (pid 1)"];
      expect(told).toEqual([{ pid: app, label: "app (pid 1)", deadlineMs: 100, leftovers }]);
      expect(system.processes()).toEqual([]);
    });

    it("SF23 tells of no deadline when all has ended before it", async () => {
      await using system = testSystem();
      const told: unknown[] = [];
      system.telemetry.on("process:stopTimedOut", (event) => told.push(event));
      const pid = await system.start(Plain);
      await pid.stop({ deadlineMs: 100 });
      await system.advance(100);
      expect(told).toEqual([]);
      const late = await system.start(Plain);
      await expect(late.stop({ deadlineMs: Number.NaN })).rejects.toMatchObject({
        code: "ERR_INVALID_OPTIONS",
      });
      expect(await late.call.n()).toBe(0);
    });

    it("gives up waiting for what a dead process owned, too", async () => {
      await using system = testSystem();
      const Owner = defineActor({
        init: (_: void, self) => void self.own("slow", () => new Promise(() => undefined)),
      });
      const pid = await system.start(Owner);
      pid.exit("kill");
      await pid.down();
      const outcome = pid.stop({ timeoutMs: 100 }).catch((error) => error.code);
      const patient = pid.stop();
      await system.advance(100);
      expect(await outcome).toBe("ERR_STOP_TIMEOUT");
      await system.advance(4_900);
      expect(await patient).toBeUndefined();
    });

    it("asked for without waiting keeps no host alive", async () => {
      await using system = testSystem();
      const Hanging = defineActor({ init: () => 0, terminate: () => new Promise(() => undefined) });
      const hanging = await system.start(Hanging);
      const Asking = defineActor({
        init: (_: void, self) => self.request(() => hanging.stop(), "stopped"),
        info: () => undefined,
      });
      await system.start(Asking);
      await system.settle();
      expect(kernelOf(system).runtime.scheduler).toMatchObject({ held: 0 });
      hanging.exit("kill");
    });

    it("several may wait for the same end", async () => {
      await using system = testSystem();
      const pid = await system.start(Plain);
      expect(await Promise.allSettled([pid.stop(), pid.stop(), pid.stop()])).toEqual(
        [0, 1, 2].map(() => ({ status: "fulfilled", value: undefined })),
      );
    });
  });

  it("down settles at once for the dead", async () => {
    await using system = testSystem();
    const pid = await system.start(Plain);
    await pid.stop();
    expect(await pid.down()).toEqual({ kind: "normal" });
  });

  it("P8 an exit signal to the dead does nothing; a bad reason is refused with what may be given", async () => {
    await using system = testSystem();
    const pid = await system.start(Plain);
    expect(() => pid.exit("boom" as never)).toThrow(
      'an exit reason is "normal", "shutdown", an Error or { kind: … }, not "boom"',
    );
    await pid.stop();
    expect(() => pid.exit("kill")).not.toThrow();
  });
});

describe("NameAddress", () => {
  it("R50 a name that nobody has: a call rejects, the rest are dead letters, the end is noproc", async () => {
    await using system = testSystem();
    const names = createRegistry(system, { keys: "unique", name: "names" });
    const nobody = names.via(Plain, "nobody");
    await expect(nobody.call.n()).rejects.toMatchObject({ code: "ERR_NOPROC", handled: "no" });
    await expect(nobody.stop()).rejects.toMatchObject({ code: "ERR_NOPROC" });
    nobody.cast.end();
    nobody.exit("kill");
    expect(await nobody.down()).toEqual({ kind: "noproc" });
    expect(nobody.whereis()).toBeUndefined();
    expect(system.deadLetters).toMatchObject([{ kind: "cast", why: "noname" }]);
  });

  it("G8 is resolved at each use: to the pid that has the name, and to undefined in between", async () => {
    await using system = testSystem();
    const names = createRegistry(system, { keys: "unique" });
    const name = names.via(Plain, "k");
    for (let round = 0; round < 2; round += 1) {
      const pid = await system.start(Plain.child(undefined, { name }));
      expect(name.whereis()).toBe(pid);
      expect(await name.call.n()).toBe(0);
      await name.stop();
      expect(name.whereis()).toBeUndefined();
    }
  });

  it.each([
    ["a string", "counter"],
    ["undefined in a list", [undefined]],
    ["a pid", "its own pid"],
  ])("G8 a child is not started under %s, which is no name", async (_, given) => {
    await using system = testSystem();
    const pid = await system.start(Plain);
    const name = given === "its own pid" ? pid : given;
    const make = (): unknown => Plain.child(undefined, { name } as never);
    expect(make).toThrow(expect.objectContaining({ code: "ERR_INVALID_OPTIONS" }));
  });

  it("P25 one name has one process, which may have others; all are free at its death", async () => {
    await using system = testSystem();
    const names = createRegistry(system, { keys: "unique" });
    const [one, other] = [names.via(Plain, "one"), names.via(Plain, "other")];
    const spec = Plain.child(undefined, { name: [one, other] });
    const pid = await system.start(spec);
    expect([one.whereis(), other.whereis()]).toEqual([pid, pid]);
    await expect(system.start(Plain.child(undefined, { name: other }))).rejects.toMatchObject({
      code: "ERR_NAME_TAKEN",
    });
    pid.exit("kill");
    await pid.down();
    expect([one.whereis(), other.whereis()]).toEqual([undefined, undefined]);
    await system.start(spec);
  });
});
