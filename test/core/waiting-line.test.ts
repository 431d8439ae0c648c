import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createQueued, type Queued, WaitingLine } from "../../src/core/waiting-line.ts";

describe("WaitingLine", () => {
  it("is first come, first served", () => {
    const line = new WaitingLine<Queued>();
    const waiters = [createQueued(), createQueued(), createQueued()];
    for (const waiter of waiters) line.push(waiter);
    expect(waiters.map(() => line.shift())).toEqual(waiters);
    expect(line.shift()).toBeUndefined();
  });

  it("PF6 keeps its order when one leaves from the middle", () => {
    const line = new WaitingLine<Queued>();
    const [a, b, c, d] = [createQueued(), createQueued(), createQueued(), createQueued()];
    for (const waiter of [a, b, c, d]) line.push(waiter);
    expect(line.remove(b)).toBe(true);
    expect([line.shift(), line.shift(), line.shift()]).toEqual([a, c, d]);
  });

  it("knows nothing any more of who has left", () => {
    const line = new WaitingLine<Queued>();
    const waiter = createQueued();
    line.push(waiter);
    expect([line.remove(waiter), line.remove(waiter), line.length]).toEqual([true, false, 0]);
    expect(waiter).toEqual(createQueued());
  });

  it("does what an array does, whoever comes and goes", () => {
    const command = fc.oneof(fc.constant("push"), fc.constant("shift"), fc.nat({ max: 20 }));
    fc.assert(
      fc.property(fc.array(command, { maxLength: 60 }), (commands) => {
        const line = new WaitingLine<Queued>();
        const model: Queued[] = [];
        for (const command of commands) {
          if (command === "push") {
            const waiter = createQueued();
            line.push(waiter);
            model.push(waiter);
          } else if (command === "shift") {
            expect(line.shift()).toBe(model.shift());
          } else {
            const [gone] = model.splice(Number(command), 1);
            if (gone !== undefined) expect(line.remove(gone)).toBe(true);
          }
          expect(line.length).toBe(model.length);
        }
        expect(model.map(() => line.shift())).toEqual(model);
      }),
    );
  });
});
