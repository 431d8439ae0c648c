import { describe, expect, it } from "vitest";
import { leaksOf } from "../../src/testing/leaks.ts";
import { firstOracle, oracleRandom } from "../../src/testing/oracle.ts";
import { type Simulated, simulate } from "../../src/testing/test-system.ts";

const simulated = (): Simulated => simulate(firstOracle, oracleRandom(firstOracle), {});

describe("leaksOf", () => {
  it("finds nothing after a system with timers, waits and closers has stopped", async () => {
    const all = simulated();
    const busy = all.system.spawn(async (self) => {
      self.every(10, "tick" as never);
      self.own({}, () => undefined);
      for (;;) await self.receive();
    });
    busy.down();
    await all.system.advance(100);
    await all.system[Symbol.asyncDispose]();
    expect(await leaksOf(all)).toBeUndefined();
  });

  it("names what is left", async () => {
    const all = simulated();
    const never = all.system.spawn(() => new Promise(() => undefined));
    await all.system.settle();
    expect(await leaksOf(all)).toBe("processes: 1");
    never.exit("kill");
    await all.system[Symbol.asyncDispose]();
    expect(await leaksOf(all)).toBe("handlers of dead processes: 1");
  });

  it("names a timer that sets itself again", async () => {
    const all = simulated();
    const again = (): void => void all.clock.setTimer(again, 10);
    again();
    await all.system[Symbol.asyncDispose]();
    expect(await leaksOf(all)).toBe("timers: 1");
  });
});
