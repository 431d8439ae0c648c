import { describe, expect, it } from "vitest";
import { peakEwma } from "../../../src/pools/strategies/peak-ewma.ts";
import type { Member, Picker, Strategy } from "../../../src/pools/strategies/strategy.ts";
import {
  leave,
  member,
  members,
  pause,
  resume,
  strategyContract,
} from "../../contracts/strategy.contract.ts";
import { crewOf } from "../crew.ts";
import { outcomeOf } from "../workshop.ts";

strategyContract("peakEwma", peakEwma);

/** A picker over two members, of which it always looks at both, on a clock of the test's. */
function pairOf(options?: Parameters<typeof peakEwma>[0], queued: readonly [number, number] = [0, 0]) {
  const clock = { nowMs: 0 };
  const group = members(...queued);
  const strategy = peakEwma(options) as Exclude<Strategy, (...given: never) => unknown>;
  const picker: Picker = strategy.create({ members: group, random: () => 0, nowMs: () => clock.nowMs });
  const [one, other] = group as [Member, Member];
  const took = (which: Member, tookMs: number, failed = false): void =>
    picker.ended?.(which, { tookMs, failed });
  return { clock, group, picker, one, other, took };
}

describe("peakEwma", () => {
  it("B8 takes the member whose requests took less time", () => {
    const { picker, one, other, took } = pairOf();
    took(one, 80);
    took(other, 20);
    expect(picker.pick()).toBe(other);
  });

  it.each([
    { queued: [3, 0], ms: [10, 30], picked: 1 },
    { queued: [1, 0], ms: [10, 30], picked: 0 },
    { queued: [0, 9], ms: [50, 10], picked: 0 },
  ] as const)("counts what a member has to do: $queued at $ms ms each", ({ queued, ms, picked }) => {
    const { group, picker, one, other, took } = pairOf({}, queued);
    took(one, ms[0]);
    took(other, ms[1]);
    expect(picker.pick()).toBe(group[picked]);
  });

  it("believes one slow answer at once, and fast ones little by little", () => {
    const { clock, picker, one, other, took } = pairOf({ decayMs: 100 });
    took(other, 40);
    took(one, 10);
    took(one, 500);
    expect(picker.pick()).toBe(other);
    clock.nowMs = 10;
    took(one, 1);
    took(other, 40);
    expect(picker.pick()).toBe(other);
    for (let answers = 0; answers < 20; answers += 1) {
      clock.nowMs += 50;
      took(one, 1);
      took(other, 40);
    }
    expect(picker.pick()).toBe(one);
  });

  it("forgives a slow member with time, so that it is asked again", () => {
    const { clock, picker, one, other, took } = pairOf({ decayMs: 100 });
    took(one, 500);
    took(other, 20);
    expect(picker.pick()).toBe(other);
    clock.nowMs = 400;
    took(other, 20);
    expect(picker.pick()).toBe(one);
  });

  it("takes a failure for slow, however fast it came", () => {
    const { picker, one, other, took } = pairOf({ failureMs: 300 });
    took(one, 1, true);
    took(other, 200);
    expect(picker.pick()).toBe(other);
  });

  it("tries whom it does not know while that has nothing to do, and not when it has", () => {
    const idle = pairOf();
    idle.took(idle.one, 5);
    expect(idle.picker.pick()).toBe(idle.other);
    const busy = pairOf({}, [0, 1]);
    busy.took(busy.one, 5);
    expect(busy.picker.pick()).toBe(busy.one);
  });

  it("B6 keeps what it has seen of a member that is out, and forgets one that has left", () => {
    const { group, picker, one, other, took } = pairOf();
    took(one, 80);
    took(other, 20);
    pause(picker, group, one);
    resume(picker, group, one);
    expect(picker.pick()).toBe(other);
    leave(picker, group, one);
    const fresh = member(9, 0);
    group.push(fresh);
    picker.joined?.(fresh);
    expect(picker.pick()).toBe(fresh);
  });

  it("is told by its pool how each call has ended, but for what its caller called off", async () => {
    const { system, pool, hands } = await crewOf("ab", { strategy: peakEwma() });
    await using _ = system;
    const calls = [outcomeOf(pool.call.hold()), outcomeOf(pool.call.hold())];
    await system.advance(100);
    hands[0]!.cast.let();
    hands[1]!.cast.let();
    await system.settle();
    expect(calls.map(({ now }) => now).toSorted()).toEqual(["a", "b"]);
    const slow = outcomeOf(pool.call.hold());
    await system.advance(900);
    const late = pool.members().findIndex(({ running }) => running === 1);
    hands[late]!.cast.let();
    await system.settle();
    const names = await Promise.all(Array.from({ length: 8 }, () => pool.call.who()));
    expect(slow.now).toBe("ab"[late]);
    expect(names.filter((name) => name === "ab"[1 - late]).length).toBeGreaterThanOrEqual(6);
  });

  it("refuses options that are none", () => {
    expect(() => peakEwma({ decayMs: 0, failure: 1 } as never)).toThrow(/unknown option "failure"|decayMs/);
  });
});
