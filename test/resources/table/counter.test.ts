import { describe, expect, it } from "vitest";
import { type CounterStep, countUp } from "../../../src/resources/table/counter.ts";

describe("countUp", () => {
  it.each([
    { row: 3, step: { by: 2 }, count: 5 },
    { row: 3, step: { by: -5 }, count: -2 },
    { row: 3, step: { by: 0 }, count: 3 },
    { row: 8, step: { by: 1, threshold: 9, resetTo: 0 }, count: 9 },
    { row: 9, step: { by: 1, threshold: 9, resetTo: 0 }, count: 0 },
    { row: 1, step: { by: -1, threshold: 0, resetTo: 7 }, count: 0 },
    { row: 0, step: { by: -1, threshold: 0, resetTo: 7 }, count: 7 },
    { row: 5, step: { by: 0, threshold: 4, resetTo: 1 }, count: 1 },
  ] as const)("of $row by $step is $count", ({ row, step, count }) => {
    expect(countUp<number>(row, [step])).toEqual({ ok: true, row: count, counts: [count] });
  });

  it("takes several steps, each from where the one before came to, and leaves the row it was given", () => {
    const row = { hits: 1, misses: 0, name: "page" };
    const steps: CounterStep<typeof row>[] = [
      { field: "hits", by: 1 },
      { field: "misses", by: 3 },
      { field: "hits", by: 1, threshold: 2, resetTo: 0 },
    ];
    expect(countUp(row, steps)).toEqual({
      ok: true,
      row: { hits: 0, misses: 3, name: "page" },
      counts: [2, 3, 0],
    });
    expect(row).toEqual({ hits: 1, misses: 0, name: "page" });
  });

  it("leaves a row that is a tuple a tuple", () => {
    const row: readonly [string, number] = ["page", 1];
    const steps = [{ field: "1", by: 2 }] as unknown as CounterStep<typeof row>[];
    expect(countUp(row, steps)).toEqual({ ok: true, row: ["page", 3], counts: [3] });
    expect(row).toEqual(["page", 1]);
  });

  it("lists all faults of all steps at once", () => {
    const steps = [
      { field: "hits", by: Number.NaN },
      { field: "name", by: 1, threshold: 3 },
      { by: Number.POSITIVE_INFINITY, threshold: "9", resetTo: 0 },
    ] as unknown as CounterStep<{ hits: number; name: string }>[];
    expect(countUp({ hits: 1, name: "page" }, steps)).toEqual({
      ok: false,
      faults: [
        "by must be a number, neither infinite nor NaN",
        "threshold and resetTo go together",
        "name is no number",
        "by must be a number, neither infinite nor NaN",
        "threshold must be a number, neither infinite nor NaN",
        "the row is no number: name a field",
      ],
    });
  });
});
