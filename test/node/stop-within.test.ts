import { describe, expect, it } from "vitest";
import { defineActor } from "../../src/actors/define-actor.ts";
import { LAST_MOMENT_MS, stopWithin } from "../../src/node/stop-within.ts";
import { supervisor } from "../../src/supervisor/supervisor.ts";
import { testSystem } from "../../src/testing/test-system.ts";

const never = (): Promise<void> => new Promise(() => undefined);

const Slow = defineActor({
  name: "slow",
  init: (closed: () => unknown, self) => {
    self.own(self, closed);
    return 0;
  },
  exit: (state) => state,
  terminate: never,
});

function tree(close: () => unknown) {
  const children = [Slow.child(close, { shutdownMs: "infinity" })];
  return supervisor({ id: "app", strategy: "oneForOne", children });
}

describe("stopWithin", () => {
  it("answers nothing when everything ends in time", async () => {
    await using system = testSystem();
    await system.start(supervisor({ strategy: "oneForOne", children: [] }));
    const told: unknown[] = [];
    expect(await stopWithin(system, 1_000, (left) => told.push(left))).toEqual([]);
    expect(told).toEqual([]);
  });

  it("SF23 names at the deadline what is left, the youngest first, and then kills it", async () => {
    await using system = testSystem();
    const news: unknown[] = [];
    await system.start(tree(() => news.push("closed")));
    const stopped = stopWithin(system, 1_000, (left) => news.push(left));
    await system.advance(999);
    expect(news).toEqual([]);
    await system.advance(1);
    expect(await stopped).toEqual(["slow (pid 2)", "app (pid 1)"]);
    expect(news).toEqual([["slow (pid 2)", "app (pid 1)"], "closed"]);
  });

  it("waits a last moment for what was killed to close what it owned, and not longer", async () => {
    await using system = testSystem();
    await system.start(tree(never));
    let answered = false;
    const stopped = stopWithin(system, 1_000, () => undefined);
    void stopped.then(() => {
      answered = true;
    });
    await system.advance(1_000 + LAST_MOMENT_MS - 1);
    expect(answered).toBe(false);
    await system.advance(1);
    expect(await stopped).toEqual(["slow (pid 2)", "app (pid 1)"]);
    await system.advance(60_000);
  });

  it("names what is dead and still closes", async () => {
    await using system = testSystem();
    const slow = await system.start(Slow, never);
    slow.exit("kill");
    await system.settle();
    const stopped = stopWithin(system, 1_000, () => undefined);
    await system.advance(1_000 + LAST_MOMENT_MS);
    expect(await stopped).toEqual(["slow (pid 1), which closes what it owned"]);
    await system.advance(60_000);
  });
});
