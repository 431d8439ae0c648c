import { describe, expect, it } from "vitest";
import { kernelOf } from "../../src/actors/system.ts";
import { MemberWaits } from "../../src/pools/member-waits.ts";
import { testSystem } from "../../src/testing/test-system.ts";
import { outcomeOf } from "./workshop.ts";

describe("MemberWaits", () => {
  it("wakes all who wait, in the order of coming", async () => {
    await using system = testSystem();
    const waits = new MemberWaits(kernelOf(system), "upstream", 10);
    const woken: number[] = [];
    for (const waiter of [1, 2, 3])
      void waits.forMember(undefined, 100, undefined).then(() => woken.push(waiter));
    waits.wake();
    await system.settle();
    expect([woken, waits.size]).toEqual([[1, 2, 3], 0]);
  });

  it("settles when the time is up, so that its caller looks once more", async () => {
    await using system = testSystem();
    const waits = new MemberWaits(kernelOf(system), "upstream", 10);
    const waiter = outcomeOf(waits.forMember(undefined, 100, undefined));
    await system.advance(99);
    expect(waiter.now).toBe("pending");
    await system.advance(1);
    expect([waiter.now, waits.size, kernelOf(system).deadlines.size]).toEqual([undefined, 0, 0]);
  });

  it("refuses one too many, and who has aborted", async () => {
    await using system = testSystem();
    const waits = new MemberWaits(kernelOf(system), "upstream", 1);
    await expect(waits.forMember(undefined, 100, AbortSignal.abort())).rejects.toMatchObject({
      code: "ERR_ABORTED",
    });
    const first = waits.forMember(undefined, 100, undefined);
    await expect(waits.forMember(undefined, 100, undefined)).rejects.toMatchObject({ code: "ERR_POOL_FULL" });
    waits.wake();
    await first;
  });
});
