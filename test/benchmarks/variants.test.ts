import { describe, expect, it } from "vitest";
import { rows } from "../../benchmarks/rows.ts";
import { variantsOn } from "../../benchmarks/variants.ts";

const rowOf = (id: string) => rows.find((row) => row.id === id)!;
const newest = { path: "/opt/node", version: "26.10.0" };
const namesOf = (id: string, node?: typeof newest) => variantsOn(rowOf(id), node).map(({ name }) => name);

describe("variantsOn", () => {
  it("runs a row that fault isolation costs something in both fault modes, the usual one first", () => {
    expect(namesOf("call")).toEqual(["troupe", "handlersOnly"]);
    expect(namesOf("call", newest)).toEqual(["node26", "node26 handlersOnly"]);
    expect(variantsOn(rowOf("call"), newest).map((way) => way.handlersOnly)).toEqual([false, true]);
  });

  it("runs any other row in the usual way alone", () => {
    expect(namesOf("lookup")).toEqual(["troupe"]);
    expect(namesOf("lookup", newest)).toEqual(["node26"]);
  });
});

describe("a row with handlersOnly", () => {
  it("matters to messages, calls, starts and stops", () => {
    expect(rows.filter((row) => row.handlersOnly === true).map(({ id }) => id)).toEqual(
      expect.arrayContaining([
        ...["count", "ping-pong", "ring", "call", "call-outside", "cast", "start-stop"],
        ...["via-call", "routed-call", "dispatch"],
      ]),
    );
  });
});
