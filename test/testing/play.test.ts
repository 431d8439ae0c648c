import { describe, expect, it } from "vitest";
import { reply } from "../../src/actors/answers.ts";
import { defineActor } from "../../src/actors/define-actor.ts";
import { firstOracle, type Oracle, seededOracle } from "../../src/testing/oracle.ts";
import { type Outcome, play } from "../../src/testing/play.ts";
import type { Run, Scenario } from "../../src/testing/run.ts";
import { listOracle } from "../../src/testing/strategies.ts";

const Counter = defineActor({
  name: "counter",
  init: () => 0,
  calls: { value: (count) => reply(count, count) },
  casts: { hit: (count) => count + 1 },
});

function played(scenario: Scenario, oracle: Oracle = firstOracle, maxSteps = 1_000): Promise<Outcome> {
  return play(scenario, oracle, { maxSteps, traced: true });
}

/** What failed, in one line. */
function failureOf({ failure }: Outcome): string {
  return failure === undefined ? "fine" : `${failure.kind}: ${failure.error.message}`;
}

/** All endings of a scenario over some seeds. */
async function endings(scenario: Scenario): Promise<Set<string>> {
  const seeds = Array.from({ length: 60 }, (_, seed) => seed);
  return new Set(
    await Promise.all(seeds.map(async (seed) => failureOf(await played(scenario, seededOracle(seed))))),
  );
}

describe("play", () => {
  it("is fine with an empty scenario, and makes no choice for it", async () => {
    expect(await played(async () => undefined)).toEqual({
      choices: [],
      steps: 0,
      trace: [],
      failure: undefined,
    });
  });

  it("fails with what the scenario throws, or code beside it", async () => {
    const boom = new Error("boom");
    expect((await played(() => Promise.reject(boom))).failure).toEqual({ kind: "thrown", error: boom });
    const beside = async (t: Run): Promise<void> => t.go(() => Promise.reject(boom));
    expect((await played(beside)).failure).toEqual({ kind: "thrown", error: boom });
  });

  it("waits for code beside the scenario, and for what that begins", async () => {
    const done: string[] = [];
    await played(async (t) => {
      t.go(() => {
        t.go(async () => {
          await t.step("inner");
          done.push("inner");
        });
        done.push("outer");
      });
    });
    expect(done).toEqual(["outer", "inner"]);
  });

  it("writes who has each turn, what for, which choice of how many, and when", async () => {
    const { trace } = await played(
      async (t) => {
        const counter = await t.system().start(Counter);
        await t.advance(5);
        counter.cast.hit();
        t.kill(counter);
        t.go(() => t.step("end"));
      },
      listOracle([1]),
    );
    expect(trace).toEqual([
      "1. fault: kill  choice 2 of 3  at 5 ms",
      "2. counter (pid 1): kill  choice 1 of 2  at 5 ms",
      "3. system: work after a death  at 5 ms",
      "4. scenario: t.go 1 begins  choice 1 of 2  at 5 ms",
      "5. system: work after a death  choice 1 of 2  at 5 ms",
      "6. scenario: step end  at 5 ms",
    ]);
  });
});

describe("Run", () => {
  it("has one system, whose options come with the first asking", async () => {
    const outcome = await played(async (t) => {
      const system = t.system({ name: "mine" });
      expect(system.name).toBe("mine");
      expect(t.system()).toBe(system);
      t.system({ name: "other" });
    });
    expect(failureOf(outcome)).toMatch(/^thrown: the system of this run has been made/);
  });

  it("lets plain code begin, and go on after a step, in every order", async () => {
    const orders = await endings(async (t) => {
      const order: string[] = [];
      for (const name of ["a", "b"]) {
        t.go(async () => {
          order.push(name);
          await t.step(name);
          order.push(name);
        });
      }
      await t.quiescent();
      throw new Error(order.join(""));
    });
    expect([...orders].sort()).toEqual(
      ["aabb", "abab", "abba", "baab", "baba", "bbaa"].map((o) => `thrown: ${o}`),
    );
  });

  it("strikes at any time: before, between and after messages, and plain code that goes on", async () => {
    const seen = await endings(async (t) => {
      let hits = 0;
      const Hit = defineActor({
        init: () => 0,
        casts: {
          hit: () => {
            hits += 1;
            return 0;
          },
        },
      });
      const counter = await t.system().start(Hit);
      counter.cast.hit();
      counter.cast.hit();
      t.crash(counter, new Error("boom"));
      await t.quiescent();
      throw new Error(String(hits));
    });
    expect([...seen].sort()).toEqual(["thrown: 0", "thrown: 1", "thrown: 2"]);
  });

  it("strikes nobody where nobody is, and looks up whom when it strikes", async () => {
    const outcome = await played(async (t) => {
      const [first, second] = [await t.system().start(Counter), await t.system().start(Counter)];
      first.exit("kill");
      await t.quiescent();
      t.crash(first, new Error("late"));
      t.kill(() => undefined);
      let target = first;
      t.kill(() => target);
      target = second;
      await t.quiescent();
      expect(await second.down()).toEqual({ kind: "killed" });
      expect(t.system().crashes.map(({ reason }) => reason.kind)).toEqual(["killed", "killed"]);
    });
    expect(failureOf(outcome)).toBe("fine");
  });

  it("asks for a number like any other choice", async () => {
    const { choices } = await played(
      async (t) => {
        expect([t.choose(3), t.choose(1), t.choose(5)]).toEqual([2, 0, 4]);
        expect(() => t.choose(0)).toThrow(RangeError);
      },
      listOracle([2, 4]),
    );
    expect(choices).toEqual([
      { chosen: 2, n: 3 },
      { chosen: 4, n: 5 },
    ]);
  });

  it("checks an invariant after every step and stops there", async () => {
    let hits = 0;
    const outcome = await played(async (t) => {
      const Hit = defineActor({ init: () => 0, casts: { hit: () => (hits += 1) } });
      const actor = await t.system().start(Hit);
      t.invariant(() => hits < 2);
      for (let i = 0; i < 5; i += 1) actor.cast.hit();
      await t.quiescent();
    });
    expect(failureOf(outcome)).toBe("invariant: an invariant does not hold: () => hits < 2");
    expect(hits).toBe(2);
    expect(outcome.steps).toBe(2);
  });

  it("takes what an invariant throws for its failure", async () => {
    const outcome = await played(async (t) => {
      t.invariant(() => {
        throw new Error("two leaders");
      });
    });
    expect(failureOf(outcome)).toBe("invariant: two leaders");
  });

  it("says what has been lost or came twice, and ends where it happened", async () => {
    const outcome = await played(async (t) => {
      let coins = 3;
      const Thief = defineActor({ init: () => 0, casts: { take: () => (coins -= 1) } });
      const thief = await t.system().start(Thief);
      t.conservation("coins", () => coins);
      for (let i = 0; i < 3; i += 1) thief.cast.take();
      await t.quiescent();
    });
    expect(failureOf(outcome)).toBe("invariant: coins: there are 2, and there were 3");
    expect(outcome.steps).toBe(1);
  });

  it("lets time pass until something holds, and no longer than it may", async () => {
    const scenario =
      (withinMs: number): Scenario =>
      async (t) => {
        const system = t.system();
        const start = system.nowMs;
        let beats = 0;
        const Heart = defineActor({
          init: (_: void, self) => void self.every(100, "beat"),
          info: (_state: void, _beat: "beat") => void (beats += 1),
        });
        await system.start(Heart);
        await t.eventually(() => beats === 3, withinMs);
        expect(system.nowMs - start).toBe(300);
      };
    expect(failureOf(await played(scenario(300)))).toBe("fine");
    expect(failureOf(await played(scenario(299)))).toBe(
      "eventually: what was to hold within 299 ms does not: () => beats === 3",
    );
  });

  it("finds what is left when all is over", async () => {
    const outcome = await played(async (t) => {
      t.noLeaks();
      t.system()
        .spawn(() => new Promise(() => undefined))
        .exit("kill");
    });
    expect(failureOf(outcome)).toMatch(/^(fine|leak: .*)$/);
    const running = await played(async (t) => {
      t.noLeaks();
      const never = t.system().spawn(() => new Promise(() => undefined));
      await t.quiescent();
      never.exit("kill");
    });
    expect(failureOf(running)).toBe("leak: after the end there are still handlers of dead processes: 1");
  });

  it("names the busiest when a run never ends", async () => {
    const Spin = defineActor({
      name: "spin",
      init: (_: void, self) => void self.pid.send("again" as never),
      info: (_state: void, _message: "again", self) => void self.pid.send("again" as never),
    });
    const outcome = await played(async (t) => void (await t.system().start(Spin)), firstOracle, 100);
    expect(failureOf(outcome)).toMatch(
      /^runaway: 100 steps were not enough; the busiest of late is spin \(pid 1\)/,
    );
  });

  it("names what waits for something outside of the run", async () => {
    const outside = await played(async (t) => {
      t.system();
      t.go(() => new Promise(() => undefined));
    });
    expect(failureOf(outside)).toMatch(
      /^uncontrolled: .*not settled: t\.go 1 at .*play\.test\.ts.*outside of the run/,
    );
  });

  it("says so when only time could bring about what is awaited", async () => {
    const outcome = await played(async (t) => {
      const silent = t.system().spawn(async (self) => {
        for (;;) await self.receive();
      });
      t.system().spawn((self) => void self.sendAfter(250, "late" as never));
      await silent.stop({ timeoutMs: 1_000 }).catch(() => undefined);
      await silent.down();
    });
    expect(failureOf(outcome)).toMatch(/^(fine|uncontrolled: .*the next timer is due at \d+ ms.*)/);
  });

  it("keeps the operations of clients with the places of their calls and returns", async () => {
    const outcome = await played(async (t) => {
      const counter = await t.system().start(Counter);
      await t.observe("value", () => counter.call.value());
      counter.exit("kill");
      await t.observe("value", () => counter.call.value()).catch(() => undefined);
      expect(t.history).toEqual([
        { input: "value", output: 0, calledAt: 1, returnedAt: 2 },
        { input: "value", calledAt: 3 },
      ]);
    });
    expect(failureOf(outcome)).toBe("fine");
  });
});
