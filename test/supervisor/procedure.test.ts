import { describe, expect, it } from "vitest";
import { all, type Procedure, Running, type Step, wait } from "../../src/supervisor/procedure.ts";

/** A step that is over when told, and its turns, given by hand. */
function byHand<T>() {
  let finish: (value: T) => void = () => undefined;
  const step: Step<T> = (done) => {
    finish = done;
  };
  return { step, finish: (value: T) => finish(value) };
}

const now: Step<number> = (done) => done(1);

describe("Running", () => {
  it("is done at once when no step takes time", () => {
    const results: number[] = [];
    function* sum(): Procedure<number> {
      return (yield* wait(now)) + (yield* wait(now));
    }
    new Running(
      sum(),
      () => expect.unreachable("no turn is needed"),
      (value) => results.push(value),
    );
    expect(results).toEqual([2]);
  });

  it("does a hundred thousand steps that take no time without filling the stack", () => {
    function* many(): Procedure<number> {
      let sum = 0;
      for (let i = 0; i < 100_000; i += 1) sum += yield* wait(now);
      return sum;
    }
    let result = 0;
    new Running(
      many(),
      (go) => go(),
      (value) => (result = value),
    );
    expect(result).toBe(100_000);
  });

  it("asks for a turn to go on after a step that took time", () => {
    const turns: (() => void)[] = [];
    const slow = byHand<number>();
    const results: number[] = [];
    function* twice(): Procedure<number> {
      return (yield* wait(slow.step)) * 2;
    }
    new Running(
      twice(),
      (go) => turns.push(go),
      (value) => results.push(value),
    );
    slow.finish(21);
    expect(results).toEqual([]);
    turns.shift()?.();
    expect(results).toEqual([42]);
  });

  it("goes no further once it is abandoned, even in a turn that was asked for before", () => {
    const turns: (() => void)[] = [];
    const slow = byHand<void>();
    const seen: string[] = [];
    function* noted(): Procedure<void> {
      seen.push("begun");
      yield* wait(slow.step);
      seen.push("went on");
    }
    const running = new Running(
      noted(),
      (go) => turns.push(go),
      () => seen.push("done"),
    );
    slow.finish();
    running.abandon();
    turns.shift()?.();
    expect(seen).toEqual(["begun"]);
  });
});

describe("all", () => {
  it("is over at once when there is nothing to do", () => {
    let over = false;
    all([])(() => (over = true));
    expect(over).toBe(true);
  });

  it("begins every step and is over with the last of them", () => {
    const [first, second] = [byHand<void>(), byHand<void>()];
    let over = 0;
    all([first.step, second.step, (done) => done()])(() => (over += 1));
    second.finish();
    expect(over).toBe(0);
    first.finish();
    expect(over).toBe(1);
  });
});
