import { defineActor, reply, type Self } from "troupe";
import { testSystem } from "troupe/testing";
import { describe, expect, it } from "vitest";

async function timing() {
  const system = testSystem();
  let self!: Self;
  const Timed = defineActor({
    init: (_: void, own): readonly unknown[] => {
      self = own;
      return [];
    },
    info: (seen, message: unknown) => [...seen, message],
    calls: { seen: (seen) => reply(seen, seen) },
  });
  const pid = await system.start(Timed);
  return { system, self, pid };
}

describe("sendAfter", () => {
  it("P22 with 0 ms still comes after what was sent now", async () => {
    const { system, self, pid } = await timing();
    self.sendAfter(0, "timer");
    self.send("now");
    await system.advance(0);
    expect(await pid.call.seen()).toEqual(["now", "timer"]);
    await system.stop();
  });

  it("P22 cancel answers what was left, and false the second time or once it has fired", async () => {
    const { system, self, pid } = await timing();
    const cancelled = self.sendAfter(100, "never");
    const fired = self.sendAfter(30, "fired");
    await system.advance(30);
    expect([cancelled.cancel(), cancelled.cancel(), fired.cancel()]).toEqual([70, false, false]);
    await system.advance(1_000);
    expect(await pid.call.seen()).toEqual(["fired"]);
    await system.stop();
  });

  it("P21 ends with the process", async () => {
    const { system, self, pid } = await timing();
    const timer = self.sendAfter(10, "late");
    await pid.stop();
    expect(timer.cancel()).toBe(false);
    await system.advance(10);
    expect(system.deadLetters).toEqual([]);
    await system.stop();
  });
});

describe("sendEvery", () => {
  it("ticks without drift", async () => {
    const { system, self, pid } = await timing();
    self.every(10, "tick");
    await system.advance(1_005);
    expect(await pid.call.seen()).toHaveLength(100);
    await system.stop();
  });

  it("stops when it is cancelled", async () => {
    const { system, self, pid } = await timing();
    const timer = self.every(10, "tick");
    await system.advance(25);
    expect(timer.cancel()).toBe(5);
    await system.advance(100);
    expect(await pid.call.seen()).toHaveLength(2);
    await system.stop();
  });

  it.each([0, -1, Number.NaN])("refuses an interval of %s ms", async (intervalMs) => {
    const { system, self } = await timing();
    expect(() => self.every(intervalMs, "tick")).toThrow(RangeError);
    await system.stop();
  });
});
