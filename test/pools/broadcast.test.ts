import { describe, expect, expectTypeOf, it } from "vitest";
import type { Gathered } from "../../src/pools/broadcast.ts";
import { crewOf, Hand } from "./crew.ts";
import { outcomeOf } from "./workshop.ts";

describe("RoutingPool.broadcast", () => {
  it("WP6 asks all, and gathers what each answers", async () => {
    const { system, pool, hands } = await crewOf("abc");
    await using _ = system;
    const gathered = await pool.broadcast.call.who();
    expectTypeOf(gathered).toEqualTypeOf<Gathered<string>>();
    expect(gathered).toEqual({
      replies: [
        { pid: hands[0], value: "a" },
        { pid: hands[1], value: "b" },
        { pid: hands[2], value: "c" },
      ],
      errors: [],
    });
  });

  it("WP6 has the errors beside the replies: who was lost, too late, or failed", async () => {
    const { system, pool, hands } = await crewOf("abc");
    await using _ = system;
    const gathering = pool.broadcast.call.hold(undefined, { timeoutMs: 100 });
    await system.settle();
    hands[0]!.exit("kill");
    hands[1]!.cast.let();
    await system.advance(100);
    expect(await gathering).toMatchObject({
      replies: [{ pid: hands[1], value: "b" }],
      errors: [
        { pid: hands[0], error: { code: "ERR_EXITED" } },
        { pid: hands[2], error: { code: "ERR_CALL_TIMEOUT" } },
      ],
    });
  });

  it("reaches members in every state, whatever they may have", async () => {
    const { system, pool, hands } = await crewOf("ab", { maxRunning: 1 });
    await using _ = system;
    const held = outcomeOf(pool.call.hold());
    await system.settle();
    await pool.drainMember(hands[1]!);
    pool.broadcast.cast.note();
    pool.broadcast.cast.note();
    const { replies } = await pool.broadcast.call.done();
    expect(replies.map(({ value }) => value)).toEqual([2, 2]);
    hands[0]!.cast.let();
    await system.settle();
    expect(held.now).toBe("a");
  });

  it("answers two empty lists when nobody is there", async () => {
    const { system, pool } = await crewOf("");
    await using _ = system;
    expect(await pool.broadcast.call.who()).toEqual({ replies: [], errors: [] });
    pool.broadcast.cast.note();
    expect(system.deadLetters).toEqual([]);
  });

  it("is refused by a pool that is closed", async () => {
    const { system, pool } = await crewOf("a");
    await using _ = system;
    await pool.close();
    await expect(pool.broadcast.call.who()).rejects.toMatchObject({ code: "ERR_POOL_CLOSED" });
  });

  it("tells nobody once its pool drains, and says so: what is told then is a dead letter", async () => {
    const { system, pool, hands } = await crewOf("ab");
    await using _ = system;
    const letters: unknown[] = [];
    system.telemetry.on("message:dead", ({ kind, why }) => letters.push([kind, why]));
    const held = pool.call.hold();
    await system.settle();
    const drained = pool.drain();
    pool.broadcast.cast.note();
    pool.broadcast.send("news" as never);
    for (const hand of hands) hand.cast.let();
    await Promise.all([held, drained]);
    expect(letters).toEqual([
      ["cast", "poolClosed"],
      ["message", "poolClosed"],
    ]);
    expect(await Promise.all(hands.map((hand) => hand.call.done()))).toEqual([0, 0]);
  });

  it("types what it asks", async () => {
    const { system, pool } = await crewOf("a");
    await using _ = system;
    expectTypeOf(pool.broadcast.call.done).returns.resolves.toEqualTypeOf<Gathered<number>>();
    // @ts-expect-error a hand has no such call
    expect(pool.broadcast.call.nobody).toBeUndefined();
    expect(Hand).toBeDefined();
  });
});
