import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { reply } from "../../src/actors/answers.ts";
import { defineActor } from "../../src/actors/define-actor.ts";
import { createRoutingPool } from "../../src/pools/routing-pool.ts";
import { leastBusy } from "../../src/pools/strategies/least-busy.ts";
import { random } from "../../src/pools/strategies/random.ts";
import { roundRobin } from "../../src/pools/strategies/round-robin.ts";
import type { Strategy } from "../../src/pools/strategies/strategy.ts";
import { createRegistry } from "../../src/registry/create-registry.ts";
import { type TestSystem, testSystem } from "../../src/testing/test-system.ts";

const Member = defineActor({
  name: "member",
  init: () => 0,
  calls: { pid: (state, _, self) => reply(self.pid, state) },
});

function setup(system: TestSystem, strategy: Strategy) {
  const registry = createRegistry(system, { keys: "duplicate", name: "connections" });
  return { registry, pool: createRoutingPool(registry, Member, "upstream", { strategy }) };
}

describe("LiveMembers", () => {
  it.each([
    {
      name: "throws",
      strategy: () => {
        throw new RangeError("mine");
      },
      says: "threw RangeError: mine",
    },
    {
      name: "answers an index out of range",
      strategy: () => 7,
      says: "answered 7, which is no index into 1 member",
    },
    {
      name: "answers a fraction",
      strategy: () => 0.5,
      says: "answered 0.5, which is no index into 1 member",
    },
    {
      name: "answers no number",
      strategy: () => "first",
      says: 'answered "first", which is no index into 1 member',
    },
    {
      name: "is the maker of one",
      strategy: roundRobin,
      says: "answered a strategy: give what roundRobin() makes, not roundRobin itself",
    },
    {
      name: "picks somebody of its own",
      strategy: { create: () => ({ pick: () => ({ pid: {}, queued: 0, running: 0 }) }) },
      says: "answered what is none of the members",
    },
  ])("rejects one call, and says why, when a strategy $name", async ({ strategy, says }) => {
    await using system = testSystem();
    const { registry, pool } = setup(system, strategy as unknown as Strategy);
    const member = await system.start(Member);
    registry.register("upstream", member);
    await expect(pool.call.pid()).rejects.toMatchObject({
      code: "ERR_BAD_STRATEGY",
      handled: "no",
      message: `the strategy of upstream in connections ${says}; the request was not handled`,
    });
    expect(await member.call.pid()).toBe(member);
  });

  it("goes on after a strategy has thrown once", async () => {
    await using system = testSystem();
    let throws = true;
    const { registry, pool } = setup(system, () => {
      if (throws) throw new Error("once");
      return 0;
    });
    const member = await system.start(Member);
    registry.register("upstream", member);
    await pool.call.pid().catch(() => undefined);
    throws = false;
    expect(await pool.call.pid()).toBe(member);
  });

  it("never blames whoever joins or dies for a picker that throws", async () => {
    await using system = testSystem();
    const { registry, pool } = setup(system, {
      create: ({ members }) => ({
        pick: () => members[0],
        joined: () => {
          throw new Error("no room");
        },
      }),
    });
    const member = await system.start(Member);
    expect(registry.register("upstream", member)).toMatchObject({ ok: true });
    await expect(pool.call.pid()).rejects.toMatchObject({
      code: "ERR_BAD_STRATEGY",
      message: expect.stringContaining("threw Error: no room when the members changed"),
    });
    expect(await pool.call.pid()).toBe(member);
  });

  it("rejects with ERR_NO_MEMBER when a strategy wants none of them", async () => {
    await using system = testSystem();
    const { registry, pool } = setup(system, () => undefined);
    registry.register("upstream", await system.start(Member));
    await expect(pool.call.pid()).rejects.toMatchObject({ code: "ERR_NO_MEMBER" });
  });

  it("hands the caller's hashKey to the strategy", async () => {
    await using system = testSystem();
    const keys: unknown[] = [];
    const { registry, pool } = setup(system, (_members, hashKey) => {
      keys.push(hashKey);
      return 0;
    });
    registry.register("upstream", await system.start(Member));
    await pool.call.pid(undefined, { hashKey: "user 7" });
    expect(keys).toEqual(["user 7"]);
  });

  it("shows who was there before the pool was made", async () => {
    await using system = testSystem();
    const registry = createRegistry(system, { keys: "duplicate" });
    const members = [await system.start(Member), await system.start(Member)];
    for (const member of members) registry.register("upstream", member);
    const pool = createRoutingPool(registry, Member, "upstream", { strategy: roundRobin() });
    expect([await pool.call.pid(), await pool.call.pid()]).toEqual(members);
  });

  it.each([
    { name: "random", make: random },
    { name: "roundRobin", make: roundRobin },
    { name: "leastBusy", make: leastBusy },
  ])(
    "picks with $name only who is registered and alive at that moment, whoever joins, leaves and dies",
    async ({ make }) => {
      const command = fc.record({
        kind: fc.constantFrom("start", "leave", "rejoin", "kill", "stop", "call"),
        which: fc.nat(),
      });
      await fc.assert(
        fc.asyncProperty(fc.array(command, { maxLength: 30 }), async (commands) => {
          await using system = testSystem();
          const { registry, pool } = setup(system, make());
          const alive: Awaited<ReturnType<typeof startMember>>[] = [];
          const startMember = () => system.start(Member);
          for (const { kind, which } of commands) {
            const member = alive[which % Math.max(1, alive.length)];
            if (kind === "start") {
              const fresh = await startMember();
              alive.push(fresh);
              registry.register("upstream", fresh);
            } else if (kind === "leave" && member !== undefined) registry.unregister("upstream", member);
            else if (kind === "rejoin" && member !== undefined) registry.register("upstream", member);
            else if ((kind === "kill" || kind === "stop") && member !== undefined) {
              alive.splice(alive.indexOf(member), 1);
              member.exit(kind === "kill" ? "kill" : "shutdown");
              await system.settle();
            }
            const there = registry.lookup("upstream").map(({ pid }) => pid);
            expect(pool.stats().members).toBe(there.length);
            const picked = await pool.call.pid().catch((error) => error.code);
            if (there.length === 0) expect(picked).toBe("ERR_NO_MEMBER");
            else expect(there).toContain(picked);
          }
        }),
        { numRuns: 40 },
      );
    },
  );
});
