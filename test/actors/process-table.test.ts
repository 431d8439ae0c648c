import { describe, expect, it } from "vitest";
import { ProcessTable, type Tabled } from "../../src/actors/process-table.ts";

class Named implements Tabled {
  older: Named | undefined = undefined;
  younger: Named | undefined = undefined;
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

function tableOf(names: string): { readonly table: ProcessTable<Named>; readonly there: Map<string, Named> } {
  const table = new ProcessTable<Named>();
  const there = new Map(Array.from(names, (name) => [name, new Named(name)]));
  for (const one of there.values()) table.add(one);
  return { table, there };
}

/** Read from both ends: they must agree. */
function shown(table: ProcessTable<Named>): string {
  const fromYoungest: string[] = [];
  for (let one = table.youngest; one !== undefined; one = one.older) fromYoungest.push(one.name);
  const fromOldest = table.values().map(({ name }) => name);
  expect(fromYoungest.reverse()).toEqual(fromOldest);
  expect(table.size).toBe(fromOldest.length);
  return fromOldest.join("");
}

describe("ProcessTable", () => {
  it("has all in the order in which they came, whoever leaves in whatever order", () => {
    for (const order of ["abcd", "dcba", "bcad", "cadb", "adbc"]) {
      const { table, there } = tableOf("abcd");
      let left = "abcd";
      expect(shown(table)).toBe(left);
      for (const name of order) {
        table.remove(there.get(name) as Named);
        left = left.replace(name, "");
        expect(shown(table)).toBe(left);
      }
      table.add(new Named("e"));
      expect(shown(table)).toBe("e");
    }
  });

  it("lets who has left lead to nobody", () => {
    const { table, there } = tableOf("abc");
    const gone = there.get("b") as Named;
    table.remove(gone);
    expect([gone.older, gone.younger]).toEqual([undefined, undefined]);
  });
});
