import { describe, expect, it } from "vitest";
import { ignore } from "../../src/actors/answers.ts";
import { defineActor } from "../../src/actors/define-actor.ts";
import { dynamicSupervisor } from "../../src/supervisor/dynamic-supervisor.ts";
import { supervisor } from "../../src/supervisor/supervisor.ts";
import { testSystem } from "../../src/testing/test-system.ts";
import { pidOf, scene, shown } from "./scene.ts";

const backoff = { minMs: 1_000, maxMs: 1_000 };

/** A supervisor with a child that runs, one that is stopped and one that waits for its restart. */
async function stage() {
  const { worker, news } = scene();
  const system = testSystem();
  const children = [worker("runs"), worker("stopped"), worker("restarts")];
  const app = await system.start(supervisor({ id: "app", strategy: "oneForOne", backoff, children }));
  await app.call.terminateChild("stopped");
  (await pidOf(app, "restarts")).exit("kill");
  await system.settle();
  news();
  return { system, app, worker, news };
}

describe("idTaken", () => {
  it.each([
    ["runs", 'child "runs" of app (pid 1) is running as worker (pid 2); give it another id'],
    [
      "stopped",
      'child "stopped" of app (pid 1) is present; restartChild or deleteChild first, or give it another id',
    ],
    ["restarts", 'child "restarts" of app (pid 1) is present; give it another id'],
  ])("SUP30 tells that the id %s is in use, and what to do", async (id, message) => {
    const { system, app, worker, news } = await stage();
    await using _ = system;
    await expect(app.call.startChild(worker(id))).rejects.toMatchObject({
      code: "ERR_CHILD_ID_TAKEN",
      handled: "no",
      message,
    });
    expect(news()).toBe("");
  });
});

describe("notFound", () => {
  it("SUP31 SUP32 SUP33 is an error for restartChild, and false for terminateChild and deleteChild", async () => {
    const { system, app } = await stage();
    await using _ = system;
    await expect(app.call.restartChild("nobody")).rejects.toMatchObject({
      code: "ERR_CHILD_NOT_FOUND",
      message: 'app (pid 1) has no child "nobody"',
    });
    expect(await app.call.terminateChild("nobody")).toBe(false);
    expect(await app.call.deleteChild("nobody")).toBe(false);
  });
});

describe("notStopped", () => {
  it.each(["restartChild", "deleteChild"] as const)(
    "SUP28 SUP32 SUP33 refuses %s of a child that runs or restarts",
    async (operation) => {
      const { system, app, news } = await stage();
      await using _ = system;
      await expect(app.call[operation]("runs")).rejects.toMatchObject({
        code: "ERR_CHILD_RUNNING",
        message: 'child "runs" of app (pid 1) is running; terminateChild first',
      });
      await expect(app.call[operation]("restarts")).rejects.toMatchObject({
        code: "ERR_CHILD_RESTARTING",
        message: 'child "restarts" of app (pid 1) is being restarted; terminateChild first',
      });
      expect(news()).toBe("");
    },
  );

  it("SUP31 SUP32 SUP33 lets a stopped child be restarted, terminated again, and deleted", async () => {
    const { system, app, news } = await stage();
    await using _ = system;
    const pid = await app.call.restartChild("stopped");
    expect(pid).toBe(await pidOf(app, "stopped"));
    expect(await app.call.terminateChild("stopped")).toBe(true);
    expect(await app.call.terminateChild("stopped")).toBe(true);
    expect(await app.call.deleteChild("stopped")).toBe(true);
    expect(await shown(app)).toBe("restarts:restarting runs:running");
    expect(news()).toBe("+stopped -stopped");
  });

  it("SUP30 SUP32 keeps a child stopped that did not start again by hand", async () => {
    const { system, app, worker } = await stage();
    await using _ = system;
    const init = (attempt: number) => {
      if (attempt === 2) throw new Error("no");
    };
    await app.call.startChild(worker("x", {}, { init }));
    await app.call.terminateChild("x");
    await expect(app.call.restartChild("x")).rejects.toMatchObject({
      code: "ERR_START_FAILED",
      cause: new Error("no"),
    });
    expect(await shown(app)).toBe("x:- restarts:restarting stopped:- runs:running");
  });

  it("SUP30 forgets a new child that does not start, and keeps one that ignores its start", async () => {
    const { system, app, worker } = await stage();
    await using _ = system;
    const init = () => {
      throw new Error("no");
    };
    await expect(app.call.startChild(worker("x", {}, { init }))).rejects.toMatchObject({
      code: "ERR_START_FAILED",
    });
    const Absent = defineActor({ name: "absent", init: () => ignore() });
    await expect(app.call.startChild(Absent)).rejects.toMatchObject({ code: "ERR_IGNORED" });
    expect(await shown(app)).toBe("absent:- restarts:restarting stopped:- runs:running");
  });

  it("SUP37 refuses a new child that is significant where nothing follows from its end", async () => {
    const { system, app, worker } = await stage();
    await using _ = system;
    const significant = worker("x", { restart: "temporary", significant: true });
    await expect(app.call.startChild(significant)).rejects.toMatchObject({ code: "ERR_INVALID_OPTIONS" });
  });
});

describe("tooMany", () => {
  it("DS4 says who is full and how many there may be", async () => {
    const { worker } = scene();
    await using system = testSystem();
    const pages = await system.start(dynamicSupervisor({ id: "pages", maxChildren: 1 }));
    await pages.call.startChild(worker("a"));
    await expect(pages.call.startChild(worker("b"))).rejects.toMatchObject({
      code: "ERR_MAX_CHILDREN",
      handled: "no",
      message: "pages (pid 1) has as many children as it may have (maxChildren: 1); nothing was started",
    });
  });
});
