import { Buffer } from "node:buffer";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ByteQueue } from "../../../src/resources/tcp/byte-queue.ts";
import { depthOf } from "../../depth.ts";

const step = fc.oneof(
  fc.record({ push: fc.uint8Array({ maxLength: 2_000 }) }),
  fc.record({ take: fc.integer({ min: 0, max: 3_000 }) }),
);

describe("ByteQueue", () => {
  it("gives out what was put in, whatever the pieces", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const queue = new ByteQueue();
        let model = Buffer.alloc(0);
        for (const one of steps) {
          if ("push" in one) {
            queue.push(one.push);
            model = Buffer.concat([model, one.push]);
          } else {
            const count = Math.min(one.take, model.length);
            expect(queue.take(count).equals(model.subarray(0, count))).toBe(true);
            model = model.subarray(count);
          }
          expect(queue.length).toBe(model.length);
        }
      }),
      { numRuns: depthOf(200) },
    );
  });

  it("finds a delimiter that came in two pieces, from where it was told to look", () => {
    const queue = new ByteQueue();
    const mark = Buffer.from("\r\n");
    queue.push(Buffer.from("one\r"));
    expect(queue.indexOf(mark, 0)).toBe(-1);
    queue.push(Buffer.from("\ntwo\r\n"));
    expect(queue.indexOf(mark, 3)).toBe(3);
    expect(queue.indexOf(mark, 4)).toBe(8);
  });

  it("gives away what it takes out: what comes later does not change it", () => {
    const queue = new ByteQueue();
    queue.push(Buffer.from("aaaa"));
    const taken = queue.take(2);
    queue.push(Buffer.from("bbbb"));
    queue.take(6).fill(0);
    expect(taken.toString()).toBe("aa");
  });
});
