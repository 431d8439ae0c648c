import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Rows } from "../../../src/resources/table/rows.ts";

const key = fc.oneof(
  fc.integer({ max: 4, min: 0 }),
  fc.constantFrom("a", "b"),
  fc.tuple(fc.nat(1), fc.nat(1)),
);

describe("Rows", () => {
  it("holds what a map holds, in the order in which the keys came", () => {
    const steps = fc.array(fc.record({ key, keep: fc.boolean() }), { maxLength: 40 });
    fc.assert(
      fc.property(steps, (taken) => {
        const rows = new Rows<unknown, number>();
        const model = new Map<string, number>();
        taken.forEach((step, at) => {
          const name = JSON.stringify(step.key);
          if (!step.keep) {
            expect(rows.delete(step.key)?.row).toBe(model.get(name));
            model.delete(name);
          } else if (!model.has(name)) {
            rows.add(step.key, at);
            model.set(name, at);
          }
          expect(rows.find(step.key)?.row).toBe(model.get(name));
        });
        expect(rows.all().map((one) => [JSON.stringify(one.key), one.row])).toEqual([...model]);
        expect(rows.size).toBe(model.size);
      }),
    );
  });

  it("keeps a copy of a tuple that is a key", () => {
    const rows = new Rows<unknown, number>();
    const mine = ["page", 1];
    rows.add(mine, 1);
    mine[1] = 2;
    expect(rows.find(["page", 1])?.row).toBe(1);
    expect(rows.find(mine)).toBeUndefined();
  });
});
