import { describe, expect, it } from "vitest";
import type { Pid } from "../../src/core/pid.ts";
import { seededRandom } from "../../src/core/random.ts";
import type { Member, Picker, Strategy } from "../../src/pools/strategies/strategy.ts";

/** What every strategy owes the pool. Each strategy's own test file runs this first. */
export function strategyContract(name: string, make: () => Strategy): void {
  describe(`${name} honours the strategy contract`, () => {
    const loads: readonly (readonly number[])[] = [[0], [3], [0, 0], [2, 0, 1], [1, 1, 1], [0, 9, 0, 9]];

    it.each(loads.map((load) => ({ load })))(
      "picks one of the members, whatever their load: $load",
      ({ load }) => {
        const group = members(...load);
        const picker = pickerOf(make(), group);
        for (let pick = 0; pick < 20; pick += 1) expect(group).toContain(picker.pick("any key"));
      },
    );

    it("picks nobody when nobody is there", () => {
      expect(pickerOf(make(), []).pick()).toBeUndefined();
    });

    it("picks nobody who has left, and sooner or later whoever has joined", () => {
      const group = members(0, 0, 0);
      const picker = pickerOf(make(), group);
      const [gone] = group;
      picker.pick();
      leave(picker, group, gone!);
      const fresh = join(picker, group, 0);
      const picked = new Set(Array.from({ length: 100 }, () => picker.pick()));
      expect(picked.has(gone)).toBe(false);
      expect(picked.has(fresh)).toBe(true);
    });

    it("picks nobody who is out for a while, and sooner or later whoever is back", () => {
      const group = members(0, 0, 0);
      const picker = pickerOf(make(), group);
      const [one, other, third] = group as [Member, Member, Member];
      picker.pick();
      pause(picker, group, one);
      for (let pick = 0; pick < 20; pick += 1) expect(group).toContain(picker.pick(pick));
      pause(picker, group, other);
      expect([picker.pick(), picker.pick("any key")]).toEqual([third, third]);
      pause(picker, group, third);
      expect([picker.pick(), picker.pick("any key")]).toEqual([undefined, undefined]);
      for (const back of [third, one, other]) resume(picker, group, back);
      expect(new Set(Array.from({ length: 100 }, (_, at) => picker.pick(at)))).toEqual(new Set(group));
    });

    it("forgets who leaves while it is out", () => {
      const group = members(0, 0);
      const picker = pickerOf(make(), group);
      const [gone, stays] = group as [Member, Member];
      pause(picker, group, gone);
      if (picker.paused !== undefined) picker.left?.(gone);
      for (let pick = 0; pick < 10; pick += 1) expect(picker.pick(pick)).toBe(stays);
    });

    it("leaves the members as they were", () => {
      const group = members(2, 0, 1);
      const before = [...group];
      pickerOf(make(), group).pick();
      expect(group).toEqual(before);
    });

    it("serves two pools without mixing them up", () => {
      const strategy = make();
      const [one, other] = [members(0, 0), members(0, 0)];
      const [first, second] = [pickerOf(strategy, one), pickerOf(strategy, other)];
      for (let pick = 0; pick < 10; pick += 1) {
        expect(one).toContain(first.pick());
        expect(other).toContain(second.pick());
      }
    });
  });
}

/** Members with so many messages queued each; who they are is told by `serial`. */
export function members(...queued: readonly number[]): Member[] {
  return queued.map((count, serial) => member(serial, count));
}

/** Its value is what {@link weighted} reads as a weight. */
export function member(serial: number, queued: number, value: unknown = 1): Member {
  const pid = { serial, toString: () => `member ${serial}` } as unknown as Pid;
  return Object.freeze({ pid, value, queued, running: 0 });
}

/** The picker of a strategy over `group`, with chance from `seed`. */
export function pickerOf(strategy: Strategy, group: readonly Member[], seed = 7): Picker {
  if (typeof strategy === "function") {
    return { pick: (hashKey) => group[strategy(group, hashKey) ?? -1] };
  }
  const random = seededRandom(seed);
  return strategy.create({ members: group, random: () => random.next(), nowMs: () => 0 });
}

/** One more at the end, as a pool does it. */
export function join(
  picker: Picker,
  group: Member[],
  queued: number,
  serial: number = Math.max(-1, ...group.map(({ pid }) => pid.serial)) + 1,
): Member {
  const fresh = member(serial, queued);
  group.push(fresh);
  picker.joined?.(fresh);
  return fresh;
}

/** One less, as a pool does it. */
export function leave(picker: Picker, group: Member[], gone: Member): void {
  group.splice(group.indexOf(gone), 1);
  picker.left?.(gone);
}

/** Out for a while, as a pool does it. */
export function pause(picker: Picker, group: Member[], member: Member): void {
  group.splice(group.indexOf(member), 1);
  if (picker.paused !== undefined) picker.paused(member);
  else picker.left?.(member);
}

/** Back in its old place, as a pool does it. */
export function resume(picker: Picker, group: Member[], member: Member): void {
  const at = group.findIndex(({ pid }) => pid.serial > member.pid.serial);
  group.splice(at < 0 ? group.length : at, 0, member);
  if (picker.resumed !== undefined) picker.resumed(member);
  else picker.joined?.(member);
}
