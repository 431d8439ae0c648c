import { type TestSystem, testSystem } from "troupe/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { kernelOf } from "../../src/actors/system.ts";
import { defineStateMachine } from "../../src/machines/define-state-machine.ts";
import { type Action, eventTimeout, insert, stateTimeout, step, timeout } from "../../src/machines/step.ts";

interface State {
  readonly state: string;
}

const fired: string[] = [];
const Timed = defineStateMachine({
  name: "timed",
  init: (): State => ({ state: "a" }),
  casts: {
    act: (at, actions: readonly Action[]) => step(at, ...actions),
    move: (_at, { to, actions = [] }: { to: string; actions?: readonly Action[] }) =>
      step({ state: to }, ...actions),
    ping: (at) => at,
    hold: (at, gate: Promise<void>) => gate.then(() => at),
  },
  internal: (at) => at,
  timeout: (at, { kind, name, content }) => {
    fired.push(`${name ?? kind}:${content}`);
    return at;
  },
});

let system: TestSystem;
beforeEach(() => {
  system = testSystem();
  fired.length = 0;
});
afterEach(() => system.stop());

async function passed(ms: number): Promise<readonly string[]> {
  await system.advance(ms);
  return fired;
}

describe("stateTimeout", () => {
  it("SM6 runs out in its time, with what it was given", async () => {
    const timed = await system.start(Timed);
    timed.cast.act([stateTimeout(10, "x")]);
    expect(await passed(9)).toEqual([]);
    expect(await passed(1)).toEqual(["state:x"]);
  });

  it("SM6 is stopped by a change of state, set anew by itself, stopped by cancel and Infinity", async () => {
    const timed = await system.start(Timed);
    timed.cast.act([stateTimeout(10, "x")]);
    timed.cast.move({ to: "b" });
    expect(await passed(10)).toEqual([]);
    timed.cast.act([stateTimeout(10, "x")]);
    await passed(5);
    timed.cast.act([stateTimeout(10, "y")]);
    expect(await passed(9)).toEqual([]);
    expect(await passed(1)).toEqual(["state:y"]);
    timed.cast.act([stateTimeout(10, "z")]);
    timed.cast.act([stateTimeout.cancel()]);
    timed.cast.act([timeout("t", 10, "z")]);
    timed.cast.act([timeout("t", Number.POSITIVE_INFINITY)]);
    expect(await passed(10)).toEqual(["state:y"]);
  });

  it("SM6 one that is set with the change belongs to the new state, and outlives other events in it", async () => {
    const timed = await system.start(Timed);
    timed.cast.move({ to: "b", actions: [stateTimeout(10, "x")] });
    timed.cast.ping();
    timed.cast.move({ to: "b" });
    expect(await passed(10)).toEqual(["state:x"]);
  });
});

describe("eventTimeout", () => {
  it("SM7 is stopped by any event, inserted ones too", async () => {
    const timed = await system.start(Timed);
    timed.cast.act([eventTimeout(10, "x")]);
    await passed(5);
    timed.cast.ping();
    expect(await passed(20)).toEqual([]);
    timed.cast.act([eventTimeout(0, "x"), insert("y")]);
    expect(await passed(20)).toEqual([]);
    timed.cast.act([eventTimeout(10, "silence")]);
    expect(await passed(10)).toEqual(["event:silence"]);
  });
});

describe("timeout", () => {
  it("SM8 runs through changes of state; the same name starts anew and the last content wins", async () => {
    const timed = await system.start(Timed);
    timed.cast.act([timeout("g", 10, "x"), timeout("h", 10, "h"), timeout("g", 20, "y")]);
    timed.cast.move({ to: "b" });
    expect(await passed(10)).toEqual(["h:h"]);
    expect(await passed(10)).toEqual(["h:h", "g:y"]);
  });

  it("SM8 an update keeps the end of one that runs; one that does not run is due at once", async () => {
    const timed = await system.start(Timed);
    timed.cast.act([timeout("g", 10, "x")]);
    await passed(5);
    timed.cast.act([timeout.update("g", "y")]);
    expect(await passed(5)).toEqual(["g:y"]);
    timed.cast.act([timeout.update("g", "z")]);
    await system.settle();
    expect(fired).toEqual(["g:y", "g:z"]);
  });

  it("SM9 timeouts of 0 come before messages that wait, in the order in which they were set", async () => {
    const timed = await system.start(Timed);
    timed.cast.act([timeout("g", 0, 1), stateTimeout(0, 2), timeout("h", 0, 3), timeout("g", 0, 4)]);
    timed.cast.act([timeout("late", 0, 5)]);
    await system.settle();
    expect(fired).toEqual(["state:2", "h:3", "g:4", "late:5"]);
  });

  it("SM8 one that ran out while its machine was busy does not come once it has been stopped", async () => {
    const timed = await system.start(Timed);
    const gate: { open?: () => void } = {};
    const held = new Promise<void>((resolve) => {
      gate.open = resolve;
    });
    timed.cast.act([timeout("g", 10, "x")]);
    timed.cast.hold(held);
    timed.cast.act([timeout.cancel("g")]);
    await passed(10);
    gate.open?.();
    expect(await passed(0)).toEqual([]);
  });

  it("ends with its incarnation", async () => {
    const timed = await system.start(Timed);
    timed.cast.act([timeout("g", 10, "x"), stateTimeout(20), eventTimeout(30)]);
    await system.settle();
    timed.exit("kill");
    await timed.down();
    expect(kernelOf(system).deadlines.size).toBe(0);
    expect(await passed(60)).toEqual([]);
  });
});
