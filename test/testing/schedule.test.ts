import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatSchedule, parseSchedule } from "../../src/testing/schedule.ts";

describe("formatSchedule", () => {
  it("writes only what is not 0, after the zeros before it, in base 36", () => {
    expect(formatSchedule([0, 0, 2, 35, 0, 36])).toBe("v1:2.2-0.z-1.10");
  });

  it("leaves out zeros at the end, and everything of a run without chance", () => {
    expect(formatSchedule([1, 0, 0])).toBe("v1:0.1");
    expect(formatSchedule([0, 0])).toBe("v1:");
  });
});

describe("parseSchedule", () => {
  it("gives back what was written, up to zeros at the end", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.constant(0), fc.nat(2 ** 32 - 1))), (choices) => {
        const read = parseSchedule(formatSchedule(choices));
        expect(choices.slice(0, read.length)).toEqual(read);
        expect(choices.slice(read.length).every((choice) => choice === 0)).toBe(true);
      }),
    );
  });

  it.each(["", "v2:0.1", "v1:0.1-", "v1:1", "v1:0.1 ", "AQ4"])("refuses %j", (schedule) => {
    expect(() => parseSchedule(schedule)).toThrow(/is no schedule/);
  });

  it("refuses one that is longer than any run", () => {
    expect(() => parseSchedule("v1:zzzzzzzz.1")).toThrow(/longer than any run/);
  });
});
