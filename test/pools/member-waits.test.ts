import { describe, expect, it } from "vitest";
import { HandleProcess } from "../../src/actors/handle-process.ts";
import { kernelOf } from "../../src/actors/system.ts";
import { MemberWaits } from "../../src/pools/member-waits.ts";
import { type TestSystem, testSystem } from "../../src/testing/test-system.ts";
import { outcomeOf } from "./workshop.ts";

describe("MemberWaits", () => {
  it("wakes all who wait, in the order of coming", async () => {
    await using system = testSystem();
    const waits = waitsOf(system, 10);
    const woken: number[] = [];
    for (const waiter of [1, 2, 3]) void waits.forMember(100, undefined).then(() => woken.push(waiter));
    waits.wake();
    await system.settle();
    expect([woken, waits.size]).toEqual([[1, 2, 3], 0]);
  });

  it("settles when the time is up, so that its caller looks once more", async () => {
    await using system = testSystem();
    const waits = waitsOf(system, 10);
    const waiter = outcomeOf(waits.forMember(100, undefined));
    await system.advance(99);
    expect(waiter.now).toBe("pending");
    await system.advance(1);
    expect([waiter.now, waits.size, kernelOf(system).deadlines.size]).toEqual([undefined, 0, 0]);
  });

  it("refuses one too many, and who has aborted", async () => {
    await using system = testSystem();
    const waits = waitsOf(system, 1);
    await expect(waits.forMember(100, AbortSignal.abort())).rejects.toMatchObject({
      code: "ERR_ABORTED",
    });
    const first = waits.forMember(100, undefined);
    await expect(waits.forMember(100, undefined)).rejects.toMatchObject({ code: "ERR_POOL_FULL" });
    waits.wake();
    await first;
  });
});

function waitsOf(system: TestSystem, maxWaiting: number): MemberWaits {
  return new MemberWaits(new HandleProcess(system, { name: "connections" }), "upstream", maxWaiting);
}
