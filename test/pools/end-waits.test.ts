import { describe, expect, it } from "vitest";
import { EndWaits } from "../../src/pools/end-waits.ts";

describe("EndWaits", () => {
  it("tells at once what is over already, and the rest when it is, each once", () => {
    const waits = new EndWaits();
    const told: string[] = [];
    let left = 2;
    waits.wait(
      () => left <= 2,
      () => told.push("at once"),
    );
    waits.wait(
      () => left === 0,
      () => told.push("none left"),
    );
    waits.wait(
      () => left <= 1,
      () => told.push("one left"),
    );
    expect(told).toEqual(["at once"]);
    left = 1;
    waits.look();
    waits.look();
    expect(told).toEqual(["at once", "one left"]);
    left = 0;
    waits.look();
    expect(told).toEqual(["at once", "one left", "none left"]);
  });

  it("tells nobody who was forgotten, not even by one who is told before", () => {
    const waits = new EndWaits();
    const told: string[] = [];
    let isOver = false;
    waits.wait(
      () => isOver,
      () => {
        told.push("first");
        forget();
      },
    );
    const forget = waits.wait(
      () => isOver,
      () => told.push("second"),
    );
    isOver = true;
    waits.look();
    expect(told).toEqual(["first"]);
  });

  it("leaves waiting whose end was undone by one who is told before", () => {
    const waits = new EndWaits();
    const told: string[] = [];
    let left = 0;
    const isEmpty = () => left === 0;
    left = 1;
    waits.wait(isEmpty, () => {
      left = 1;
      told.push("first");
    });
    waits.wait(isEmpty, () => told.push("second"));
    left = 0;
    waits.look();
    expect(told).toEqual(["first"]);
    left = 0;
    waits.look();
    expect(told).toEqual(["first", "second"]);
  });
});
