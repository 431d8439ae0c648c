import { describe, expect, it } from "vitest";
import { consistentHash } from "../../../src/pools/strategies/consistent-hash.ts";
import {
  join,
  leave,
  member,
  members,
  pickerOf,
  strategyContract,
} from "../../contracts/strategy.contract.ts";

strategyContract("consistentHash", consistentHash);

const KEYS = Array.from({ length: 500 }, (_, index) => index);

describe("consistentHash", () => {
  it("B8 keeps a key with its member while others join and leave", () => {
    const group = members(0, 0, 0, 0);
    const picker = pickerOf(consistentHash(), group);
    const home = picker.pick("customer 7")!;
    const other = group.find((each) => each !== home)!;
    leave(picker, group, other);
    expect(picker.pick("customer 7")).toBe(home);
  });

  it("falls back to the next member that is there when the one of the key leaves", () => {
    const group = members(0, 0, 0);
    const picker = pickerOf(consistentHash(), group);
    const home = picker.pick("customer 7")!;
    leave(picker, group, home);
    const next = picker.pick("customer 7")!;
    expect(group).toContain(next);
    expect(picker.pick("customer 7")).toBe(next);
  });

  it("gives a member that comes back under its id its keys back", () => {
    const idOf = ({ value }: { value: unknown }): string => String(value);
    const group = ["a", "b", "c"].map((name, serial) => member(serial, 0, name));
    const picker = pickerOf(consistentHash({ idOf }), group);
    const before = KEYS.map((key) => picker.pick(key)?.value);
    const gone = group[1]!;
    leave(picker, group, gone);
    const back = member(9, 0, gone.value);
    group.push(back);
    picker.joined?.(back);
    expect(KEYS.map((key) => picker.pick(key)?.value)).toEqual(before);
  });

  it("sends what has no key to anybody", () => {
    const group = members(0, 0, 0);
    const picker = pickerOf(consistentHash(), group);
    expect(new Set(Array.from({ length: 100 }, () => picker.pick())).size).toBe(3);
    expect(join(picker, group, 0)).toBe(group[3]);
  });
});
