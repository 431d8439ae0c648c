import { describe, expect, expectTypeOf, it } from "vitest";
import { reply } from "../../src/actors/answers.ts";
import { defineActor } from "../../src/actors/define-actor.ts";
import { createSystem } from "../../src/actors/system.ts";
import type { ChildSpec } from "../../src/core/child-spec.ts";
import type { Pid } from "../../src/core/pid.ts";
import { type DynamicSupervisorProcess, dynamicSupervisor } from "../../src/supervisor/dynamic-supervisor.ts";
import { supervisor } from "../../src/supervisor/supervisor.ts";
import { testSystem } from "../../src/testing/test-system.ts";
import { gate, pidOf, scene, shown } from "./scene.ts";

const Page = defineActor({
  name: "page",
  init: (url: URL) => ({ url }),
  calls: {
    path: (page) => reply(page.url.pathname, page),
    fail: (page, message: string) => {
      if (message !== "") throw new Error(message);
      return reply(undefined, page);
    },
  },
});

describe("dynamicSupervisor", () => {
  it("is a child spec, typed by what it answers", async () => {
    const spec = dynamicSupervisor({ id: "pages" });
    expectTypeOf(spec).toEqualTypeOf<ChildSpec<DynamicSupervisorProcess>>();
    expect(spec).toMatchObject({ id: "pages", type: "supervisor", shutdownMs: "infinity" });
    await using system = testSystem();
    const pages = await system.start(spec);
    const page = await pages.call.startChild(Page, new URL("file:///x"));
    expectTypeOf(page).toEqualTypeOf<Pid<typeof Page>>();
    expect(await page.call.path()).toBe("/x");
    const same = await pages.call.startChild(Page.child(new URL("file:///y"), { restart: "transient" }));
    expectTypeOf(same).toEqualTypeOf<Pid<typeof Page>>();
    expect(await same.call.path()).toBe("/y");
    // @ts-expect-error a page starts from a URL
    const wrong = () => pages.call.startChild(Page, 3);
    expect(wrong).toBeTypeOf("function");
  });

  it("has the child back before the caller of a failed call goes on", async () => {
    await using system = createSystem({ logger: false });
    const pages = await system.start(dynamicSupervisor());
    const page = await pages.call.startChild(Page, new URL("file:///x"));
    await page.call.fail("boom").catch(() => undefined);
    const [info] = await pages.call.whichChildren();
    expect(await (info?.pid as Pid<typeof Page> | undefined)?.call.path()).toBe("/x");
  });

  it("DS1 lets ids repeat", async () => {
    const { worker } = scene();
    await using system = testSystem();
    const app = await system.start(dynamicSupervisor());
    await app.call.startChild(worker("a"));
    await app.call.startChild(worker("a"));
    expect(await shown(app)).toBe("a:running a:running");
  });

  it("DS1 refuses a significant child", async () => {
    const { worker } = scene();
    await using system = testSystem();
    const app = await system.start(dynamicSupervisor());
    const significant = worker("a", { restart: "temporary", significant: true });
    await expect(app.call.startChild(significant)).rejects.toMatchObject({ code: "ERR_INVALID_OPTIONS" });
  });

  it("DS2 DS3 rejects what cannot be started, and goes on", async () => {
    await using system = testSystem();
    const app = await system.start(dynamicSupervisor());
    const loose = app.call as unknown as { startChild(what: unknown): Promise<unknown> };
    await expect(loose.startChild("page")).rejects.toMatchObject({ code: "ERR_INVALID_OPTIONS" });
    expect(await app.call.countChildren()).toMatchObject({ specs: 0 });
  });

  it("DS10 shows children that wait for a restart, and does not count them as active", async () => {
    const { worker } = scene();
    await using system = testSystem();
    const app = await system.start(dynamicSupervisor({ backoff: { minMs: 50, maxMs: 50, jitter: 0 } }));
    const a = await app.call.startChild(worker("a"));
    await app.call.startChild(supervisor({ id: "s", strategy: "oneForOne", children: [] }));
    a.exit("kill");
    await system.settle();
    expect(await app.call.whichChildren()).toEqual([
      { id: "a", pid: "restarting", type: "worker", restartsInMs: 50 },
      { id: "s", pid: await pidOf(app, "s"), type: "supervisor" },
    ]);
    expect(await app.call.countChildren()).toEqual({ specs: 2, active: 1, supervisors: 1, workers: 1 });
  });

  it("starts children side by side: an init that takes time keeps no other waiting", async () => {
    const { worker, news } = scene();
    await using system = testSystem();
    const app = await system.start(dynamicSupervisor());
    const begin = gate();
    const slow = app.call.startChild(worker("slow", {}, { init: () => begin.promise }));
    await app.call.startChild(worker("quick"));
    expect(news()).toBe("+quick");
    begin.open();
    await slow;
    expect(news()).toBe("+slow");
  });

  it("has no deadline of its own for a start", async () => {
    const { worker } = scene();
    await using system = testSystem();
    const app = await system.start(dynamicSupervisor());
    const begin = gate();
    const starting = app.call.startChild(worker("slow", {}, { init: () => begin.promise }));
    await system.advance(3_600_000);
    begin.open();
    expect(await (await starting).call.who()).toBe("slow");
  });
});
