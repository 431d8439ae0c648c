import { describe, expect, it } from "vitest";
import { kernelOf } from "../../src/actors/system.ts";
import { leastBusy } from "../../src/pools/strategies/least-busy.ts";
import { crewOf, Hand } from "./crew.ts";
import { outcomeOf } from "./workshop.ts";

const sick = { code: "ERR_DISCONNECTED" } as const;
const ejection = { failures: 2, ejectMs: 100, maxEjectMs: 1_000 };
/** Always the first that can be picked. */
const strategy = (members: readonly unknown[]): number | undefined => (members.length > 0 ? 0 : undefined);

describe("MemberHealth with ejection", () => {
  it("leaves out who fails again and again, for a while, and lets it back for one call", async () => {
    const { system, pool, hands, events } = await crewOf("abc", { strategy, ejection });
    await using _ = system;
    for (let call = 0; call < 2; call += 1) await expect(pool.call.refuse(sick)).rejects.toThrow("refused");
    expect(pool.members().map(({ state }) => state)).toEqual(["down", "up", "up"]);
    expect(pool.stats()).toMatchObject({ members: 2, ejected: 1, ejections: 1 });
    expect(await pool.call.who()).toBe("b");
    await system.advance(99);
    expect(await pool.call.who()).toBe("b");
    await system.advance(1);
    const [probe, other] = [outcomeOf(pool.call.hold()), outcomeOf(pool.call.who())];
    await system.settle();
    expect([probe.now, other.now, pool.stats().members]).toEqual(["pending", "b", 2]);
    hands[0]!.cast.let();
    await system.settle();
    expect([probe.now, await pool.call.who(), pool.stats().members]).toEqual(["a", "a", 3]);
    expect(events.map(([, { why }]: readonly [string, { why?: string }]) => why)).toEqual([
      "ejected",
      "probing",
      "recovered",
    ]);
  });

  it("ejects for twice as long who fails its probe", async () => {
    const { system, pool } = await crewOf("ab", { strategy, ejection });
    await using _ = system;
    for (let call = 0; call < 2; call += 1) await pool.call.refuse(sick).catch(() => undefined);
    await system.advance(100);
    await pool.call.refuse(sick).catch(() => undefined);
    expect(pool.stats()).toMatchObject({ ejected: 1, ejections: 2 });
    await system.advance(199);
    expect(await pool.call.who()).toBe("b");
    await system.advance(1);
    expect(await pool.call.who()).toBe("a");
  });

  it("lets the next call probe when the first was called off", async () => {
    const { system, pool } = await crewOf("ab", { strategy, ejection });
    await using _ = system;
    for (let call = 0; call < 2; call += 1) await pool.call.refuse(sick).catch(() => undefined);
    await system.advance(100);
    const controller = new AbortController();
    const probe = outcomeOf(pool.call.hold(undefined, { signal: controller.signal }));
    await system.settle();
    controller.abort();
    await system.settle();
    expect([probe.now, await pool.call.who(), pool.stats().ejected]).toEqual(["ERR_ABORTED", "a", 0]);
  });

  it("counts failures in a row, and what is slow among them", async () => {
    const { system, pool } = await crewOf("ab", { strategy, ejection });
    await using _ = system;
    await pool.call.refuse(sick).catch(() => undefined);
    await pool.call.who();
    const slow = outcomeOf(pool.call.hold(undefined, { timeoutMs: 50 }));
    await system.advance(50);
    expect([slow.now, pool.stats().ejected, pool.members()[0]?.failures]).toEqual(["ERR_CALL_TIMEOUT", 0, 1]);
    await pool.call.refuse(sick).catch(() => undefined);
    expect(pool.stats().ejected).toBe(1);
  });

  it("ejects neither the last nor more than the share", async () => {
    const { system, pool } = await crewOf("abcd", {
      strategy,
      ejection: { ...ejection, maxEjectedShare: 0.5 },
    });
    await using _ = system;
    for (let call = 0; call < 20; call += 1) await pool.call.refuse(sick).catch(() => undefined);
    expect(pool.stats()).toMatchObject({ members: 2, ejected: 2 });
    const alone = await crewOf("a", { ejection });
    await using __ = alone.system;
    for (let call = 0; call < 5; call += 1) await alone.pool.call.refuse(sick).catch(() => undefined);
    expect(alone.pool.stats()).toMatchObject({ members: 1, ejected: 0 });
  });

  it("forgets who dies while it is out, with its deadline", async () => {
    const { system, pool, hands } = await crewOf("ab", { strategy, ejection });
    await using _ = system;
    for (let call = 0; call < 2; call += 1) await pool.call.refuse(sick).catch(() => undefined);
    await hands[0]!.stop();
    expect(pool.stats()).toMatchObject({ members: 1, ejected: 0 });
    expect(kernelOf(system).deadlines.size).toBe(0);
  });

  it("has an ejection end early when its user says so", async () => {
    const { system, pool, hands } = await crewOf("ab", { strategy, ejection });
    await using _ = system;
    for (let call = 0; call < 2; call += 1) await pool.call.refuse(sick).catch(() => undefined);
    expect([pool.resumeMember(hands[0]!), await pool.call.who()]).toEqual([true, "a"]);
    expect(pool.stats().ejected).toBe(0);
    expect(kernelOf(system).deadlines.size).toBe(0);
  });
});

describe("MemberHealth with slowStartMs", () => {
  it("gives a member that joins its share little by little, though it is the least busy", async () => {
    const { system, crew, pool } = await crewOf("a", { strategy: leastBusy(), slowStartMs: 1_000 });
    await using _ = system;
    await system.advance(1_000);
    await pool.call.who();
    await system.start(Hand, { crew, id: "b" });
    const shares: number[] = [];
    for (const stepMs of [0, 250, 250, 500]) {
      await system.advance(stepMs);
      let fresh = 0;
      for (let call = 0; call < 40; call += 1) if ((await pool.call.who()) === "b") fresh += 1;
      shares.push(fresh);
    }
    expect(shares).toEqual(shares.toSorted((one, other) => one - other));
    expect(shares[0]).toBeLessThanOrEqual(4);
    expect(shares[3]).toBe(20);
  });

  it("spares nobody where all are new, or one is alone", async () => {
    const { system, pool, hands } = await crewOf("ab", { slowStartMs: 1_000 });
    await using _ = system;
    expect(await Promise.all([1, 2, 3, 4].map(() => pool.call.who()))).toEqual(["a", "b", "a", "b"]);
    await pool.drainMember(hands[1]!);
    pool.resumeMember(hands[1]!);
    await hands[0]!.stop();
    expect(await pool.call.who()).toBe("b");
  });
});
