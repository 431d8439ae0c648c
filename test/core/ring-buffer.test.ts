import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RingBuffer } from "../../src/core/ring-buffer.ts";

describe("RingBuffer", () => {
  it("has nothing at first", () => {
    const queue = new RingBuffer<string>();
    expect([queue.length, queue.shift(), queue.at(0)]).toEqual([0, undefined, undefined]);
  });

  it("keeps undefined as an item like any other", () => {
    const queue = new RingBuffer<undefined>();
    queue.push(undefined);
    expect(queue.length).toBe(1);
    queue.shift();
    expect(queue.length).toBe(0);
  });

  it("holds on to nothing that was taken", async () => {
    const queue = new RingBuffer<object>();
    const taken = filledAndEmptied(queue);
    // A weak reference may be cleared only once the job that made it is over.
    await new Promise((resolve) => setImmediate(resolve));
    const collect = globalThis.gc ?? exposedGc();
    collect();
    expect(taken.filter((ref) => ref.deref() !== undefined)).toEqual([]);
    expect(queue.length).toBe(0);
  });

  it("does what an array does, whatever is done to it", () => {
    fc.assert(
      fc.property(fc.commands(COMMANDS, { size: "+1", maxCommands: 500 }), (commands) => {
        fc.modelRun(() => ({ model: { items: [] }, real: new RingBuffer<number>() }), commands);
      }),
    );
  });

  it("grows in the middle of its round without losing the order", () => {
    for (let offset = 0; offset < 8; offset += 1) {
      const queue = new RingBuffer<number>();
      for (let i = 0; i < offset; i += 1) {
        queue.push(-1);
        queue.shift();
      }
      const items = Array.from({ length: 100 }, (_, index) => index);
      for (const item of items) queue.push(item);
      expect(items.map(() => queue.shift())).toEqual(items);
    }
  });
});

/** In a function of its own, so that no variable keeps an item. */
function filledAndEmptied(queue: RingBuffer<object>): WeakRef<object>[] {
  const refs = Array.from({ length: 20 }, () => {
    const item = {};
    queue.push(item);
    return new WeakRef(item);
  });
  while (queue.shift() !== undefined);
  return refs;
}

interface Model {
  readonly items: number[];
}

type Command = fc.Command<Model, RingBuffer<number>>;

/** Runs on both, and compares the answers, the length, and what can be seen. */
function command(
  name: string,
  onModel: (items: number[]) => unknown,
  onReal: (queue: RingBuffer<number>) => unknown,
): Command {
  return {
    check: () => true,
    run: ({ items }, queue) => {
      expect(onReal(queue)).toEqual(onModel(items));
      expect(queue.length).toBe(items.length);
      expect(items.map((_, index) => queue.at(index))).toEqual(items);
    },
    toString: () => name,
  };
}

const COMMANDS = [
  fc.nat().map((item) =>
    command(
      `push(${item})`,
      (items) => void items.push(item),
      (queue) => queue.push(item),
    ),
  ),
  fc.nat().map((item) =>
    command(
      `push(${item}) too`,
      (items) => void items.push(item),
      (queue) => queue.push(item),
    ),
  ),
  fc.constant(
    command(
      "shift()",
      (items) => items.shift(),
      (queue) => queue.shift(),
    ),
  ),
  fc.nat({ max: 20 }).map((at) =>
    command(
      `at(${at})`,
      (items) => items[at],
      (queue) => queue.at(at),
    ),
  ),
];

/** The collector of this very process, switched on while it runs. */
function exposedGc(): () => void {
  setFlagsFromString("--expose-gc");
  return runInNewContext("gc") as () => void;
}
