import { describe, expect, it } from "vitest";
import { Frontier } from "../../../examples/link-audit/frontier.ts";

function addresses(...keys: readonly string[]) {
  return keys.map((key) => ({ key, inside: true }));
}

describe("Frontier", () => {
  it("hands each address out once, in the order they were found", () => {
    const frontier = new Frontier();
    frontier.add(addresses("a", "b"));
    frontier.add(addresses("b", "c", "a"));
    expect([1, 2, 3, 4].map(() => frontier.take()?.key)).toEqual(["a", "b", "c", undefined]);
  });

  it("does not take up again what has been settled", () => {
    const frontier = new Frontier();
    frontier.add(addresses("a"));
    frontier.take();
    expect(frontier.settle("a")).toBe(true);
    frontier.add(addresses("a"));
    expect(frontier.take()).toBeUndefined();
  });

  it("notices that an address is settled twice, or was never taken", () => {
    const frontier = new Frontier();
    frontier.add(addresses("a", "b"));
    frontier.take();
    frontier.settle("a");
    expect([frontier.settle("a"), frontier.settle("b")]).toEqual([false, false]);
  });

  it("is done when nothing waits and nothing runs", () => {
    const frontier = new Frontier();
    expect(frontier.isDone).toBe(true);
    frontier.add(addresses("a"));
    expect(frontier.isDone).toBe(false);
    frontier.take();
    expect(frontier.isDone).toBe(false);
    frontier.settle("a");
    expect(frontier.isDone).toBe(true);
  });

  it("counts what is known, running and settled", () => {
    const frontier = new Frontier();
    frontier.add(addresses("a", "b", "c"));
    frontier.take();
    frontier.take();
    frontier.settle("a");
    expect([frontier.known, frontier.running, frontier.settled]).toEqual([3, 1, 1]);
  });
});
