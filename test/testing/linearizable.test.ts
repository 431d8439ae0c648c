import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { linearizable, type Model, type Operation } from "../../src/testing/linearizable.ts";

type Input = { readonly write: number } | "read";

/** A cell that starts at 0. */
const cell: Model<number, Input, number> = {
  init: 0,
  apply: (state, input) =>
    input === "read" ? { output: state, state } : { output: input.write, state: input.write },
};

const write = (value: number, calledAt: number, returnedAt?: number): Operation<Input, number> => ({
  input: { write: value },
  output: value,
  calledAt,
  ...(returnedAt === undefined ? {} : { returnedAt }),
});
const read = (output: number, calledAt: number, returnedAt: number): Operation<Input, number> => ({
  input: "read",
  output,
  calledAt,
  returnedAt,
});

describe("linearizable", () => {
  it.each([
    { why: "nothing has happened", history: [], is: true },
    { why: "a read after a write sees it", history: [write(1, 0, 1), read(1, 2, 3)], is: true },
    { why: "a read after a write misses it", history: [write(1, 0, 1), read(0, 2, 3)], is: false },
    { why: "a read beside a write may miss it", history: [write(1, 0, 3), read(0, 1, 2)], is: true },
    {
      why: "new, then old again",
      history: [write(1, 0, 9), read(1, 1, 2), read(0, 3, 4)],
      is: false,
    },
    { why: "a write that never returned has happened", history: [write(1, 0), read(1, 5, 6)], is: true },
    { why: "a write that never returned has not happened", history: [write(1, 0), read(0, 5, 6)], is: true },
    {
      why: "a write that never returned is undone",
      history: [write(1, 0), read(1, 5, 6), read(0, 7, 8)],
      is: false,
    },
  ])("says $is when $why", ({ history, is }) => {
    expect(linearizable(cell, history)).toBe(is);
  });

  it("agrees with every order of what really happened one after the other, whatever the overlap", () => {
    const inputs = fc.array(fc.oneof(fc.constant("read" as const), fc.record({ write: fc.nat(3) })), {
      maxLength: 8,
    });
    const spread = fc.array(fc.nat(5), { minLength: 16, maxLength: 16 });
    fc.assert(
      fc.property(inputs, spread, (inputs, spread) => {
        let state = cell.init;
        const history = inputs.map((input, i): Operation<Input, number> => {
          const applied = cell.apply(state, input);
          state = applied.state;
          // The instant is 2 i: the call is somewhere before, the return somewhere behind it.
          const [before = 0, behind = 0] = [spread[2 * i], spread[2 * i + 1]];
          return { input, output: applied.output, calledAt: 2 * i - before, returnedAt: 2 * i + behind };
        });
        expect(linearizable(cell, history)).toBe(true);
      }),
    );
  });

  it("takes three clients with eight operations each", () => {
    const history = Array.from({ length: 24 }, (_, i) =>
      write(i, Math.floor(i / 3), Math.floor(i / 3) + 0.5),
    );
    expect(linearizable(cell, [...history, read(21, 100, 101)])).toBe(true);
    expect(linearizable(cell, [...history, read(20, 100, 101)])).toBe(false);
  });

  it("compares outputs as the model says", () => {
    const model = { init: 0, apply: (state: number) => ({ output: [state], state }) };
    const history = [{ input: "get", output: [0], calledAt: 0, returnedAt: 1 }];
    expect(linearizable(model, history)).toBe(false);
    expect(linearizable({ ...model, same: (a: number[], b: number[]) => a[0] === b[0] }, history)).toBe(true);
  });

  it("refuses a history that is too long to search", () => {
    expect(() => linearizable(cell, Array(31).fill(read(0, 0, 1)))).toThrow(RangeError);
  });
});
